"""``security/policies``: requests, answers and tokens must satisfy expressions.

On an endpoint and on a backend; those on tokens are asked by ``auth/validator``.
From KrakenD Enterprise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen
from twisted.internet.defer import Deferred
from zope.interface import implementer

from krakendtw.errors import PipeError, Rejected
from krakendtw.interfaces import (
    IBackendMiddleware,
    IProxyMiddleware,
    ITokenRejecterFactory,
)
from krakendtw.middleware._fields import Fields
from krakendtw.middleware._place import BACKEND, ENDPOINT, demand_level, stands_in
from krakendtw.middleware.security._policy import (
    ON_REQUEST,
    ON_RESPONSE,
    ON_TOKEN,
    Exchange,
    Phase,
    Policy,
    compile_policies,
)
from krakendtw.proxy.pipe import Hooks

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from krakendtw.config.where import ConfigPath
    from krakendtw.log import Log
    from krakendtw.proxy.message import Request, Response
    from krakendtw.scope import BackendScope, EndpointScope

NAMESPACE = "security/policies"
_VALIDATOR = "auth/validator"


@frozen
class Block:
    """The policies of one phase.

    :ivar status: of the answer where one is not satisfied.
    :ivar body: its text; empty for what the evaluation came to.  Gateways with
        ``return_error_msg`` tell it.
    """

    policies: tuple[Policy, ...]
    status: int = 500
    body: str = ""
    content_type: str = "text/plain"

    def judge(self, subject: Any, log: Log, *, debug: bool) -> str:
        """What the first policy that is not satisfied says; empty if all are."""
        for index, policy in enumerate(self.policies):
            reason = policy.unmet(subject)
            if reason:
                log.info(f"policy #{index} {reason}: {policy.text}")
                return f"request aborted by policy #{index}"
            if debug and log.debug_on:
                log.debug(f"policy #{index} result: true: {policy.text}")
        return ""

    def refusal(self, text: str) -> Rejected:
        """The error of the pipe."""
        return Rejected(self.body or text, self.status, encoding=self.content_type)


@implementer(IProxyMiddleware, IBackendMiddleware, ITokenRejecterFactory)
@frozen
class Policies:
    """The policies of one endpoint or backend; ``None`` for phases without any."""

    proxy_order = 580
    backend_order = 610
    on_request: Block | None
    on_response: Block | None
    on_token: Block | None
    is_debug: bool = False

    def proxy_part(self, scope: EndpointScope) -> Hooks | None:
        """See :class:`~krakendtw.interfaces.IProxyMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return None
        if self.on_token is not None and _VALIDATOR not in scope.config.extra.settings:
            log = scope.log.child(f"{scope.log.prefix}[Policies]")
            log.warning(f"without {_VALIDATOR} nobody asks the policies on tokens")
        return self._hooks(scope.log)

    def backend_part(self, scope: BackendScope) -> Hooks | None:
        """See :class:`~krakendtw.interfaces.IBackendMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return None
        return self._hooks(scope.log)

    def rejecter(
        self, scope: EndpointScope
    ) -> Callable[[Mapping[str, Any]], bool] | None:
        """See :class:`~krakendtw.interfaces.ITokenRejecterFactory`."""
        block = self.on_token
        if block is None or not stands_in(self, scope.config.extra):
            return None
        log = scope.log.child(f"{scope.log.prefix}[Policies]")
        return lambda claims: bool(block.judge(claims, log, debug=self.is_debug))

    def _hooks(self, log: Log) -> Hooks | None:
        log = log.child(f"{log.prefix}[Policies]")
        before, after = self.on_request, self.on_response
        if before is None and after is None:
            return None
        hooks = {} if after is None else _after(after, log, debug=self.is_debug)
        if before is not None:
            hooks["request"] = _before(before, log, debug=self.is_debug)
        elif after is not None and any(one.needs_body for one in after.policies):
            hooks["request"] = _wait_for_body
        return Hooks(**hooks, name=NAMESPACE)


def configure(raw: Any, where: ConfigPath) -> Policies:
    """The policies, compiled.

    :raises krakendtw.errors.ConfigError: one of them cannot be used.
    """
    level = demand_level(where, ENDPOINT, BACKEND)
    fields = Fields(raw, where)
    join = fields.flag("auto_join_policies")
    plain = fields.flag("disable_macros")
    plain = fields.flag("disable_advanced_macros") or plain
    is_debug = fields.flag("debug")

    def block(key: str, phase: Phase) -> Block | None:
        if not fields.has(key):
            fields.any(key)
            return None
        inner = Fields(fields.any(key), where / key)
        texts = inner.texts("policies", required=True)
        if not texts and not inner.errors:
            inner.refuse("policies", "one policy is wanted at least")
        error = Fields({}, where)
        if phase is not ON_TOKEN:
            error = Fields(inner.any("error") or {}, where / key / "error")
        made = Block(
            (),
            error.whole("status", 500, least=100),
            error.text("body"),
            error.text("content_type", "text/plain"),
        )
        inner.finish()
        error.finish()
        policies = compile_policies(
            texts, where / key / "policies", phase, macros=not plain, join=join
        )
        return Block(policies, made.status, made.body, made.content_type)

    on_request = block("req", ON_REQUEST)
    on_response = block("resp", ON_RESPONSE)
    on_token = block("jwt", ON_TOKEN)
    if level == BACKEND and on_token is not None:
        fields.refuse("jwt", "a backend sees no token, put it into the endpoint's")
    if on_request is on_response is on_token is None:
        fields.refuse("req", "is missing, this one, resp or jwt")
    fields.finish()
    return Policies(on_request, on_response, on_token, is_debug)


def _wait_for_body(request: Request) -> Any:
    """Have the body whole for the policies of the answer."""
    waits: Any = request.read_body()
    return waits.addCallback(lambda _: None) if isinstance(waits, Deferred) else None


def _before(
    block: Block, log: Log, *, debug: bool
) -> Callable[[Request], Deferred[None] | None]:
    """The hook that refuses requests."""

    def check(request: Request) -> None:
        text = block.judge(request, log, debug=debug)
        if text:
            raise block.refusal(text)

    if not any(policy.needs_body for policy in block.policies):
        return check

    def hook(request: Request) -> Deferred[None] | None:
        waits: Any = request.read_body()
        if isinstance(waits, Deferred):
            return waits.addCallback(lambda _: check(request))
        check(request)
        return None

    return hook


def _after(block: Block, log: Log, *, debug: bool) -> dict[str, Callable[..., Any]]:
    """The hooks that refuse answers, also the part that is there of a failed one."""

    def check(request: Request, response: Response) -> None:
        text = block.judge(Exchange(request, response), log, debug=debug)
        if text:
            raise block.refusal(text)

    def check_part(request: Request, failure: Failure) -> Failure:
        error = failure.value
        if isinstance(error, PipeError) and error.response is not None:
            check(request, error.response)
        return failure

    return {"response": check, "failure": check_part}
