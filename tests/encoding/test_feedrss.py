"""Tests of RSS."""

from __future__ import annotations

import json
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding._feedrss import read
from krakendtw.encoding._feedxml import parse
from krakendtw.encoding._goxml import GoXMLError
from krakendtw.gojson.writer import dumps

SPACES = (
    "xmlns:dc='http://purl.org/dc/elements/1.1/' "
    "xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' "
    "xmlns:content='http://purl.org/rss/1.0/modules/content/'"
)


def feed(inner: str, root: str = "rss") -> dict[str, Any]:
    """The data of a feed, as a client reads it."""
    document = f"<{root} {SPACES}>{inner}</{root}>"
    result: dict[str, Any] = json.loads(dumps(read(parse(document.encode()))))
    return result


def channel(inner: str) -> dict[str, Any]:
    """The data of a channel."""
    return feed(f"<channel>{inner}</channel>")


def item(inner: str) -> dict[str, Any]:
    """The only item of a channel."""
    (only,) = channel(f"<item>{inner}</item>")["items"]
    result: dict[str, Any] = only
    return result


class ChannelTests(SynchronousTestCase):
    """What a channel says of itself."""

    def test_texts(self) -> None:
        """The last one of each kind counts, in any case."""
        data = channel(
            "<title>a</title><TITLE>b</TITLE><description>d</description>"
            "<language>en</language><copyright>c</copyright>"
            "<pubDate>p</pubDate><lastBuildDate>l</lastBuildDate>"
        )
        names = (
            "title",
            "description",
            "language",
            "copyright",
            "published",
            "updated",
        )
        self.assertEqual(
            ["b", "d", "en", "c", "p", "l"], [data[name] for name in names]
        )

    def test_dublin_core(self) -> None:
        """Dublin Core steps in where the channel is silent."""
        data = channel(
            "<dc:title>t</dc:title><dc:language>de</dc:language>"
            "<dc:rights>r</dc:rights><dc:date>d</dc:date><dc:creator>c</dc:creator>"
        )
        names = ("title", "language", "copyright", "updated", "author")
        self.assertEqual(
            ["t", "de", "r", "d", {"name": "c"}], [data[name] for name in names]
        )

    def test_author(self) -> None:
        """The editor goes before the webmaster, and both before iTunes."""
        editor = "<managingEditor>e@x (E)</managingEditor>"
        master = "<webMaster>w@x</webMaster>"
        itunes = "<itunes:author>I</itunes:author>"
        for inner, author in (
            (itunes + master + editor, {"name": "E", "email": "e@x"}),
            (itunes + master, {"email": "w@x"}),
            (itunes, {"name": "I"}),
            ("", None),
        ):
            self.assertEqual(author, channel(inner)["author"])

    def test_categories(self) -> None:
        """Categories of all kinds are put together."""
        data = channel(
            "<dc:subject>s</dc:subject><itunes:keywords>k,l</itunes:keywords>"
            "<itunes:category text='i'><itunes:category text='j'/></itunes:category>"
            "<category>c</category>"
        )
        self.assertEqual(["c", "k", "l", "i", "j", "s"], data["categories"])

    def test_picture(self) -> None:
        """The picture is the channel's, or the root's, or iTunes'."""
        own = "<image><url>u</url><title>t</title></image>"
        itunes = "<itunes:image href='i'/>"
        self.assertEqual("u", channel(own + itunes)["img_url"])
        self.assertEqual("i", channel(itunes)["img_url"])
        self.assertEqual("", channel("<image/>")["img_url"])
        self.assertNotIn("img_url", channel(""))
        root = feed(f"<channel>{own}</channel><image><url>r</url></image>", "rdf")
        self.assertEqual("r", root["img_url"])

    def test_items_beside_channel(self) -> None:
        """In RDF items lie beside the channel."""
        data = feed("<item><title>a</title></item><channel/><x:y/><other/>", "rdf")
        self.assertEqual([{"title": "a"}], data["items"])

    def test_no_channel(self) -> None:
        """Without a channel there is an empty feed."""
        self.assertEqual([], feed("")["items"])


class ItemTests(SynchronousTestCase):
    """What an item says."""

    def test_fields(self) -> None:
        """The usual fields, in their order."""
        found = item(
            "<guid isPermaLink='false'>g</guid><link>l1</link><link href='l2'/>"
            "<title>t</title><description>d</description>"
            "<content:encoded><![CDATA[<p>]]></content:encoded>"
            "<category>c</category><enclosure url='u' length='1' type='t/t'/>"
            "<author>a@x (A)</author><pubDate>Wed, 02 Oct 2002 15:00:00 +0200</pubDate>"
        )
        author = {"name": "A", "email": "a@x"}
        expected = {
            "title": "t",
            "description": "d",
            "content": "<p>",
            "link": "l2",
            "links": ["l1", "l2"],
            "published": "Wed, 02 Oct 2002 15:00:00 +0200",
            "publishedParsed": "2002-10-02T13:00:00Z",
            "author": author,
            "authors": [author],
            "guid": "g",
            "categories": ["c"],
            "enclosures": [{"url": "u", "length": "1", "type": "t/t"}],
        }
        self.assertEqual(list(expected.items()), list(found.items()))

    def test_custom(self) -> None:
        """Unknown elements are kept by their names, the last one of each."""
        self.assertEqual(
            {"custom": {"Bar": "2", "foo": "x"}},
            item("<foo>x</foo><Bar>1</Bar><Bar>2</Bar>"),
        )

    def test_dublin_core(self) -> None:
        """Dublin Core is shown, and steps in."""
        found = item(
            "<dc:date>2020-01-02T03:04:05+01:00</dc:date><dc:title>t</dc:title>"
        )
        self.assertEqual(
            ("t", "2020-01-02T03:04:05+01:00"), (found["title"], found["published"])
        )
        self.assertEqual("2020-01-02T03:04:05+01:00", found["publishedParsed"])
        self.assertEqual(["title", "date"], list(found["dcExt"]))
        self.assertEqual(["date", "title"], list(found["extensions"]["dc"]))

    def test_itunes(self) -> None:
        """What iTunes adds is shown, empty if nothing in it is known."""
        found = item(
            "<itunes:image href='i'/><itunes:duration>1:00</itunes:duration>"
            "<itunes:keywords>k</itunes:keywords><itunes:author>A</itunes:author>"
        )
        self.assertEqual(
            {"author": "A", "duration": "1:00", "keywords": "k", "image": "i"},
            found["itunesExt"],
        )
        self.assertEqual({"url": "i"}, found["image"])
        self.assertEqual((["k"], {"name": "A"}), (found["categories"], found["author"]))
        self.assertEqual({}, item("<itunes:foo/>")["itunesExt"])

    def test_refused(self) -> None:
        """An enclosure with elements and content of no namespace are refused."""
        for inner in ("<enclosure><x/></enclosure>", "<encoded>x</encoded>"):
            self.assertRaises(GoXMLError, item, inner)
