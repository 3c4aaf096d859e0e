"""Tests of Atom."""

from __future__ import annotations

import json
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding._feedatom import construct, read
from krakendtw.encoding._feedxml import parse
from krakendtw.gojson.writer import dumps


def feed(inner: str) -> dict[str, Any]:
    """The data of a feed, as a client reads it."""
    document = f"<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='fr'>{inner}</feed>"
    result: dict[str, Any] = json.loads(dumps(read(parse(document.encode()))))
    return result


def entry(inner: str) -> dict[str, Any]:
    """The only entry of a feed."""
    (only,) = feed(f"<entry>{inner}</entry>")["items"]
    result: dict[str, Any] = only
    return result


class FeedTests(SynchronousTestCase):
    """What a feed says of itself."""

    def test_fields(self) -> None:
        """The fields have KrakenD's names."""
        data = feed(
            "<title>t</title><subtitle>s</subtitle><updated>u</updated>"
            "<rights>r</rights><logo>l</logo><category term='c' label='C'/>"
            "<author><name>N</name><email>e@x</email><uri>i</uri></author>"
            "<author><name>M</name></author>"
        )
        self.assertEqual(
            {
                "author": {"name": "N", "email": "e@x"},
                "categories": ["c"],
                "copyright": "r",
                "custom": None,
                "description": "s",
                "img_url": "l",
                "items": [],
                "language": "fr",
                "published": "",
                "title": "t",
                "type": "atom",
                "updated": "u",
            },
            data,
        )

    def test_older_names(self) -> None:
        """Atom 0.3's names mean the same."""
        data = feed(
            "<tagline>s</tagline><modified>u</modified><copyright>r</copyright>"
        )
        names = ("description", "updated", "copyright")
        self.assertEqual(["s", "u", "r"], [data[name] for name in names])


class EntryTests(SynchronousTestCase):
    """What an entry says."""

    def test_fields(self) -> None:
        """The usual fields, in their order."""
        found = entry(
            "<id>urn:1</id><link href='l1'/><link rel='alternate' href='l2'/>"
            "<link rel='enclosure' href='e' type='t/t' length='9'/>"
            "<link rel='edit' href='l3'/><title>t</title><summary>s</summary>"
            "<content type='html'>&lt;p></content><category term='c'/>"
            "<updated>2003-12-13T18:30:02Z</updated>"
            "<published>2003-12-13T08:29:29-04:00</published>"
            "<author><name>N</name></author><x:y>v</x:y>"
        )
        child = {"name": "y", "value": "v", "attrs": {}, "children": {}}
        expected = {
            "title": "t",
            "description": "s",
            "content": "<p>",
            "link": "l1",
            "links": ["l1", "l2"],
            "updated": "2003-12-13T18:30:02Z",
            "updatedParsed": "2003-12-13T18:30:02Z",
            "published": "2003-12-13T08:29:29-04:00",
            "publishedParsed": "2003-12-13T12:29:29Z",
            "author": {"name": "N"},
            "authors": [{"name": "N"}],
            "guid": "urn:1",
            "categories": ["c"],
            "enclosures": [{"url": "e", "length": "9", "type": "t/t"}],
            "extensions": {"x": {"y": [child]}},
        }
        self.assertEqual(list(expected.items()), list(found.items()))

    def test_published_is_updated(self) -> None:
        """Without a date of publication it is that of the last change."""
        found = entry("<updated>2003-12-13T18:30:02Z</updated>")
        self.assertEqual(found["updated"], found["published"])
        self.assertEqual(found["updatedParsed"], found["publishedParsed"])


class ConstructTests(SynchronousTestCase):
    """Texts by their type."""

    def test_types(self) -> None:
        """Each type has its own way of being written."""
        for markup, text in (
            ("<t> a &lt;b> </t>", "a <b>"),
            ("<t type='text'>&amp;amp;</t>", "&amp;"),
            ("<t type='text/html'>&amp;lt;</t>", "&lt;"),
            ("<t type='html'>&lt;b>x&lt;/b></t>", "<b>x</b>"),
            ("<t type='xhtml'><div><p>hi</p></div></t>", "<p>hi</p>"),
            ("<t type='xhtml'><p>hi</p></t>", "<p>hi</p>"),
            ("<t type='html'><![CDATA[<b>&amp;]]></t>", "<b>&amp;"),
            ("<t type='image/png'>aGk=</t>", "hi"),
            ("<t type='image/png'>not base64</t>", "not base64"),
            ("<t mode='base64'>aG\nk=</t>", "hi"),
        ):
            self.assertEqual(text, construct(parse(markup.encode())), markup)
