"""Tests of the messages that modifiers work on."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import PipeError
from tests.middleware.modifier.martian.exchanges import call, reply


class MessageTests(SynchronousTestCase):
    """Fields, and the three that are none."""

    def test_fields(self) -> None:
        """Fields are read, replaced, added to and dropped whatever their case."""
        message = call(fields={"X-A": ["1", "2"]})
        self.assertEqual((message.get("x-a"), message.all("X-a")), ("1", ["1", "2"]))
        message.set("x-A", "3")
        message.add("X-A", "é")
        self.assertEqual(message.all("X-A"), ["3", "é"])
        message.delete("x-a")
        self.assertEqual((message.get("X-A"), message.all("X-A")), ("", []))

    def test_host(self) -> None:
        """A request has one Host, an answer none."""
        message = call()
        self.assertEqual(message.all("host"), ["backend"])
        error = self.assertRaises(PipeError, message.add, "Host", "x")
        self.assertIn("illegal header multiple", str(error))
        message.delete("Host")
        message.add("Host", "y")
        self.assertEqual(message.host, "y")
        answer = reply()
        answer.set("Host", "z")
        self.assertEqual(answer.get("Host"), "")

    def test_length(self) -> None:
        """Content-Length is the body's length."""
        message = call(length=4)
        self.assertEqual(message.all("content-length"), ["4"])
        self.assertRaises(PipeError, message.add, "Content-Length", "5")
        error = self.assertRaises(PipeError, message.set, "Content-Length", "x")
        self.assertEqual(str(error), 'strconv.ParseInt: parsing "x": invalid syntax')
        self.assertRaises(PipeError, message.set, "Content-Length", "9" * 30)
        message.delete("content-length")
        self.assertEqual((message.length, message.get("Content-Length")), (-1, ""))

    def test_codings(self) -> None:
        """Transfer-Encoding has values of its own."""
        message = call()
        message.add("Transfer-Encoding", "gzip")
        message.add("Transfer-Encoding", "chunked")
        self.assertEqual(message.all("transfer-encoding"), ["gzip", "chunked"])
        self.assertEqual(message.get("transfer-encoding"), "gzip")
        message.delete("transfer-encoding")
        self.assertEqual(message.all("transfer-encoding"), [])

    def test_bad_fields(self) -> None:
        """What cannot be written is no field, but can be read and dropped."""
        for name, value in (("X R", "1"), ("", "1"), ("X-R", "a\r\nB: c")):
            for message in (call(), reply()):
                message.add(name, value)
                self.assertEqual(list(message.headers.getAllRawHeaders()), [])
                self.assertEqual(message.all(name), [value])
                message.delete(name)
                self.assertEqual((message.all(name), message.unsendable), ([], {}))

    def test_refusal(self) -> None:
        """Of what cannot be written Go's client names one."""
        for name, value, wanted in (
            ("X R", "1", 'name "X R"'),
            ("", "1", 'name ""'),
            ("x-r", "\x01", 'value for "X-R"'),
        ):
            message = call()
            message.set(name, value)
            text = f"net/http: invalid header field {wanted}"
            self.assertEqual(str(message.refusal()), text)

    def test_blanks(self) -> None:
        """Blanks around a value count until the message is written."""
        message = call(fields={"X-A": ["1"]})
        message.set("X-A", " 2 ")
        message.add("X-A", "3\t")
        self.assertEqual(message.all("X-A"), [" 2 ", "3\t"])
        message.trim()
        self.assertEqual(message.all("X-A"), ["2", "3"])
