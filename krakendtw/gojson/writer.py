r"""JSON as Go's encoding/json writes it, byte for byte.

Keys in the order of their bytes, no spaces, ``<``, ``>``, ``&``, U+2028 and
U+2029 escaped, bytes that are no UTF-8 as ``\ufffd``, decoded numbers in their
own words and all others as Go prints a float64.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any

import orjson

from krakendtw.gojson.exact import MAX_DEPTH
from krakendtw.gojson.number import Float, Number, format_float
from krakendtw.gojson.opaque import Opaque
from krakendtw.gojson.text import encode_raw

_Fragment = orjson.Fragment
_quick = orjson.dumps
_ORDERED = orjson.OPT_PASSTHROUGH_SUBCLASS
_SORTED = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_SUBCLASS

_MARK = "\0"
"""Stands after decoded numbers for a while; JSON itself never holds it."""

# Plain floats as orjson prints them where Go would print them otherwise.
_DOT, _PLUS, _MINUS = b".+-"
_whole_float = re.compile(rb"\.0(?:[,\]}]|\Z)").search
_large_float = re.compile(rb"e\+(?:1[6-9]|20)(?:[,\]}]|\Z)").search
_small_float = re.compile(rb"e-6(?:[,\]}]|\Z)").search

_NUL, _LESS, _GREATER, _AND, _E2 = b"\0<>&\xe2"

_special = re.compile("[<>&\u2028\u2029\ud800-\udfff]").sub
_ESCAPES = {char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def dumps(value: object) -> bytes:
    """``value`` as Go's ``json.Marshal`` writes it.

    :raises ValueError: a float is not finite, or the data contains itself.
    :raises TypeError: a value of a kind that JSON does not have.
    """
    try:
        out = _quick(value, _unknown, _SORTED)
    except TypeError:
        return _dumps_patiently(value)
    if (
        (_DOT in out and _whole_float(out))
        or (_PLUS in out and _large_float(out))
        or (_MINUS in out and _small_float(out))
    ):
        return _dumps_patiently(value)
    if _NUL in out:
        out = out.replace(b"\0", b"")
    if _LESS in out:
        out = out.replace(b"<", b"\\u003c")
    if _GREATER in out:
        out = out.replace(b">", b"\\u003e")
    if _AND in out:
        out = out.replace(b"&", b"\\u0026")
    if _E2 in out:
        out = out.replace(b"\xe2\x80\xa8", b"\\u2028")
        out = out.replace(b"\xe2\x80\xa9", b"\\u2029")
    return out


def _unknown(value: Any) -> Any:
    """What orjson does not know, as something that it knows."""
    kind = type(value)
    if kind is Number:
        # Marked, so that ``1.0`` is not taken for a plain float afterwards.
        return _Fragment(value + _MARK)
    if kind is Float:
        return _Fragment(format_float(value))
    if kind is Opaque:
        return _Fragment(_quick(value.value, _unknown, _ORDERED))
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple):
        return list(value)
    # The rest, which includes what Go refuses, is left to the patient writer.
    raise TypeError(kind.__name__)


class _Piece(str):
    """A part of the output that stands ready."""

    __slots__ = ()


_COMMA = _Piece(",")
_END_OBJECT = _Piece("}")
_END_ARRAY = _Piece("]")
_CONSTANTS = {None: "null", True: "true", False: "false"}

_DEEPEST = MAX_DEPTH + 1000
"""The deepest document that is read, and what a pipe may put around it."""


def _dumps_patiently(value: object) -> bytes:
    """The same without help, for whatever orjson refuses or prints otherwise.

    That is long integers, plain floats, bytes that are no UTF-8, deep nesting
    and keys that are no text.
    """
    pieces: list[str] = []
    pending: list[Any] = [value]  # what is still to be written, the next one last
    depth = 0
    while pending:
        item = pending.pop()
        if type(item) is _Piece:
            pieces.append(item)
            depth -= item is _END_OBJECT or item is _END_ARRAY
        elif isinstance(item, Opaque):
            pending.append(_ordered(item.value))
        elif isinstance(item, Mapping):
            pieces.append("{")
            depth += 1
            _put_off_object(item, pending)
        elif isinstance(item, list | tuple):
            pieces.append("[")
            depth += 1
            _put_off_array(item, pending)
        else:
            pieces.append(_scalar(item))
        if depth > _DEEPEST:
            raise ValueError("json: unsupported value: encountered a cycle")
    return _finished("".join(pieces))


def _put_off_object(value: Mapping[Any, Any], pending: list[Any]) -> None:
    pending.append(_END_OBJECT)
    texts = {str(key): key for key in value}
    left = len(texts)
    keys = list(texts) if type(value) is _Struct else sorted(texts, key=encode_raw)
    for text in reversed(keys):
        left -= 1
        pending.append(value[texts[text]])
        comma = "," if left else ""
        pending.append(_Piece(f"{comma}{encode_basestring(text)}:"))


class _Struct(dict[str, Any]):
    """An object whose keys keep their order."""


def _ordered(value: Any) -> Any:
    """What an opaque value holds, its objects as structs."""
    if isinstance(value, Mapping):
        return _Struct((key, _ordered(inner)) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return [_ordered(inner) for inner in value]
    return value


def _put_off_array(value: Sequence[Any], pending: list[Any]) -> None:
    pending.append(_END_ARRAY)
    for place in range(len(value) - 1, -1, -1):
        pending.append(value[place])
        if place:
            pending.append(_COMMA)


def _scalar(value: Any) -> str:
    """The text of a value that holds no others."""
    if isinstance(value, str):
        return str(value) if type(value) is Number else encode_basestring(value)
    if value is None or value is True or value is False:
        return _CONSTANTS[value]
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return format_float(value)
    raise TypeError(f"json: unsupported type: {type(value).__name__}")


def _finished(text: str) -> bytes:
    """``text`` with the characters escaped that can only stand in strings."""
    return _special(lambda match: _ESCAPES.get(match[0], r"\ufffd"), text).encode()
