"""Tests of bodies as values."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding import xml, yaml
from krakendtw.middleware.modifier._formats import Formats, family_of
from krakendtw.plugin import Registry


def formats() -> Formats:
    """The formats of a gateway with the usual encodings."""
    registry = Registry()
    registry.add(xml.encoding)
    registry.add(yaml.input_encoding)
    return Formats.of(registry)


class FamilyTests(SynchronousTestCase):
    """What a Content-Type says."""

    def test_families(self) -> None:
        """Types in any case, with parameters and with suffixes."""
        for text, wanted in (
            ("application/json", "json"),
            ("Application/JSON; charset=utf-8", "json"),
            ("application/problem+json", "json"),
            ("text/xml", "xml"),
            ("application/soap+xml;x=y", "xml"),
            ("application/x-yaml", "yaml"),
            ("text/plain", ""),
            ("json", ""),
            ("", ""),
        ):
            self.assertEqual(family_of(text), wanted, text)


class ReadTests(SynchronousTestCase):
    """Values of bodies."""

    def test_values(self) -> None:
        """Each format, with roots of all kinds."""
        for body, kind, wanted in (
            (b'{"a":[1]}', "application/json", {"a": [1]}),
            (b"[1,2]", "application/json", [1, 2]),
            (b"null", "text/json", None),
            (b"<a b='1'/>", "text/xml", {"a": {"-b": "1"}}),
            (b"a: [1]", "text/yaml", {"a": [1]}),
            (b"- 1", "text/yaml", [1]),
        ):
            self.assertEqual(formats().read(body, kind), wanted)

    def test_refusals(self) -> None:
        """What is broken, has more behind it, or is of another type."""
        for body, kind in (
            (b"{", "application/json"),
            (b"{} x", "application/json"),
            (b"", "application/json"),
            (b"<a>", "text/xml"),
            (b"a: b: c", "text/yaml"),
            (b"{}", "text/plain"),
        ):
            self.assertRaises(ValueError, formats().read, body, kind)

    def test_missing_decoder(self) -> None:
        """Without its plugin a format is not known."""
        self.assertRaises(
            ValueError, Formats.of(Registry()).read, b"<a/>", "application/xml"
        )
