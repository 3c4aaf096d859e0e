"""Pipes from configuration: the core's steps and the components', in one order.

The numbers are the compatibility table: they reproduce the order in which
KrakenD wraps.  ``tests/test_order.py`` holds the sum of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from attrs import evolve
from twisted.internet.defer import fail

from krakendtw.encoding.json import decode as decode_json
from krakendtw.encoding.json import render as render_json
from krakendtw.encoding.lookup import decoder_for, decoder_name, renderer_for
from krakendtw.errors import ConfigError, DeadlineExceeded, UnknownPlugin
from krakendtw.interfaces import (
    IBackendMiddleware,
    IBackendTerminator,
    IClientMiddleware,
    IConditionalBackend,
    IDiscoveryPlugin,
    INestedEndpoint,
    IProxyMiddleware,
)
from krakendtw.proxy.address import balancing_step, path_step
from krakendtw.proxy.agent_exchange import AgentExchange
from krakendtw.proxy.balancing import compile_balancer, usable_cores
from krakendtw.proxy.choosing import Choice, ChosenMerge, compile_choice
from krakendtw.proxy.concurrent import SHARE, concurrent_step
from krakendtw.proxy.filters import header_filter, query_filter
from krakendtw.proxy.following import FollowingAgent
from krakendtw.proxy.formatter import compile_formatter, compile_raw_keep
from krakendtw.proxy.http import Exchange, Host, Read, decoding_reader, noop_reader
from krakendtw.proxy.merging import ParallelMerge
from krakendtw.proxy.pipe import Hooks, compile_pipe
from krakendtw.proxy.plan import BackendPlan, EndpointPlan, InnerPlan, Part, Step
from krakendtw.proxy.propagation import compile_replacements
from krakendtw.proxy.sequential import SequentialMerge
from krakendtw.proxy.settings import ProxySettings
from krakendtw.proxy.shadow import with_shadow
from krakendtw.proxy.status import StatusSettings, compile_status
from krakendtw.proxy.url import compile_path
from krakendtw.scope import BackendScope, EndpointScope
from krakendtw.transport.client.agent import PooledAgent
from krakendtw.transport.client.settings import ClientSettings

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.web.iweb import IAgent

    from krakendtw.config.model import BackendConfig
    from krakendtw.interfaces import Proxy
    from krakendtw.proxy.message import Request, Response

SHADOW_ORDER = 700
STATIC_ORDER = 800
FLATMAP_ORDER = 900

QUERY_FILTER_ORDER = 10
URL_ORDER = 20
CONCURRENT_ORDER = 30
BALANCING_ORDER = 40
HEADER_FILTER_ORDER = 50

HOPELESS_S = 0.0001
"""A timeout below this, in seconds, is over before any backend can answer: mostly a
number without a unit, which counts nanoseconds."""

REDIRECT_ORDER = 50
"""Where redirects are followed: a component outside of it sees the whole client,
or replaces it, one inside of it sees every step."""

NOOP = "no-op"


def _too_late(request: Request) -> Deferred[Response]:
    """Fail without asking: the time is over."""
    return fail(DeadlineExceeded())


class NoBackend(ConfigError):
    """An endpoint's pipe has nothing to end in."""


class PipeFactory:
    """Builds the pipes of one gateway.

    :ivar plans: by method and path what was really built, for ``check -d``.
    """

    def __init__(self, cores: int | None = None) -> None:
        self._cores = usable_cores() if cores is None else cores
        self.plans: dict[tuple[str, str], EndpointPlan] = {}

    def endpoint_pipe(self, scope: EndpointScope, *, is_planned: bool = True) -> Proxy:
        """The whole pipe of one endpoint.

        :param is_planned: whether it is among the plans.
        :raises NoBackend: all its backends are shadows.
        """
        endpoint = scope.config
        regular = [b for b in endpoint.backends if not _shadow(b)]
        shadows = [b for b in endpoint.backends if _shadow(b)]
        steps = _sorted(_component_steps(scope))
        outer = [step for step in steps if step.order < SHADOW_ORDER]
        inner = [step for step in steps if step.order >= SHADOW_ORDER]
        plan = EndpointPlan(endpoint, steps=outer)
        if is_planned:
            self.plans[endpoint.method, endpoint.path] = plan
        if not regular:
            raise NoBackend(endpoint.where / "backend", "all backends are shadows")
        is_seen = any(map(_may_look, outer))
        proxy = self._inner_pipe(scope, regular, inner, plan.inner, is_seen=is_seen)
        if shadows:
            plan.shadow = InnerPlan()
            plan.shadow_timeout = max(_shadow_timeout(b) for b in shadows)
            proxy = with_shadow(
                proxy,
                self._inner_pipe(scope, shadows, inner, plan.shadow, is_seen=True),
                plan.shadow_timeout,
                scope.service.wheel,
            )
        return compile_pipe([step.part for step in outer], proxy)

    def _inner_pipe(
        self,
        scope: EndpointScope,
        backends: Sequence[BackendConfig],
        components: Sequence[Step],
        plan: InnerPlan,
        *,
        is_seen: bool,
    ) -> Proxy:
        """What lura builds for one set of backends: static data to leaves.

        :param is_seen: whether anything outside of it may look into data.
        """
        settings = scope.config.extra.get(ProxySettings) or ProxySettings()
        steps = list(components)
        if settings.static is not None:
            static = settings.static
            steps.append(Step(STATIC_ORDER, "static", static.hooks(), static))
        plan.backends = [BackendPlan(backend) for backend in backends]
        is_seen = is_seen or any(map(_may_look, steps))
        is_seen = is_seen or settings.is_sequential or settings.flatmap is not None
        pipes = [
            self.backend_pipe(scope, backend, is_seen=is_seen)
            for backend in plan.backends
        ]
        choice = compile_choice(scope, backends)
        if len(pipes) > 1 and settings.flatmap is not None:
            flatmap = _flatmap_step(settings.flatmap)
            steps.append(Step(FLATMAP_ORDER, "flatmap", flatmap))
        if choice is not None:
            proxy = self._chosen_merge(scope, backends, settings, pipes, choice)
            plan.merge = Part(0, "merge of those chosen", _merge_words(settings))
            for backend in plan.backends:
                backend.condition = _condition(backend.config)
        elif len(pipes) == 1:
            proxy = pipes[0]
        else:
            proxy = self._merge(scope, backends, settings, pipes)
            plan.merge = Part(0, "merge", _merge_words(settings))
        plan.steps = _sorted(steps)
        return compile_pipe([step.part for step in plan.steps], proxy)

    def _chosen_merge(
        self,
        scope: EndpointScope,
        backends: Sequence[BackendConfig],
        settings: ProxySettings,
        pipes: Sequence[Proxy],
        choice: Choice,
    ) -> Proxy:
        """The merge of the backends whose conditions hold."""
        is_raw = scope.config.output_encoding == NOOP
        if settings.is_sequential and len(pipes) > 1 and not is_raw:
            return self._merge(scope, backends, settings, pipes, choice)

        def merge(chosen: tuple[int, ...]) -> Proxy:
            return self._merge(
                scope,
                [backends[place] for place in chosen],
                settings,
                [pipes[place] for place in chosen],
            )

        return ChosenMerge(choice, pipes, merge, takes_first=is_raw)

    def _merge(
        self,
        scope: EndpointScope,
        backends: Sequence[BackendConfig],
        settings: ProxySettings,
        pipes: Sequence[Proxy],
        choice: Choice | None = None,
    ) -> Proxy:
        settings.check_merge(scope.config.where / "extra_config" / "proxy")
        deep = settings.is_sandboxed or any(
            backend.method not in ("GET", "HEAD") for backend in backends
        )
        timeout, wheel = scope.config.timeout, scope.service.wheel
        scope.log.debug(
            f"[Merge] Backends: {len(pipes)}, merger: {settings.merger}, "
            "combiner: default"
        )
        if settings.is_sequential:
            config = evolve(scope.config, backends=tuple(backends))
            plan = compile_replacements(config, settings)
            return SequentialMerge(
                pipes,
                plan,
                timeout,
                wheel,
                deep=deep,
                choice=choice,
                goes_on=settings.goes_on,
            )
        return ParallelMerge(pipes, timeout, wheel, deep=deep)

    def backend_pipe(
        self, endpoint: EndpointScope, plan: BackendPlan, *, is_seen: bool
    ) -> Proxy:
        """The pipe of one backend, query filter to exchange.

        :param plan: has the backend's configuration, and is filled in.
        :param is_seen: whether anything in the endpoint's pipe may look into data.
        """
        backend = plan.config
        log = endpoint.log.child(f"[BACKEND: {backend.url_pattern}]")
        scope = BackendScope(endpoint, backend, log)
        log.debug("Building the backend pipe")
        steps = list(_backend_steps(scope))
        is_seen = is_seen or any(map(_may_look, steps))
        query = query_filter(backend.input_query_strings)
        if query is not None:
            name, about = "input_query_strings", backend.input_query_strings
            steps.append(Step(QUERY_FILTER_ORDER, name, query, about))
        headers = header_filter(backend.input_headers)
        if headers is not None:
            about = backend.input_headers
            steps.append(Step(HEADER_FILTER_ORDER, "input_headers", headers, about))
        if backend.concurrent_calls > 1:
            concurrent = concurrent_step(
                backend.concurrent_calls, backend.timeout, scope.service.wheel
            )
            calls: Any = {
                "calls": backend.concurrent_calls,
                "timeout": backend.timeout * SHARE,
            }
            steps.append(Step(CONCURRENT_ORDER, "concurrent_calls", concurrent, calls))
        exchange = self._exchange(scope, plan, is_seen=is_seen)
        leaf = _terminator(scope, plan)
        inner = None if leaf is not None else self._nested(scope, plan)
        leaf = leaf or inner
        if backend.timeout and backend.timeout < HOPELESS_S:
            leaf = _too_late
            plan.leaf = Part(0, "nothing, as there is no time for an answer")
        if leaf is not None or any(step.order > HEADER_FILTER_ORDER for step in steps):
            # Somebody may look at the URL: it is fixed where lura fixes it.
            build_path = compile_path(backend.url_pattern)
            url = path_step(build_path, backend.method)
            steps.append(Step(URL_ORDER, "url", url))
            if inner is None:  # whose backends have hosts of their own
                balancing = balancing_step(exchange.choose)
                steps.append(Step(BALANCING_ORDER, "balancing", balancing))
        plan.steps = _sorted(steps)
        return compile_pipe([step.part for step in plan.steps], leaf or exchange)

    def _nested(self, scope: BackendScope, plan: BackendPlan) -> Proxy | None:
        """The exchange that is an endpoint's pipe of its own, if there is one."""
        for name, settings in _components((scope.config.extra,), INestedEndpoint):
            endpoint = settings.endpoint
            log = scope.log.child(f"[ENDPOINT: {endpoint.path}]")
            inner = EndpointScope(scope.service, endpoint, log)
            pipe = self.endpoint_pipe(inner, is_planned=False)
            plan.leaf = Part(0, name, settings)
            proxy: Proxy = settings.nested_proxy(scope, pipe)
            return proxy
        return None

    def _exchange(
        self, scope: BackendScope, plan: BackendPlan, *, is_seen: bool
    ) -> Exchange:
        """How one backend is called.

        :param is_seen: whether anything may look into its data.
        """
        backend = scope.config
        client: Any = scope.service.client
        driver = scope.service.registry.find(
            IDiscoveryPlugin, backend.sd
        ) or scope.service.registry.find(IDiscoveryPlugin, "static")
        if driver is None:
            raise UnknownPlugin("no service discovery driver named 'static'")

        def prepare(text: str) -> Host:
            try:
                return Host(text, client.pool.plain_origin(text))
            except ValueError:
                return Host(text, None)

        arguments: Any = (
            client,
            backend.extra.get(ClientSettings) or ClientSettings(),
            backend.method,
            compile_balancer(
                driver.subscriber(scope), prepare, self._cores, scope.service.new_turns
            ),
            compile_path(backend.url_pattern),
        )
        compression = not scope.service.config.transport.disable_compression
        options: Any = {
            "read": _reader(scope, is_seen=is_seen),
            "compression": compression,
            "streams": backend.encoding == NOOP,
        }
        plain = PooledAgent(client.pool, compression=compression)

        def follow(agent: IAgent) -> IAgent:
            exchange = AgentExchange(*arguments, agent=agent, follows=True, **options)
            return FollowingAgent(exchange)

        plan.leaf = Part(0, "http", self._exchange_words(scope, driver.name))
        agent, follows = _wrapped_agent(scope, plain, follow, plan)
        if agent is plain:
            return Exchange(*arguments, **options)
        return AgentExchange(*arguments, agent=agent, follows=follows, **options)

    def _exchange_words(self, scope: BackendScope, driver: str) -> dict[str, Any]:
        """What an exchange is built of, by name."""
        backend = scope.config
        is_fixed = driver == "static" and len(backend.hosts) == 1
        choice = "in turn" if self._cores == 1 else "random"
        words: dict[str, Any] = {
            "hosts": backend.hosts,
            "discovery": driver,
            "balancing": "the only host" if is_fixed else choice,
            "decoder": decoder_name(scope.service.registry, backend.encoding),
        }
        if backend.is_collection:
            words["is_collection"] = True
        client = backend.extra.get(ClientSettings)
        return {**words, "client": client} if client is not None else words


def _condition(backend: BackendConfig) -> Part | None:
    """What decides whether a backend is asked."""
    for name, settings in _components((backend.extra,), IConditionalBackend):
        return Part(0, name, settings)
    return None


def _merge_words(settings: ProxySettings) -> dict[str, Any]:
    """What a merge is built with, by name."""
    words: dict[str, Any] = {
        "strategy": settings.merger,
        "combiner": settings.combiner,
    }
    if settings.sequential_propagated_params:
        words["propagated"] = settings.sequential_propagated_params
    return words


def _shadow(backend: BackendConfig) -> bool:
    settings = backend.extra.get(ProxySettings)
    return settings is not None and settings.is_shadow


def _shadow_timeout(backend: BackendConfig) -> float:
    settings = backend.extra.get(ProxySettings)
    if settings is None or settings.shadow_timeout is None:
        return backend.timeout
    return settings.shadow_timeout


def _sorted(steps: Iterable[Step]) -> list[Step]:
    return sorted(steps, key=lambda step: step.order)


def _component_steps(scope: EndpointScope) -> Iterable[Step]:
    """The steps of the components of an endpoint and of the service."""
    for name, settings in _components(
        (scope.config.extra, scope.service.config.extra), IProxyMiddleware
    ):
        part = settings.proxy_part(scope)
        if part is not None:
            yield Step(settings.proxy_order, name, part, settings)


def _backend_steps(scope: BackendScope) -> Iterable[Step]:
    """The steps of the components of a backend and of the service."""
    for name, settings in _components(
        (scope.config.extra, scope.service.config.extra), IBackendMiddleware
    ):
        part = settings.backend_part(scope)
        if part is not None:
            yield Step(settings.backend_order, name, part, settings)


def _components(extras: Iterable[Any], interface: Any) -> Iterable[tuple[str, Any]]:
    for extra in extras:
        for name, settings in extra.named():
            if interface.providedBy(settings):
                yield name, settings


def _terminator(scope: BackendScope, plan: BackendPlan) -> Proxy | None:
    """What a component puts in place of the HTTP exchange."""
    found = sorted(
        _components((scope.config.extra,), IBackendTerminator),
        key=lambda named: named[1].backend_order,
    )
    for name, settings in found:
        proxy: Proxy | None = settings.backend_proxy(scope)
        if proxy is not None:
            plan.leaf = Part(settings.backend_order, name, settings)
            return proxy
    return None


def _wrapped_agent(
    scope: BackendScope,
    agent: IAgent,
    follow: Callable[[IAgent], IAgent],
    plan: BackendPlan,
) -> tuple[IAgent, bool]:
    """The backend's agent with the components' wrappers.

    :param agent: the innermost, which sends.
    :param follow: puts the following of redirects around an agent.
    :returns: with whether redirects are still to be followed.
    """
    wrappers = sorted(
        _components(
            (scope.config.extra, scope.service.config.extra), IClientMiddleware
        ),
        key=lambda named: -named[1].client_order,
    )
    follows = True
    for name, settings in wrappers:
        is_outside = follows and settings.client_order < REDIRECT_ORDER
        inner = follow(agent) if is_outside else agent
        wrapped = settings.wrap_agent(scope, inner)
        if wrapped is inner:
            continue
        plan.clients.insert(0, Part(settings.client_order, name, settings))
        agent = wrapped
        follows = follows and not is_outside
    return agent, follows


def _may_look(step: Step) -> bool:
    """Whether a step may look into a response's data."""
    part = step.part
    return not isinstance(part, Hooks) or bool(part.response or part.failure)


def _reader(scope: BackendScope, *, is_seen: bool) -> Read:
    """What is made of a backend's answer.

    :param is_seen: whether anything but the renderer may look into its data.
    """
    backend, endpoint = scope.config, scope.endpoint.config
    if backend.encoding == NOOP:
        return noop_reader
    settings = backend.extra.get(ProxySettings) or ProxySettings()
    registry = scope.service.registry
    decoder = decoder_for(registry, backend.encoding, backend.is_collection)
    keep = None
    if not is_seen and decoder is decode_json:
        _, renderer = renderer_for(registry, endpoint)
        if renderer is render_json:
            is_part = len(endpoint.backends) > 1
            keep = compile_raw_keep(backend, settings.flatmap, is_part=is_part)
    return decoding_reader(
        decoder,
        compile_status(
            backend.extra.get(StatusSettings), backend.method, backend.url_pattern
        ),
        compile_formatter(backend, settings.flatmap),
        (backend.extra.get(ClientSettings) or ClientSettings()).max_body_bytes,
        keep,
    )


def _flatmap_step(flatmap: Callable[[Any], Any]) -> Hooks:
    """The endpoint's flatmap: merged data, and only where nothing failed."""

    def respond(request: Any, response: Any) -> None:
        if response.data is not None:
            response.data = flatmap(response.data)

    return Hooks(response=respond, name="flatmap")
