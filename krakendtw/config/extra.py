"""``extra_config``: each namespace goes to its owner.

A namespace that nobody owns is ignored, as in KrakenD, but not silently; and
where ignoring it could leave something open that the document means to be shut,
the gateway does not start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import define, evolve, field, frozen

from krakendtw.config.backend import NOOP
from krakendtw.config.model import (
    AsyncAgentConfig,
    BackendConfig,
    EndpointConfig,
    ExtraConfig,
    ServiceConfig,
)
from krakendtw.config.resolve import SEVERAL_RAW, resolve_nested
from krakendtw.errors import ConfigError, ConfigErrors, NotConfigured
from krakendtw.interfaces import (
    IConditional,
    IConditionalBackend,
    IDoubtful,
    INestedEndpoint,
)

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.plugin import Registry

Finding: TypeAlias = "tuple[ConfigPath, str]"
"""A place, and what there is to say of it."""

_GUARDS = ("auth/", "security/", "validation/", "qos/")
"""The families whose absence leaves an endpoint open."""

_COMMENTS = ("@", "$", "_", "#")
"""What keys begin with that are there for people."""

_LEGACY = ("github.com/devopsfaith/", "github_com/devopsfaith/")
_LEGACY_GUARDS = frozenset(
    (
        "bloomfilter",
        "krakend-botdetector",
        "krakend-cel",
        "krakend-circuitbreaker",
        "krakend-cors",
        "krakend-httpcache",
        "krakend-httpsecure",
        "krakend-jose",
        "krakend-jsonschema",
        "krakend-oauth2-clientcredentials",
    )
)
"""The modules that the same families were named by before KrakenD 2."""


@frozen
class Configured:
    """A service whose namespaces are all with their owners.

    :ivar unknown: the namespaces that nobody owns, and where they stand.
    :ivar skipped: where an owner has left itself out, and its reason.
    :ivar doubts: what is without effect, and why.
    """

    service: ServiceConfig
    unknown: tuple[Finding, ...] = ()
    skipped: tuple[Finding, ...] = ()
    doubts: tuple[Finding, ...] = ()


def configure(
    service: ServiceConfig, registry: Registry, *, lenient: bool = False
) -> Configured:
    """Have every namespace's owner read its part, in the document's order.

    :param service: the resolved service with its ``extra`` still raw.
    :param lenient: whether to start without a guard that nobody owns.
    :raises ConfigErrors: all that the owners refuse, and the guards nobody owns.
    """
    owners = _Owners(registry, lenient)
    configured = owners.service(service)
    owners.ask_conditional(configured)
    if owners.errors:
        raise ConfigErrors(owners.errors)
    return Configured(
        configured,
        tuple(owners.unknown),
        tuple(owners.skipped),
        tuple(owners.doubts),
    )


def is_guard(namespace: str) -> bool:
    """Whether a namespace, in either spelling, shuts something."""
    if namespace.startswith(_GUARDS):
        return True
    for prefix in _LEGACY:
        if namespace.startswith(prefix):
            module = namespace.removeprefix(prefix).partition("/")[0]
            return module in _LEGACY_GUARDS
    return False


def grouped(findings: Iterable[Finding]) -> Iterator[str]:
    """A line for each thing that was found: what, where first, how often more."""
    places: dict[str, list[ConfigPath]] = {}
    for where, what in findings:
        places.setdefault(what, []).append(where)
    for what, found in places.items():
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        yield f"{what} (at {found[0]}{more})"


def _choice_faults(config: EndpointConfig) -> Iterator[ConfigError]:
    """What cannot be chosen among an endpoint's backends."""
    chosen = [
        (backend.where, settings.is_fallback)
        for backend in config.backends
        for settings in backend.extra.settings.values()
        if IConditionalBackend.providedBy(settings)
    ]
    for where, _ in [each for each in chosen if each[1]][1:]:
        yield ConfigError(where, "is the second fallback, an endpoint has one at most")
    several = len(config.backends) > 1 and config.output_encoding == NOOP
    if several and len(chosen) != len(config.backends):
        yield ConfigError(config.where, SEVERAL_RAW)


@define
class _Owners:
    """Walks a service, and collects what is found on the way."""

    registry: Registry
    lenient: bool
    unknown: list[Finding] = field(factory=list)
    skipped: list[Finding] = field(factory=list)
    doubts: list[Finding] = field(factory=list)
    errors: list[ConfigError] = field(factory=list)
    conditional: list[Any] = field(factory=list)
    whole: ServiceConfig = field(factory=ServiceConfig)

    def ask_conditional(self, service: ServiceConfig) -> None:
        """Have those look at the whole service that want to."""
        for settings in self.conditional:
            try:
                settings.admit(service)
            except ConfigError as error:
                self.errors.append(error)

    def service(self, config: ServiceConfig) -> ServiceConfig:
        self.whole = config
        return evolve(
            config,
            extra=self.ask(config.extra, config.where, "the gateway"),
            endpoints=tuple(map(self.endpoint, config.endpoints)),
            async_agents=tuple(map(self.agent, config.async_agents)),
        )

    def endpoint(self, config: EndpointConfig) -> EndpointConfig:
        subject = f"{config.method} {config.path}"
        configured = evolve(
            config,
            extra=self.ask(config.extra, config.where, subject),
            backends=self.backends(config.backends, subject),
        )
        self.errors.extend(_choice_faults(configured))
        return configured

    def agent(self, config: AsyncAgentConfig) -> AsyncAgentConfig:
        subject = f"the async agent {config.name}"
        return evolve(
            config,
            extra=self.ask(config.extra, config.where, subject),
            backends=self.backends(config.backends, subject),
        )

    def backends(
        self, configs: tuple[BackendConfig, ...], subject: str
    ) -> tuple[BackendConfig, ...]:
        return tuple(
            self.backend(config, subject) if config.extra.raw else config
            for config in configs
        )

    def backend(self, config: BackendConfig, subject: str) -> BackendConfig:
        extra = self.ask(config.extra, config.where, subject)
        settings = dict(extra.settings)
        for name, made in extra.named():
            if INestedEndpoint.providedBy(made):
                where = config.where / "extra_config" / name
                try:
                    inner = resolve_nested(made.document, self.whole, config, where)
                except ConfigErrors as error:
                    self.errors.extend(error.errors)
                else:
                    settings[name] = made.holding(self.endpoint(inner))
        held = evolve(extra, settings=MappingProxyType(settings))
        return evolve(config, extra=held)

    def ask(self, written: ExtraConfig, where: ConfigPath, subject: str) -> ExtraConfig:
        """The owners' values of one place.

        :param subject: what the place belongs to, in words.
        """
        if not written.raw:
            return written
        raw, spellings = self._canonical(written.raw)
        settings: dict[str, Any] = {}
        for namespace, value in raw.items():
            spelling = spellings[namespace]
            self._ask_one(
                namespace, value, where / "extra_config" / spelling, subject, settings
            )
        return ExtraConfig(MappingProxyType(settings), MappingProxyType(raw))

    def _canonical(
        self, written: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """The values by canonical namespace, and how those were spelt."""
        raw: dict[str, Any] = {}
        spellings: dict[str, str] = {}
        for spelling, value in written.items():
            owner = self.registry.middleware(spelling)
            namespace = spelling if owner is None else owner.namespace
            # Where both spellings stand, the canonical one counts.
            if namespace not in raw or spelling == namespace:
                raw[namespace] = value
                spellings[namespace] = spelling
        return raw, spellings

    def _ask_one(
        self,
        namespace: str,
        value: Any,
        where: ConfigPath,
        subject: str,
        settings: dict[str, Any],
    ) -> None:
        owner = self.registry.middleware(namespace)
        if owner is None:
            self._orphan(namespace, where, subject)
            return
        try:
            made = owner.configure(value, where)
            if IDoubtful.providedBy(made):
                self.doubts.extend(made.doubts())
            if IConditional.providedBy(made):
                self.conditional.append(made)
            settings[namespace] = made
        except NotConfigured as reason:
            self.skipped.append((where, str(reason)))
        except ConfigErrors as error:
            self.errors.extend(error.errors)
        except ConfigError as error:
            self.errors.append(error)

    def _orphan(self, namespace: str, where: ConfigPath, subject: str) -> None:
        if namespace.startswith(_COMMENTS):
            return
        if self.lenient or not is_guard(namespace):
            self.unknown.append((where, namespace))
            return
        message = (
            f"{namespace} is not supported by this version; starting would leave "
            f"{subject} open; use --lenient to start without it"
        )
        self.errors.append(ConfigError(where, message))
