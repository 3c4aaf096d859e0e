"""Values as JSON, and JSON as values, by the rules of Go's encoding/json."""

from __future__ import annotations

import json
import math
import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from krakendtw.gojson.exact import GoJSONError, parse
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

    :raises Failure: it is none, in Go's words.
    """
    mended = decode_utf8(encode_raw(text))
    try:
        value = json.loads(
            mended, parse_int=_number, parse_float=_number, parse_constant=_refuse
        )
    except (ValueError, RecursionError):
        raise Failure(_fault(encode_raw(text))) from None
    return _mend(value) if _SURROGATE.search(mended) else value


def _number(digits: str) -> float:
    number = float(digits)
    if number in _INFINITIES:
        raise Failure(
            f"json: cannot unmarshal number {digits} into Go value of type float64"
        )
    return number


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


def _fault(body: bytes) -> str:
    """What is wrong with a document that is none."""
    try:
        # At its end Go reads a space more, which some tokens don't like.
        parse(body + b" ")
        # The first value is good, so it is what follows; as in a list, but for
        # what a list would take.
        found = parse(b"[" + body + b" ]")
    except GoJSONError as error:
        message = str(error).replace("after array element", "after top-level value")
        is_end = message in ("EOF", "unexpected EOF")
        return "unexpected end of JSON input" if is_end else message
    char = "," if isinstance(found, list) and len(found) > 1 else "]"
    return f"invalid character '{char}' after top-level value"


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
        return dumps(_plain(value)).decode()
    except ValueError as error:
        raise Failure(str(error)) from None
    except RecursionError:
        raise Failure("json: unsupported value: encountered a cycle") from None


def _plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if value is None or isinstance(value, str | bool):
        return value
    if is_nil(value):
        return None
    if isinstance(value, Named):
        return _plain(value.to_json())
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise Failure(f"json: unsupported value: {format_g(value)}")
        return float(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        if type_of(value) is BYTES:
            return b64encode(bytes(value)).decode()
        return list(map(_plain, value))
    raise Failure(f"json: unsupported type: {type_of(value)}")


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
