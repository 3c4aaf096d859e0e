"""The values of CEL's quoted literals."""

from __future__ import annotations

import re

_ESCAPE = re.compile(
    r"\\(?:(?P<octal>[0-3][0-7][0-7])|[xX](?P<hex>[0-9a-fA-F]{2})"
    r"|u(?P<short>[0-9a-fA-F]{4})|U(?P<long>[0-9a-fA-F]{8})|(?P<char>.))"
)
_CHARS = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
_LAST = 0x10FFFF


def unquote_text(literal: str) -> str:
    """The text of a string literal, prefix and quotes included.

    :raises ValueError: an escape stands for no character.
    """
    body, is_raw = _body(literal)
    if is_raw or "\\" not in body:
        return body
    return _ESCAPE.sub(lambda found: chr(_code_point(found)), body)


def unquote_bytes(literal: str) -> bytes:
    """The bytes of a bytes literal, prefix and quotes included.

    Octal and hexadecimal escapes are bytes here, not characters.

    :raises ValueError: an escape for a character of Unicode.
    """
    body, is_raw = _body(literal[1:])
    if is_raw or "\\" not in body:
        return body.encode()
    pieces: list[bytes] = []
    end = 0
    for found in _ESCAPE.finditer(body):
        if found["short"] or found["long"]:
            raise ValueError("unable to unescape string")
        pieces.append(body[end : found.start()].encode())
        pieces.append(bytes((_code_point(found),)))
        end = found.end()
    pieces.append(body[end:].encode())
    return b"".join(pieces)


def _body(literal: str) -> tuple[str, bool]:
    """What stands between the quotes, and whether it is raw."""
    literal = literal.replace("\r\n", "\n").replace("\r", "\n")
    is_raw = literal[0] in "rR"
    if is_raw:
        literal = literal[1:]
    width = 3 if len(literal) >= 6 and literal[:3] in ('"""', "'''") else 1
    return literal[width:-width], is_raw


def _code_point(found: re.Match[str]) -> int:
    """The number that an escape stands for."""
    if found["char"]:
        return ord(_CHARS.get(found["char"], found["char"]))
    if found["octal"]:
        return int(found["octal"], 8)
    code = int(found["hex"] or found["short"] or found["long"], 16)
    if code > _LAST or 0xD800 <= code <= 0xDFFF:
        raise ValueError("invalid unicode code point")
    return code
