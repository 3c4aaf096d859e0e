"""Every interface of the gateway.

The first part is for plugin authors: what :func:`twisted.plugin.getPlugins`
finds, each an :class:`~twisted.plugin.IPlugin`.  The second part is what a
configured component may provide, any number of them on one object: the stages
of the two pipes at which it takes part.  The third part is what the core's
own collaborators promise each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO, TypeAlias

from twisted.plugin import IPlugin
from zope.interface import Attribute, Interface

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from twisted.application.service import IService
    from twisted.internet.defer import Deferred
    from twisted.logger import ILogObserver
    from twisted.web.iweb import IAgent
    from twisted.web.resource import IResource

    from krakendtw.config.model import EndpointConfig, ServiceConfig
    from krakendtw.config.where import ConfigPath
    from krakendtw.proxy.message import Body, Data, Request, Response
    from krakendtw.proxy.pipe import Hooks
    from krakendtw.router.answer import Answer
    from krakendtw.scope import (
        BackendScope,
        EndpointScope,
        HandlerScope,
        ServiceScope,
    )
    from krakendtw.transport.server.request import GatewayRequest

Proxy: TypeAlias = "Callable[[Request], Deferred[Response]]"
"""A step of the proxy pipe and all below it."""

Wrap: TypeAlias = "Callable[[Proxy], Proxy]"
"""Makes a proxy around the next one, for steps that hooks cannot express."""

Handler: TypeAlias = "Callable[[GatewayRequest], Answer | Deferred[Answer]]"
"""The HTTP side of an endpoint: from the client's request to the answer."""

Decoder: TypeAlias = "Callable[[bytes], Data | None]"
"""Reads a backend's whole body.

May raise :exc:`~krakendtw.errors.DecodeError`."""

Rendered: TypeAlias = tuple[bytes, "Body"]
"""Content-Type and body."""

Renderer: TypeAlias = "Callable[[Response | None, GatewayRequest], Rendered]"
"""Renders merged data for the client."""

RequestModifier: TypeAlias = "Callable[[Request], Request | Deferred[Any] | None]"
ResponseModifier: TypeAlias = (
    "Callable[[Request, Response], Response | Deferred[Any] | None]"
)

TakeToken: TypeAlias = "Callable[[], bool | Deferred[Any] | None]"
"""Takes a token of one bucket; says whether there was one."""

TakeTokenOf: TypeAlias = "Callable[[str], bool | Deferred[Any] | None]"
"""The same of one client's bucket."""


# --- what the plugin system finds


class INamedPlugin(IPlugin):
    """A plugin that a configuration selects by its name."""

    name: str = Attribute("The name in the configuration.")


class IServerPlugin(INamedPlugin):
    """``plugin/http-server``: wraps the whole router."""

    def wrap(config: Mapping[str, Any], resource: IResource) -> IResource:
        """
        A resource that answers in place of ``resource`` or hands on to it.

        :param config: the whole object of the namespace; a plugin reads the
            key of its own name, by convention.
        :param resource: what comes next, the router last; see
            :func:`krakendtw.plugin.delegate`.
        """


class IClientPlugin(INamedPlugin):
    """``plugin/http-client``: takes the place of a backend's HTTP client."""

    def agent(config: Mapping[str, Any]) -> IAgent:
        """An agent for one backend, made once at start."""


class IRequestModifierPlugin(INamedPlugin):
    """``plugin/req-resp-modifier``: changes requests on their way down."""

    def request_modifier(config: Mapping[str, Any]) -> RequestModifier | None:
        """
        A function that works on the request it is given.

        It may return another request, ``None`` for the same one, or a Deferred
        of either; it may raise :exc:`~krakendtw.errors.PipeError`.  No modifier
        (``None``) leaves the plugin out.
        """


class IResponseModifierPlugin(INamedPlugin):
    """``plugin/req-resp-modifier``: changes responses on their way up."""

    def response_modifier(config: Mapping[str, Any]) -> ResponseModifier | None:
        """The same as for requests, with the request as first argument."""


class IPipePlugin(INamedPlugin):
    """``plugin/middleware``: stands around the rest of a pipe."""

    def around(config: Mapping[str, Any], below: Proxy) -> Proxy:
        """
        A proxy that asks ``below``, or answers itself.

        :param config: the whole object of the namespace; a plugin reads the key of
            its own name, by convention.
        :param below: what comes next: other plugins, in the end the backends.
        """


class IMiddlewarePlugin(IPlugin):
    """The owner of a namespace of ``extra_config``."""

    namespace: str = Attribute("The canonical namespace, ``validation/cel``.")
    aliases: Sequence[str] = Attribute("Older spellings of the namespace.")

    def configure(raw: Any, where: ConfigPath) -> Any:
        """
        What the owner makes of its part, once for each place it stands in.

        The object may provide any of the stage interfaces below.

        :raises krakendtw.errors.ConfigError: the value must not start.
        :raises krakendtw.errors.NotConfigured: the component leaves itself out.
        """


class ISchemaPlugin(IPlugin):
    """An owner of a namespace that declares what its value may be."""

    def schemas() -> Mapping[str, Any]:
        """
        JSON Schemas (draft 2019-09) of the namespace's value.

        By the place where it may stand: ``service``, ``endpoint``, ``backend``,
        ``async_agent``, ``workflow``; a place that is not there is none of its
        places.  In place of a schema there may be the name of a place with the same
        one.  Schemas that several namespaces refer to stand under ``shared``, by a
        name that is found at ``#/$defs/NAME``; ``#/$defs/duration`` is there.

        An object with ``properties`` and no ``additionalProperties`` takes no other
        keys, but comments: keys that begin with ``@``, ``$``, ``_`` or ``#``.
        """


class IEncodingPlugin(INamedPlugin):
    """A format of backend bodies, of answers, or of both."""

    def decoder(is_collection: bool) -> Decoder | None:
        """
        Reads a backend's body.

        :param is_collection: whether the root must be a list.
        :returns: ``None`` if the format is for answers only.
        """

    def renderer() -> Renderer | None:
        """Renders an answer; ``None`` if the format is for backends only."""


class IDiscoveryPlugin(INamedPlugin):
    """A service discovery driver: ``sd``."""

    def subscriber(scope: BackendScope) -> ISubscriber:
        """A view of one backend's hosts."""


class ICommandPlugin(INamedPlugin):
    """A subcommand of the ``krakendtw`` program."""

    summary: str = Attribute("A line for the program's help.")

    def options(parser: ArgumentParser) -> None:
        """Declare the command's arguments."""

    def run(options: Namespace) -> int:
        """Do it; the result is the exit code."""


# --- what a configured component may provide


class IServerMiddleware(Interface):
    """Before routing: sees every request, unknown paths and redirects too."""

    server_order: int = Attribute("Place in the stage, lowest outermost.")

    def wrap_resource(scope: ServiceScope, resource: IResource) -> IResource:
        """A resource around all others."""


class IRouterMiddleware(Interface):
    """After routing: around endpoints, 404, 405, debug and echo.

    Redirects and the health check do not pass it, as in KrakenD.
    """

    router_order: int = Attribute("Place in the stage, lowest outermost.")

    def wrap_leaf(scope: ServiceScope, resource: IResource) -> IResource:
        """A resource around one leaf of the router."""


class IHandlerMiddleware(Interface):
    """Around one endpoint's handler, on the HTTP side."""

    handler_order: int = Attribute("Place in the stage, lowest outermost.")

    def wrap_handler(scope: HandlerScope, handler: Handler) -> Handler:
        """A handler around ``handler``, or ``handler`` itself."""


class IProxyMiddleware(Interface):
    """A step of an endpoint's pipe."""

    proxy_order: int = Attribute("Place in the stage, lowest outermost.")

    def proxy_part(scope: EndpointScope) -> Hooks | Wrap | None:
        """The step for one endpoint; ``None`` to stay out."""


class IBackendMiddleware(Interface):
    """A step of a backend's pipe."""

    backend_order: int = Attribute("Place in the stage, lowest outermost.")

    def backend_part(scope: BackendScope) -> Hooks | Wrap | None:
        """The step for one backend; ``None`` to stay out."""


class IBackendTerminator(Interface):
    """The end of a backend's pipe in place of the HTTP exchange."""

    backend_order: int = Attribute("Of several, the lowest is taken.")

    def backend_proxy(scope: BackendScope) -> Proxy | None:
        """The exchange; ``None`` to leave it to the next one, HTTP last."""


class INestedEndpoint(Interface):
    """The end of a backend's pipe that is an endpoint's pipe of its own."""

    document: Mapping[str, Any] = Attribute(
        "The endpoint as it would stand in the list of endpoints."
    )

    def holding(endpoint: EndpointConfig) -> Any:
        """The same settings with the endpoint, resolved and configured."""

    endpoint: EndpointConfig = Attribute("That endpoint, once there is one.")

    def nested_proxy(scope: BackendScope, pipe: Proxy) -> Proxy:
        """The exchange, made of the endpoint's pipe."""


class IConditionalBackend(Interface):
    """Decides for each request whether a backend is asked at all."""

    is_fallback: bool = Attribute(
        "Whether the backend is asked if no other one with a condition is; "
        "then nobody asks for a condition."
    )
    needs_body: bool = Attribute("Whether the condition looks at the body.")

    def condition(scope: BackendScope) -> Callable[[Request], bool]:
        """Whether the backend is asked for a request; never raises."""


class IClientMiddleware(Interface):
    """Wraps, or replaces, the agent that a backend is called with."""

    client_order: int = Attribute("Place in the stage, lowest outermost.")

    def wrap_agent(scope: BackendScope, agent: IAgent) -> IAgent:
        """An agent around ``agent``, or in place of it."""


class IServiceMiddleware(Interface):
    """Something that lives as long as the gateway: exporters, agents."""

    def service(scope: ServiceScope) -> IService | None:
        """A service started and stopped with the gateway."""


class ITokenRejecterFactory(Interface):
    """Judges the claims of tokens; asked by whatever validates them."""

    def rejecter(
        scope: EndpointScope,
    ) -> Callable[[Mapping[str, Any]], bool] | None:
        """A function that says whether these claims are to be refused."""


# --- promises between the core's parts


class ISubscriber(Interface):
    """A changing list of hosts."""

    def hosts() -> Sequence[str]:
        """The hosts now, as ``scheme://name:port``; the same object while unchanged."""


class IDoubtful(Interface):
    """Settings of which a part is without effect, though the gateway starts."""

    def doubts() -> Sequence[tuple[ConfigPath, str]]:
        """
        The places of what has no effect, and why.

        ``check`` fails because of them, the gateway warns.
        """


class IConditional(Interface):
    """Settings that may stand in some services only."""

    def admit(service: ServiceConfig) -> None:
        """
        Look at the whole service, once all of its namespaces are configured.

        :raises krakendtw.errors.ConfigError: the gateway must not start.
        """


class IHealthReporter(Interface):
    """Has a line in the ``agents`` object of the health check."""

    def health() -> Mapping[str, str]:
        """Names and the times of their last sign of life."""


class ILogSettings(Interface):
    """Says where the gateway's log lines go, and from which level on.

    Provided by the settings of one service-level namespace; without any the
    gateway logs as :func:`krakendtw.log_format.default_observer` does.
    """

    def fallback_error() -> str | None:
        """
        Why the default logger must do instead; ``None`` if these settings work.

        Opens the outputs that may fail, so it is asked once, when the gateway
        starts, and before :meth:`observer`.
        """

    def threshold() -> int:
        """The least level written, of :mod:`krakendtw.log`; ``OFF`` for no output."""

    def observer(stdout: TextIO) -> ILogObserver:
        """
        What takes the events of :mod:`twisted.logger` and writes the lines.

        :raises krakendtw.errors.ConfigError: the line's format cannot be used.
        """


# --- state that several processes may share


class INews(Interface):
    """What the workers of one gateway tell each other; each hears the others only."""

    is_first = Attribute("Whether this is the one worker that does what only one may.")

    def subscribe(topic: bytes, hear: Callable[[bytes], object]) -> None:
        """
        Hear what the others publish.

        :param topic: the same in all workers; without a zero byte.
        """

    def publish(topic: bytes, news: bytes) -> None:
        """
        Tell all the others.

        Nobody waits: a worker that does not read for long misses some of it.
        """


class IRateLimitStore(Interface):
    """Where the token buckets of rate limits are kept.

    What it makes is asked for each request: it answers ``True`` if a token was
    there and is taken now, ``False`` if not, ``None`` if it cannot tell and the
    request is to be refused, or a Deferred of these.  It never raises, and never
    waits for longer than a second.
    """

    def bucket(name: str, rate: float, capacity: int) -> TakeToken:
        """
        One bucket for everybody.

        :param name: the same in all processes that share it.
        :param rate: tokens a second.
        :param capacity: what it holds, and holds at first.
        """

    def buckets(name: str, rate: float, capacity: int, idle_s: float) -> TakeTokenOf:
        """
        A bucket for each client, by a text that tells them apart.

        :param idle_s: how long a bucket that nobody asks is kept at least.
        """


class IRateLimitStores(Interface):
    """Has stores for rate limits that several gateways share."""

    def rate_limit_store(
        scope: ServiceScope, name: str, allow_on_failure: bool
    ) -> IRateLimitStore | None:
        """
        The store behind the connection of this name; ``None`` if there is none.

        :param allow_on_failure: what a bucket answers that cannot be reached.
        """


class IScopedModifier(Interface):
    """What a request modifier's plugin may return to learn where it stands."""

    def bound(scope: EndpointScope | BackendScope) -> RequestModifier:
        """The modifier for one endpoint or backend."""
