"""Tests of the step that writes a request's body."""

from __future__ import annotations

from base64 import b64encode

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.middleware.modifier._body_template import read_template
from krakendtw.middleware.modifier._formats import Formats
from krakendtw.middleware.modifier._generator import compile_generator
from krakendtw.plugin import Registry
from krakendtw.testing import MemoryLog, request


class GeneratorTests(SynchronousTestCase):
    """The hook; more is tested with the namespaces that have it."""

    def test_hook(self) -> None:
        """Body, type and length are new, the dictionary of fields is another one."""
        raw = {"template": b64encode(b"<a/>").decode(), "content_type": "text/xml"}
        template = read_template(raw, ConfigPath(), "name")
        hook = compile_generator(template, Formats.of(Registry()), MemoryLog())
        asked = request(headers={"Content-Type": "a/b"}, body=b"old")
        before = asked.headers
        self.assertIsNone(hook(asked))
        self.assertEqual(
            (asked.body, asked.headers),
            (b"<a/>", {"Content-Type": ["text/xml"], "Content-Length": ["4"]}),
        )
        self.assertEqual(before, {"Content-Type": ["a/b"]})
