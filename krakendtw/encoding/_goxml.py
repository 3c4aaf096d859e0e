"""XML taken apart as Go's encoding/xml does it, errors in Go's words.

A reader without validation: document type declarations are skipped whole, so
that there are no entities but XML's own five and nothing outside of the
document is ever fetched or expanded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, NoReturn, TypeAlias, cast

from krakendtw.encoding._charset import UnknownCharset, decode_labelled
from krakendtw.encoding._xmlname import is_name
from krakendtw.go_quote import quote
from krakendtw.gojson.text import decode_raw, encode_raw


class GoXMLError(ValueError):
    """A document that Go's encoding/xml refuses; the text is Go's."""


class Name(NamedTuple):
    """A name with the prefix as it is written."""

    prefix: str
    local: str


class Start(NamedTuple):
    """The begin of an element.

    :ivar offset: the place behind the tag in the document.
    """

    name: Name
    attributes: tuple[tuple[Name, str], ...]
    offset: int


class End(NamedTuple):
    """The end of an element, of an empty one too.

    :ivar offset: the place before the tag in the document; behind it for all but the
        innermost of several elements that one tag ends.
    """

    name: Name
    offset: int


class Text(NamedTuple):
    """Characters between two pieces of markup, or a CDATA section."""

    data: str


Token: TypeAlias = Start | End | Text
_Match: TypeAlias = "Callable[[str, int], re.Match[str]]"

_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "apos": "'", "quot": '"'}

_space = cast("_Match", re.compile(r"[ \t\r\n]*").match)
_word = cast("_Match", re.compile(r"[A-Za-z0-9_:.\-\x80-\U0010ffff]*").match)
_bare_value = cast("_Match", re.compile(r"[A-Za-z0-9_:\-]*").match)
_decimal = cast("_Match", re.compile(r"[0-9]*").match)
_hexadecimal = cast("_Match", re.compile(r"[0-9A-Fa-f]*").match)
_plain = {
    end: cast("_Match", re.compile(f"[^<&{end}]*").match) for end in ('"', "'", ">")
}
_plain_tag = re.compile(r"<(/?)([A-Za-z_][A-Za-z0-9_.\-]*)>").match
_plain_text = re.compile(
    "[^<&>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]+(?=<)"
).match
_mark = re.compile(r"[\"'<>]").search
_illegal = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]").search


class Tokens:
    """The tokens of a document: iterate over it.

    Elements are properly nested; comments, processing instructions and
    declarations are left out.

    :param strict: whether what only HTML allows is refused.
    :param tail: what KrakenD's reader appends to a document that is not UTF-8.
    :ivar text: the document in the encoding that it has by now: offsets are
        places in it.
    """

    def __init__(self, body: bytes, *, strict: bool = True, tail: str = "") -> None:
        self.text = decode_raw(body)
        self._strict = strict
        self._tail = tail
        self._at = 0
        self._lines = 1  # of what was replaced when the encoding changed
        self._open: list[Name] = []

    def __iter__(self) -> Iterator[Token]:
        """
        Each token once.

        :raises GoXMLError: where the document is broken.
        """
        while self._at < len(self.text):
            start = self._at
            if self.text[start] != "<":
                match = _plain_text(self.text, start)
                if match is None:
                    yield Text(self._characters(""))
                else:
                    self._at = match.end()
                    yield Text(match[0])
                continue
            token = self._plain_tag(start)
            if token is not None:
                yield token
                continue
            self._at += 1
            kind = self._next()
            if kind == "/":
                yield from self._end_tags(start)
            elif kind == "?":
                self._instruction()
            elif kind == "!":
                if self._next() == "-":
                    self._comment()
                elif self.text[self._at - 1] == "[":
                    yield Text(self._cdata())
                else:
                    self._directive()
            else:
                self._at -= 1
                yield from self._start_tag()
        if self._open:
            self._fail("unexpected EOF")

    def _plain_tag(self, start: int) -> Token | None:
        """The quick way, for tags that are nothing but a name."""
        match = _plain_tag(self.text, start)
        if match is None:
            return None
        slash, word = match.groups()
        if not slash:
            self._at = match.end()
            name = Name("", word)
            self._open.append(name)
            return Start(name, (), self._at)
        if not self._open or self._open[-1] != ("", word):
            return None
        self._at = match.end()
        return End(self._open.pop(), start)

    def _fail(self, message: str) -> NoReturn:
        """Refuse the document at the place that has been reached."""
        line = self._lines + self.text.count("\n", 0, self._at)
        raise GoXMLError(f"XML syntax error on line {line}: {message}")

    def _next(self) -> str:
        """The next character, where the document must not end."""
        if self._at >= len(self.text):
            self._fail("unexpected EOF")
        self._at += 1
        return self.text[self._at - 1]

    def _skip_space(self) -> None:
        self._at = _space(self.text, self._at).end()

    def _skip_past(self, end: str) -> str:
        """What stands before the next ``end``."""
        start = self._at
        found = self.text.find(end, start)
        if found < 0:
            self._at = len(self.text)
            self._fail("unexpected EOF")
        self._at = found + len(end)
        return self.text[start:found]

    def _read_word(self) -> str:
        match = _word(self.text, self._at)
        self._at = match.end()
        if self._at == len(self.text):
            self._fail("unexpected EOF")
        return match[0]

    def _read_name(self, place: str) -> str:
        word = self._read_word()
        if not word:
            self._fail(f"expected {place}")
        if not is_name(word):
            self._fail(f"invalid XML name: {word}")
        return word

    def _read_qualified(self, place: str) -> Name:
        word = self._read_name(place)
        prefix, _, local = word.partition(":")
        if ":" in local:
            self._fail(f"expected {place}")
        return Name(prefix, local) if prefix and local else Name("", word)

    def _start_tag(self) -> Iterator[Token]:
        name = self._read_qualified("element name after <")
        attributes = []
        while True:
            self._skip_space()
            char = self._next()
            if char in "/>":
                break
            self._at -= 1
            attributes.append(self._attribute())
        if char == "/" and self._next() != ">":
            self._fail("expected /> in element")
        yield Start(name, tuple(attributes), self._at)
        if char == "/":
            yield End(name, self._at)
        else:
            self._open.append(name)

    def _attribute(self) -> tuple[Name, str]:
        name = self._read_qualified("attribute name in element")
        self._skip_space()
        if self._next() != "=":
            if self._strict:
                self._fail("attribute name without = in element")
            self._at -= 1
            return name, name.local
        self._skip_space()
        quote = self._next()
        if quote in "\"'":
            return name, self._characters(quote)
        if self._strict:
            self._fail("unquoted or missing attribute value in element")
        match = _bare_value(self.text, self._at - 1)
        self._at = match.end()
        if self._at == len(self.text):
            self._fail("unexpected EOF")
        return name, match[0]

    def _end_tags(self, offset: int) -> Iterator[Token]:
        """The end of an element, and unless strict of those left open in it."""
        name = self._read_qualified("element name after </")
        self._skip_space()
        if self._next() != ">":
            self._fail(f"invalid characters between </{name.local} and >")
        while True:
            if not self._open:
                self._fail(f"unexpected end element </{name.local}>")
            opened = self._open.pop()
            if opened.local == name.local:
                break
            if self._strict:
                self._fail(f"element <{opened.local}> closed by </{name.local}>")
            yield End(opened, offset)
            offset = self._at  # the tag is read: it counts to what is still open
        if opened.prefix != name.prefix:
            space = name.prefix or '""'
            self._fail(
                f"element <{opened.local}> in space {opened.prefix} "
                f"closed by </{name.local}> in space {space}"
            )
        yield End(name, offset)

    def _instruction(self) -> None:
        target = self._read_name("target name after <?")
        self._skip_space()
        content = self._skip_past("?>")
        if target != "xml":
            return
        version = _declared("version", content)
        if version not in ("", "1.0"):
            raise GoXMLError(
                f"xml: unsupported version {quote(version)}; "
                "only version 1.0 is supported"
            )
        label = _declared("encoding", content)
        if label.lower() not in ("", "utf-8"):
            self._change_encoding(label)

    def _change_encoding(self, label: str) -> None:
        """Read the rest of the document as the declaration says."""
        rest = encode_raw(self.text[self._at :])
        try:
            text = decode_labelled(rest, label)
        except UnknownCharset as error:
            name = quote(label)
            raise GoXMLError(
                f"xml: opening charset {name}: unsupported charset: {name}"
            ) from error
        self._lines += self.text.count("\n", 0, self._at)
        self.text, self._at = text + self._tail, 0

    def _comment(self) -> None:
        if self._next() != "-":
            self._fail("invalid sequence <!- not part of <!--")
        self._skip_past("--")
        if self._next() != ">":
            self._fail('invalid sequence "--" not allowed in comments')

    def _cdata(self) -> str:
        for wanted in "CDATA[":
            if self._next() != wanted:
                self._fail("invalid <![ sequence")
        start = self._at
        end = self.text.find("]]>", start)
        if end < 0:
            self._at = len(self.text)
            self._fail("unexpected EOF in CDATA section")
        self._at = end + 3
        return self._checked(_with_line_feeds(self.text[start:end]))

    def _directive(self) -> None:
        """Skip ``<!DOCTYPE …>`` and whatever is declared in it."""
        depth = 0
        while True:
            match = _mark(self.text, self._at)
            if match is None:
                self._at = len(self.text)
                self._fail("unexpected EOF")
            self._at = match.end()
            char = match[0]
            if char == ">":
                if depth == 0:
                    return
                depth -= 1
            elif char != "<":
                self._skip_past(char)
            elif self.text.startswith("!--", self._at):
                self._at += 3
                self._skip_past("-->")
            else:
                depth += 1

    def _characters(self, quote: str) -> str:
        """Text up to the next tag, or an attribute's up to its quote."""
        text = self.text
        plain = _plain[quote or ">"]
        pieces: list[str] = []
        start = self._at
        while True:
            self._at = plain(text, self._at).end()
            char = text[self._at : self._at + 1]
            if char == "&":
                pieces.append(_with_line_feeds(text[start : self._at]))
                pieces.append(self._reference())
                start = self._at
                continue
            if char == "" or (char == "<" and not quote):
                break
            self._at += 1
            if char == quote:
                break
            if char == "<":
                self._fail("unescaped < inside quoted string")
            if text[max(start, self._at - 3) : self._at] == "]]>":
                self._fail("unescaped ]]> not in CDATA section")
        end = self._at - 1 if quote and char == quote else self._at
        pieces.append(_with_line_feeds(text[start:end]))
        return self._checked("".join(pieces))

    def _reference(self) -> str:
        """What a reference like ``&amp;`` or ``&#x41;`` stands for."""
        start = self._at
        self._at += 1
        if self._next() == "#":
            value = self._code_point()
        else:
            self._at -= 1
            value = _ENTITIES.get(self._read_word())
            if self._next() != ";":
                self._at -= 1
                value = None
        if value is not None:
            return value
        written = self.text[start : self._at]
        if self._strict:
            hint = "" if written.endswith(";") else " (no semicolon)"
            self._fail(f"invalid character entity {written}{hint}")
        return written

    def _code_point(self) -> str | None:
        digits, base = _decimal, 10
        if self._next() == "x":
            digits, base = _hexadecimal, 16
        else:
            self._at -= 1
        match = digits(self.text, self._at)
        self._at = match.end()
        if self._next() != ";":
            self._at -= 1
            return None
        # More digits than a code point can have are not worth an integer.
        number = match[0].lstrip("0") or match[0][-1:]
        if not 0 < len(number) < 8:
            return None
        code = int(number, base)
        if code > 0x10FFFF:
            return None
        return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)

    def _checked(self, data: str) -> str:
        match = _illegal(data)
        if match is None:
            return data
        code = ord(match[0])
        is_byte = 0xDC80 <= code <= 0xDCFF
        name = "invalid UTF-8" if is_byte else f"illegal character code U+{code:04X}"
        return self._fail(name)


def _with_line_feeds(data: str) -> str:
    if "\r" not in data:
        return data
    return data.replace("\r\n", "\n").replace("\r", "\n")


def _declared(parameter: str, declaration: str) -> str:
    """A parameter of the XML declaration, or nothing."""
    match = re.search(f"""{parameter}=(?:"([^"]*)"|'([^']*)')""", declaration)
    if match is None:
        return ""
    return match[1] if match[1] is not None else match[2]
