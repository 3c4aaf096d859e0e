"""``auth/signer``: parts of the answer leave as signed tokens.

It stands in the place of the endpoint's own handler: what is inside of that
(rate limits, Lua) does not run, the X-Krakend fields are missing, the answer is
JSON in any case, and whatever fails, even in part, is a bare 400.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from attrs import frozen
from zope.interface import implementer

from krakendtw.errors import ConfigError, NotConfigured
from krakendtw.gojson.text import encode_raw
from krakendtw.gojson.writer import dumps
from krakendtw.interfaces import IHandlerMiddleware
from krakendtw.middleware._place import ENDPOINT, level_of
from krakendtw.middleware.auth._flight import Flight
from krakendtw.middleware.auth._go_struct import Field, Mismatch, decode_struct
from krakendtw.middleware.auth._jwk_fetch import build_client, build_fetch
from krakendtw.middleware.auth._jws import Sign, SigningError, compile_sign
from krakendtw.middleware.auth._key_id import key_id_of
from krakendtw.middleware.auth._keys import FileKeys, NoKey
from krakendtw.middleware.auth._source import (
    INSECURE,
    SOURCE_FIELDS,
    SourceSettings,
    check_keeper,
    is_secure,
    source_settings,
)
from krakendtw.router.answer import Answer
from krakendtw.router.failure import as_pipe_error

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from krakendtw.config.where import ConfigPath
    from krakendtw.interfaces import Handler
    from krakendtw.log import Log
    from krakendtw.middleware.auth._jwk import Key
    from krakendtw.middleware.auth._jwk_tls import TLSSettings
    from krakendtw.middleware.auth._keys import Fetch
    from krakendtw.proxy.message import Response
    from krakendtw.scope import HandlerScope, ServiceScope
    from krakendtw.transport.server.request import GatewayRequest

RETRY_S = 30.0
"""How long a signer without its key stays shut before it asks again."""

_FIELDS: Mapping[str, Field] = {
    **SOURCE_FIELDS,
    "alg": ("string", ""),
    "kid": ("string", ""),
    "typ": ("string", ""),
    "full": ("bool", False),
    "keys_to_sign": ("[]string", ()),
}
_flights: WeakKeyDictionary[Any, dict[tuple[str, TLSSettings], Flight[Any]]] = (
    WeakKeyDictionary()
)
"""The downloads of each gateway, known by its client."""

_JSON = b"Content-Type: application/json; charset=utf-8\r\n"
_NEVER = float("inf")
_HIDDEN = frozenset(
    (
        "connection",
        "content-length",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
"""Fields of a backend's answer that are between it and us only."""


@implementer(IHandlerMiddleware)
@frozen
class ClosedSigner:
    """A signer that cannot be: its endpoint answers 401 to everybody.

    :ivar reason: what is wrong, for the log.
    """

    handler_order = 350
    reason: str

    def wrap_handler(self, scope: HandlerScope, handler: Handler) -> Handler:
        """See :class:`~krakendtw.interfaces.IHandlerMiddleware`."""
        return _closed(_log(scope), self.reason)


@implementer(IHandlerMiddleware)
@frozen
class Signer:
    """What one endpoint signs.

    :ivar source: where the key is.
    :ivar names: the keys of the answer whose objects are signed.
    """

    handler_order = 350
    source: SourceSettings
    alg: str
    kid: str
    typ: str
    is_full: bool
    names: tuple[str, ...]

    def wrap_handler(self, scope: HandlerScope, handler: Handler) -> Handler:
        """See :class:`~krakendtw.interfaces.IHandlerMiddleware`."""
        log = _log(scope)
        try:
            if self.source.path:
                keys = FileKeys(self.source.file_keys(), key_id_of("kid"))
                sign = self._compile(keys.get(self.kid))
            else:
                return self._late(scope, log)
        except (ConfigError, NoKey, SigningError) as error:
            return _closed(log, str(error))
        log.debug("Signer enabled")
        return _SigningHandler(scope, self.names, log, sign)

    def _late(self, scope: HandlerScope, log: Log) -> Handler:
        """The handler that gets its key when the gateway starts."""
        fetch = _fetch_for_all(self.source, scope.service)

        def load() -> Deferred[Sign]:
            return fetch().addCallback(self._pick).addCallback(self._compile)

        late = _LateHandler(scope, self.names, log, load)
        scope.service.clock.callLater(0, late.start)
        return late

    def _pick(self, keys: tuple[Key, ...]) -> Key:
        for key in reversed(keys):
            if key.kid == self.kid:
                return key
        raise NoKey("no Keys have been found")

    def _compile(self, key: Key) -> Sign:
        return compile_sign(self.alg, key, self.typ or "JWT", full=self.is_full)


class _SigningHandler:
    """Runs the pipe, signs, answers."""

    def __init__(
        self,
        scope: HandlerScope,
        names: tuple[str, ...],
        log: Log,
        sign: Sign | None = None,
    ) -> None:
        self._proxy = scope.proxy
        self._build = scope.build_request
        self._names = names
        self._log = log
        self._sign = sign

    def __call__(self, request: GatewayRequest) -> Answer | Deferred[Answer]:
        """Answer with signed parts."""
        answer: Any = self._proxy(self._build(request))
        answer.addCallbacks(self._respond, self._fail, None, None, (request,))
        found: Deferred[Answer] = answer
        return found

    def _respond(self, response: Response | None) -> Answer:
        if response is None:
            self._log.error("Empty proxy response")
            return Answer(400)
        data, sign = response.data, self._sign
        if data is not None and sign is not None:
            for name in self._names:
                value = data.get(name)
                if type(value) is not dict:
                    continue
                try:
                    data[name] = sign(value)
                except (SigningError, ValueError, TypeError) as error:
                    self._log.error(f"Signing fields: unable to sign payload: {error}")
                    return Answer(400)
        metadata = response.metadata
        head = _header_lines(metadata.headers) if metadata.headers else _JSON
        return Answer(metadata.status or 200, head, dumps(data))

    def _fail(self, failure: Failure, request: GatewayRequest) -> Answer:
        error = as_pipe_error(failure, expired=request.expired, log=self._log)
        if self._log.error_on and not request.finished:
            self._log.error(f"Proxy response: {error}")
        return Answer(400)


class _LateHandler(_SigningHandler):
    """A handler whose key has to be downloaded; requests wait for it.

    Without the key it is shut, and asks for it again after a while: KrakenD
    would stay shut until its end.

    :param load: gets the key, and makes the signing function.
    """

    def __init__(
        self, scope: HandlerScope, names: tuple[str, ...], log: Log, load: Any
    ) -> None:
        super().__init__(scope, names, log)
        self._clock = scope.service.clock
        self._flight: Flight[Sign] = Flight(load)
        self._retry_at = 0.0

    def start(self) -> None:
        """Get the key."""
        self._load().addErrback(self._shut)

    def __call__(self, request: GatewayRequest) -> Answer | Deferred[Answer]:
        """Answer with signed parts, once the key is here."""
        if self._sign is not None:
            return super().__call__(request)
        if self._clock.seconds() < self._retry_at:
            return Answer(401)
        return self._load().addCallbacks(
            lambda _: _SigningHandler.__call__(self, request), self._shut
        )

    def _load(self) -> Deferred[Any]:
        return self._flight.join().addCallback(self._open)

    def _open(self, sign: Sign) -> None:
        if self._sign is None:
            self._sign = sign
            self._log.debug("Signer enabled")

    def _shut(self, failure: Failure) -> Answer:
        failure.trap(NoKey, SigningError)
        if self._clock.seconds() >= self._retry_at:
            reason = failure.getErrorMessage()
            self._log.error(f"Unable to create the signer: {reason}")
            fatal = failure.check(SigningError) is not None
            self._retry_at = _NEVER if fatal else self._clock.seconds() + RETRY_S
        return Answer(401)


def configure(raw: Any, where: ConfigPath) -> Signer | ClosedSigner:
    """The signer of an endpoint.

    :raises ConfigError: an encrypted file whose keeper is none of ours.
    :raises NotConfigured: at any other place the namespace means nothing.
    """
    if level_of(where) != ENDPOINT:
        raise NotConfigured("auth/signer belongs to an endpoint")
    try:
        values = decode_struct(raw, "SignerConfig", _FIELDS, package="jose")
    except Mismatch as error:
        return ClosedSigner(str(error))
    if not is_secure(values):
        return ClosedSigner(INSECURE)
    check_keeper(values, where)
    try:
        source = source_settings(values, where)
    except ConfigError as error:
        return ClosedSigner(str(error))
    return Signer(
        source,
        values["alg"],
        values["kid"],
        values["typ"],
        values["full"],
        values["keys_to_sign"],
    )


def _fetch_for_all(source: SourceSettings, scope: ServiceScope) -> Fetch:
    """The download of a set; signers with the same one share it at start."""
    tls = source.tls()
    flights = _flights.setdefault(scope.client, {})
    flight = flights.get((source.url, tls))
    if flight is None:
        client = build_client(source.url, tls, scope.clock)
        flight = Flight(build_fetch(source.url, client, scope.clock))
        flights[source.url, tls] = flight
    return flight.join


def _header_lines(headers: Mapping[str, list[str]]) -> bytes:
    """Metadata as header lines: the first value of each, JSON unless told."""
    lines = [
        f"{name}: {values[0]}\r\n"
        for name, values in headers.items()
        if values and values[0] and name.lower() not in _HIDDEN
    ]
    head = encode_raw("".join(lines))
    if head.count(b"\n") != len(lines):  # a value with a line break in it
        head = b""
    return head if b"\r\ncontent-type:" in b"\r\n" + head.lower() else head + _JSON


def _log(scope: HandlerScope) -> Log:
    return scope.log.child(f"[ENDPOINT: {scope.config.path}][JWTSigner]")


def _closed(log: Log, reason: str) -> Handler:
    log.error(f"Unable to create the signer: {reason}")
    return lambda request: Answer(401)
