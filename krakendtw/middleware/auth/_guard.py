"""The handler before an endpoint's own: it lets good tokens through.

What a token is worth is worked out once: its claims' verdict, header fields and
parameters are kept with it, under the whole token, as long as it is valid and
its key is still the one it was verified with.  Whether it is revoked, and what
other components say of its claims, is asked every time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import frozen
from twisted.internet.defer import Deferred

from krakendtw.middleware.auth._access import BROKEN, Judge
from krakendtw.middleware.auth._claims import (
    Claims,
    Expectations,
    Unacceptable,
    read_claims,
)
from krakendtw.middleware.auth._jws import Token, Verify, parse_token
from krakendtw.middleware.auth._keys import KeySource, NoKey
from krakendtw.middleware.auth._propagate import Clear, Fields, Unsendable
from krakendtw.middleware.auth._strict import Malformed
from krakendtw.router.answer import Answer

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from krakendtw.interfaces import Handler
    from krakendtw.log import Log
    from krakendtw.middleware.auth._jwk import Key
    from krakendtw.middleware.auth._key_id import TokenKeyId
    from krakendtw.transport.server.request import GatewayRequest

Outcome: TypeAlias = "Answer | Deferred[Answer]"

MAX_KEPT_BYTES = 16 * 1024
"""Longer tokens are verified each time."""

_INVALID = "Unable to validate the token: "


@frozen
class Rules:
    """An endpoint's demands, compiled.

    :ivar find: finds a request's token.
    :ivar alg: the one algorithm.
    :ivar key_id_of: what a token's header calls its key.
    :ivar fields: makes the header fields for the backends, if there are any.
    :ivar clear: takes the client's own fields of these names away.
    :ivar params: makes the parameters for the backends, if there are any.
    :ivar arm: arms the deadline of a request anew.
    :ivar cache_size: how many verified tokens are kept; 0 for none.
    :ivar is_chatty: ``operation_debug``: whether each refusal is logged.
    """

    find: Callable[[GatewayRequest], bytes | None]
    alg: str
    key_id_of: TokenKeyId
    verify: Verify
    expectations: Expectations
    rejecters: tuple[Callable[[Mapping[str, Any]], bool], ...]
    roles: Judge
    scopes: Judge
    fields: Callable[[Claims], Fields] | None
    clear: Clear
    params: Callable[[Claims], dict[str, str]] | None
    arm: Callable[[GatewayRequest], set[Any]]
    cache_size: int
    is_chatty: bool


class Pass:
    """What a verified token is worth.

    :ivar start: when it may be used first, seconds since the epoch.
    :ivar end: and last.
    :ivar key: what it was verified with.
    :ivar key_id: what its header calls the key.
    :ivar status: 0, or the status that its claims deserve.
    :ivar why: for the log.
    """

    __slots__ = (
        "claims",
        "end",
        "fields",
        "key",
        "key_id",
        "params",
        "start",
        "status",
        "why",
    )

    def __init__(self, key: Key, key_id: str, claims: Claims) -> None:
        self.key = key
        self.key_id = key_id
        self.claims = claims
        self.start = self.end = 0.0
        self.status = 0
        self.why = ""
        self.fields: Fields | None = None
        self.params: dict[str, str] | None = None


class Guard:
    """Examines the tokens of one endpoint's requests.

    :param handler: who answers those that get through.
    :param now: seconds since the epoch.
    """

    def __init__(
        self,
        handler: Handler,
        keys: KeySource,
        rules: Rules,
        log: Log,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._handler = handler
        self._keys = keys
        self._current = keys.current
        self._rules = rules
        self._find = rules.find
        self._rejecters = rules.rejecters
        self._log = log
        self._now = now
        self._half = max(rules.cache_size // 2, 1) if rules.cache_size else 0
        self._young: dict[bytes, Pass] = {}
        self._old: dict[bytes, Pass] = {}

    def __call__(self, request: GatewayRequest) -> Outcome:
        """Let a request through, or refuse it."""
        raw = self._find(request)
        if raw is None:
            return self._refuse("Token not found")
        kept = self._young.get(raw)
        if kept is None and self._old:
            kept = self._old.get(raw)
        if (
            kept is not None
            and kept.start <= self._now() <= kept.end
            and self._current(kept.key_id) is kept.key
        ):
            return self._admit(kept, request)
        return self._examine(raw, request)

    # --- once for each token

    def _examine(self, raw: bytes, request: GatewayRequest) -> Outcome:
        """Look at a token as at one never seen before."""
        rules = self._rules
        try:
            token = parse_token(raw)
            if token.header.get("alg") != rules.alg:
                return self._refuse("algorithm is invalid")
            key_id = rules.key_id_of(token.header)
            key = self._keys.get(key_id)
        except (Malformed, NoKey) as error:
            return self._refuse(str(error))
        if isinstance(key, Deferred):
            return self._wait(key, request, self._with_key, raw, token, key_id)
        return self._with_key(key, request, raw, token, key_id)

    def _wait(
        self,
        key: Any,
        request: GatewayRequest,
        proceed: Callable[..., Outcome],
        *details: Any,
    ) -> Deferred[Answer]:
        """Go on when a key has come.

        The endpoint's time does not run meanwhile: it is for the backends.
        """
        slot = request.slot
        if slot is not None:
            slot.discard(request)
            request.slot = None

        def arrived(found: Key) -> Outcome:
            if slot is not None:
                request.slot = self._rules.arm(request)
            return proceed(found, request, *details)

        key.addCallbacks(arrived, self._without_key)
        waiting: Deferred[Answer] = key
        return waiting

    def _without_key(self, failure: Failure) -> Answer:
        failure.trap(NoKey)
        return self._refuse(failure.getErrorMessage())

    def _with_key(
        self,
        key: Key,
        request: GatewayRequest,
        raw: bytes,
        token: Token,
        key_id: str,
    ) -> Outcome:
        """The key is here: verify, judge, keep."""
        try:
            found = self._verified(raw, key, key_id, token)
        except Unacceptable as error:
            return self._refuse(str(error))
        if not self._keys.is_volatile:
            return self._admit(found, request)
        # The key is asked for again to read the claims, as KrakenD does.
        try:
            again = self._keys.get(key_id)
        except NoKey as error:
            return self._refuse(str(error))
        return self._wait(again, request, self._with_key_again, found, token)

    def _with_key_again(
        self, key: Key, request: GatewayRequest, found: Pass, token: Token
    ) -> Outcome:
        if key.material != found.key.material and not self._rules.verify(token, key):
            return self._refuse("error in cryptographic primitive")
        return self._admit(found, request)

    def _verified(self, raw: bytes, key: Key, key_id: str, token: Token) -> Pass:
        """What a token is worth, out of the cache where the key is the same.

        :raises Unacceptable: nothing.
        """
        rules = self._rules
        now = self._now()
        kept = self._young.get(raw) or self._old.get(raw)
        if (
            kept is not None
            and kept.start <= now <= kept.end
            and kept.key_id == key_id
            and kept.key.material == key.material
        ):
            kept.key = key
            return kept
        if not rules.verify(token, key):
            raise Unacceptable("error in cryptographic primitive")
        claims = read_claims(token.payload)
        lifetime = rules.expectations.check(claims, now)
        found = Pass(key, key_id, claims)
        found.start, found.end = lifetime.start, lifetime.end
        self._judge(found, claims)
        self._keep(raw, found)
        return found

    def _judge(self, found: Pass, claims: Claims) -> None:
        """What follows from the claims alone."""
        rules = self._rules
        found.status = rules.roles(claims)
        if found.status:
            found.why = "does not have sufficient roles"
            return
        found.status = rules.scopes(claims)
        if found.status:
            found.why = "does not have the required scopes"
            return
        if rules.params is not None:
            found.params = rules.params(claims)
        if rules.fields is not None:
            try:
                found.fields = rules.fields(claims)
            except Unsendable as error:
                found.status, found.why = BROKEN, str(error)

    def _keep(self, raw: bytes, found: Pass) -> None:
        """Keep a token; two generations together make up the cache."""
        if not self._half or len(raw) > MAX_KEPT_BYTES:
            return
        if len(self._young) >= self._half:
            self._old = self._young
            self._young = {}
        self._young[raw] = found

    # --- for each request

    def _admit(self, found: Pass, request: GatewayRequest) -> Outcome:
        """Hand a request with a verified token on, unless something is against it."""
        for rejects in self._rejecters:
            if rejects(found.claims):
                return self._refuse("", "Token sent by client rejected")
        if found.status:
            return self._refuse("", f"Token sent by client {found.why}", found.status)
        if found.fields is not None:
            request.headers = [*self._rules.clear(request.headers), *found.fields]
        if found.params:
            request.route_params = {**request.route_params, **found.params}
        return self._handler(request)

    def _refuse(self, reason: str, text: str = _INVALID, status: int = 401) -> Answer:
        if self._rules.is_chatty and self._log.error_on:
            self._log.error(text + reason)
        return Answer(status)
