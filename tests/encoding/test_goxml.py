"""Tests of taking XML apart as Go does."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding._goxml import End, GoXMLError, Name, Start, Text, Tokens

# What Go 1.26's xml.Decoder says to each, on line 1 unless it says otherwise.
REFUSED = {
    b"<a><b></a>": "element <b> closed by </a>",
    b"<a>": "unexpected EOF",
    b"<a": "unexpected EOF",
    b"<": "unexpected EOF",
    b"<a>&am": "unexpected EOF",
    b"<!DOCTYPE a [": "unexpected EOF",
    b"<!-- x": "unexpected EOF",
    b"<?pi": "unexpected EOF",
    b"<a b>": "attribute name without = in element",
    b"<a b=c/>": "unquoted or missing attribute value in element",
    b"<a b='<'/>": "unescaped < inside quoted string",
    b"<a b='x": "unexpected EOF",
    b"<a !/>": "expected attribute name in element",
    b"<a>&x;</a>": "invalid character entity &x;",
    b"<a>&amp</a>": "invalid character entity &amp (no semicolon)",
    b"<a>&;</a>": "invalid character entity &;",
    b"<a>&#;</a>": "invalid character entity &#;",
    b"<a>&#99999999999;</a>": "invalid character entity &#99999999999;",
    b"<a>&#0;</a>": "illegal character code U+0000",
    b"<a>]]></a>": "unescaped ]]> not in CDATA section",
    b"<a>\xff</a>": "invalid UTF-8",
    b"<a>\x01</a>": "illegal character code U+0001",
    b"<a><![CDATA[x</a>": "unexpected EOF in CDATA section",
    b"<a><![CDAT[x</a>": "invalid <![ sequence",
    b"<a><!-x</a>": "invalid sequence <!- not part of <!--",
    b"<a><!-- -- --></a>": 'invalid sequence "--" not allowed in comments',
    b"<1/>": "invalid XML name: 1",
    b"<&/>": "expected element name after <",
    b"</a>": "unexpected end element </a>",
    b"</>": "expected element name after </",
    b"<a></b:a>": "element <a> in space  closed by </a> in space b",
    b"<b:a></a>": 'element <a> in space b closed by </a> in space ""',
    b"<a:b:c/>": "expected element name after <",
    b"<a/ >": "expected /> in element",
    b"<a></a x>": "invalid characters between </a and >",
    b"<? x?>": "expected target name after <?",
    b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>": "invalid character entity &x;",
}


def tokens(body: bytes, *, strict: bool = True) -> list[object]:
    """The tokens of a document, offsets left out."""
    found: list[object] = []
    for token in Tokens(body, strict=strict):
        if isinstance(token, Start):
            pairs = [f"{written(name)}={value}" for name, value in token.attributes]
            found.append(" ".join([f"<{written(token.name)}", *pairs]))
        elif isinstance(token, End):
            found.append(f"/{written(token.name)}")
        else:
            found.append(token)
    return found


def written(name: Name) -> str:
    """A name as in a document."""
    return f"{name.prefix}:{name.local}" if name.prefix else name.local


def refusal(body: bytes, *, strict: bool = True) -> str:
    """Why a document is refused, or nothing."""
    try:
        tokens(body, strict=strict)
    except GoXMLError as error:
        return str(error)
    return ""


class TokensTests(SynchronousTestCase):
    """Documents that are taken."""

    def test_elements(self) -> None:
        """Elements have names with prefixes, and attributes in their order."""
        self.assertEqual(
            ["<a x=1 p:y=2", "<b", "/b", "/a"],
            tokens(b"<a x='1' p:y = \"2\"><b/></a >"),
        )

    def test_text(self) -> None:
        """Text, CDATA sections and what a comment parts are pieces of their own."""
        self.assertEqual(
            ["<a", Text("x"), Text("<&>"), Text("y"), Text("z"), "/a"],
            tokens(b"<a>x<![CDATA[<&>]]>y<!-- - -->z</a>"),
        )

    def test_references(self) -> None:
        """XML's own five and numbers are resolved, in attributes too."""
        self.assertEqual(
            ["<a b=&\"'", Text("<&>AB\ufffd]]>"), "/a"],
            tokens(
                b'<a b="&amp;&quot;&apos;">&lt;&amp;&gt;&#65;&#x0042;&#xD800;]]&gt;</a>'
            ),
        )

    def test_line_feeds(self) -> None:
        """Lines end in one way, unless they are written as references."""
        body = b"<a b='\r\n'>1\r\n2\r3&#13;</a>"
        self.assertEqual(["<a b=\n", Text("1\n2\n3\r"), "/a"], tokens(body))

    def test_declarations(self) -> None:
        """Instructions and document types are skipped, whatever is in them."""
        body = (
            b"<?xml version='1.0' encoding='UTF-8'?><?pi <x> ?>"
            b'<!DOCTYPE a [<!ENTITY x "y>"><!-- > \' --><!ELEMENT a (b)>]><a/>'
        )
        self.assertEqual(["<a", "/a"], tokens(body))

    def test_nothing_is_fetched_or_expanded(self) -> None:
        """Entities that a document declares do not exist."""
        for declared in (b"SYSTEM 'file:///etc/passwd'", b"'&x;&x;&x;'"):
            body = b"<!DOCTYPE a [<!ENTITY x %s>]><a>&x;</a>" % declared
            self.assertIn("invalid character entity &x;", refusal(body))

    def test_encodings(self) -> None:
        """The rest of a document is read in the encoding that is declared."""
        body = b"<?xml version='1.0' encoding='iso-8859-1'?><r>caf\xe9</r>"
        self.assertEqual(["<r", Text("café"), "/r"], tokens(body))

    def test_names(self) -> None:
        """Names may be of any script."""
        self.assertEqual(["<naïve", "/naïve"], tokens("<naïve></naïve>".encode()))

    def test_offsets(self) -> None:
        """Offsets tell what stands between the tags."""
        found = Tokens(b"<a x='y'>in <b/></a>")
        start, *_, end = list(found)
        assert isinstance(start, Start)
        assert isinstance(end, End)
        self.assertEqual("in <b/>", found.text[start.offset : end.offset])

    def test_empty(self) -> None:
        """A document without elements is no error here."""
        self.assertEqual([], tokens(b""))
        self.assertEqual([Text('{"a":1}')], tokens(b'{"a":1}'))

    def test_lenient(self) -> None:
        """Not being strict, attributes, references and ends are taken as in HTML."""
        self.assertEqual(
            ["<a checked=checked b=c", Text("&nbsp;&x "), "<b", "/b", "/a"],
            tokens(b"<a checked b=c>&nbsp;&x <b></a>", strict=False),
        )
        self.assertIn("unexpected end", refusal(b"</a>", strict=False))


class RefusalTests(SynchronousTestCase):
    """Documents that are not."""

    def test_words(self) -> None:
        """Each is refused in Go's words."""
        prefix = "XML syntax error on line 1: "
        self.assertEqual(
            {body: prefix + message for body, message in REFUSED.items()},
            {body: refusal(body) for body in REFUSED},
        )

    def test_lines(self) -> None:
        """The line is that of the place where reading stopped."""
        message = "XML syntax error on line 4: element <a> closed by </b>"
        self.assertEqual(message, refusal(b"\n\n<a>\n</b>\n"))

    def test_declaration(self) -> None:
        """Other versions and unknown encodings are refused."""
        for declared, message in (
            (
                b"version='1.1'",
                'unsupported version "1.1"; only version 1.0 is supported',
            ),
            (b"encoding='x'", 'opening charset "x": unsupported charset: "x"'),
        ):
            self.assertEqual(f"xml: {message}", refusal(b"<?xml %s?>" % declared))

    def test_lines_after_change(self) -> None:
        """Lines count on when the encoding changes."""
        body = b"\n<?xml encoding='latin1'?>\n<a>"
        self.assertIn("line 3: unexpected EOF", refusal(body))

    @settings(deadline=None, derandomize=True)
    @given(st.text("<>/!?[]-'\"&;#x=a: \n\xe9CDATxml", max_size=20), st.booleans())
    def test_rubbish(self, text: str, strict: bool) -> None:
        """Any text is taken or refused, and nothing else happens."""
        refusal(text.encode(), strict=strict)
