"""Tests of ``modifier/jmespath``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig, EndpointConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, PipeError
from krakendtw.gojson.number import Float, Number
from krakendtw.gojson.writer import dumps
from krakendtw.interfaces import IBackendMiddleware, IProxyMiddleware
from krakendtw.middleware.modifier.jmespath import configure
from krakendtw.testing import (
    MemoryBackend,
    backend_scope,
    endpoint_scope,
    extra_config,
    run_pipe,
)

WHERE = ConfigPath() / "endpoints" / 0 / "extra_config" / "modifier/jmespath"


class JMESPathTests(SynchronousTestCase):
    """Expressions over data."""

    def found(self, expression: str, data: Any) -> bytes:
        """The new data, as JSON."""
        return dumps(configure({"expr": expression}, WHERE).transform(data))

    def test_interfaces(self) -> None:
        """The settings are the middleware, of endpoints and backends."""
        made = configure({"expr": "a"}, WHERE)
        self.assertTrue(verifyObject(IProxyMiddleware, made))
        self.assertTrue(verifyObject(IBackendMiddleware, made))

    def test_shapes(self) -> None:
        """An object, a list, nothing, anything else."""
        data = {"o": {"a": 1}, "l": [1, None], "s": "x", "f": False}
        for expression, wanted in (
            ("o", b'{"a":1}'),
            ("l", b'{"collection":[1,null]}'),
            ("none", b"{}"),
            ("s", b'{"content":"x"}'),
            ("f", b'{"content":false}'),
        ):
            self.assertEqual(self.found(expression, data), wanted)

    def test_numbers(self) -> None:
        """Numbers compare as such, and long integers keep their digits."""
        data = {
            "l": [{"n": Number("10.50")}, {"n": Float(9)}, {"n": 12345678901234567890}]
        }
        self.assertEqual(
            self.found("sort_by(l, &n)[].n", data),
            b'{"collection":[9,10.5,12345678901234567890]}',
        )
        self.assertEqual(self.found("length(l[?n > `9.5`])", data), b'{"content":2}')
        self.assertEqual(self.found("sum([`1`, `2`])", data), b'{"content":3}')

    def test_failure(self) -> None:
        """What does not work on the data fails the answer."""
        made = configure({"expr": "length(a)"}, WHERE)
        self.assertRaises(PipeError, made.transform, {"a": 1})

    def test_mistakes(self) -> None:
        """What is no expression ends the start."""
        for raw in (
            {},
            {"expr": ""},
            {"expr": "a["},
            {"expr": 1},
            {"expr": "f(a"},
            "a",
        ):
            self.assertRaises(ConfigError, configure, raw, WHERE)

    def test_service(self) -> None:
        """The service has no data."""
        where = ConfigPath() / "extra_config" / "modifier/jmespath"
        self.assertRaises(ConfigError, configure, {"expr": "a"}, where)

    def test_pipe(self) -> None:
        """The data of an answer is replaced; an answer without any is left alone."""
        made = configure({"expr": "a"}, WHERE)
        config = EndpointConfig(path="/x", extra=extra_config({"j": made}))
        part = made.proxy_part(endpoint_scope(config))
        assert part is not None
        answer = self.successResultOf(run_pipe([part], MemoryBackend({"a": {"b": 1}})))
        self.assertEqual((answer.data, answer.is_complete), ({"b": 1}, True))

    def test_places(self) -> None:
        """It works where it stands, and not where there is no data."""
        made = configure({"expr": "a"}, WHERE)
        self.assertIsNone(made.proxy_part(endpoint_scope()))
        self.assertIsNone(made.backend_part(backend_scope()))
        extra = extra_config({"j": made})
        backend = BackendConfig(extra=extra)
        self.assertIsNotNone(made.backend_part(backend_scope(backend)))
        raw = BackendConfig(extra=extra, encoding="no-op")
        self.assertIsNone(made.backend_part(backend_scope(raw)))
        relay = EndpointConfig(path="/x", extra=extra, output_encoding="no-op")
        self.assertIsNone(made.proxy_part(endpoint_scope(relay)))
