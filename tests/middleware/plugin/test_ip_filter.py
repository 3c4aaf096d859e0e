"""Tests of the plugin ``ip-filter``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import Resource
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig, EndpointConfig, ExtraConfig
from krakendtw.errors import ConfigError, Rejected
from krakendtw.interfaces import (
    IRequestModifierPlugin,
    IScopedModifier,
    IServerPlugin,
)
from krakendtw.middleware.plugin.ip_filter import IPFilter
from krakendtw.testing import (
    MemoryRouter,
    answer_of,
    backend_scope,
    endpoint_scope,
    gateway_request,
    render,
    request,
    start,
)
from krakendtw.transport.stream import BodyStream

PLUGIN = IPFilter()


def config(*networks: str, **keys: Any) -> dict[str, Any]:
    """A namespace with the plugin's settings."""
    return {"name": ["ip-filter"], "ip-filter": {"CIDR": list(networks), **keys}}


class ConfigurationTests(SynchronousTestCase):
    """What does not start."""

    def test_promises(self) -> None:
        """It is both kinds of plugin."""
        verifyObject(IServerPlugin, PLUGIN)
        verifyObject(IRequestModifierPlugin, PLUGIN)

    def test_nonsense(self) -> None:
        """What cannot be meant is refused, in both places."""
        for raw in (
            {},
            {"ip-filter": {"allow": True}},
            {"ip-filter": {"CIDR": ["10.0.0.0/8"]}},
            config("nowhere", allow=True),
            config("10.0.0.0/8", allow="yes"),
            config("10.0.0.0/8", allow=True, trusted_proxies=["x"]),
            config("10.0.0.0/8", allow=True, alow=True),
        ):
            self.assertRaises(ConfigError, PLUGIN.wrap, raw, MemoryRouter())
            self.assertRaises(ConfigError, PLUGIN.request_modifier, raw)


class GateTests(SynchronousTestCase):
    """Around the router."""

    def status(self, raw: dict[str, Any], peer: str, **headers: str) -> int:
        """What a client is answered."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        gate = PLUGIN.wrap(raw, MemoryRouter())
        return render(gate, gateway_request(headers=fields, peer=peer)).status

    def test_allow(self) -> None:
        """Only those in the list may pass."""
        raw = config("10.0.0.0/8", "9.9.9.9", allow=True)
        self.assertEqual(200, self.status(raw, "10.1.1.1"))
        self.assertEqual(200, self.status(raw, "9.9.9.9"))
        self.assertEqual(403, self.status(raw, "8.8.8.8"))

    def test_deny(self) -> None:
        """All but those in the list may pass."""
        raw = config("10.0.0.0/8", allow=False)
        self.assertEqual(403, self.status(raw, "10.1.1.1"))
        self.assertEqual(200, self.status(raw, "8.8.8.8"))

    def test_no_address(self) -> None:
        """What is no address passes neither way."""
        for allow in (True, False):
            self.assertEqual(403, self.status(config("10.0.0.0/8", allow=allow), ""))

    def test_forged_header(self) -> None:
        """Without trusted proxies no header is believed."""
        raw = config("10.0.0.0/8", allow=True)
        self.assertEqual(403, self.status(raw, "8.8.8.8", X_Forwarded_For="10.1.1.1"))

    def test_trusted_proxy(self) -> None:
        """A trusted proxy's header is."""
        raw = config("1.2.3.4", allow=True, trusted_proxies=["10.0.0.0/8"])
        self.assertEqual(200, self.status(raw, "10.0.0.1", X_Forwarded_For="1.2.3.4"))
        self.assertEqual(403, self.status(raw, "10.0.0.1", X_Forwarded_For="1.2.3.5"))

    def test_own_headers(self) -> None:
        """Other headers may be named."""
        raw = config(
            "1.2.3.4",
            allow=True,
            trusted_proxies=["10.0.0.0/8"],
            client_ip_headers=["CF-Connecting-IP"],
        )
        self.assertEqual(200, self.status(raw, "10.0.0.1", CF_Connecting_IP="1.2.3.4"))
        self.assertEqual(403, self.status(raw, "10.0.0.1", X_Forwarded_For="1.2.3.4"))

    def test_empty(self) -> None:
        """The refusal has no body and the router never hears of it."""
        router = MemoryRouter()
        gate = PLUGIN.wrap(config("10.0.0.0/8", allow=True), router)
        answer = render(gate, gateway_request(peer="8.8.8.8"))
        self.assertEqual((b"", []), (answer.body, router.requests))

    def test_body_on_its_way(self) -> None:
        """What wants the whole body gets it whole."""
        router = MemoryRouter()
        gate = PLUGIN.wrap(config("127.0.0.1", allow=True), router)
        asked = gateway_request("POST")
        stream = BodyStream(Source(), 3)
        asked.body = stream
        start(gate, asked)
        self.assertEqual([], router.requests)
        stream.data_received(b"abc")
        stream.finish()
        self.assertEqual(200, answer_of(asked).status)
        self.assertEqual(b"abc", router.requests[0].body)

    def test_finder(self) -> None:
        """A router that finds its leaves is asked to."""

        class Tree(Resource):
            def find(self, asked: Any) -> Any:
                return MemoryRouter(b"found")

        gate = PLUGIN.wrap(config("127.0.0.1", allow=True), Tree())
        self.assertEqual(b"found", render(gate, gateway_request()).body)


class Source:
    """A transport that is never full."""

    def pauseProducing(self) -> None:
        """Nothing to hold back."""

    def resumeProducing(self) -> None:
        """Nothing is held."""


class ModifierTests(SynchronousTestCase):
    """In a pipe."""

    def refusal(self, modify: Any, peer: str, **headers: str) -> Rejected | None:
        """What is raised for a client, if anything is."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        asked = request(source=gateway_request(headers=fields, peer=peer))
        try:
            modify(asked)
        except Rejected as refusal:
            return refusal
        return None

    def bound(self, raw: dict[str, Any], scope: Any) -> Any:
        """The modifier at a place."""
        modifier: Any = PLUGIN.request_modifier(raw)
        verifyObject(IScopedModifier, modifier)
        return modifier.bound(scope)

    def endpoint(self, *backends: Any) -> Any:
        """An endpoint whose backends have these ``backend/http``."""
        made = [
            BackendConfig(extra=ExtraConfig(raw={"backend/http": raw}))
            for raw in backends
        ]
        return endpoint_scope(EndpointConfig(path="/a", backends=tuple(made)))

    def test_refuses(self) -> None:
        """The request fails, as a rule with 500."""
        modify = self.bound(config("10.0.0.0/8", allow=True), self.endpoint(None))
        self.assertIsNone(self.refusal(modify, "10.1.1.1"))
        refusal = self.refusal(modify, "8.8.8.8")
        assert refusal is not None
        self.assertEqual(500, refusal.status)

    def test_status_is_shown(self) -> None:
        """With ``return_error_code`` on the one backend it is 403."""
        raw = config("10.0.0.0/8", allow=True)
        shows = {"return_error_code": True}
        backend = BackendConfig(extra=ExtraConfig(raw={"backend/http": shows}))
        for scope, status in (
            (self.endpoint(shows), 403),
            (self.endpoint(shows, shows), 500),
            (backend_scope(backend), 403),
            (backend_scope(), 500),
        ):
            refusal = self.refusal(self.bound(raw, scope), "8.8.8.8")
            assert refusal is not None
            self.assertEqual(status, refusal.status)

    def test_routers_trust(self) -> None:
        """Without own proxies the router says who the client is."""
        modify = self.bound(config("1.2.3.4", allow=True), self.endpoint(None))
        self.assertIsNone(self.refusal(modify, "8.8.8.8", X_Forwarded_For="1.2.3.4"))

    def test_own_trust(self) -> None:
        """With own proxies they do."""
        raw = config("1.2.3.4", allow=True, trusted_proxies=["10.0.0.0/8"])
        modify = self.bound(raw, self.endpoint(None))
        self.assertIsNone(self.refusal(modify, "10.0.0.1", X_Forwarded_For="1.2.3.4"))
        self.assertIsNotNone(self.refusal(modify, "8.8.8.8", X_Forwarded_For="1.2.3.4"))

    def test_no_connection(self) -> None:
        """A request that came from no connection is judged by its own header."""
        modify = self.bound(config("1.2.3.4", allow=True), self.endpoint(None))
        modify(request(headers={"X-Forwarded-For": "1.2.3.4"}))
        self.assertRaises(Rejected, modify, request())
