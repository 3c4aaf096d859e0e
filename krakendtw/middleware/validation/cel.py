"""``validation/cel``: accept or refuse by expressions.

On an endpoint and on a backend, before and after what is below, and on the
claims of a token.  The expressions are compiled at start; one evaluation reads
only the variables that it uses.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from zope.interface import implementer

from krakendtw.errors import ConfigError, ConfigErrors, NotConfigured, Rejected
from krakendtw.go_time import compile_layout
from krakendtw.interfaces import (
    IBackendMiddleware,
    IDoubtful,
    IProxyMiddleware,
    ITokenRejecterFactory,
)
from krakendtw.middleware._place import BACKEND, level_of, stands_in
from krakendtw.middleware.validation._cel_definitions import (
    Definition,
    read_definitions,
)
from krakendtw.middleware.validation._cel_issues import CelError
from krakendtw.middleware.validation._cel_phases import (
    AFTER,
    BEFORE,
    ON_TOKEN,
    Phase,
    Stamped,
    compile_phase,
)
from krakendtw.middleware.validation._cel_values import show
from krakendtw.proxy.pipe import Hooks, compile_pipe

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from krakendtw.config.where import ConfigPath
    from krakendtw.interfaces import Proxy, Wrap
    from krakendtw.log import Log
    from krakendtw.proxy.message import Request, Response
    from krakendtw.scope import BackendScope, EndpointScope

NAMESPACE = "validation/cel"

_time_text = compile_layout("2006-01-02T15:04:05.999Z07:00")


@implementer(IProxyMiddleware, IBackendMiddleware, ITokenRejecterFactory, IDoubtful)
@frozen
class CEL:
    """Refuses what does not satisfy every expression.

    :ivar before: what a request must satisfy.
    :ivar after: what a response must satisfy.
    :ivar on_token: what a token's claims must satisfy.
    """

    proxy_order = backend_order = 600
    definitions: tuple[Definition, ...]
    before: Phase
    after: Phase
    on_token: Phase
    _now: Callable[[], float] = field(default=time.time, repr=False)

    def proxy_part(self, scope: EndpointScope) -> Hooks | Wrap | None:
        """See :class:`~krakendtw.interfaces.IProxyMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return None
        prefix = f"[ENDPOINT: {scope.config.path}][CEL]"
        return self._part(scope.service.log, prefix, "pipe")

    def backend_part(self, scope: BackendScope) -> Hooks | Wrap | None:
        """See :class:`~krakendtw.interfaces.IBackendMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return None
        prefix = f"[BACKEND: {scope.config.url_pattern}][CEL]"
        return self._part(scope.service.log, prefix, "backend")

    def rejecter(
        self, scope: EndpointScope
    ) -> Callable[[Mapping[str, Any]], bool] | None:
        """See :class:`~krakendtw.interfaces.ITokenRejecterFactory`."""
        if not stands_in(self, scope.config.extra):
            return None
        log = scope.service.log.child(f"[ENDPOINT: {scope.config.path}][CEL]")
        _say(scope.service.log, self.on_token)
        if self.on_token.failure:
            log.debug(f"Error building the JWT rejecter: {self.on_token.failure}")
            return None
        if not self.on_token.programs:
            return None
        failing = _first_failing(self.on_token, "Rejecter", log)
        stamped = self._stamped(self.on_token)
        return lambda claims: failing(stamped(claims)) is not None

    def doubts(self) -> Sequence[tuple[ConfigPath, str]]:
        """See :class:`~krakendtw.interfaces.IDoubtful`."""
        return [(one.where, reason) for one, reason in self.without_effect()]

    def without_effect(self) -> Iterator[tuple[Definition, str]]:
        """The expressions that nothing comes of, and why."""
        in_pipe = (self.before, self.after)
        found = {
            one: f"{reason}: {one.text}"
            for phase in (*in_pipe, self.on_token)
            for one, reason in phase.dropped
        }
        # A mistake in one of the two switches both off.
        is_off = any(phase.failure for phase in in_pipe)
        for one in self.definitions:
            runs = any(kind.letters in one.text for kind in (BEFORE, AFTER))
            if is_off and runs:
                reason = f"off because of a mistake beside it: {one.text}"
                found.setdefault(one, reason)
            elif not runs and one not in found:
                why = _why_never(one)
                if why is not None:
                    found[one] = f"never evaluated, {why}"
        yield from found.items()

    def _part(self, log: Log, prefix: str, below: str) -> Hooks | Wrap | None:
        """The step of a pipe.

        :param below: what KrakenD calls the rest of the pipe.
        """
        own = log.child(prefix)
        own.debug("Loading configuration")
        for phase in (self.before, self.after):
            _say(log, phase)
            if phase.failure:
                own.warning(f"Error parsing the definitions: {phase.failure}")
                own.warning(f"Falling back to the next {below} proxy")
                return None
        own.debug(f"{len(self.before.programs)} preEvaluator(s) loaded")
        own.debug(f"{len(self.after.programs)} postEvaluator(s) loaded")
        return self._step(log, prefix)

    def _step(self, log: Log, prefix: str) -> Hooks | Wrap | None:
        before = None
        if self.before.programs:
            check = _checker(self.before, log.child(f"{prefix}[pre]"))
            stamped = self._stamped(self.before)
            before = check if stamped is _plain else lambda it: check(stamped(it))
        failed = _note_failures(log.child(prefix)) if log.debug_on else None
        if not self.after.programs:
            if before is None:
                return None
            return Hooks(request=before, failure=failed, name=NAMESPACE)
        after = _checker(self.after, log.child(f"{prefix}[post]"))
        if self.after.needs_time:
            return self._timed(before, after, failed)
        return Hooks(
            request=before,
            response=lambda request, response: after(response),
            failure=failed,
            name=NAMESPACE,
        )

    def _timed(
        self,
        before: Callable[[Request], None] | None,
        after: Callable[[Any], None],
        failed: Callable[[Request, Failure], None] | None,
    ) -> Wrap:
        """The step whose response checks ask when the request came."""

        def wrap(below: Proxy) -> Proxy:
            def proxy(request: Request) -> Deferred[Response]:
                now = _time_text(self._now())

                def check(response: Response) -> Response:
                    after(Stamped(response, now))
                    return response

                return below(request).addCallback(check)

            if failed is not None:
                below = compile_pipe([Hooks(failure=failed)], below)
            return compile_pipe([Hooks(request=before, name=NAMESPACE)], proxy)

        return wrap

    def _stamped(self, phase: Phase) -> Callable[[Any], Any]:
        """Makes the subject of a phase out of what is looked at now."""
        if not phase.needs_time:
            return _plain
        now = self._now
        return lambda subject: Stamped(subject, _time_text(now()))


@implementer(IDoubtful)
@frozen
class Unreadable:
    """A list that KrakenD could not read: nothing is checked."""

    where: ConfigPath
    reason: str

    def doubts(self) -> Sequence[tuple[ConfigPath, str]]:
        """See :class:`~krakendtw.interfaces.IDoubtful`."""
        return [(self.where, self.reason)]


def configure(raw: Any, where: ConfigPath) -> CEL | Unreadable:
    """The expressions, compiled.

    :raises ConfigError: an expression marked ``strict`` would not count.
    """
    try:
        definitions = read_definitions(raw, where)
    except NotConfigured as reason:
        return Unreadable(where, str(reason))
    settings = CEL(
        definitions,
        compile_phase(definitions, BEFORE),
        compile_phase(definitions, AFTER),
        compile_phase(definitions, ON_TOKEN),
    )
    errors = [
        ConfigError(one.where / "check_expr", reason)
        for one, reason in settings.without_effect()
        if one.is_strict
    ]
    if errors:
        raise ConfigErrors(errors)
    return settings


def _why_never(one: Definition) -> str | None:
    """Why an expression without the letters of the pipe is never evaluated."""
    if not one.text:
        return "it has no check_expr"
    if ON_TOKEN.letters not in one.text:
        return f"it names no variable: {one.text}"
    if level_of(one.where) == BACKEND:
        return f"tokens are the endpoint's: {one.text}"
    return None


def _plain(subject: Any) -> Any:
    return subject


def _say(log: Log, phase: Phase) -> None:
    """What KrakenD logs while it reads expressions."""
    if log.debug_on:
        for line in phase.lines:
            log.debug(f"[CEL] {line}")


def _checker(phase: Phase, log: Log) -> Callable[[Any], None]:
    """A function that raises unless all expressions hold for its argument."""
    failing = _first_failing(phase, "Evaluator", log)

    def check(subject: Any) -> None:
        index = failing(subject)
        if index is not None:
            raise Rejected(f"request aborted by evaluator #{index}")

    return check


def _first_failing(phase: Phase, name: str, log: Log) -> Callable[[Any], int | None]:
    """The index of the first expression that does not give true.

    :param name: what the log calls an expression.
    """
    programs = tuple(enumerate(phase.programs))

    def find(subject: Any) -> int | None:
        for index, evaluate in programs:
            try:
                result = evaluate(subject)
            except CelError as error:
                log.info(f"{name} #{index} failed: {error}")
                return index
            if result is not True:
                log.info(f"{name} #{index} result: {show(result)}")
                return index
            if log.debug_on:
                log.debug(f"{name} #{index} result: true")
        return None

    return find


def _note_failures(log: Log) -> Callable[[Request, Failure], None]:
    def note(request: Request, failure: Failure) -> None:
        log.debug(f"Delegated execution failed: {failure.getErrorMessage()}")

    return note
