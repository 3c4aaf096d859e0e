"""Values as JSON, and JSON as values, by the rules of Go's encoding/json."""

from __future__ import annotations

import json
import math
import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from krakendtw.gojson.exact import GoJSONError, parse_first, quote_byte
from krakendtw.gojson.format import format_g
from krakendtw.gojson.text import decode_utf8, encode_raw
from krakendtw.gojson.writer import dumps
from krakendtw.template.failure import Failure
from krakendtw.template.values import BYTES, Named, is_nil, type_of

_INFINITIES: Final = (float("inf"), float("-inf"))
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_ESCAPE = re.compile(r"\\(?:u003[ce]|u0026|.)", re.DOTALL)
_PLAIN = {r"\u003c": "<", r"\u003e": ">", r"\u0026": "&"}
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\{\}|\[\]|[{}\[\],:]|[^"{}\[\],:]+', re.DOTALL)


def read_json(text: str) -> Any:
    """What a JSON document holds; its numbers are ``float64``.

    :raises Failure: it is none, or has numbers that are too large; in Go's words.
    """
    value, fault = read_loosely(text)
    if fault:
        raise Failure(fault)
    return value


def read_loosely(text: str) -> tuple[Any, str]:
    """What a JSON document holds, and what is wrong with it; empty if nothing is.

    A number that is too large is nil; nothing is left of what is no JSON.
    """
    raw = encode_raw(text)
    mended = decode_utf8(raw)
    too_large: list[str] = []

    def number(digits: str) -> float | None:
        value = float(digits)
        if value not in _INFINITIES:
            return value
        too_large.append(digits)
        return None

    decoder = json.JSONDecoder(
        parse_int=number, parse_float=number, parse_constant=_refuse
    )
    try:
        value = decoder.decode(mended)
    except (ValueError, RecursionError):
        return None, _fault(raw)
    fault = (
        f"json: cannot unmarshal number {too_large[0]} into Go value of type float64"
        if too_large
        else ""
    )
    return _mend(value) if _SURROGATE.search(mended) else value, fault


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


def _fault(body: bytes) -> str:
    """What is wrong with a document that is none."""
    try:
        # At its end Go reads a space more, which some tokens don't like.
        end = parse_first(body + b" ")[1]
    except GoJSONError as error:
        message = str(error)
        is_end = message in ("EOF", "unexpected EOF")
        return "unexpected end of JSON input" if is_end else message
    behind = body[end:].lstrip(b" \t\r\n")
    if not behind:
        # Go's own limit is higher than what Python's stack holds.
        return "exceeded max depth"
    return f"invalid character {quote_byte(behind[0])} after top-level value"


def _mend(value: Any) -> Any:
    """A value without the halves of surrogate pairs that escapes can spell."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_mend(item) for item in value]
    if isinstance(value, dict):
        return {_mend(key): _mend(item) for key, item in value.items()}
    return value


def write_json(value: Any) -> str:
    """A value as ``json.Marshal`` writes it.

    :raises Failure: there is no JSON for it, in Go's words.
    """
    try:
        return dumps(_plain(value, set())).decode()
    except (ValueError, RecursionError) as error:
        raise Failure(str(error)) from None


def _plain(value: Any, around: set[int]) -> Any:
    """A value as JSON knows it.

    :param around: the identities of the lists and maps that it is in.
    """
    kind = type(value)
    if value is None or kind is str or kind is int:
        return value  # what most are, without a look at what they may be
    if kind is dict or kind is list:
        return _plain_items(value, around)
    if isinstance(value, str | bool):
        return value
    if is_nil(value):
        return None
    if isinstance(value, Named):
        return _plain(value.to_json(), around)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise Failure(f"json: unsupported value: {format_g(value)}")
        return float(value)
    if isinstance(value, Mapping | list | tuple):
        return _plain_items(value, around)
    raise Failure(f"json: unsupported type: {type_of(value)}")


def _plain_items(value: Any, around: set[int]) -> Any:
    """A list or a map as JSON knows it."""
    if type_of(value) is BYTES:
        return b64encode(bytes(value)).decode()
    identity = id(value)
    if identity in around:
        raise Failure(
            f"json: unsupported value: encountered a cycle via {type_of(value)}"
        )
    around.add(identity)
    plain: Any = (
        {key: _plain(item, around) for key, item in value.items()}
        if isinstance(value, dict | Mapping)
        else [_plain(item, around) for item in value]
    )
    around.discard(identity)
    return plain


def unescape_html(text: str) -> str:
    """JSON with the characters as they are that matter in HTML."""
    return _ESCAPE.sub(lambda match: _PLAIN.get(match[0], match[0]), text)


def indent(text: str, step: str) -> str:
    """Compact JSON on several lines."""
    out: list[str] = []
    depth = 0
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if piece in ("{", "["):
            depth += 1
            out += [piece, "\n", step * depth]
        elif piece in ("}", "]"):
            depth -= 1
            out += ["\n", step * depth, piece]
        elif piece == ",":
            out += [piece, "\n", step * depth]
        else:
            out.append(": " if piece == ":" else piece)
    return "".join(out)
