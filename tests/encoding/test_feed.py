"""Tests of what a feed comes to."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding._feed import data, moment, person, struct
from krakendtw.gojson.opaque import Opaque
from krakendtw.gojson.writer import dumps


class DataTests(SynchronousTestCase):
    """A feed's keys."""

    def test_empty(self) -> None:
        """A feed that says nothing has all keys but the picture."""
        self.assertEqual(
            b'{"author":null,"categories":null,"copyright":"","custom":null,'
            b'"description":"","items":[],"language":"","published":"","title":"",'
            b'"type":"rss","updated":""}',
            dumps(data("rss", [])),
        )

    def test_full(self) -> None:
        """Whatever it says is there."""
        feed = data(
            "atom",
            [{"title": "t"}],
            author={"name": "A"},
            categories=["c"],
            image="",
            title="T",
        )
        self.assertEqual(Opaque([{"title": "t"}]), feed["items"])
        self.assertEqual(Opaque({"name": "A"}), feed["author"])
        self.assertEqual(["c"], feed["categories"].value)
        self.assertEqual(("", "T"), (feed["img_url"], feed["title"]))


class StructTests(SynchronousTestCase):
    """Structs."""

    def test_omits_nothing_but_nothing(self) -> None:
        """Empty texts and lists are left out, empty structs and zeros are not."""
        self.assertEqual(
            {"b": "x", "e": {}, "f": 0},
            struct(a="", b="x", c=None, d=[], e={}, f=0),
        )

    def test_moment(self) -> None:
        """A date is opaque, no date is nothing."""
        self.assertEqual(Opaque("2021-09-06T16:45:00Z"), moment("2021-09-06T16:45:00Z"))
        self.assertIsNone(moment(None))


class PersonTests(SynchronousTestCase):
    """Names and addresses."""

    def test_forms(self) -> None:
        """Either may come first, or be missing."""
        for text, name, email in (
            ("e@x.org (Ann B)", "Ann B", "e@x.org"),
            ("Ann B (e@x.org)", "Ann B", "e@x.org"),
            ("Ann B", "Ann B", None),
            ("e@x.org", None, "e@x.org"),
        ):
            self.assertEqual(struct(name=name, email=email), person(text))

    def test_neither(self) -> None:
        """What is neither names nobody."""
        for text in ("", "(x)", "a (b) c@d", "x" * 2000):
            self.assertEqual({}, person(text))
