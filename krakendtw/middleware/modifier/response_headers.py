"""``modifier/response-headers``: header fields of all answers, changed at the end.

Whoever answers, the gateway's own fields included.  From KrakenD Enterprise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen
from twisted.web.resource import Resource, getChildForRequest
from zope.interface import implementer

from krakendtw.config.canonical import canonical_header
from krakendtw.gojson.text import encode_raw
from krakendtw.interfaces import IServerMiddleware
from krakendtw.middleware._fields import Fields
from krakendtw.middleware._place import SERVICE, demand_level
from krakendtw.router.head_edit import compile_edit

if TYPE_CHECKING:
    from functools import partial

    from twisted.web.iweb import IRequest
    from twisted.web.resource import IResource

    from krakendtw.config.where import ConfigPath
    from krakendtw.router.head_edit import Edit
    from krakendtw.scope import ServiceScope
    from krakendtw.transport.server.request import GatewayRequest

NAMESPACE = "modifier/response-headers"

_FRAMING: Final = frozenset(
    (
        "Connection",
        "Content-Length",
        "Keep-Alive",
        "Proxy-Authenticate",
        "Proxy-Connection",
        "Te",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
    )
)
"""Fields between two hops, and what frames the body (RFC 9110 §7.6.1)."""

_is_token = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+").fullmatch
_has_control = re.compile(r"[\x00-\x08\n-\x1f\x7f]").search


@implementer(IServerMiddleware)
@frozen
class ResponseHeaders:
    """The changes, in the order in which they are made; names are canonical.

    :ivar rename: new names by old ones; what the new one had is lost.
    :ivar delete: names of fields that are left out.
    :ivar replace: values that stand in place of others, or of none.
    :ivar add: values that are added.
    """

    server_order = 350
    rename: Mapping[str, str]
    delete: tuple[str, ...]
    replace: Mapping[str, tuple[str, ...]]
    add: Mapping[str, tuple[str, ...]]

    def wrap_resource(self, scope: ServiceScope, resource: IResource) -> IResource:
        """See :class:`~krakendtw.interfaces.IServerMiddleware`."""
        return EditingResource(compile_edit(compile_changes(self)), resource)


def compile_changes(settings: ResponseHeaders) -> Edit:
    """What makes all changes in the lines of a head."""
    renames = [
        (old.lower().encode(), new.lower().encode(), new.encode())
        for old, new in settings.rename.items()
    ]
    gone = {name.lower().encode() for name in (*settings.delete, *settings.replace)}
    tail = b"".join(
        b"%b: %b\r\n" % (name.encode(), encode_raw(value))
        for fields in (settings.replace, settings.add)
        for name, values in fields.items()
        for value in values
    )

    def edit(head: bytes) -> bytes:
        lines = head.split(b"\r\n")[:-1]
        names = [line[: line.find(b":")].lower() for line in lines]
        for old, new, written in renames:
            if old not in names:
                continue
            kept = [
                (name, line)
                for name, line in zip(names, lines, strict=True)
                if name != new or old == new
            ]
            names = [new if name == old else name for name, _ in kept]
            lines = [
                written + line[line.find(b":") :] if name == old else line
                for name, line in kept
            ]
        kept_lines = [
            line for name, line in zip(names, lines, strict=True) if name not in gone
        ]
        if not kept_lines:
            return tail
        return b"\r\n".join(kept_lines) + b"\r\n" + tail

    return edit


class EditingResource(Resource):
    """Marks requests on their way to whatever answers them.

    :param behind: what answers.
    """

    isLeaf = True
    streams_body = True

    def __init__(
        self, mark: Callable[[GatewayRequest], None], behind: IResource
    ) -> None:
        Resource.__init__(self)
        self._mark = mark
        self._find: Callable[[Any], IResource] | partial[IResource] = getattr(
            behind, "find", lambda request: getChildForRequest(behind, request)
        )

    def find(self, request: GatewayRequest) -> IResource:
        """What answers ``request``."""
        self._mark(request)
        return self._find(request)

    def render(self, request: IRequest) -> Any:
        """See :class:`twisted.web.resource.IResource`."""
        found: Any = request
        return self.find(found).render(request)


def configure(raw: Any, where: ConfigPath) -> ResponseHeaders:
    """The changes.

    :raises krakendtw.errors.ConfigError: one of them cannot be made.
    """
    demand_level(where, SERVICE)
    fields = Fields(raw, where)
    settings = ResponseHeaders(
        rename=_renames(fields),
        delete=tuple(_name(fields, "delete", name) for name in fields.texts("delete")),
        replace=_values(fields, "replace"),
        add=_values(fields, "add"),
    )
    fields.finish()
    return settings


def _renames(fields: Fields) -> dict[str, str]:
    found = {}
    for old, new in _object(fields, "rename").items():
        if isinstance(new, str):
            found[_name(fields, "rename", old)] = _name(fields, "rename", new)
        else:
            fields.refuse("rename", f"{old}: a name is wanted")
    return found


def _values(fields: Fields, key: str) -> dict[str, tuple[str, ...]]:
    """Values by name."""
    found = {}
    for name, values in _object(fields, key).items():
        if not isinstance(values, list) or not all(
            isinstance(value, str) and not _has_control(value) for value in values
        ):
            fields.refuse(key, f"{name}: a list of texts of one line is wanted")
            continue
        found[_name(fields, key, name)] = tuple(values)
    return found


def _object(fields: Fields, key: str) -> Mapping[str, Any]:
    value = fields.any(key)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        fields.refuse(key, "an object is wanted")
        return {}
    return value


def _name(fields: Fields, key: str, name: str) -> str:
    """A field's name, canonical."""
    canonical = canonical_header(name)
    if not _is_token(canonical):
        fields.refuse(key, f"{name!r} is no name of a header field")
    elif canonical in _FRAMING:
        fields.refuse(key, f"{canonical} frames the answer and cannot be changed")
    return canonical
