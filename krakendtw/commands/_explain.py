"""What ``krakendtw check -d`` adds to the dump: the gateway that is really built.

The gateway is built as ``run`` would, on a reactor that opens nothing; what is
printed is what its builders wrote down (:mod:`krakendtw.proxy.plan`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
from attrs import frozen
from twisted.internet.testing import MemoryReactorClock

from krakendtw.config.where import ConfigPath
from krakendtw.errors import GatewayError
from krakendtw.go_time import format_duration
from krakendtw.log import CRITICAL, Log, LogThreshold
from krakendtw.service import Gateway

if TYPE_CHECKING:
    from krakendtw.config.load import Loaded
    from krakendtw.config.model import ExtraConfig
    from krakendtw.plugin import Registry
    from krakendtw.proxy.plan import BackendPlan, EndpointPlan, InnerPlan, Part, Step

Line: TypeAlias = "tuple[int, str]"
"""How far a line is indented, and its text."""

_SILENCE = CRITICAL + 1

HEADING = "The gateway that is built of it"


class Unbuildable(Exception):
    """The configuration is read, but no gateway can be built of it."""


def build_gateway(loaded: Loaded, registry: Registry) -> Gateway:
    """The gateway of a configuration, which is never started.

    :raises Unbuildable: with the reason.
    """
    reactor: Any = MemoryReactorClock()
    log = Log(threshold=LogThreshold(_SILENCE))
    try:
        return Gateway(loaded, registry, reactor, log, lambda line: None)
    except (GatewayError, OSError) as error:
        raise Unbuildable(str(error)) from error


@frozen
class Explanation:
    """The lines for one gateway.

    :ivar level: from 2 on each parameter has its own line.
    :ivar indent: stands before the lines of a section, once for each level.
    """

    gateway: Gateway
    level: int = 1
    indent: str = "\t"

    def lines(self) -> Iterator[str]:
        """All lines, outermost part first."""
        yield f"{HEADING}:"
        for depth, line in self._service():
            yield self.indent * depth + line
        for plan in self.gateway.pipes.plans.values():
            for depth, line in self._endpoint(plan):
                yield self.indent * depth + line

    def _service(self) -> Iterator[Line]:
        gateway = self.gateway
        config = gateway.scope.config
        limits = gateway.site.limits
        tls = " by TLS" if config.tls is not None and not config.tls.disabled else ""
        yield 1, f"Listens on {config.listen_ip or '*'}:{config.port}{tls}"
        head, idle = limits.read_header_timeout_s, limits.idle_timeout_s
        yield 2, f"A head may take {_time(head)}, a connection may rest {_time(idle)}"
        router = gateway.router
        yield from self._section(1, "Beside it", gateway.companions)
        yield from self._section(1, "Around everything", router.server_parts)
        yield from self._section(1, "Around each route", router.router_parts)

    def _endpoint(self, plan: EndpointPlan) -> Iterator[Line]:
        config, extra = plan.config, plan.config.extra
        yield 1, f"{config.method} {config.path}"
        yield 2, f"Answers within {_time(config.timeout)}, as {plan.renderer}"
        if config.cache_ttl:
            yield 2, f"May be stored for {_time(config.cache_ttl)}"
        yield 2, f"Takes the headers {_list(config.input_headers)}"
        yield 2, f"Takes the query strings {_list(config.input_query_strings)}"
        yield from self._section(2, "Around the handler", plan.handlers, extra)
        yield from self._section(2, "Pipe", [*plan.steps, *plan.inner.steps], extra)
        if not plan.inner.backends:
            yield 2, "All backends are shadows: every answer is 500"
        yield from self._backends(plan.inner, "Backend")
        if plan.shadow is not None:
            limit = _time(plan.shadow_timeout)
            yield 2, f"Shadows, for which nobody waits, may take {limit}"
            yield from self._backends(plan.shadow, "Shadow")

    def _backends(self, plan: InnerPlan, kind: str) -> Iterator[Line]:
        if plan.merge is not None:
            yield from self._part(2, plan.merge)
        for number, backend in enumerate(plan.backends, 1):
            yield 2, f"{kind} {number} of {len(plan.backends)}: {backend.title}"
            yield from self._backend(backend)

    def _backend(self, plan: BackendPlan) -> Iterator[Line]:
        extra = plan.config.extra
        if plan.condition is not None:
            yield from self._part(3, plan.condition, extra, "only if ")
        yield 3, f"Answers within {_time(plan.config.timeout)}"
        for step in plan.steps:
            yield from self._part(3, step, extra)
        for client in plan.clients:
            yield from self._part(3, client, extra, "client ")
        yield from self._part(3, plan.leaf, extra)

    def _section(
        self,
        depth: int,
        title: str,
        parts: Sequence[Part | Step],
        extra: ExtraConfig | None = None,
    ) -> Iterator[Line]:
        if parts:
            yield depth, f"{title}:"
        for part in parts:
            yield from self._part(depth + 1, part, extra)

    def _part(
        self,
        depth: int,
        part: Part | Step,
        extra: ExtraConfig | None = None,
        kind: str = "",
    ) -> Iterator[Line]:
        """A part: its place, its name, its parameters."""
        place = f"{part.order:3} " if part.order else ""
        head = f"{kind}{place}{part.name}"
        pairs = parameters(part, self._written(part, extra))
        if self.level > 1:
            yield depth, head
            yield from ((depth + 1, pair) for pair in pairs)
        else:
            yield depth, "  ".join(filter(None, (head, ", ".join(pairs))))

    def _written(self, part: Part | Step, extra: ExtraConfig | None) -> Any:
        """What a component's settings were made from."""
        for each in (extra, self.gateway.scope.config.extra):
            if each is not None and each.settings.get(part.name) is part.about:
                return each.raw.get(part.name)
        return None


def parameters(part: Part | Step, written: Any) -> list[str]:
    """What a part was built with, as ``name: value``.

    :param written: the part of the document, if it is a component.  What its
        settings have beside that, such as defaults, stands behind it.
    """
    found = plain_value(part.about)
    if not isinstance(found, dict):
        value = found if written is None else written
        return [] if value in (None, _HIDDEN) else [_text(value)]
    shown = found
    if isinstance(written, dict):
        shown = {
            key: value for key, value in written.items() if not key.startswith("@")
        }
        for key, value in found.items():
            is_known = key in written or key.removeprefix("is_") in written
            if not is_known and isinstance(value, str | bool | int | float):
                shown[key] = value
    elif written is not None:
        return [_text(written)]
    return [f"{name}: {_text(value)}" for name, value in shown.items()]


_HIDDEN = object()
"""Stands for a value that only the gateway can read, such as a function."""


def plain_value(value: Any) -> Any:
    """What a setting looks like: plain data, or a mark that hides it.

    Of an object its fields are shown; functions, and what else is compiled, are not.
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, re.Pattern):
        return value.pattern
    if isinstance(value, Mapping):
        return _shown(value.items())
    if isinstance(value, list | tuple | set | frozenset):
        items = [plain_value(item) for item in value]
        return [item for item in items if item is not _HIDDEN]
    if attrs.has(type(value)) and not isinstance(value, ConfigPath):
        fields = attrs.fields(type(value))
        return _shown(
            (field.name.lstrip("_"), getattr(value, field.name, None))
            for field in fields
            if field.repr
        )
    return _HIDDEN


def _shown(pairs: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    """The pairs that say something."""
    plain = ((str(name), plain_value(value)) for name, value in pairs)
    return {
        name: value
        for name, value in plain
        if value is not _HIDDEN and value not in (None, "", [], {})
    }


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_text(it)}" for key, it in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return " ".join(str(value).split("\n"))


def _list(names: Iterable[str]) -> str:
    return ", ".join(names) or "(none)"


def _time(seconds: float) -> str:
    """Seconds as Go prints durations."""
    return format_duration(round(seconds * 1e9))
