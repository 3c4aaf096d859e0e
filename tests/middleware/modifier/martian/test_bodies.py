"""Tests of the modifiers of bodies and statuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import PipeError
from krakendtw.middleware.auth._go_struct import Mismatch
from krakendtw.middleware.modifier.martian._tree import parse
from tests.middleware.modifier.martian.exchanges import call, reply

DIGITS = {"contentType": "text/plain", "body": "MDEyMzQ1Njc4OQ=="}


class BodyTests(SynchronousTestCase):
    """``body.Modifier``."""

    def answered(self, asked: str = "") -> Any:
        """What is answered to a request, maybe for ranges."""
        side = parse({"body.Modifier": DIGITS}).reply
        assert side is not None
        made = reply(
            fields={"Content-Encoding": ["gzip"]},
            to=call(fields={"Range": [asked]} if asked else None),
        )
        side(made)
        return made

    def test_request(self) -> None:
        """Body, length and type are replaced, the encoding dropped."""
        side = parse({"body.Modifier": DIGITS}).call
        assert side is not None
        message = call(fields={"Content-Encoding": ["gzip"]})
        side(message)
        self.assertEqual((message.body, message.length), (b"0123456789", 10))
        self.assertEqual(message.get("Content-Type"), "text/plain")
        self.assertEqual(message.get("Content-Encoding"), "")

    def test_response(self) -> None:
        """The same of an answer."""
        made = self.answered()
        self.assertEqual((made.status, made.body), (200, b"0123456789"))
        self.assertEqual(made.get("Content-Encoding"), "")

    def test_range(self) -> None:
        """One range is answered as such."""
        made = self.answered("bytes=2-4")
        self.assertEqual((made.status, made.body), (206, b"234"))
        self.assertEqual(made.get("Content-Range"), "bytes 2-4/10")

    def test_ranges(self) -> None:
        """Several ranges are parts of one body."""
        made = self.answered("bytes=0-0,8-")
        kind, _, boundary = made.get("Content-Type").partition("; boundary=")
        self.assertEqual(kind, "multipart/byteranges")
        self.assertEqual(
            made.body.decode().replace(boundary, "B"),
            "--B\r\nContent-Range: bytes 0-0/10\r\n"
            "Content-Type: text/plain\r\n\r\n0\r\n"
            "--B\r\nContent-Range: bytes 8-9/10\r\n"
            "Content-Type: text/plain\r\n\r\n89\r\n"
            "--B--\r\n",
        )

    def test_bad_ranges(self) -> None:
        """A range that is none is refused, one beyond the end an error."""
        made = self.answered("bytes=5-2")
        self.assertEqual((made.status, made.body), (416, b""))
        self.assertRaises(PipeError, self.answered, "bytes=0-99")

    def test_bad_base64(self) -> None:
        """The body must be Base64."""
        self.assertRaises(Mismatch, parse, {"body.Modifier": {"body": "***"}})


class StatusTests(SynchronousTestCase):
    """``status.…``."""

    def test_modifier(self) -> None:
        """The status is replaced."""
        side = parse({"status.Modifier": {"statusCode": 201}}).reply
        assert side is not None
        made = reply(500)
        side(made)
        self.assertEqual(made.status, 201)

    def test_no_requests(self) -> None:
        """Requests have no status."""
        raw = {"status.Modifier": {"statusCode": 201, "scope": ["request"]}}
        self.assertRaises(Mismatch, parse, raw)

    def test_verifier(self) -> None:
        """A verifier does nothing."""
        side = parse({"status.Verifier": {"statusCode": 201}}).reply
        assert side is not None
        made = reply(500)
        side(made)
        self.assertEqual(made.status, 500)


class StaticTests(SynchronousTestCase):
    """``static.Modifier``."""

    def setUp(self) -> None:
        """A folder with two files."""
        self.root = Path(self.mktemp())
        (self.root / "folder.txt").mkdir(parents=True)
        (self.root / "a.css").write_text("0123456789")
        (self.root / "b").write_text("b")

    def answered(self, path: str, asked: str = "", **part: Any) -> Any:
        """What is answered to a request for a path."""
        pair = parse({"static.Modifier": {"rootPath": str(self.root), **part}})
        assert pair.call is not None
        assert pair.reply is not None
        message = call(f"https://backend{path}", {"Range": [asked]} if asked else None)
        pair.call(message)
        self.assertTrue(message.is_static)
        self.assertEqual(message.address.scheme, "http")
        made = reply(to=message)
        pair.reply(made)
        return made

    def test_file(self) -> None:
        """A file with its type."""
        made = self.answered("/a.css")
        self.assertEqual((made.status, made.body), (200, b"0123456789"))
        self.assertEqual(made.get("Content-Type"), "text/css; charset=utf-8")

    def test_mapped(self) -> None:
        """A path that leads to another file, of no known type."""
        made = self.answered("/x/../y", explicitPaths={"/y": "b"})
        self.assertEqual((made.body, made.all("Content-Type")), (b"b", [""]))

    def test_outside(self) -> None:
        """Nothing outside of the folder is reached."""
        (self.root.parent / "secret").write_text("s")
        for path in ("/../secret", "//../secret", "/%2e%2e/secret", "/a.css/x"):
            self.assertEqual(self.answered(path).status, 404)

    def test_odd(self) -> None:
        """A folder is empty; a path that no file can have is an error."""
        self.assertEqual(self.answered("/folder.txt").body, b"")
        self.assertRaises(PipeError, self.answered, "/a%00b")

    def test_range(self) -> None:
        """A range is cut at the end."""
        made = self.answered("/a.css", "bytes=8-99")
        self.assertEqual((made.status, made.body), (206, b"89"))
        self.assertEqual(made.get("Content-Range"), "bytes 8-9/10")

    def test_bad_paths(self) -> None:
        """The paths are an object of texts."""
        for paths in ([], {"/a": 1}):
            raw = {"static.Modifier": {"explicitPaths": paths}}
            self.assertRaises(Mismatch, parse, raw)
