"""Claims on their way to the backends: as header fields, as parameters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from krakendtw.config.canonical import canonical_header
from krakendtw.gojson.text import encode_raw
from krakendtw.middleware.auth._claims import (
    Claims,
    claim_text,
    claim_texts,
    compile_holder,
    is_dotted_path,
)

if TYPE_CHECKING:
    from krakendtw.transport.server.request import RawHeaders

Fields: TypeAlias = "tuple[tuple[bytes, bytes], ...]"
Clear: TypeAlias = "Callable[[RawHeaders], RawHeaders]"

_JWT_MARKER = re.compile(r"\{\{\.JWT\.([^}]*)\}\}")
_search_control = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]").search


class Unsendable(ValueError):
    """A claim that no header field can hold, such as one with a line break."""


def compile_fields(
    tuples: Sequence[Sequence[str]], *, keep_lists: bool
) -> Callable[[Claims], Fields] | None:
    """What makes the header fields of ``propagate_claims``.

    A claim that is missing makes an empty field.  The function raises
    :exc:`Unsendable`.

    :param tuples: claim and header; what has not exactly two is left out.
    :param keep_lists: whether each element of a list is a field of its own.
    :returns: ``None`` if there is nothing to make.
    """
    steps = {}
    for pair in tuples:
        if len(pair) == 2:
            holder, last = compile_holder(pair[0], is_nested=is_dotted_path(pair[0]))
            name = canonical_header(pair[1]).encode("utf-8", "replace")
            steps[name] = (holder, last)
    if not steps:
        return None
    texts = claim_texts if keep_lists else _one_text

    def make(claims: Claims) -> Fields:
        fields = []
        for name, (holder, last) in steps.items():
            held = holder(claims)
            values = texts(held[last]) if last in held else [""]
            fields += [(name, _field_value(value)) for value in values]
        return tuple(fields)

    return make


def compile_clear(tuples: Sequence[Sequence[str]]) -> Clear:
    """What takes from a request the fields that claims are written to.

    The client's own must never be taken for ours; and it must not have ours
    dropped on the way either, which is what naming them in Connection would do.
    """
    names = {b"connection"}
    names.update(
        pair[1].lower().encode("utf-8", "replace") for pair in tuples if len(pair) == 2
    )
    sizes = frozenset(map(len, names))

    def clear(headers: RawHeaders) -> RawHeaders:
        return [
            field
            for field in headers
            if len(field[0]) not in sizes or field[0].lower() not in names
        ]

    return clear


def compile_params(
    url_patterns: Iterable[str],
) -> Callable[[Claims], dict[str, str]] | None:
    """What makes the parameters of ``{JWT.claim}`` in backends' paths.

    Top-level claims only, whatever is in their names; a missing one makes none.

    :returns: ``None`` if no path asks for claims.
    """
    names = [name for pattern in url_patterns for name in _JWT_MARKER.findall(pattern)]
    if not names:
        return None
    steps = {name: f"JWT.{name}" for name in names}

    def make(claims: Claims) -> dict[str, str]:
        return {
            parameter: claim_text(claims[name])
            for name, parameter in steps.items()
            if name in claims
        }

    return make


def _one_text(value: Any) -> list[str]:
    return [claim_text(value)]


def _field_value(text: str) -> bytes:
    value = encode_raw(text).strip(b" \t")
    if _search_control(value) is not None:
        raise Unsendable("a claim to propagate holds a control character")
    return value
