"""Tests of ``security/bot-detector``."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import EndpointConfig, ServiceConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import NotConfigured
from krakendtw.interfaces import IHandlerMiddleware, IRouterMiddleware
from krakendtw.middleware.security.bot_detector import (
    BotDetector,
    compile_patterns,
    configure,
    remembering,
)
from krakendtw.router.answer import Answer
from krakendtw.testing import (
    MemoryLog,
    MemoryRouter,
    extra_config,
    gateway_request,
    handler_scope,
    render,
    service_scope,
)

WHERE = ConfigPath() / "extra_config" / "security/bot-detector"


def judge(raw: Any, *agents: bytes) -> list[bool]:
    """Which of ``agents`` are bots."""
    detector = configure(raw, WHERE)
    return [detector.is_bot(agent) for agent in agents]


class DecisionTests(SynchronousTestCase):
    """Who is a bot."""

    def test_lists(self) -> None:
        """Both lists want the whole name, and ``allow`` is asked first."""
        raw = {"deny": ["bad", "both"], "allow": ["both"]}
        self.assertEqual(
            judge(raw, b"bad", b"bad/1", b"both", b"Bad"), [True, False, False, False]
        )

    def test_patterns(self) -> None:
        """Patterns match anywhere, unless ``allow`` knows the name."""
        raw = {"patterns": ["(?i)bot", "^curl/\\d+$"], "allow": ["GoodBot"]}
        self.assertEqual(
            judge(raw, b"a ROBOT", b"curl/8", b"curl/8.1", b"GoodBot"),
            [True, True, False, False],
        )

    def test_empty(self) -> None:
        """An empty name is what the option says, whatever the patterns say."""
        self.assertEqual(judge({"patterns": [""]}, b""), [False])
        self.assertEqual(judge({"empty_user_agent_is_bot": True}, b""), [True])

    def test_bytes(self) -> None:
        """A byte that is no UTF-8 is one replacement character to a pattern."""
        raw = {"patterns": ["^.\\x{fffd}$"], "deny": ["\u00e9"]}
        self.assertEqual(
            judge(raw, b"x\xe9", "x\u00e9".encode(), "\u00e9".encode()),
            [True, False, True],
        )

    def test_remembered(self) -> None:
        """With a cache the decisions are the same."""
        raw = {"deny": ["a"], "patterns": ["^x"], "cache_size": 2.0}
        agents = (b"a", b"xy", b"ok", b"a", b"", b"xy", b"ok")
        plain = {**raw, "cache_size": 0}
        self.assertEqual(judge(raw, *agents), judge(plain, *agents))

    def test_remembers_the_last_ones(self) -> None:
        """As many decisions are kept as the cache has places, and no long names."""
        asked: list[bytes] = []

        def is_bot(agent: bytes) -> bool:
            asked.append(agent)
            return False

        decide = remembering(is_bot, 2)
        long = b"x" * 2000
        for agent in (b"a", b"b", b"a", b"c", b"a", b"b", long, long):
            decide(agent)
        self.assertEqual(asked, [b"a", b"b", b"c", b"b", long, long])


class PatternTests(SynchronousTestCase):
    """Several patterns as one."""

    def test_none(self) -> None:
        """No pattern matches nothing."""
        self.assertFalse(compile_patterns([])("a"))

    def test_joined(self) -> None:
        """Alternatives and flags of one do not reach into another."""
        matches = compile_patterns(["(?i)a|^b$", "c"])
        for text, wanted in (("A", True), ("b", True), ("B", True), ("C", False)):
            self.assertEqual(matches(text), wanted, text)

    def test_open_quote(self) -> None:
        """A quote that is left open ends with its pattern."""
        matches = compile_patterns(["\\Qa(", "b"])
        self.assertTrue(matches("xa("))
        self.assertTrue(matches("b"))
        self.assertFalse(matches("a"))

    def test_same_group_name(self) -> None:
        """Two patterns may use the same name for a group."""
        matches = compile_patterns(["(?P<n>a)", "(?P<n>b)"])
        self.assertTrue(matches("a"))
        self.assertTrue(matches("b"))


class LeafTests(SynchronousTestCase):
    """The detector of the service."""

    def test_leaf(self) -> None:
        """A bot gets an empty 403 and leaves an error; others get the answer."""
        log, router = MemoryLog(), MemoryRouter()
        detector = configure({"deny": ["a"]}, WHERE)
        verifyObject(IRouterMiddleware, detector)
        leaf = detector.wrap_leaf(service_scope(log=log), router)
        answer = render(leaf, gateway_request(headers={"User-Agent": ["a", "b"]}))
        self.assertEqual((answer.status, answer.headers, answer.body), (403, {}, b""))
        self.assertEqual(log.lines, ["ERROR [SERVICE: Gin][Botdetector] bot rejected"])
        answer = render(leaf, gateway_request(headers={"User-Agent": ["b", "a"]}))
        self.assertEqual(answer.body, b"routed")

    def test_no_agent(self) -> None:
        """A request without the field is one with an empty name."""
        detector = configure({"empty_user_agent_is_bot": True}, WHERE)
        leaf = detector.wrap_leaf(service_scope(), MemoryRouter())
        self.assertEqual(render(leaf, gateway_request()).status, 403)

    def test_as_the_leaf(self) -> None:
        """It streams bodies and answers later where the leaf does."""
        router = MemoryRouter()
        for flag in (True, False):
            router.streams_body = flag  # type: ignore[attr-defined]
            router.answers_later = flag  # type: ignore[attr-defined]
            leaf: Any = configure({}, WHERE).wrap_leaf(service_scope(), router)
            self.assertEqual((leaf.streams_body, leaf.answers_later), (flag, flag))


class HandlerTests(SynchronousTestCase):
    """The detector of an endpoint."""

    def setUp(self) -> None:
        self.log = MemoryLog()
        self.detector = configure({"deny": ["a"]}, WHERE)
        self.extra = extra_config({"security/bot-detector": self.detector})

    def handle(self, endpoint: EndpointConfig, service: ServiceConfig) -> Any:
        """The answer to a bot."""
        around = service_scope(service, log=self.log)
        scope = handler_scope(endpoint, around)
        handler = self.detector.wrap_handler(scope, lambda _: Answer(200))
        answers = [
            handler(gateway_request(headers={"User-Agent": agent})) for agent in "ab"
        ]
        return [answer.status for answer in answers]  # type: ignore[union-attr]

    def test_own(self) -> None:
        """An endpoint's own detector answers in place of its handler."""
        verifyObject(IHandlerMiddleware, self.detector)
        endpoint = EndpointConfig(path="/e", extra=self.extra)
        self.assertEqual(self.handle(endpoint, ServiceConfig()), [403, 200])
        prefix = "[ENDPOINT: /e][Botdetector]"
        self.assertEqual(
            self.log.lines,
            [
                f"DEBUG {prefix} The bot detector has been registered successfully",
                f"ERROR {prefix} bot rejected",
            ],
        )

    def test_services(self) -> None:
        """The service's stands elsewhere, and leaves handlers alone."""
        service = evolve(ServiceConfig(), extra=self.extra)
        found = self.handle(EndpointConfig(path="/e"), service)
        self.assertEqual(found, [200, 200])


class ConfigureTests(SynchronousTestCase):
    """What becomes of the configuration."""

    def assert_left_out(self, raw: Any, reason: str) -> None:
        """It is left out for this reason."""
        error = self.assertRaises(NotConfigured, configure, raw, WHERE)
        self.assertIn(reason, str(error))

    def test_names_in_any_case(self) -> None:
        """Go takes the names of options in any case."""
        raw = {"Deny": ["a"], "Empty_User_Agent_Is_Bot": True}
        self.assertEqual(judge(raw, b"a", b"", b"b"), [True, True, False])

    def test_null(self) -> None:
        """``null`` leaves an option alone, and is an empty text in a list."""
        self.assertEqual(judge(None, b"a"), [False])
        self.assertEqual(judge({"deny": None, "patterns": [None]}, b"a"), [True])

    def test_wrong_types(self) -> None:
        """A value of a wrong type leaves the detector out."""
        for raw in ([1], {"deny": "a"}, {"deny": ["a", 5]}, {"cache_size": 2.5}):
            self.assert_left_out(raw, "json: cannot unmarshal")

    def test_broken_pattern(self) -> None:
        """So does a pattern that is none, and a cache of less than nothing."""
        reason = "Unable to create the bot detector: "
        self.assert_left_out({"patterns": ["a", "(("]}, reason)
        self.assert_left_out({"patterns": ["(?=x)"]}, reason)
        self.assert_left_out({"cache_size": -1}, reason + "must provide a positive")

    def test_place(self) -> None:
        """A backend has no bots."""
        where = ConfigPath() / "endpoints" / 0 / "backend" / 0 / "extra_config" / "x"
        self.assertRaises(NotConfigured, configure, {}, where)

    def test_endpoint(self) -> None:
        """An endpoint may have some."""
        where = ConfigPath() / "endpoints" / 0 / "extra_config" / "x"
        self.assertIsInstance(configure({}, where), BotDetector)
