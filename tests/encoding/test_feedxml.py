"""Tests of the elements of a feed."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding._feedxml import (
    MAX_DEPTH,
    Element,
    decode_entities,
    extension,
    parse,
    root_kind,
    strip_cdata,
)
from krakendtw.encoding._goxml import GoXMLError

DUBLIN = "http://purl.org/dc/elements/1.1/"


def only_child(body: str) -> Element:
    """The only element below the root."""
    (element,) = parse(body.encode()).elements
    return element


class ParseTests(SynchronousTestCase):
    """The tree."""

    def test_tree(self) -> None:
        """Elements hold elements and text, and what was written."""
        root = parse(b"<?xml version='1.0'?><RSS v='1'>a<b>&lt;</b></RSS><junk")
        self.assertEqual(("RSS", "rss", "1"), (root.name, root.kind, root.get("v")))
        self.assertEqual("a<b>&lt;</b>", root.inner)
        self.assertEqual(["b"], [element.name for element in root.elements])
        self.assertEqual("", root.get("nope"))

    def test_first_attribute_counts(self) -> None:
        """Of attributes that differ by prefix the first one is asked for."""
        root = parse(b"<a x:href='1' href='2'/>")
        self.assertEqual(("1", "2"), (root.get("href"), root.attributes["href"]))

    def test_unclosed(self) -> None:
        """A tag that ends several elements is written in all but the innermost."""
        root = parse(b"<r><t>x<i>y<b>z</r>")
        (title,) = root.elements
        (italic,) = title.elements
        (bold,) = italic.elements
        self.assertEqual(
            ("z", "y<b>z</r>", "x<i>y<b>z</r>"),
            (bold.inner, italic.inner, title.inner),
        )

    def test_broken(self) -> None:
        """A broken document is refused, and one without elements."""
        for body, message in (
            (b"<a>", "XML syntax error on line 1: unexpected EOF"),
            (b"text", "Failed to find root node before document end."),
            (b"<a>" * (MAX_DEPTH + 1), "exceeded max depth"),
        ):
            self.assertEqual(message, str(self.assertRaises(GoXMLError, parse, body)))

    def test_root_kind(self) -> None:
        """The root's kind is known without reading on."""
        self.assertEqual("rdf", root_kind(b"<!-- --><x:RDF><<<"))
        self.assertEqual("", root_kind(b"<<"))
        self.assertEqual("", root_kind(b""))


class NamespaceTests(SynchronousTestCase):
    """Foreign elements."""

    def test_declared(self) -> None:
        """A declared prefix makes an extension, called by its usual name."""
        element = only_child(f"<a xmlns:Q='{DUBLIN}'><Q:date/></a>")
        self.assertTrue(element.is_extension)
        self.assertEqual("dc", element.prefix)

    def test_own_name(self) -> None:
        """A namespace that nobody knows goes by its prefix in lower case."""
        element = only_child("<a xmlns:Foo='urn:foo'><Foo:x/></a>")
        self.assertEqual((True, "foo"), (element.is_extension, element.prefix))

    def test_undeclared(self) -> None:
        """A prefix that nothing declares is one all the same."""
        element = only_child("<a><foo:x/></a>")
        self.assertEqual((True, "foo"), (element.is_extension, element.prefix))

    def test_feeds_own(self) -> None:
        """The default namespace, rss, rdf and content are not foreign."""
        for body in (
            "<a xmlns='urn:a'><x/></a>",
            "<a><x/></a>",
            "<a xmlns:rdf='urn:r'><rdf:x/></a>",
            "<a xmlns:content='urn:c'><content:x/></a>",
        ):
            self.assertFalse(only_child(body).is_extension)

    def test_extension(self) -> None:
        """An extension is shown with all that is in it."""
        element = only_child("<a><m:x b='1' a='2'> t <m:y/>u<m:y>v</m:y></m:x></a>")
        inner = {"name": "y", "attrs": {}, "children": {}}
        self.assertEqual(
            {
                "name": "x",
                "value": "t u",
                "attrs": {"a": "2", "b": "1"},
                "children": {"y": [inner | {"value": ""}, inner | {"value": "v"}]},
            },
            extension(element),
        )


class TextTests(SynchronousTestCase):
    """Texts."""

    def test_text(self) -> None:
        """References are resolved, markup and spaces within stay."""
        self.assertEqual(
            "<i> <b>x</b>", only_child("<a><t> &lt;i&gt; <b>x</b> </t></a>").text()
        )

    def test_cdata(self) -> None:
        """What is in a CDATA section is the text."""
        element = only_child("<a><t>lost<![CDATA[<b>&amp;]]>&lt;kept</t></a>")
        self.assertEqual("<b>&amp;<kept", element.text())

    def test_several_sections(self) -> None:
        """Of several sections two are found."""
        self.assertEqual("12", strip_cdata("<![CDATA[1]]><![CDATA[2]]><![CDATA[3]]>"))
        self.assertEqual("<![CDATA[x", strip_cdata("<![CDATA[x"))

    def test_entities(self) -> None:
        """A sign that begins no reference ends the resolving."""
        for text, decoded in (
            ("&lt;&eacute;&#65;&#x42;", "<éAB"),
            ("a & b &lt;", "a & b &lt;"),
            ("&lt;&", "<&"),
            ("&lt", "&lt"),
            ("&unknown;&gt;", "&unknown;>"),
            ("plain", "plain"),
        ):
            self.assertEqual(decoded, decode_entities(text))
