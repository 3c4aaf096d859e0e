"""Tests of output encoding negotiate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.http_headers import Headers

from krakendtw.encoding import json, xml, yaml
from krakendtw.encoding.negotiate import choose, render
from krakendtw.proxy.message import Response

if TYPE_CHECKING:
    from krakendtw.interfaces import Renderer

NAMES: dict[Renderer, str] = {
    json.render: "json",
    xml.render: "xml",
    yaml.render: "yaml",
}

CHOICES = {
    "": "json",
    "application/json": "json",
    "application/xml": "xml",
    "application/x-yaml": "yaml",
    "text/plain": "yaml",
    "text/*": "yaml",
    "*/*": "json",
    "application/*": "json",
    "*": "json",
    "application/xml;q=0.1, application/json": "xml",
    "image/png": "json",
    "image/png, application/xml": "xml",
    " , ;q=1, application/xml ; a=b": "xml",
    "text/xml": "json",
    "application/yaml": "json",
    "application/jso": "json",
    "application/x": "xml",
    "application/x-": "yaml",
    "application/json2": "json",
    "application/xml*": "json",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": "xml",
}


class ChooseTests(SynchronousTestCase):
    """The format by what the client accepts."""

    def test_choices(self) -> None:
        """Order counts, weights do not, and prefixes and stars match."""
        self.assertEqual(
            CHOICES, {text: NAMES[choose(text.encode())] for text in CHOICES}
        )


class RenderTests(SynchronousTestCase):
    """Answers."""

    def rendered(self, *accept: bytes) -> Any:
        """What a client gets that sends these fields."""

        class Request:
            requestHeaders = Headers({b"Accept": accept} if accept else {})

        return render(Response({"a": "1"}), cast("Any", Request()))

    def test_no_field(self) -> None:
        """A client that says nothing gets JSON."""
        self.assertEqual(
            (b"application/json; charset=utf-8", b'{"a":"1"}'), self.rendered()
        )

    def test_first_field(self) -> None:
        """Of several fields the first one is read."""
        self.assertEqual(
            (b"application/xml", b"<a>1</a>"),
            self.rendered(b"application/xml", b"application/json"),
        )

    def test_yaml(self) -> None:
        """Plain text is YAML."""
        self.assertEqual(
            (b"application/yaml; charset=utf-8", b'a: "1"\n'),
            self.rendered(b"text/plain"),
        )
