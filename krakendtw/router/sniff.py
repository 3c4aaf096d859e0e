"""The Content-Type of a body that has none, as Go's server guesses it.

The table is that of the MIME Sniffing Standard (WHATWG), restricted to the
first 512 bytes.
"""

from __future__ import annotations

_LENGTH = 512
_SPACE = b"\t\n\x0c\r "

_TAGS = tuple(
    b"<" + tag
    for tag in (
        b"!DOCTYPE HTML",
        b"HTML",
        b"HEAD",
        b"SCRIPT",
        b"IFRAME",
        b"H1",
        b"DIV",
        b"FONT",
        b"TABLE",
        b"A",
        b"STYLE",
        b"TITLE",
        b"B",
        b"BODY",
        b"BR",
        b"P",
        b"!--",
    )
)

_MAGIC: tuple[tuple[bytes, bytes], ...] = (
    (b"%PDF-", b"application/pdf"),
    (b"%!PS-Adobe-", b"application/postscript"),
    (b"\xfe\xff", b"text/plain; charset=utf-16be"),
    (b"\xff\xfe", b"text/plain; charset=utf-16le"),
    (b"\xef\xbb\xbf", b"text/plain; charset=utf-8"),
    (b"\x00\x00\x01\x00", b"image/x-icon"),
    (b"\x00\x00\x02\x00", b"image/x-icon"),
    (b"BM", b"image/bmp"),
    (b"GIF87a", b"image/gif"),
    (b"GIF89a", b"image/gif"),
    (b"\x89PNG\r\n\x1a\n", b"image/png"),
    (b"\xff\xd8\xff", b"image/jpeg"),
    (b"OggS\x00", b"application/ogg"),
    (b"MThd\x00\x00\x00\x06", b"audio/midi"),
    (b"ID3", b"audio/mpeg"),
    (b"\x1aE\xdf\xa3", b"video/webm"),
    (b"Rar!\x1a\x07\x00", b"application/x-rar-compressed"),
    (b"Rar!\x1a\x07\x01\x00", b"application/x-rar-compressed"),
    (b"PK\x03\x04", b"application/zip"),
    (b"\x1f\x8b\x08", b"application/x-gzip"),
    (b"\x00asm", b"application/wasm"),
    (b"\x00\x01\x00\x00", b"font/ttf"),
    (b"OTTO", b"font/otf"),
    (b"ttcf", b"font/collection"),
    (b"wOFF", b"font/woff"),
    (b"wOF2", b"font/woff2"),
)

_RIFF = {
    b"WEBPVP": b"image/webp",
    b"AVI ": b"video/avi",
    b"WAVE": b"audio/wave",
}

_BINARY = frozenset((*range(0x09), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20)))


def sniff(body: bytes) -> bytes:
    """The Content-Type of ``body`` by its first bytes."""
    data = body[:_LENGTH]
    text = data.lstrip(_SPACE)
    if text[:1] == b"<":
        upper = text[:16].upper()
        for tag in _TAGS:
            if upper.startswith(tag) and _ends_tag(tag, text):
                return b"text/html; charset=utf-8"
        if text.startswith(b"<?xml"):
            return b"text/xml; charset=utf-8"
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data[:4] == b"RIFF":
        for magic, kind in _RIFF.items():
            if data[8:].startswith(magic):
                return kind
    if data[:4] == b"FORM" and data[8:12] == b"AIFF":
        return b"audio/aiff"
    if _is_mp4(data):
        return b"video/mp4"
    if data[34:36] == b"LP":
        return b"application/vnd.ms-fontobject"
    if any(byte in _BINARY for byte in text):
        return b"application/octet-stream"
    return b"text/plain; charset=utf-8"


def _ends_tag(tag: bytes, text: bytes) -> bool:
    return tag == b"<!--" or text[len(tag) : len(tag) + 1] in (b" ", b">")


def _is_mp4(data: bytes) -> bool:
    """Whether this is an ISO base media file of an mp4 brand."""
    if len(data) < 12:
        return False
    size = int.from_bytes(data[:4], "big")
    if len(data) < size or size % 4 or data[4:8] != b"ftyp":
        return False
    return any(
        data[start : start + 3] == b"mp4" for start in range(8, size, 4) if start != 12
    )
