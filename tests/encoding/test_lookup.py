"""Tests of names of encodings."""

from __future__ import annotations

from collections.abc import Sequence

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.model import BackendConfig, EndpointConfig
from krakendtw.encoding import json, noop, safejson, string, xml
from krakendtw.encoding._plugin import Encoding
from krakendtw.encoding.lookup import decoder_for, renderer_for
from krakendtw.plugin import Registry


def registry() -> Registry:
    """Some of the built-in encodings."""
    result = Registry()
    for module in (json, noop, safejson, string, xml):
        result.add(module.encoding)
    result.add(Encoding("answers-only", render=json.render))
    return result


class DecoderForTests(SynchronousTestCase):
    """Backends."""

    def test_any_case(self) -> None:
        """Names are known in any case."""
        for name in ("safejson", "SafeJSON"):
            self.assertIs(safejson.decode, decoder_for(registry(), name, True))

    def test_unknown(self) -> None:
        """Unknown names, and those for answers only, mean JSON."""
        for name in ("", "yaml", "answers-only"):
            self.assertIs(json.decode, decoder_for(registry(), name, False))
            self.assertIs(json.decode_collection, decoder_for(registry(), name, True))


class RendererForTests(SynchronousTestCase):
    """Endpoints."""

    def found(self, name: str, backends: Sequence[str]) -> str:
        """The name of the renderer of an endpoint with such backends."""
        endpoint = EndpointConfig(
            "/",
            output_encoding=name,
            backends=tuple(BackendConfig(encoding=encoding) for encoding in backends),
        )
        found, renderer = renderer_for(registry(), endpoint)
        plugin = next(
            module.encoding
            for module in (json, noop, string, xml)
            if module.encoding.name == found
        )
        self.assertIs(plugin.renderer(), renderer)
        return found

    def test_known(self) -> None:
        """A known name is what counts, whatever the backends are."""
        self.assertEqual("xml", self.found("xml", ["string"]))
        self.assertEqual("no-op", self.found("no-op", ["no-op"]))

    def test_only_backend(self) -> None:
        """An unknown or empty name gives way to the only backend's."""
        for name in ("", "fast-json", "JSON", "safejson"):
            self.assertEqual("string", self.found(name, ["string"]))

    def test_json(self) -> None:
        """Where that does not help it is JSON."""
        for backends in ([], ["safejson"], ["STRING"], ["string", "string"]):
            self.assertEqual("json", self.found("what", backends))
