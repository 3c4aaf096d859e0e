"""Tests of the modifiers of cookies."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth._go_struct import Mismatch
from krakendtw.middleware.modifier.martian._tree import parse
from tests.middleware.modifier.martian.exchanges import call, reply


class ModifierTests(SynchronousTestCase):
    """Cookies that are sent."""

    def set_cookie(self, **part: Any) -> str:
        """The Set-Cookie field of an answer."""
        side = parse({"cookie.Modifier": part}).reply
        assert side is not None
        answer = reply()
        side(answer)
        return answer.get("Set-Cookie")

    def test_request(self) -> None:
        """A cookie joins those that are there."""
        side = parse({"cookie.Modifier": {"name": "a\nb", "value": 'x;"y,z'}}).call
        assert side is not None
        for sent, wanted in (({}, ""), ({"Cookie": ["c=1"]}, "c=1; ")):
            message = call(fields=sent)
            side(message)
            self.assertEqual(message.all("Cookie"), [wanted + 'a-b="xy,z"'])

    def test_response(self) -> None:
        """All attributes, in Go's order."""
        self.assertEqual(
            self.set_cookie(
                name="c",
                value="v",
                path="/a;b",
                domain=".example.com",
                expires="2031-04-12T23:20:50.52+01:00",
                maxAge=60,
                secure=True,
                httpOnly=True,
            ),
            "c=v; Path=/ab; Domain=example.com; Expires=Sat, 12 Apr 2031 22:20:50 GMT;"
            " Max-Age=60; HttpOnly; Secure",
        )

    def test_left_out(self) -> None:
        """What cannot stand in a cookie is left out."""
        self.assertEqual(
            self.set_cookie(
                name="c", domain="bad domain", expires="1500-01-01T00:00:00Z", maxAge=-1
            ),
            "c=; Max-Age=0",
        )
        self.assertEqual(
            self.set_cookie(name="c", domain="10.0.0.1"), "c=; Domain=10.0.0.1"
        )
        self.assertEqual(self.set_cookie(name="bad name"), "")

    def test_times(self) -> None:
        """Times are RFC 3339's."""
        for text in ("soon", "2031-13-01T00:00:00Z", 5):
            raw = {"cookie.Modifier": {"name": "c", "expires": text}}
            self.assertRaises(Mismatch, parse, raw)


class FilterTests(SynchronousTestCase):
    """Cookies that are looked for."""

    def test_both_sides(self) -> None:
        """Name and value, or any value, on both sides."""
        hit = {"header.Modifier": {"name": "Hit", "value": "1"}}
        for value, cookies, wanted in (
            ("1", "a=2; b=1", True),
            ("1", 'b="1"', True),
            ("1", "b=12", False),
            ("", "b=anything", True),
            ("", "B=1", False),
            ("", 'b=a"b', False),
        ):
            pair = parse(
                {"cookie.Filter": {"name": "b", "value": value, "modifier": hit}}
            )
            assert pair.call is not None
            assert pair.reply is not None
            message = call(fields={"Cookie": [cookies]})
            pair.call(message)
            self.assertEqual(bool(message.all("Hit")), wanted, cookies)
            answer = reply(
                fields={"Set-Cookie": [c.strip() for c in cookies.split(";")]}
            )
            pair.reply(answer)
            self.assertEqual(bool(answer.all("Hit")), wanted, cookies)
