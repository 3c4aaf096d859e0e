"""Tests of the key source of an endpoint."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth import _endpoint_keys
from krakendtw.middleware.auth._endpoint_keys import (
    SharedKeys,
    build_keys,
    duration_or,
)
from krakendtw.middleware.auth._go_struct import decode_struct
from krakendtw.middleware.auth._jwk import Key
from krakendtw.middleware.auth._keys import CachedKeys, FileKeys, UncachedKeys
from krakendtw.middleware.auth._source import SOURCE_FIELDS, source_settings
from krakendtw.testing import service_scope
from tests.middleware.auth.agents import MemoryAgent, json_response
from tests.middleware.auth.tokens import OCT, PLACE, service_config

URL = "http://keys.example/set"


class BuildKeysTests(SynchronousTestCase):
    """Tests of :func:`build_keys`."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.agent = MemoryAgent([json_response({"keys": [OCT]})])
        self.patch(
            _endpoint_keys, "build_client", lambda url, tls, reactor: self.agent.client
        )
        self.shared = SharedKeys(100.0)
        self.scope = service_scope(
            service_config({"auth/validator": self.shared}), clock=self.clock
        )

    def build(self, source: dict[str, Any] | None = None, **values: Any) -> Any:
        """A source for a URL, or for other settings."""
        raw = {"jwk_url": URL} if source is None else source
        settings = source_settings(decode_struct(raw, "C", SOURCE_FIELDS), PLACE)
        defaults = {
            "cache": False,
            "cache_duration": 0,
            "key_identify_strategy": "",
            "failed_jwk_key_cooldown": "",
        }
        return build_keys(settings, {**defaults, **values}, self.scope)

    def test_file(self) -> None:
        """A file goes before a URL."""
        path = Path(self.mktemp())
        path.write_text(json.dumps({"keys": [OCT]}))
        keys = self.build({"jwk_url": URL, "jwk_local_path": str(path)})
        self.assertIsInstance(keys, FileKeys)
        self.assertEqual(keys.get("h").kid, "h")

    def test_uncached(self) -> None:
        """Without a cache nothing is downloaded in advance."""
        self.assertIsInstance(self.build(), UncachedKeys)
        self.clock.advance(1)
        self.assertEqual(self.agent.asked, [])

    def test_prefetch(self) -> None:
        """With a cache the set is downloaded at start, once for each URL."""
        first, second = self.build(cache=True), self.build(cache=True)
        self.assertIsInstance(first, CachedKeys)
        self.clock.advance(0)
        self.assertEqual(len(self.agent.asked), 1)
        self.assertIsNotNone(first.current("h"))
        self.assertIsNone(second.current("h"))

    def test_prefetch_that_fails(self) -> None:
        """A host that is down at start does no harm."""
        self.agent.answers[:] = [OSError("down")]
        keys = self.build(cache=True, failed_jwk_key_cooldown="5s")
        self.clock.advance(0)
        self.assertIsNone(keys.current("h"))
        self.assertIn("unknown", keys._misses)

    def test_shared(self) -> None:
        """The service's keys serve each endpoint with the same strategy."""
        first, second = self.build(cache=True), self.build(cache=True)
        other = self.build(cache=True, key_identify_strategy="x5t")
        odd = self.build(cache=True, key_identify_strategy="jku")
        self.clock.advance(0)
        self.assertIsInstance(second.get("h"), Key)
        self.assertIs(first._shared, second._shared)
        self.assertIsNot(other._shared, first._shared)
        self.assertIsNone(odd._shared)

    def test_durations(self) -> None:
        """A key is kept for 15 minutes unless told; 0 is not told."""
        for given, wanted in ((0, 900.0), (5, 5.0)):
            keys = self.build(cache=True, cache_duration=given)
            self.assertEqual(keys._own.max_age, wanted)

    def test_duration_or(self) -> None:
        """What is no duration is the default."""
        self.assertEqual(duration_or("2s", 1.0), 2.0)
        self.assertEqual(duration_or("", 1.0), 1.0)
        self.assertEqual(duration_or("forever", 1.0), 1.0)
