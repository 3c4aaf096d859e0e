"""Tests of how clients are told apart."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.model import ServiceConfig
from krakendtw.middleware.qos.ratelimit._client import (
    compile_client_of,
    compile_header,
)
from krakendtw.router.settings import RouterSettings
from krakendtw.testing import extra_config, gateway_request, service_scope


class ClientTests(SynchronousTestCase):
    """The text that stands for a client."""

    def client(
        self, strategy: str, key: str = "", path: str = "", **request: Any
    ) -> Any:
        """The client of a request."""
        params = request.pop("params", {})
        made = gateway_request("GET", request.pop("uri", "/"), **request)
        made.route_params = params
        client_of = compile_client_of(service_scope(), strategy, key, path)
        return None if client_of is None else client_of(made)

    def test_peer(self) -> None:
        """By ip it is the connection's address."""
        self.assertEqual("10.0.0.1", self.client("ip", peer="10.0.0.1"))

    def test_strategy_in_capitals(self) -> None:
        """The strategy's case does not matter."""
        self.assertEqual("10.0.0.1", self.client("IP", peer="10.0.0.1"))

    def test_forwarded(self) -> None:
        """Without trusted proxies a client may say who it is, as in KrakenD."""
        headers = {"X-Forwarded-For": "10.9.9.9"}
        self.assertEqual("10.9.9.9", self.client("ip", headers=headers))

    def test_trusted_proxies(self) -> None:
        """With them it may not."""
        settings = RouterSettings(trusted_proxies=("10.0.0.0/8",))
        config = ServiceConfig(extra=extra_config({"router": settings}))
        client_of: Any = compile_client_of(service_scope(config), "ip", "")
        made = gateway_request(headers={"X-Forwarded-For": "1.2.3.4"}, peer="8.8.8.8")
        self.assertEqual("8.8.8.8", client_of(made))

    def test_unknown(self) -> None:
        """There are three strategies."""
        self.assertIsNone(self.client("cookie", "sid"))

    def test_header(self) -> None:
        """A header's first value, whatever the case of its name."""
        headers = {"x-tenant": ["a", "b"]}
        self.assertEqual("a", self.client("header", "X-Tenant", headers=headers))

    def test_no_header(self) -> None:
        """Without the header there is no client."""
        self.assertEqual("", self.client("header", "X-Tenant"))

    def test_hidden_header(self) -> None:
        """Host is no header to Go."""
        self.assertEqual("", self.client("header", "Host"))

    def test_header_of_other_bytes(self) -> None:
        """A value need not be text."""
        made = gateway_request()
        made.headers.append((b"X-C", b"\xff"))
        self.assertEqual("\udcff", compile_header("X-C")(made))

    def listed(self, value: str) -> Any:
        """The client by a header that lists addresses."""
        return self.client("ip", "X-Real", headers={"X-Real": value}, peer="9.9.9.9")

    def test_first_of_a_list(self) -> None:
        """Of several addresses the first counts, without its port."""
        self.assertEqual("10.1.1.1", self.listed(" 10.1.1.1 , 10.2.2.2"))
        self.assertEqual("10.1.1.1", self.listed("10.1.1.1:8080"))

    def test_what_is_no_address(self) -> None:
        """Names, IPv6 and nothing leave the connection's address."""
        for value in ("somebody", "2001:db8::1", "", "10.1.1.01"):
            self.assertEqual("9.9.9.9", self.listed(value))

    def test_parameter(self) -> None:
        """A parameter of the route."""
        params = {"User": "joe"}
        self.assertEqual("joe", self.client("param", "user", "/u/:user", params=params))

    def test_parameter_in_another_case(self) -> None:
        """The parameter's case counts."""
        params = {"User": "joe"}
        self.assertEqual("", self.client("param", "User", "/u/:user", params=params))

    def test_parameters_alike(self) -> None:
        """Two names that the pipe takes for one are two to the limit."""
        params = {"Id": "2"}
        for key, value in (("id", "1"), ("Id", "2")):
            client = self.client(
                "param", key, "/p/:id/:Id", params=params, uri="/p/1/2"
            )
            self.assertEqual(value, client)
