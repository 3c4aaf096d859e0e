"""Tests of JSON feeds."""

from __future__ import annotations

import json
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding._feedjson import read
from krakendtw.errors import DecodeError
from krakendtw.gojson.writer import dumps


def feed(document: Any) -> dict[str, Any]:
    """The data of a feed, as a client reads it."""
    result: dict[str, Any] = json.loads(dumps(read(document)))
    return result


class FeedTests(SynchronousTestCase):
    """What a feed says of itself."""

    def test_fields(self) -> None:
        """The fields have KrakenD's names; dates are those of the first item."""
        data = feed(
            {
                "TITLE": "t",
                "description": "d",
                "language": "en",
                "icon": "i",
                "author": {"name": "A (a@x)"},
                "items": [{"date_published": "p", "date_modified": "m"}, {}],
            }
        )
        names = ("title", "description", "language", "img_url", "published", "updated")
        self.assertEqual(
            ["t", "d", "en", "i", "p", "m"], [data[name] for name in names]
        )
        self.assertEqual({"name": "A", "email": "a@x"}, data["author"])
        self.assertEqual(("json", None), (data["type"], data["categories"]))

    def test_any_object(self) -> None:
        """An object that is no feed is an empty one."""
        data = feed({"id": 1, "tags": [1], "author": None})
        self.assertEqual(([], None, ""), (data["items"], data["author"], data["title"]))

    def test_wrong_types(self) -> None:
        """A field of another type is refused."""
        documents: tuple[Any, ...] = (
            {"title": 1},
            {"items": {}},
            {"items": [1]},
            {"author": "A"},
            {"items": [{"tags": [1]}]},
            {"items": [{"attachments": [{"duration_in_seconds": "1"}]}]},
            # Of these nothing would come, but they are known.
            {"version": 1},
            {"expired": "true"},
            {"author": {"avatar": 1}},
            {"items": [{"language": []}]},
            {"items": [{"attachments": [{"size_in_bytes": 2**63}]}]},
        )
        for document in documents:
            self.assertRaises(DecodeError, read, document)


class ItemTests(SynchronousTestCase):
    """What an item says."""

    def test_fields(self) -> None:
        """The usual fields, in their order."""
        (found,) = feed(
            {
                "items": [
                    {
                        "id": "1",
                        "url": "u",
                        "external_url": "x",
                        "title": "t",
                        "summary": "s",
                        "content_text": "c",
                        "banner_image": "b",
                        "date_published": "2010-02-07T14:04:00-05:00",
                        "date_modified": "soon",
                        "tags": ["a"],
                        "authors": [{"name": "A"}],
                        "attachments": [{"url": "e", "mime_type": "t/t"}],
                    }
                ]
            }
        )["items"]
        expected = {
            "title": "t",
            "description": "s",
            "content": "c",
            "link": "u",
            "links": ["u", "x"],
            "updated": "soon",
            "published": "2010-02-07T14:04:00-05:00",
            "publishedParsed": "2010-02-07T14:04:00-05:00",
            "authors": [{"name": "A"}],
            "guid": "1",
            "image": {"url": "b"},
            "categories": ["a"],
            "enclosures": [{"url": "e", "length": "0", "type": "t/t"}],
        }
        self.assertEqual(list(expected.items()), list(found.items()))

    def test_no_authors(self) -> None:
        """A list of authors counts also if it is empty."""
        (found,) = feed({"items": [{"author": {"name": "A"}, "authors": []}]})["items"]
        self.assertEqual({"author": {"name": "A"}}, found)

    def test_null(self) -> None:
        """What is null is as good as not there, also among the items."""
        data = feed({"title": None, "items": [None, {"id": None, "tags": [None]}]})
        self.assertEqual([{}, {"categories": [""]}], data["items"])

    def test_only_author(self) -> None:
        """A single author is the list as well."""
        (found,) = feed({"items": [{"author": {"name": "A"}}]})["items"]
        self.assertEqual({"author": {"name": "A"}, "authors": [{"name": "A"}]}, found)
