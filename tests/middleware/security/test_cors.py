"""Tests of ``security/cors``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import Resource
from zope.interface.verify import verifyObject

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, NotConfigured
from krakendtw.interfaces import IServerMiddleware
from krakendtw.middleware.security.cors import CORS, configure
from krakendtw.testing import (
    MemoryLog,
    MemoryRouter,
    WireAnswer,
    gateway_request,
    render,
    service_scope,
)

WHERE = ConfigPath() / "extra_config" / "security/cors"
PREFLIGHT = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"


class Finder(Resource):
    """Stands for the router: says at once what answers."""

    def __init__(self, leaf: MemoryRouter) -> None:
        Resource.__init__(self)
        self._leaf = leaf

    def find(self, request: Any) -> MemoryRouter:
        """The leaf."""
        return self._leaf


class CORSTestCase(SynchronousTestCase):
    """Asks a gateway with CORS."""

    def setUp(self) -> None:
        self.log = MemoryLog()
        self.router = MemoryRouter()

    def ask(
        self,
        raw: Any,
        method: str = "GET",
        headers: Any = None,
        *,
        behind: Resource | None = None,
    ) -> WireAnswer:
        """One request through the settings ``raw``."""
        scope = service_scope(log=self.log)
        settings = configure(raw, WHERE)
        verifyObject(IServerMiddleware, settings)
        resource = settings.wrap_resource(scope, behind or self.router)
        return render(resource, gateway_request(method, "/a/b", headers=headers))

    def preflight(self, raw: Any, method: str = "GET", **headers: Any) -> WireAnswer:
        """A preflight of ``https://a``; underscores stand for dashes."""
        fields = {"Origin": "https://a", "Access-Control-Request-Method": method}
        fields.update({name.replace("_", "-"): headers[name] for name in headers})
        return self.ask(raw, "OPTIONS", fields)


class ActualRequestTests(CORSTestCase):
    """Requests that are no preflights."""

    def test_default(self) -> None:
        """Every origin is allowed, and the answer goes on being the router's."""
        answer = self.ask({}, headers={"Origin": "https://a"})
        self.assertEqual(answer.body, b"routed")
        self.assertEqual(answer.headers["Vary"], ["Origin"])
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], ["*"])

    def test_no_origin(self) -> None:
        """Without an origin only Vary is there; an empty one is none."""
        for headers in ({}, {"Origin": ""}):
            answer = self.ask({"allow_credentials": True}, headers=headers)
            self.assertEqual(answer.headers["Vary"], ["Origin"])
            self.assertNotIn("Access-Control-Allow-Origin", answer.headers)
            self.assertNotIn("Access-Control-Allow-Credentials", answer.headers)

    def test_origin_comes_back(self) -> None:
        """A listed origin comes back as it was sent, with all that it may do."""
        raw = {
            "allow_origins": ["https://a"],
            "expose_headers": ["x-one", "a b"],
            "allow_credentials": True,
        }
        headers = self.ask(raw, headers={"Origin": "https://A"}).headers
        self.assertEqual(headers["Access-Control-Allow-Origin"], ["https://A"])
        self.assertEqual(headers["Access-Control-Expose-Headers"], ["X-One, a b"])
        self.assertEqual(headers["Access-Control-Allow-Credentials"], ["true"])

    def test_refused_goes_on(self) -> None:
        """A request of another origin is answered, without permission."""
        raw = {"allow_origins": ["https://a"]}
        answer = self.ask(raw, headers={"Origin": "https://b"})
        self.assertEqual(answer.body, b"routed")
        self.assertNotIn("Access-Control-Allow-Origin", answer.headers)

    def test_method_not_listed(self) -> None:
        """A method that is not listed gets no permission; its case counts."""
        for method in ("PUT", "get"):
            answer = self.ask({}, method, {"Origin": "https://a"})
            self.assertNotIn("Access-Control-Allow-Origin", answer.headers)

    def test_several_origins(self) -> None:
        """Of several origins the first one decides, and all come back."""
        raw = {"allow_origins": ["https://a"]}
        answer = self.ask(raw, headers={"Origin": ["https://a", "b"]})
        found = answer.headers["Access-Control-Allow-Origin"]
        self.assertEqual(found, ["https://a", "b"])
        answer = self.ask(raw, headers={"Origin": ["b", "https://a"]})
        self.assertNotIn("Access-Control-Allow-Origin", answer.headers)

    def test_asked_each_time(self) -> None:
        """The site must not remember what it found behind it."""
        resource = CORS().wrap_resource(service_scope(), Finder(self.router))
        self.assertFalse(getattr(resource, "finds_the_same", False))

    def test_router_is_asked_directly(self) -> None:
        """What knows how to find a leaf is asked for it."""
        answer = self.ask({}, behind=Finder(self.router))
        self.assertEqual(answer.body, b"routed")


class PreflightTests(CORSTestCase):
    """OPTIONS with the method that is to follow."""

    def test_granted(self) -> None:
        """It ends here, with the method and the headers that were asked for."""
        answer = self.preflight(
            {"max_age": "90s"}, Access_Control_Request_Headers="X-Any, y"
        )
        self.assertEqual((answer.status, answer.body), (204, b""))
        self.assertEqual(
            answer.headers,
            {
                "Vary": [PREFLIGHT],
                "Access-Control-Allow-Origin": ["*"],
                "Access-Control-Allow-Methods": ["GET"],
                "Access-Control-Allow-Headers": ["X-Any, y"],
                "Access-Control-Max-Age": ["90"],
            },
        )
        self.assertEqual(self.router.requests, [])

    def test_refused(self) -> None:
        """It ends here too, with nothing but Vary."""
        answer = self.preflight({}, "PUT")
        self.assertEqual(answer.status, 204)
        self.assertEqual(answer.headers, {"Vary": [PREFLIGHT]})

    def test_no_origin(self) -> None:
        """Without an origin there is no permission."""
        self.assertEqual(self.preflight({}, Origin="").headers, {"Vary": [PREFLIGHT]})

    def test_origin_refused(self) -> None:
        """An origin that is not listed gets none."""
        answer = self.preflight({"allow_origins": ["https://b"]})
        self.assertEqual(answer.headers, {"Vary": [PREFLIGHT]})

    def test_options_is_always_allowed(self) -> None:
        """The method OPTIONS need not be listed."""
        answer = self.preflight({"allow_methods": ["GET"]}, "OPTIONS")
        self.assertEqual(answer.headers["Access-Control-Allow-Methods"], ["OPTIONS"])

    def test_headers_listed(self) -> None:
        """Only listed headers are allowed; an empty wish is no wish."""
        raw = {"allow_headers": ["X-One"]}
        answer = self.preflight(raw, Access_Control_Request_Headers="x-two")
        self.assertEqual(answer.headers, {"Vary": [PREFLIGHT]})
        answer = self.preflight(raw, Access_Control_Request_Headers="")
        self.assertNotIn("Access-Control-Allow-Headers", answer.headers)
        self.assertIn("Access-Control-Allow-Origin", answer.headers)

    def test_private_network(self) -> None:
        """A private network is allowed where it is configured and asked for."""
        name, asked = (
            "Access-Control-Allow-Private-Network",
            {"Access_Control_Request_Private_Network": "true"},
        )
        answer = self.preflight({"allow_private_network": True}, **asked)
        self.assertEqual(answer.headers[name], ["true"])
        vary = f"{PREFLIGHT}, Access-Control-Request-Private-Network"
        self.assertEqual(answer.headers["Vary"], [vary])
        self.assertNotIn(name, self.preflight({}, **asked).headers)
        answer = self.preflight({"allow_private_network": True})
        self.assertNotIn(name, answer.headers)

    def test_credentials(self) -> None:
        """Credentials are allowed beside the star, as in KrakenD."""
        headers = self.preflight({"allow_credentials": True}).headers
        self.assertEqual(headers["Access-Control-Allow-Origin"], ["*"])
        self.assertEqual(headers["Access-Control-Allow-Credentials"], ["true"])

    def test_no_preflight(self) -> None:
        """OPTIONS without a method to follow is a request like others."""
        for headers in ({}, {"Access-Control-Request-Method": ""}):
            answer = self.ask({}, "OPTIONS", {"Origin": "https://a", **headers})
            self.assertEqual(answer.body, b"routed")
            self.assertEqual(answer.headers["Access-Control-Allow-Origin"], ["*"])

    def test_passed_through(self) -> None:
        """``options_passthrough`` lets the router answer, with the same fields."""
        answer = self.preflight({"options_passthrough": True})
        self.assertEqual(answer.body, b"routed")
        self.assertEqual(answer.headers["Vary"], [PREFLIGHT])
        self.assertEqual(answer.headers["Access-Control-Allow-Methods"], ["GET"])


class DebugTests(CORSTestCase):
    """What is logged."""

    def test_silent(self) -> None:
        """Requests leave no line unless that is asked for."""
        self.ask({}, headers={"Origin": "https://a"})
        self.assertEqual(
            self.log.lines,
            ["DEBUG [SERVICE: Gin][CORS] Enabled CORS for all requests"],
        )

    def told(self) -> list[str]:
        """The decisions, without their times."""
        return [line.split(" ", 4)[4] for line in self.log.lines[1:]]

    def test_granted(self) -> None:
        """With ``debug`` the fields that were added are there."""
        self.ask({"debug": True}, headers={"Origin": "https://a"})
        self.preflight({"debug": True})
        fields = "map[Access-Control-Allow-Origin:[*] Vary:[Origin]]"
        self.assertEqual(
            self.told()[:2],
            ["Handler: Actual request", f"  Actual response added headers: {fields}"],
        )
        self.assertIn("  Preflight response headers: map[", self.log.lines[-1])

    def test_refused(self) -> None:
        """With ``debug`` there is the reason too."""
        raw = {"debug": True, "allow_origins": ["x"], "allow_headers": ["y"]}
        self.ask(raw)
        self.ask(raw, headers={"Origin": "b"})
        self.ask(raw, "PUT", headers={"Origin": "x"})
        self.preflight(raw, Origin="")
        self.preflight(raw)
        self.preflight(raw, "PUT", Origin="x")
        self.preflight(raw, Origin="x", Access_Control_Request_Headers=["y", "z"])
        reasons = [line for line in self.told() if line.startswith("  ")]
        self.assertEqual(
            reasons,
            [
                "  Actual request no headers added: missing origin",
                "  Actual request no headers added: origin 'b' not allowed",
                "  Actual request no headers added: method 'PUT' not allowed",
                "  Preflight aborted: empty origin",
                "  Preflight aborted: origin 'https://a' not allowed",
                "  Preflight aborted: method 'PUT' not allowed",
                "  Preflight aborted: headers '[y z]' not allowed",
            ],
        )


class ConfigureTests(SynchronousTestCase):
    """What becomes of the configuration."""

    def test_empty_lists(self) -> None:
        """An empty list is no list."""
        raw = {"allow_origins": [], "allow_methods": [], "allow_headers": []}
        self.assertEqual(configure(raw, WHERE), CORS())

    def test_wrong_types(self) -> None:
        """A value of another type counts as absent, an element of a list too."""
        raw = {
            "allow_origins": "https://a",
            "allow_methods": ["GET", 5],
            "allow_credentials": "true",
            "options_success_status": "200",
            "debug": 1,
        }
        self.assertEqual(configure(raw, WHERE), CORS(methods=("GET",)))

    def test_max_age(self) -> None:
        """Fractions of a second are cut off, and what is no duration is nothing."""
        for text, age in (("1500ms", 1), ("-500ms", 0), ("-2s", -2), ("soon", 0)):
            self.assertEqual(configure({"max_age": text}, WHERE).max_age_s, age)

    def test_max_age_is_no_text(self) -> None:
        """A number ends the start, as in KrakenD."""
        for value in (5, None):
            with self.assertRaises(ConfigError) as caught:
                configure({"max_age": value}, WHERE)
            self.assertEqual(caught.exception.where, WHERE / "max_age")

    def test_status(self) -> None:
        """The status of preflights is a final one in any case."""
        for value, status in ((299, 299), (200.7, 200), (0, 204), (5, 204), (101, 200)):
            raw = {"options_success_status": value}
            self.assertEqual(configure(raw, WHERE).status, status)
        raw = {"options_success_status": True}
        self.assertEqual(configure(raw, WHERE).status, 204)

    def test_no_object(self) -> None:
        """What is no object leaves it out."""
        for raw in (None, [1], "x"):
            self.assertRaises(NotConfigured, configure, raw, WHERE)

    def test_place(self) -> None:
        """It has no effect but in the service's part, whatever is wrong with it."""
        where = ConfigPath() / "endpoints" / 0 / "extra_config" / "security/cors"
        self.assertRaises(NotConfigured, configure, {"max_age": 5}, where)
