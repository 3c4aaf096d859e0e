"""Tests of the audit's rules."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.commands._audit_rules import RULES
from tests.commands.test_audit_facts import facts_of

BARE = {
    *("1.2.1", "2.1.2", "2.1.7", "2.2.1", "2.2.2", "3.1.1", "3.1.2"),
    *("3.1.3", "4.1.1", "4.2.1", "4.3.1", "5.2.2"),
}
"""The rules that a configuration without any component breaks."""


def broken(root: dict[str, Any], endpoint: Any = None, backend: Any = None) -> set[str]:
    """The rules that apply to a configuration with one endpoint."""
    entry = {
        "endpoint": "/a",
        "backend": [{"url_pattern": "/x", **(backend or {})}],
        **(endpoint or {}),
    }
    facts = facts_of({"endpoints": [entry], **root})
    return {rule.id for rule in RULES if rule.applies(facts)}


def components(**raw: Any) -> dict[str, Any]:
    """An ``extra_config``."""
    return {"extra_config": raw}


class RuleTests(SynchronousTestCase):
    """What each rule looks for."""

    def test_order(self) -> None:
        """The rules stand in their order, each once."""
        ids = [rule.id for rule in RULES]
        self.assertEqual(sorted(set(ids)), ids)

    def test_bare(self) -> None:
        """Without components the protecting ones are missed."""
        self.assertEqual(BARE, broken({}))

    def test_root(self) -> None:
        """What the root says adds rules, or takes them away."""
        for root, added, taken in (
            ({"use_h2c": True}, {"2.1.8"}, set()),
            ({"tls": {"disabled": True}}, {"2.1.3"}, {"2.1.2"}),
            ({"tls": {"public_key": "a"}}, {"7.3.1"}, {"2.1.2"}),
            ({"allow_insecure_connections": True}, {"2.1.1"}, set()),
            ({"disable_rest": True}, {"5.1.1"}, set()),
            ({"debug_endpoint": True}, {"5.1.2"}, set()),
            ({"echo_endpoint": True}, {"5.1.3"}, set()),
            (components(router={"hide_version_header": True}), set(), {"2.2.1"}),
            (components(grpc={"server": {}}), {"2.2.5"}, set()),
            (components(grpc={}), set(), set()),
            (components(**{"auth/basic": {}}), set(), set()),
            (components(**{"security/bot-detector": []}), set(), set()),
            (components(**{"qos/ratelimit/router": 3}), set(), set()),
            (components(**{"qos/ratelimit/router": {}}), set(), {"3.1.2"}),
        ):
            self.assertEqual((BARE | added) - taken, broken(root), root)

    def test_server_plugins(self) -> None:
        """Deprecated server plugins are told of, one as basic authentication."""
        raw = components(**{"plugin/http-server": {"name": ["basic-auth", "x"]}})
        self.assertEqual(BARE | {"1.1.1", "7.1.3"}, broken(raw))

    def test_endpoint(self) -> None:
        """What an endpoint says adds rules, or takes them away."""
        modifiers = {"name": ["content-replacer"]}
        for endpoint, added, taken in (
            ({"timeout": "3s"}, set(), set()),
            ({"timeout": "3000500us"}, set(), set()),
            ({"timeout": "3001ms"}, {"3.3.1"}, set()),
            ({"timeout": "2m"}, {"3.3.1", "3.3.2", "3.3.3", "3.3.4"}, set()),
            ({"input_headers": ["*"]}, {"2.2.3"}, set()),
            ({"input_query_strings": ["*"]}, {"2.2.4"}, set()),
            ({"endpoint": "/a/*"}, {"5.1.4"}, set()),
            ({"endpoint": "/__catchall"}, {"5.1.5"}, set()),
            ({"output_encoding": "no-op"}, {"5.2.3"}, set()),
            (components(proxy={"sequential": True}), {"5.1.7"}, set()),
            (components(**{"auth/validator": {}}), set(), {"1.2.1"}),
            (components(**{"plugin/http-client": {"name": "x"}}), set(), set()),
            (
                components(**{"plugin/http-client": {"name": "no-redirect"}}),
                {"7.1.7"},
                set(),
            ),
            (
                components(**{"plugin/req-resp-modifier": modifiers}),
                {"7.1.8"},
                set(),
            ),
        ):
            self.assertEqual((BARE | added) - taken, broken({}, endpoint), endpoint)

    def test_backend(self) -> None:
        """What a backend says adds rules, or takes them away."""
        insecure = {"client_tls": {"allow_insecure_connections": True}}
        limits = {"max_items": 1, "max_size": 1}
        for backend, added, taken in (
            (components(**{"qos/circuit-breaker": {}}), set(), {"3.1.3"}),
            (components(**{"qos/ratelimit/proxy": {}}), set(), {"3.1.2"}),
            (components(**{"qos/http-cache": {"max_items": 1}}), {"2.3.1"}, set()),
            (components(**{"qos/http-cache": limits}), set(), set()),
            (components(**{"backend/http/client": insecure}), {"2.1.9"}, set()),
        ):
            result = broken({}, None, backend)
            self.assertEqual((BARE | added) - taken, result, backend)

    def test_agents(self) -> None:
        """Ten agents that start one after the other are too many."""
        agents = [{"name": str(each)} for each in range(10)]
        root = {"sequential_start": True, "async_agent": agents}
        self.assertIn("6.1.1", broken(root))
        self.assertNotIn("6.1.1", broken({**root, "async_agent": agents[1:]}))

    def test_deprecated_telemetry(self) -> None:
        """Deprecated exporters are told of, and two of them are too many."""
        raw = components(**{"telemetry/instana": {}, "telemetry/ganalytics": {}})
        found = broken(raw)
        self.assertLessEqual({"4.1.3", "7.2.1", "7.2.2"}, found)
        self.assertFalse({"4.1.1", "4.2.1"} & found)
