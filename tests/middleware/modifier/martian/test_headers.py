"""Tests of the modifiers of header fields."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth._go_struct import Mismatch
from krakendtw.middleware.modifier.martian._tree import parse
from tests.middleware.modifier.martian.exchanges import call, reply


class HeaderTests(SynchronousTestCase):
    """One modifier after the other."""

    def changed(self, kind: str, fields: dict[str, list[str]], **part: Any) -> Any:
        """A request that was changed."""
        message = call("http://backend/x?y=1", fields)
        side = parse({kind: part}).call
        assert side is not None
        side(message)
        return message

    def test_modifier(self) -> None:
        """A field is replaced."""
        made = self.changed(
            "header.Modifier", {"X-A": ["1", "2"]}, name="x-a", value="3"
        )
        self.assertEqual(made.all("X-A"), ["3"])

    def test_append(self) -> None:
        """A value is added."""
        made = self.changed("header.Append", {"X-A": ["1"]}, name="x-a", value="3")
        self.assertEqual(made.all("X-A"), ["1", "3"])

    def test_blacklist(self) -> None:
        """Fields are dropped."""
        made = self.changed("header.Blacklist", {"X-A": ["1"]}, names=["x-a", "host"])
        self.assertEqual((made.all("X-A"), made.host), ([], ""))

    def test_copy(self) -> None:
        """The first value is copied; what is not there, as empty."""
        made = self.changed(
            "header.Copy", {"X-A": ["1", "2"]}, **{"from": "X-A", "to": "B"}
        )
        self.assertEqual(made.all("B"), ["1"])
        made = self.changed("header.Copy", {}, **{"from": "X-A", "to": "B"})
        self.assertEqual(made.all("B"), [""])

    def test_id(self) -> None:
        """An identifier is made where there is none."""
        self.assertEqual(len(self.changed("header.Id", {}).get("X-Krakend-Id")), 36)
        made = self.changed("header.Id", {"X-T": ["mine"]}, header="X-T")
        self.assertEqual(made.all("X-T"), ["mine"])

    def test_verifier(self) -> None:
        """A verifier does nothing."""
        made = self.changed("header.Verifier", {}, name="X-A", value="1")
        self.assertEqual(list(made.headers.getAllRawHeaders()), [])

    def test_stash(self) -> None:
        """The URL is kept, and shown in the answer."""
        pair = parse({"stash.Modifier": {"headerName": "X-U"}})
        assert pair.call is not None
        assert pair.reply is not None
        message, answer = call("http://backend/x?y=1"), reply()
        pair.call(message)
        answer.call = message
        pair.reply(answer)
        self.assertEqual(answer.get("X-U"), "http://backend/x?y=1")
        for scope in (["response"], True, "request", {}):
            raw = {"stash.Modifier": {"headerName": "X-U", "scope": scope}}
            self.assertRaises(Mismatch, parse, raw)

    def test_filter(self) -> None:
        """One of the values is the wanted one."""
        inner = {"header.Modifier": {"name": "Hit", "value": "1"}}
        for values, wanted in ((["a", "b"], ["1"]), (["B"], []), ([], [])):
            fields = {"X-A": values} if values else {}
            made = self.changed(
                "header.Filter", fields, name="x-a", value="b", modifier=inner
            )
            self.assertEqual(made.all("Hit"), wanted)

    def test_no_name(self) -> None:
        """A field without a name, or with blanks in it, is one that is not there."""
        inner = {"header.Modifier": {"name": "Hit", "value": "1"}}
        for name in ("", "a b"):
            made = self.changed(
                "header.RegexFilter", {}, header=name, regex="", modifier=inner
            )
            self.assertEqual(made.all("Hit"), [])
            made = self.changed("header.Copy", {}, **{"from": name, "to": "B"})
            self.assertEqual(made.all("B"), [""])
            self.changed("header.Blacklist", {}, names=[name])

    def test_regex(self) -> None:
        """The request's field decides for the answer too."""
        inner = {"header.Modifier": {"name": "Hit", "value": "1"}}
        raw = {
            "header.RegexFilter": {"header": "X-A", "regex": "^b+$", "modifier": inner}
        }
        pair = parse(raw)
        assert pair.call is not None
        assert pair.reply is not None
        for value, wanted in (("bb", ["1"]), ("ab", []), ("", [])):
            message = call(fields={"X-A": [value]})
            answer = reply(to=message)
            pair.call(message)
            pair.reply(answer)
            self.assertEqual([message.all("Hit"), answer.all("Hit")], [wanted, wanted])
        raw["header.RegexFilter"]["regex"] = "("
        self.assertRaises(Mismatch, parse, raw)
