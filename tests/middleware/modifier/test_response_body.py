"""Tests of ``modifier/response-body``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig, EndpointConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.interfaces import IBackendMiddleware, IProxyMiddleware
from krakendtw.middleware.modifier.response_body import ResponseBody, configure
from krakendtw.testing import (
    MemoryBackend,
    backend_scope,
    endpoint_scope,
    extra_config,
    response,
    run_pipe,
)

WHERE = ConfigPath() / "endpoints" / 0 / "extra_config" / "modifier/response-body"


def made(*modifiers: Any) -> ResponseBody:
    """The settings for a list of changes."""
    return configure({"modifiers": list(modifiers)}, WHERE)


class ResponseBodyTests(SynchronousTestCase):
    """Changes, their places, and mistakes."""

    def test_interfaces(self) -> None:
        """The settings are the middleware, of endpoints and backends."""
        self.assertTrue(verifyObject(IProxyMiddleware, made()))
        self.assertTrue(verifyObject(IBackendMiddleware, made()))

    def test_changes(self) -> None:
        """Each kind of change, one after the other."""
        settings = made(
            {"literal": {"field": "a", "find": "x", "replace": "y"}},
            {"regexp": {"field": "a", "find": "(y+)", "replace": "<$1>"}},
            {"trim": {"field": "b.c", "find": " "}},
            {"lower": {"field": "b.c"}},
            {"upper": {"field": "a"}, "@comment": "loud"},
        )
        data = {"a": "axxb", "b": {"c": " Hi "}}
        settings.apply(data)
        self.assertEqual(data, {"a": "A<YY>B", "b": {"c": "hi"}})

    def test_pipe(self) -> None:
        """The answer's data is changed; an answer without data is left alone."""
        settings = made({"upper": {"field": "a"}})
        extra = extra_config({"r": settings})
        part = settings.proxy_part(endpoint_scope(EndpointConfig("/x", extra=extra)))
        assert part is not None
        answer = self.successResultOf(run_pipe([part], MemoryBackend({"a": "b"})))
        self.assertEqual((answer.data, answer.is_complete), ({"a": "B"}, True))
        nothing = response()
        nothing.data = None
        answer = self.successResultOf(run_pipe([part], MemoryBackend(nothing)))
        self.assertIsNone(answer.data)

    def test_places(self) -> None:
        """It works where it stands, and not where there is no data."""
        settings = made()
        self.assertIsNone(settings.proxy_part(endpoint_scope()))
        self.assertIsNone(settings.backend_part(backend_scope()))
        extra = extra_config({"r": settings})
        self.assertIsNotNone(
            settings.backend_part(backend_scope(BackendConfig(extra=extra)))
        )
        for part in (
            settings.backend_part(
                backend_scope(BackendConfig(extra=extra, encoding="no-op"))
            ),
            settings.proxy_part(
                endpoint_scope(
                    EndpointConfig("/x", extra=extra, output_encoding="no-op")
                )
            ),
        ):
            self.assertIsNone(part)

    def test_mistakes(self) -> None:
        """What cannot be read ends the start, with its place."""
        for modifiers, wanted in (
            (None, "modifiers: is missing"),
            ({}, "modifiers: an object found"),
            ([1], "modifiers[0]: a number found"),
            ([{}], "modifiers[0]: none found"),
            (
                [{"lower": {"field": "a"}, "upper": {"field": "a"}}],
                "modifiers[0]: lower and upper found",
            ),
            ([{"lower": {}}], "modifiers[0].lower.field: is missing"),
            ([{"trim": {"field": "a"}}], "modifiers[0].trim.find: is missing"),
            (
                [{"lower": {"field": "a", "find": "b"}}],
                "modifiers[0].lower.find: no such key",
            ),
            (
                [{"regexp": {"field": "a", "find": "("}}],
                "modifiers[0].regexp.find: ",
            ),
        ):
            error = self.assertRaises(
                ConfigError, configure, {"modifiers": modifiers}, WHERE
            )
            self.assertIn(f'"modifier/response-body".{wanted}', str(error))

    def test_service(self) -> None:
        """The service has no answers of its own."""
        where = ConfigPath() / "extra_config" / "modifier/response-body"
        self.assertRaises(ConfigError, configure, {"modifiers": []}, where)
