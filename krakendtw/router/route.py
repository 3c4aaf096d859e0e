"""One route: its leaf, and where its parameters lie in a path."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import frozen

from krakendtw.proxy.escape import EscapeError, to_bytes, to_text, unescape

if TYPE_CHECKING:
    from twisted.web.resource import IResource

Capture: TypeAlias = tuple[str, int, int]
"""A parameter's key, the index of its segment, and how much of it is literal."""

_SUSPECT = re.compile("[%?#]")
_WILDCARD = re.compile(rb"((?:[^:*\\]|\\.)*)([:*])(.*)", re.DOTALL)
_ENCODED = "error: encoded url params"
_DOTS = frozenset((".", ".."))


@frozen
class Route:
    """What is registered for one path and method.

    :ivar leaf: answers.
    :ivar path: as registered, ``/users/:id``.
    :ivar captures: the parameters that lie within one segment.
    :ivar rest: the key and first segment of a parameter that takes all the rest.
    :ivar has_parameters: whether there are any.
    """

    leaf: IResource
    path: bytes
    captures: tuple[Capture, ...] = ()
    rest: tuple[str, int] | None = None
    has_parameters: bool = False

    def bind(self, request: Any, segments: Sequence[bytes]) -> bool:
        """Set ``request.route_params``; of two keys alike the last one wins.

        :returns: whether the values are beyond suspicion of :func:`parameter_error`.
        """
        params: dict[str, str] = {}
        is_plain = True
        for key, index, start in self.captures:
            raw = segments[index]
            if start:
                raw = raw[start:]
            try:
                value = raw.decode()
            except UnicodeDecodeError:
                value = to_text(raw)
            if "%" in value or "?" in value or "#" in value or value in _DOTS:
                is_plain = False
            params[key] = value
        if self.rest is not None:
            key, index = self.rest
            value = params[key] = to_text(b"/" + b"/".join(segments[index:]))
            is_plain = is_plain and not _SUSPECT.search(value)
        request.route_params = params
        return is_plain

    def values(self, segments: Sequence[bytes]) -> list[str]:
        """All values in a path, in its order."""
        values = [to_text(segments[index][size:]) for _, index, size in self.captures]
        if self.rest is not None:
            values.append(to_text(b"/" + b"/".join(segments[self.rest[1] :])))
        return values


def compile_route(path: bytes, leaf: IResource) -> Route:
    """The route of ``path``, if the radix tree accepts it."""
    captures: list[Capture] = []
    rest = None
    for index, segment in enumerate(path[1:].split(b"/")):
        found = _WILDCARD.match(segment)
        if found is None:
            continue
        literal, mark, name = found.groups()
        key = capitalize(to_text(name))
        if mark == b"*":
            rest = key, index
        else:
            captures.append((key, index, len(literal.replace(b"\\:", b":"))))
    has_parameters = bool(captures) or rest is not None
    return Route(leaf, path, tuple(captures), rest, has_parameters)


def capitalize(name: str) -> str:
    """``name`` as lura keys parameters: its first letter in upper case, if ASCII."""
    return name[:1].upper() + name[1:] if name[:1].isascii() else name


def parameter_error(
    values: Iterable[str], *, escapes: bool = True, dots: bool = True
) -> str | None:
    """Why KrakenD refuses these parameters; ``None`` if it does not.

    A value, decoded already, must hold no further escape and neither ``?`` nor
    ``#``: ``router.disable_path_decoding`` lifts that.  Beyond KrakenD, a value
    that is a dot segment is refused: a backend would resolve it to another path.

    :param escapes: whether escapes are looked for at all.
    :param dots: whether dot segments are.
    """
    for value in values:
        if dots and value in _DOTS:
            return _ENCODED
        if not escapes:
            continue
        if "%" in value:
            try:
                unescape(to_bytes(value))
            except EscapeError as error:
                return f"error: {error}"
            return _ENCODED
        if "?" in value or "#" in value:
            return _ENCODED
    return None
