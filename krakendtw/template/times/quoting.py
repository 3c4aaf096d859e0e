"""Texts in the quotes of Go's ``time`` package."""

from __future__ import annotations

from krakendtw.gojson.text import encode_raw


def quote(text: str) -> str:
    r"""``text`` in double quotes, each byte outside of ASCII as ``\xhh``."""
    quoted: list[str] = []
    for byte in encode_raw(text):
        char = chr(byte)
        if char in '"\\':
            quoted.append(f"\\{char}")
        elif 0x20 <= byte < 0x80:
            quoted.append(char)
        else:
            quoted.append(f"\\x{byte:02x}")
    return f'"{"".join(quoted)}"'
