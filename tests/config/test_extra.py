"""Tests of giving namespaces to their owners."""

from __future__ import annotations

from typing import Any

from attrs import define, field, frozen
from twisted.plugin import IPlugin
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from krakendtw.config.extra import Configured, configure, grouped, is_guard
from krakendtw.config.model import (
    AsyncAgentConfig,
    BackendConfig,
    EndpointConfig,
    ExtraConfig,
    ServiceConfig,
)
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, ConfigErrors, NotConfigured
from krakendtw.interfaces import (
    IConditional,
    IConditionalBackend,
    IDoubtful,
    IMiddlewarePlugin,
    INestedEndpoint,
)
from krakendtw.plugin import Registry

ROOT = ConfigPath(file="k.json")


@implementer(IConditionalBackend)
@define
class Choice:
    """A backend's condition."""

    is_fallback: bool
    needs_body: bool = False

    def condition(self, scope: Any) -> Any:
        """Never asked for."""


@implementer(IPlugin, IMiddlewarePlugin)
class ChoiceOwner:
    """Owns a namespace of conditions; true stands for the fallback."""

    namespace = "test/choice"
    aliases = ()

    def configure(self, raw: Any, where: ConfigPath) -> Choice:
        """Make one."""
        return Choice(raw)


@implementer(IPlugin, IMiddlewarePlugin)
@define(eq=False)
class Owner:
    """Owns a namespace, and does what its part says."""

    namespace: str = "test/owner"
    aliases: tuple[str, ...] = ("old/owner",)
    asked: list[tuple[Any, str]] = field(factory=list)

    def configure(self, raw: Any, where: ConfigPath) -> Any:
        """Remember the question; raise what is given."""
        self.asked.append((raw, str(where)))
        if isinstance(raw, Exception):
            raise raw
        return ("made of", raw)


@implementer(IDoubtful)
@define
class Doubtful:
    """Settings that are without effect."""

    where: ConfigPath

    def doubts(self) -> list[tuple[ConfigPath, str]]:
        """One."""
        return [(self.where, "no use")]


@implementer(IConditional)
@define
class Conditional:
    """Settings that want the service to have a name."""

    where: ConfigPath

    def admit(self, service: ServiceConfig) -> None:
        """Look for the name."""
        if not service.name:
            raise ConfigError(self.where, "wants a name")


@implementer(IPlugin, IMiddlewarePlugin)
class ConditionalOwner:
    """Owns a namespace whose settings look at the service."""

    namespace = "test/conditional"
    aliases = ()

    def configure(self, raw: Any, where: ConfigPath) -> Conditional:
        """Make them."""
        return Conditional(where)


@implementer(IPlugin, IMiddlewarePlugin)
class DoubtfulOwner:
    """Owns a namespace whose settings are without effect."""

    namespace = "test/doubtful"
    aliases = ()

    def configure(self, raw: Any, where: ConfigPath) -> Doubtful:
        """Doubt it."""
        return Doubtful(where)


def extra(**raw: Any) -> ExtraConfig:
    """Raw ``extra_config``, with ``__`` for the slash of a namespace."""
    return ExtraConfig(raw={key.replace("__", "/"): it for key, it in raw.items()})


@implementer(INestedEndpoint)
@frozen
class Nested:
    """Settings that hold an endpoint."""

    document: Any
    endpoint: Any = None

    def holding(self, endpoint: EndpointConfig) -> Nested:
        """Hold it."""
        return Nested(self.document, endpoint)

    def nested_proxy(self, scope: Any, pipe: Any) -> Any:
        """Its pipe."""
        return pipe


@implementer(IPlugin, IMiddlewarePlugin)
class NestedOwner:
    """Owns a namespace of nested endpoints."""

    namespace = "test/nested"
    aliases = ()

    def configure(self, raw: Any, where: ConfigPath) -> Nested:
        """Make one."""
        return Nested(raw)


class ConfigureTestCase(SynchronousTestCase):
    """Has one owner."""

    def setUp(self) -> None:
        self.owner = Owner()
        self.registry = Registry()
        self.registry.add(self.owner)

    def configure(self, lenient: bool = False, **raw: Any) -> Configured:
        """A service with this ``extra_config`` at its root."""
        service = ServiceConfig(extra=extra(**raw), where=ROOT)
        return configure(service, self.registry, lenient=lenient)

    def errors(self, **raw: Any) -> tuple[ConfigError, ...]:
        """What is said of a service with this ``extra_config``."""
        error: ConfigErrors = self.assertRaises(ConfigErrors, self.configure, **raw)
        return error.errors


class OwnerTests(ConfigureTestCase):
    """Namespaces that have an owner."""

    def test_settings_and_raw(self) -> None:
        """The owner's value stands beside what is written."""
        made = self.configure(test__owner={"a": 1}).service.extra
        self.assertEqual({"test/owner": ("made of", {"a": 1})}, dict(made.settings))
        self.assertEqual({"test/owner": {"a": 1}}, dict(made.raw))

    def test_where(self) -> None:
        """The owner learns where its part stands, in the document's spelling."""
        self.configure(old__owner=1)
        self.assertEqual([(1, 'k.json: $.extra_config."old/owner"')], self.owner.asked)

    def test_conditional(self) -> None:
        """Settings may look at the whole service, and refuse it."""
        self.registry.add(ConditionalOwner())
        self.assertEqual(
            ['k.json: $.extra_config."test/conditional": wants a name'],
            [str(error) for error in self.errors(test__conditional=1)],
        )
        service = ServiceConfig("n", extra=extra(test__conditional=1), where=ROOT)
        made = configure(service, self.registry).service
        self.assertIn("test/conditional", made.extra.settings)

    def test_doubts(self) -> None:
        """Settings may have something without effect."""
        self.registry.add(DoubtfulOwner())
        configured = self.configure(test__doubtful=1, test__owner=2)
        self.assertEqual(
            ['no use (at k.json: $.extra_config."test/doubtful")'],
            list(grouped(configured.doubts)),
        )

    def test_alias(self) -> None:
        """An older spelling is found by the canonical one."""
        made = self.configure(old__owner=1).service.extra
        self.assertEqual({"test/owner": ("made of", 1)}, dict(made.settings))
        self.assertEqual({"test/owner": 1}, dict(made.raw))

    def test_canonical_spelling_wins(self) -> None:
        """Of both spellings the canonical one counts, wherever it stands."""
        for raw in (
            {"old__owner": 1, "test__owner": 2},
            {"test__owner": 2, "old__owner": 1},
        ):
            made = self.configure(**raw).service.extra
            self.assertEqual({"test/owner": 2}, dict(made.raw))
        self.assertEqual([2, 2], [raw for raw, _ in self.owner.asked])

    def test_everywhere(self) -> None:
        """Endpoints, backends and agents are asked for too, in order."""
        below = BackendConfig(extra=extra(test__owner="b"), where=ROOT / "b")
        service = ServiceConfig(
            extra=extra(test__owner="s"),
            endpoints=(
                EndpointConfig(
                    "/e",
                    backends=(BackendConfig(), below),
                    extra=extra(test__owner="e"),
                ),
            ),
            async_agents=(
                AsyncAgentConfig(backends=(below,), extra=extra(test__owner="a")),
            ),
            where=ROOT,
        )
        made = configure(service, self.registry).service
        self.assertEqual(
            ["s", "e", "b", "a", "b"], [raw for raw, _ in self.owner.asked]
        )
        backend = made.endpoints[0].backends[1]
        self.assertEqual({"test/owner": ("made of", "b")}, dict(backend.extra.settings))
        self.assertEqual(ROOT / "b", backend.where)
        agent = made.async_agents[0]
        self.assertEqual(("made of", "a"), agent.extra.settings["test/owner"])

    def test_left_out(self) -> None:
        """An owner may leave itself out: it is told of and the rest goes on."""
        made = self.configure(test__owner=NotConfigured("no thanks"))
        self.assertEqual({}, dict(made.service.extra.settings))
        self.assertEqual(
            [('k.json: $.extra_config."test/owner"', "no thanks")],
            [(str(where), reason) for where, reason in made.skipped],
        )

    def test_errors_are_collected(self) -> None:
        """What owners refuse is told together."""
        self.registry.add(Owner("test/other", ()))
        one = ConfigError(ROOT, "one")
        many = ConfigErrors([ConfigError(ROOT, "two"), ConfigError(ROOT, "three")])
        errors = self.errors(test__owner=one, test__other=many)
        self.assertEqual(["one", "two", "three"], [error.message for error in errors])

    def test_other_exceptions_are_not_hidden(self) -> None:
        """A bug in an owner stays visible."""
        self.assertRaises(
            ZeroDivisionError, self.configure, test__owner=ZeroDivisionError()
        )


class UnknownTests(ConfigureTestCase):
    """Namespaces that nobody owns."""

    def test_ignored_but_listed(self) -> None:
        """They are kept raw and told of."""
        made = self.configure(some__thing={"a": 1})
        self.assertEqual({"some/thing": {"a": 1}}, dict(made.service.extra.raw))
        self.assertEqual({}, dict(made.service.extra.settings))
        self.assertEqual(
            [('k.json: $.extra_config."some/thing"', "some/thing")],
            [(str(where), name) for where, name in made.unknown],
        )

    def test_comments(self) -> None:
        """Keys that are there for people are no namespaces."""
        made = self.configure(**{"@comment": "x", "#y": {}, "_z": 1, "$schema": "s"})
        self.assertEqual((), made.unknown)

    def test_guard(self) -> None:
        """One that shuts something ends the start."""
        (error,) = self.errors(auth__api_keys={})
        self.assertEqual(
            "auth/api_keys is not supported by this version; starting would leave the "
            "gateway open; use --lenient to start without it",
            error.message,
        )

    def test_guard_of_an_endpoint(self) -> None:
        """The endpoint that would be open is named, for its backends too."""
        for inner in (extra(), extra(qos__x={})):
            service = ServiceConfig(
                endpoints=(
                    EndpointConfig(
                        "/a/:b",
                        backends=(BackendConfig(extra=inner),),
                        extra=extra() if inner.raw else extra(security__x={}),
                    ),
                )
            )
            error: ConfigErrors = self.assertRaises(
                ConfigErrors, configure, service, self.registry
            )
            self.assertIn("would leave GET /a/:b open", str(error))

    def test_lenient(self) -> None:
        """Whoever wants to may start without it."""
        made = self.configure(lenient=True, auth__api_keys={})
        self.assertEqual(["auth/api_keys"], [name for _, name in made.unknown])

    def test_guards(self) -> None:
        """The families that shut something, in either spelling."""
        for name in (
            "auth/x",
            "security/x",
            "validation/x",
            "qos/ratelimit/x",
            "github.com/devopsfaith/krakend-jose/validator",
            "github_com/devopsfaith/bloomfilter",
            "github.com/devopsfaith/krakend-circuitbreaker/gobreaker",
            "github_com/devopsfaith/krakend-httpsecure",
        ):
            self.assertTrue(is_guard(name), name)
        for name in (
            "telemetry/x",
            "authx",
            "github.com/devopsfaith/krakend-lua/proxy",
            "github.com/devopsfaith/krakend/http",
            "github.com/other/krakend-jose/validator",
        ):
            self.assertFalse(is_guard(name), name)


class GroupedTests(SynchronousTestCase):
    """Findings in lines."""

    def test_once_each(self) -> None:
        """Each thing has a line with its first place and how many more."""
        found = [(ROOT / "a", "x"), (ROOT / "b", "y"), (ROOT / "c", "x")]
        self.assertEqual(
            ["x (at k.json: $.a and 1 more)", "y (at k.json: $.b)"],
            list(grouped(found)),
        )


class ChoiceTests(ConfigureTestCase):
    """Backends with conditions."""

    def faults(self, *choices: bool | None, output_encoding: str = "json") -> str:
        """What is said of an endpoint whose backends have conditions, or none."""
        self.registry.add(ChoiceOwner())
        backends = tuple(
            BackendConfig(
                extra=extra() if choice is None else extra(test__choice=choice),
                where=ROOT / at,
            )
            for at, choice in enumerate(choices)
        )
        endpoint = EndpointConfig(
            "/e", backends=backends, output_encoding=output_encoding, where=ROOT / "e"
        )
        try:
            configure(ServiceConfig(endpoints=(endpoint,)), self.registry)
        except ConfigErrors as errors:
            return str(errors)
        return ""

    def test_sound(self) -> None:
        """One fallback at most; on no-op endpoints a condition for each."""
        self.assertEqual("", self.faults(False, True, None))
        self.setUp()
        self.assertEqual("", self.faults(False, True, output_encoding="no-op"))

    def test_fallbacks(self) -> None:
        """The second fallback is told with its place."""
        self.assertIn("k.json: $[2]: is the second", self.faults(True, False, True))

    def test_noop(self) -> None:
        """A no-op endpoint cannot merge."""
        found = self.faults(False, None, output_encoding="no-op")
        self.assertIn("k.json: $.e: can not use NoOp encoding", found)


class NestedTests(ConfigureTestCase):
    """Endpoints that backends hold."""

    def held(self, **document: Any) -> Any:
        """What a backend holds."""
        self.registry.add(NestedOwner())
        backend = BackendConfig(
            extra=extra(test__nested={"endpoint": "/n", **document}), where=ROOT / "b"
        )
        service = ServiceConfig(endpoints=(EndpointConfig("/e", backends=(backend,)),))
        made = configure(service, self.registry).service
        return made.endpoints[0].backends[0].extra.settings["test/nested"].endpoint

    def test_configured(self) -> None:
        """A nested endpoint is resolved, and its namespaces go to their owners."""
        inner = {"extra_config": {"test/owner": "deep"}}
        held = self.held(backend=[inner], extra_config={"test/owner": "in"})
        self.assertEqual(("made of", "in"), held.extra.settings["test/owner"])
        backend = held.backends[0]
        self.assertEqual(("made of", "deep"), backend.extra.settings["test/owner"])
        self.assertEqual(
            [
                'k.json: $.b.extra_config."test/nested".extra_config."test/owner"',
                'k.json: $.b.extra_config."test/nested".backend[0]'
                '.extra_config."test/owner"',
            ],
            [where for _, where in self.owner.asked],
        )

    def test_nested_deeper(self) -> None:
        """Nested endpoints may hold others."""
        inner = {"endpoint": "/i", "backend": [{}]}
        held = self.held(backend=[{"extra_config": {"test/nested": inner}}])
        deeper = held.backends[0].extra.settings["test/nested"].endpoint
        self.assertEqual("/__workflow/i", deeper.path)

    def test_faults(self) -> None:
        """What is wrong inside is told with the rest."""
        error: ConfigErrors = self.assertRaises(ConfigErrors, self.held, backend=[])
        self.assertIn('$.b.extra_config."test/nested".backend', str(error))
        self.setUp()
        wrong = {"extra_config": {"test/owner": ConfigError(ROOT / "x", "no")}}
        error = self.assertRaises(ConfigErrors, self.held, backend=[wrong])
        self.assertIn("k.json: $.x: no", str(error))
