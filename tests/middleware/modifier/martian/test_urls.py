"""Tests of the modifiers of URLs."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth._go_struct import Mismatch
from krakendtw.middleware.modifier.martian._tree import parse
from tests.middleware.modifier.martian.exchanges import call, reply

HIT = {"header.Modifier": {"name": "Hit", "value": "1"}}


class URLTests(SynchronousTestCase):
    """Changes, and questions."""

    def moved(self, kind: str, url: str, **part: Any) -> str:
        """Where a request goes then."""
        message = call(url)
        side = parse({kind: part}).call
        assert side is not None
        side(message)
        return str(message.address)

    def hits(self, kind: str, url: str, **part: Any) -> bool:
        """Whether a filter lets its modifier work, on both sides."""
        pair = parse({kind: {**part, "modifier": HIT}})
        assert pair.call is not None
        assert pair.reply is not None
        message = call(url)
        answer = reply(to=message)
        pair.call(message)
        pair.reply(answer)
        self.assertEqual(message.all("Hit"), answer.all("Hit"))
        return bool(message.all("Hit"))

    def test_modifier(self) -> None:
        """The given parts are replaced."""
        self.assertEqual(
            self.moved("url.Modifier", "http://a:1/b?c", path="/x y", query="z=1"),
            "http://a:1/x%20y?z=1",
        )
        self.assertEqual(
            self.moved("url.Modifier", "http://a:1/b?c", scheme="https", host="d"),
            "https://d/b?c",
        )

    def test_filter(self) -> None:
        """All given parts must be the same."""
        for part, wanted in (
            ({}, True),
            ({"scheme": "http", "host": "*.b", "path": "/c d", "query": "e=1"}, True),
            ({"scheme": "https"}, False),
            ({"host": "b"}, False),
            ({"path": "/c%20d"}, False),
            ({"query": "e"}, False),
        ):
            self.assertEqual(
                self.hits("url.Filter", "http://a.b/c%20d?e=1", **part), wanted, part
            )

    def test_regex(self) -> None:
        """The whole URL is searched."""
        self.assertTrue(self.hits("url.RegexFilter", "http://a/b?c", regex=r"/b\?"))
        self.assertFalse(self.hits("url.RegexFilter", "http://a/b?c", regex="^/b"))
        raw = {"url.RegexFilter": {"regex": "(", "modifier": HIT}}
        self.assertRaises(Mismatch, parse, raw)

    def test_port(self) -> None:
        """The port is set, dropped or spelt out."""
        for url, part, wanted in (
            ("http://a:1/", {"port": 8}, "http://a:8/"),
            ("http://[::1]/", {"port": 0, "remove": True}, ""),
            ("http://a:1/", {"remove": True}, "http://a/"),
            ("https://a/", {"defaultForScheme": True}, "https://a:443/"),
            ("ftp://a:5/", {"defaultForScheme": True}, "ftp://a:5/"),
        ):
            if wanted:
                self.assertEqual(self.moved("port.Modifier", url, **part), wanted)
        for part in ({}, {"port": 1, "remove": True}, {"port": "1"}):
            self.assertRaises(Mismatch, parse, {"port.Modifier": part})

    def test_port_filter(self) -> None:
        """Without a port the scheme's counts."""
        self.assertTrue(self.hits("port.Filter", "http://a/", port=80))
        self.assertTrue(self.hits("port.Filter", "http://a:81/", port=81))
        self.assertFalse(self.hits("port.Filter", "https://a/", port=80))

    def test_query_modifier(self) -> None:
        """A parameter is replaced, the query sorted."""
        self.assertEqual(
            self.moved(
                "querystring.Modifier", "http://a/?z=1&b=1&b=2", name="b", value="x y"
            ),
            "http://a/?b=x+y&z=1",
        )

    def test_query_filter(self) -> None:
        """A parameter has the value, or any."""
        url = "http://a/?b=1&b=2&c="
        self.assertTrue(self.hits("querystring.Filter", url, name="b", value="2"))
        self.assertTrue(self.hits("querystring.Filter", url, name="c"))
        self.assertFalse(self.hits("querystring.Filter", url, name="b", value="3"))
        self.assertFalse(self.hits("querystring.Filter", url, name="d"))

    def test_verifiers(self) -> None:
        """Verifiers change nothing."""
        url = "http://a/b?c"
        self.assertEqual(self.moved("url.Verifier", url, path="/x"), url)
        self.assertEqual(self.moved("querystring.Verifier", url, name="x"), url)
        self.assertRaises(Mismatch, parse, {"querystring.Verifier": {}})
