"""Tests of percent-encoding as Go does it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.proxy.escape import (
    FRAGMENT,
    HOST,
    PATH,
    USER,
    EscapeError,
    escape,
    to_bytes,
    to_text,
    unescape,
)


class TextTests(SynchronousTestCase):
    """Bytes from the wire and text in the pipe are one to one."""

    @given(st.binary())
    def test_any_bytes_come_back(self, raw: bytes) -> None:
        """Bytes that are no UTF-8 survive as well."""
        self.assertEqual(raw, to_bytes(to_text(raw)))

    def test_utf8_is_readable(self) -> None:
        """What is UTF-8 is that text."""
        self.assertEqual("ñ☕", to_text("ñ☕".encode()))

    def test_lone_surrogates(self) -> None:
        """A surrogate that stands for no byte is replaced, as Go does in JSON."""
        self.assertEqual("a\ufffd".encode() + b"\xff", to_bytes("a\ud83d\udcff"))


class UnescapeTests(SynchronousTestCase):
    """Undoing escapes."""

    def test_both_cases_of_digits(self) -> None:
        """Hexadecimal digits may be large or small."""
        self.assertEqual(b"//\xff", unescape(b"%2f%2F%fF"))

    def test_plus_stays(self) -> None:
        """A plus sign is one: only queries read it as a blank."""
        self.assertEqual(b"a+b", unescape(b"a+b"))

    def test_no_digits(self) -> None:
        """An invalid escape is told with up to two characters behind it."""
        for raw, shown in (
            (b"a%zzb", '"%zz"'),
            (b"100%", '"%"'),
            (b"%4", '"%4"'),
            (b'%4"x', '"%4\\""'),
            (b"%41%\xff\xfe", '"%\\xff\\xfe"'),
        ):
            error = self.assertRaises(EscapeError, unescape, raw)
            self.assertEqual(f"invalid URL escape {shown}", str(error))

    @given(st.binary(), st.sampled_from([PATH, HOST, USER, FRAGMENT, ""]))
    def test_escape_is_undone(self, raw: bytes, safe: str) -> None:
        """Whatever was escaped comes back."""
        self.assertEqual(raw, unescape(escape(raw, safe).encode()))


class EscapeTests(SynchronousTestCase):
    """Each part of a URL leaves its own characters alone."""

    def test_path(self) -> None:
        """A path keeps what Go keeps in one."""
        marks = b"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ "
        self.assertEqual(
            "%21%22%23$%25&%27%28%29%2A+,-./:;%3C=%3E%3F@%5B%5C%5D%5E_%60%7B%7C%7D~%20",
            escape(marks, PATH),
        )

    def test_host(self) -> None:
        """A host keeps more."""
        self.assertEqual(
            "!\"$&'()*+,-.:;<=>[]_~", escape(b"!\"$&'()*+,-.:;<=>[]_~", HOST)
        )

    def test_user_and_fragment(self) -> None:
        """A user's name keeps no colon, a fragment keeps question marks."""
        self.assertEqual("a%3Ab%40", escape(b"a:b@", USER))
        self.assertEqual("a?b%27", escape(b"a?b'", FRAGMENT))
