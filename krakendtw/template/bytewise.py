"""Texts as the bytes that Go counts and cuts."""

from __future__ import annotations

from krakendtw.gojson.text import decode_raw, encode_raw
from krakendtw.template.failure import Failure


def cut(text: str, start: int | None = None, end: int | None = None) -> str:
    """The bytes from ``start`` to ``end`` as text.

    :raises Failure: there are no such bytes.
    """
    if text.isascii():
        _check(len(text), start, end)
        return text[start:end]
    raw = encode_raw(text)
    _check(len(raw), start, end)
    return decode_raw(raw[start:end])


def _check(size: int, start: int | None, end: int | None) -> None:
    """Whether a text of a size has these bytes, in the words of Go's runtime."""
    low = "" if start is None else str(start)
    high = "" if end is None else str(end)
    if end is not None and not 0 <= end <= size:
        length = f" with length {size}" if end > size else ""
        raise Failure(f"runtime error: slice bounds out of range [:{high}]{length}")
    if start is None:
        return
    limit = size if end is None else end
    if start < 0:
        raise Failure(f"runtime error: slice bounds out of range [{low}:]")
    if start > limit:
        raise Failure(
            f"runtime error: slice bounds out of range [{low}:{high or size}]"
        )


def size(text: str) -> int:
    """How many bytes a text has."""
    return len(text) if text.isascii() else len(encode_raw(text))


def wrap(text: str, width: int, divider: str, *, breaks_words: bool) -> str:
    """Lines of at most ``width`` bytes, cut at spaces.

    :param breaks_words: whether longer words are cut, too.
    """
    raw, between = encode_raw(text), encode_raw(divider)
    width = max(width, 1)
    out: list[bytes] = []
    start = 0
    while len(raw) - start > width:
        if raw[start] == 0x20:
            start += 1
            continue
        space = raw.rfind(b" ", start, start + width + 1)
        if space < 0 and breaks_words:
            out += [raw[start : start + width], between]
            start += width
            continue
        if space < 0:
            space = raw.find(b" ", start + width)
        if space < 0:
            break
        out += [raw[start:space], between]
        start = space + 1
    out.append(raw[start:])
    return decode_raw(b"".join(out))


def abbreviate(text: str, start: int, width: int) -> str:
    """At most ``width`` bytes with dots for what is left out.

    :param start: a byte that is shown, unless it stands near the beginning.
    """
    raw = encode_raw(text)
    if len(raw) <= width or width < 4:
        return text if len(raw) <= width else ""
    start = min(start, len(raw))
    start = min(start, len(raw) - (width - 3))
    if start <= 4:
        return decode_raw(raw[: width - 3]) + "..."
    if width < 7:
        return ""
    if start + width - 3 < len(raw):
        return "..." + abbreviate(decode_raw(raw[start:]), 0, width - 3)
    return "..." + decode_raw(raw[len(raw) - (width - 3) :])


def latin(text: str) -> str:
    """Each byte as the letter of its number, which some functions take it for."""
    return encode_raw(text).decode("latin-1")
