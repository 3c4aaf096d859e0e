"""``body.Modifier``, ``static.Modifier`` and ``status.…``: what is answered."""

from __future__ import annotations

import mimetypes
import posixpath
from collections.abc import Mapping
from os import strerror
from os.path import isdir
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from krakendtw.errors import PipeError
from krakendtw.middleware.auth._go_struct import Mismatch
from krakendtw.middleware.modifier.martian._pair import MISSING, Pair, raw_field, read
from krakendtw.middleware.modifier.martian._ranges import Range, parse_ranges

if TYPE_CHECKING:
    from krakendtw.middleware.modifier.martian._exchange import Call, Reply
    from krakendtw.middleware.modifier.martian._pair import Parse

_TYPES = {
    ".avif": "image/avif",
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".htm": "text/html; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webp": "image/webp",
    ".xml": "text/xml; charset=utf-8",
}
"""The types that Go knows by itself."""


def modifier(raw: Any, parse: Parse) -> Pair:
    """``body.Modifier``: another body, given in Base64."""
    values = read(raw, contentType="string", body="[]byte")
    kind, body = values["contentType"], values["body"]
    boundary = token_hex(30)

    def on_call(call: Call) -> None:
        call.set("Content-Type", kind)
        call.delete("Content-Encoding")
        call.replace_body(body)

    def on_reply(reply: Reply) -> None:
        reply.set("Content-Type", kind)
        reply.delete("Content-Encoding")
        _answer(reply, body, kind, boundary)

    return Pair(on_call, on_reply)


def static(raw: Any, parse: Parse) -> Pair:
    """``static.Modifier``: files in place of the backend.

    :raises Mismatch: the paths are no object of texts.
    """
    root = read(raw, rootPath="string")["rootPath"] or "."
    mapped = _paths(raw_field(raw, "explicitPaths"))

    def on_call(call: Call) -> None:
        call.is_static = True
        if call.address.scheme == "https":
            call.address.scheme = "http"

    def on_reply(reply: Reply) -> None:
        asked = posixpath.normpath("/" + reply.address.path.lstrip("/"))
        path = posixpath.normpath(f"{root}/{mapped.get(asked, asked)}")
        body = _read(path)
        if body is None:
            reply.status = 404
            return
        kind = _kind(path)
        reply.set("Content-Type", kind)
        _answer(reply, body, kind, token_hex(30), clips=True)
        if not body and isdir(path):
            reply.flaw = f"read {path}: is a directory"

    return Pair(on_call, on_reply)


def status(raw: Any, parse: Parse) -> Pair:
    """``status.Modifier``: another status, before the gateway judges it."""
    code = read(raw, statusCode="int")["statusCode"]

    def change(reply: Reply) -> None:
        reply.status = code

    return Pair(None, change)


def status_verifier(raw: Any, parse: Parse) -> Pair:
    """``status.Verifier``: takes notes that nobody asks for."""
    read(raw, statusCode="int")
    return Pair(None, lambda reply: None)


def _answer(
    reply: Reply, body: bytes, kind: str, boundary: str, *, clips: bool = False
) -> None:
    """Answer ``body``, or the ranges of it that the request asked for.

    :param clips: whether ranges that go beyond its end are cut, or an error.
    """
    asked = reply.call.field("Range")
    if not asked:
        reply.replace_body(body)
        return
    ranges = parse_ranges(asked, len(body), clips=clips)
    if ranges is None:
        reply.status = 416
        reply.replace_body(b"")
        return
    reply.status = 206
    if len(ranges) == 1:
        reply.replace_body(_part(body, ranges[0]))
        reply.set("Content-Range", _place(ranges[0], len(body)))
        return
    pieces = []
    for asked_range in ranges:
        pieces.append(
            f"--{boundary}\r\nContent-Range: {_place(asked_range, len(body))}\r\n"
            f"Content-Type: {kind}\r\n\r\n".encode()
        )
        pieces += [_part(body, asked_range), b"\r\n"]
    reply.replace_body(b"".join(pieces) + f"--{boundary}--\r\n".encode())
    reply.set("Content-Type", f"multipart/byteranges; boundary={boundary}")


def _part(body: bytes, asked: Range) -> bytes:
    """A range of a body.

    :raises PipeError: it goes beyond the body's end.
    """
    start, end = asked
    if end >= len(body):
        raise PipeError(f"slice bounds out of range [:{end + 1}] with {len(body)}")
    return body[start : end + 1]


def _place(asked: Range, size: int) -> str:
    return f"bytes {asked[0]}-{asked[1]}/{size}"


def _paths(raw: Any) -> Mapping[str, str]:
    """The paths that lead to other files."""
    if raw is MISSING or raw is None:
        return {}
    if not isinstance(raw, Mapping) or any(
        not isinstance(value, str) for value in raw.values() if value is not None
    ):
        raise Mismatch("explicitPaths must be an object of texts")
    return {key: value or "" for key, value in raw.items()}


def _read(path: str) -> bytes | None:
    """A file, a folder as an empty one; ``None`` if there is none.

    :raises PipeError: it is there and cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except IsADirectoryError:
        return b""
    except ValueError:
        raise PipeError(f"open {path}: invalid argument") from None
    except OSError as error:
        reason = strerror(error.errno or 0).lower()
        raise PipeError(f"open {path}: {reason}") from None


def _kind(path: str) -> str:
    """The Content-Type of a file by its name; empty if it says nothing."""
    ending = posixpath.splitext(path)[1].lower()
    kind = _TYPES.get(ending)
    if kind is None:
        kind = mimetypes.types_map.get(ending, "")
        if kind.startswith("text/"):
            kind += "; charset=utf-8"
    return kind
