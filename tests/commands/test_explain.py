"""Tests of what ``check -d`` tells of the gateway that is really built."""

from __future__ import annotations

import json
import re
from typing import Any

from attrs import field, frozen
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.commands._explain import (
    Explanation,
    Unbuildable,
    build_gateway,
    parameters,
    plain_value,
)
from krakendtw.config.load import load
from krakendtw.config.where import ConfigPath
from krakendtw.plugin import Registry
from krakendtw.proxy.plan import Part

BACKEND = {"url_pattern": "/x", "host": ["http://h:80"]}


class ExplainTestCase(SynchronousTestCase):
    """Builds gateways."""

    def explain(self, level: int = 1, **root: Any) -> list[str]:
        """The lines for a document."""
        path = self.mktemp()
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"version": 3, **root}, file)
        registry = Registry.discover()
        loaded = load(path, registry, environ={"GOMAXPROCS": "2"})
        gateway = build_gateway(loaded, registry)
        return list(Explanation(gateway, level, "  ").lines())

    def endpoint(self, *backends: Any, level: int = 1, **endpoint: Any) -> list[str]:
        """The lines for one endpoint."""
        entry = {"endpoint": "/a", "backend": list(backends or [BACKEND]), **endpoint}
        lines = self.explain(level, endpoints=[entry])
        return lines[lines.index("  GET /a") + 1 :]


class ServiceTests(ExplainTestCase):
    """The parts of the gateway as a whole."""

    def test_nothing(self) -> None:
        """A gateway that does nothing has an address and two limits."""
        self.assertEqual(
            [
                "The gateway that is built of it:",
                "  Listens on *:8080",
                "    A head may take 10s, a connection may rest 1m15s",
            ],
            self.explain(),
        )

    def test_stages(self) -> None:
        """Components around everything and around each route, outermost first."""
        lines = self.explain(
            port=81,
            listen_ip="127.0.0.1",
            idle_timeout="3s",
            extra_config={
                "security/http": {"frame_deny": True},
                "security/bot-detector": {"deny": ["x"]},
                "security/cors": {"allow_origins": ["*"]},
                "router": {"max_payload": 9},
            },
        )
        self.assertEqual("  Listens on 127.0.0.1:81", lines[1])
        self.assertIn("a connection may rest 3s", lines[2])
        text = "\n".join(lines[3:])
        self.assertRegex(
            text,
            re.compile(
                r"  Around everything:\n    200 security/cors  allow_origins: \[\*\].*"
                r"\n"
                r"  Around each route:\n    400 security/http  frame_deny: true.*\n"
                r"(    .*\n)*    600 security/bot-detector  deny: \[x\]"
            ),
        )
        self.assertIn("max_payload", text)


class EndpointTests(ExplainTestCase):
    """The parts of an endpoint."""

    def test_plain(self) -> None:
        """Times, names and the exchange are told even where nothing is configured."""
        self.assertEqual(
            [
                "    Answers within 2s, as json",
                "    Takes the headers (none)",
                "    Takes the query strings (none)",
                "    Backend 1 of 1: GET /x",
                "      Answers within 2s",
                "      http  hosts: [http://h:80], discovery: static, balancing: the "
                "only host, decoder: json",
            ],
            self.endpoint(),
        )

    def test_pipe(self) -> None:
        """Handlers, steps of the endpoint, the merge and steps of the backends."""
        lines = self.endpoint(
            {
                **BACKEND,
                "input_headers": ["X-A"],
                "host": ["http://a:80", "http://b:80"],
                "extra_config": {
                    "qos/circuit-breaker": {"timeout": 1, "max_errors": 2},
                    "qos/ratelimit/proxy": {"max_rate": 1, "capacity": 2},
                },
            },
            {**BACKEND, "encoding": "XML", "is_collection": True},
            timeout="4s",
            cache_ttl="1m",
            concurrent_calls=2,
            output_encoding="no such",
            input_headers=["X-A", "X-B"],
            extra_config={
                "qos/ratelimit/router": {"max_rate": 5},
                "validation/cel": [{"check_expr": "req_method == 'GET'"}],
                "proxy": {
                    "sequential": True,
                    "static": {"strategy": "always", "data": {"a": 1}},
                },
            },
        )
        wanted = (
            "    Answers within 4s, as json",
            "    May be stored for 1m0s",
            "    Takes the headers X-A, X-B",
            "    Around the handler:",
            "      550 qos/ratelimit/router  max_rate: 5",
            "    Pipe:",
            "      600 validation/cel  [{check_expr: req_method == 'GET'}]",
            "      800 static",
            "    merge  strategy: sequential, combiner: default",
            "    Backend 1 of 2: GET /x",
            "       20 url",
            "       30 concurrent_calls  calls: 2, timeout: 3",
            "       40 balancing",
            "       50 input_headers  [X-A]",
            "      400 qos/circuit-breaker  timeout: 1, max_errors: 2",
            "      450 qos/ratelimit/proxy  max_rate: 1, capacity: 2",
            "      http  hosts: [http://a:80, http://b:80], discovery: static, "
            "balancing: random, decoder: json",
            "    Backend 2 of 2: GET /x",
            "decoder: xml, is_collection: true",
        )
        text, place = "\n".join(lines), 0
        for part in wanted:
            found = text.find(part, place)
            self.assertNotEqual(-1, found, f"{part} in\n{text[place:]}")
            place = found + len(part)

    def test_client(self) -> None:
        """What stands around the client, and what replaces the exchange."""
        text = "\n".join(
            self.endpoint(
                {**BACKEND, "extra_config": {"qos/http-cache": {"shared": True}}},
            )
        )
        self.assertIn("      client 300 qos/http-cache  shared: true", text)

    def test_conditions(self) -> None:
        """A backend that is not always asked says when it is."""
        condition = {"strategy": "header", "name": "X-Plan", "value": "gold"}
        backend = {**BACKEND, "extra_config": {"backend/conditional": condition}}
        text = "\n".join(self.endpoint(backend, BACKEND))
        self.assertIn("    merge of those chosen  strategy: parallel", text)
        self.assertIn(
            "only if backend/conditional  strategy: header, name: X-Plan, value: gold",
            text,
        )

    def test_shadows(self) -> None:
        """Shadows stand apart, with the time that they have."""
        shadow = {
            **BACKEND,
            "extra_config": {"proxy": {"shadow": True, "shadow_timeout": "9s"}},
        }
        text = "\n".join(self.endpoint(BACKEND, shadow))
        self.assertIn("    Shadows, for which nobody waits, may take 9s\n", text)
        self.assertIn("    Shadow 1 of 1: GET /x\n", text)
        self.assertIn("every answer is 500", "\n".join(self.endpoint(shadow)))

    def test_levels(self) -> None:
        """From the second level on each parameter has a line."""
        lines = self.endpoint(level=2)
        self.assertEqual(["      http", "        hosts: [http://h:80]"], lines[5:7])

    def test_unbuildable(self) -> None:
        """What cannot be built says why."""
        entry = {"endpoint": "/a", "backend": [BACKEND]}
        error = self.assertRaises(Unbuildable, self.explain, endpoints=[entry, entry])
        self.assertIn("already registered", str(error))


@frozen
class Settings:
    """Settings of a component."""

    where: ConfigPath
    rate: float
    is_strict: bool
    names: tuple[str, ...] = ()
    pattern: Any = re.compile("a+")
    run: Any = len
    hidden: str = field(default="x", repr=False)


class ParameterTests(SynchronousTestCase):
    """What is shown of settings."""

    settings = Settings(ConfigPath(("a",)), 1.0, is_strict=True, names=("n",))

    def test_plain(self) -> None:
        """Plain fields are shown; places, functions and hidden ones are not."""
        self.assertEqual(
            {"rate": 1.0, "is_strict": True, "names": ["n"], "pattern": "a+"},
            plain_value(self.settings),
        )
        self.assertEqual({"a": ["b"]}, plain_value({"a": [b"b", len], "c": None}))

    def test_written(self) -> None:
        """What was written comes first, then what it does not say."""
        part = Part(1, "a/b", self.settings)
        self.assertEqual(
            ["rate: 1", "is_strict: true", "names: [n]", "pattern: a+"],
            parameters(part, None),
        )
        self.assertEqual(
            ["strict: false", "x: {y: 1.5}", "rate: 1", "pattern: a+"],
            parameters(part, {"@comment": "c", "strict": False, "x": {"y": 1.5}}),
        )
        self.assertEqual(["[1]"], parameters(part, [1]))

    def test_no_settings(self) -> None:
        """A part may have none, or a list only."""
        self.assertEqual([], parameters(Part(1, "url"), None))
        self.assertEqual(["[X-A]"], parameters(Part(1, "h", ("X-A",)), None))
        self.assertEqual([], parameters(Part(1, "h", len), None))
