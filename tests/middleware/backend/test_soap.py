"""Tests of ``backend/soap``."""

from __future__ import annotations

from base64 import b64encode

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.interfaces import IBackendMiddleware
from krakendtw.middleware.backend.soap import NAMESPACE, Soap, configure
from krakendtw.testing import (
    MemoryBackend,
    backend_scope,
    extra_config,
    request,
    run_pipe,
)

ENDPOINT = ConfigPath() / "endpoints" / 0
WHERE = ENDPOINT / "backend" / 0 / "extra_config" / NAMESPACE


def made(text: str, **more: str) -> Soap:
    """The settings of a template."""
    return configure({"template": b64encode(text.encode()).decode(), **more}, WHERE)


class SoapTests(SynchronousTestCase):
    """Envelopes."""

    def test_envelope(self) -> None:
        """The envelope takes the body's place, with the type of XML."""
        settings = made("<a>{{ xmlEscape .req_params.Item }}</a>")
        verifyObject(IBackendMiddleware, settings)
        config = BackendConfig(method="POST", extra=extra_config({"s": settings}))
        part = settings.backend_part(backend_scope(config))
        assert part is not None
        backend = MemoryBackend()
        asked = request(
            "POST",
            headers={"Content-Type": "application/json"},
            body=b"{}",
            params={"Item": "<b>"},
        )
        self.successResultOf(run_pipe([part], backend, asked))
        sent = backend.requests[0]
        self.assertEqual(
            (sent.body, sent.headers["Content-Type"]),
            (b"<a>&lt;b&gt;</a>", ["text/xml"]),
        )

    def test_method(self) -> None:
        """Another method than POST is worth a warning."""
        settings = made("x", content_type="application/soap+xml")
        for method, wanted in (("GET", 1), ("POST", 0)):
            config = BackendConfig(method=method, extra=extra_config({"s": settings}))
            scope = backend_scope(config)
            self.assertIsNotNone(settings.backend_part(scope))
            lines: list[str] = scope.service.log.lines  # type: ignore[attr-defined]
            self.assertEqual(sum("WARNING" in line for line in lines), wanted)

    def test_places(self) -> None:
        """It works where it stands, and on backends only."""
        self.assertIsNone(made("x").backend_part(backend_scope()))
        where = ENDPOINT / "extra_config" / NAMESPACE
        self.assertRaises(ConfigError, configure, {"template": "eA=="}, where)
        self.assertRaises(ConfigError, configure, {}, WHERE)
