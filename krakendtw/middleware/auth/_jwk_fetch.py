"""Key sets over HTTP: one GET, a JSON media type, nothing else asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import treq
from treq.client import HTTPClient
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.web.http_headers import Headers

from krakendtw.compat import USER_AGENT
from krakendtw.gojson.reader import GoJSONError, loads
from krakendtw.middleware.auth._jwk import BadKey, Key, parse_keys
from krakendtw.middleware.auth._jwk_tls import TLSSettings, build_agent
from krakendtw.middleware.auth._keys import Fetch, NoKey

if TYPE_CHECKING:
    from twisted.internet.interfaces import IReactorTime
    from twisted.python.failure import Failure
    from twisted.web.iweb import IResponse

DOWNLOAD_TIMEOUT_S = 30.0
"""After this time nobody waits for a set any more."""

MAX_SET_BYTES = 4 * 1024 * 1024

_HEADERS = Headers({"User-Agent": [USER_AGENT]})
_MEDIA_TYPES = ("application/json", "application/jwk-set+json")


def build_client(url: str, tls: TLSSettings, reactor: Any) -> HTTPClient:
    """A client for one key set, with connections of its own.

    The trust in this host is nobody else's, and nobody else's is its.

    :param reactor: where connections are made.
    """
    return HTTPClient(build_agent(reactor, tls, is_plain=url.startswith("http:")))


def build_fetch(url: str, client: HTTPClient, clock: IReactorTime) -> Fetch:
    """The function that downloads the set at ``url``."""

    def fetch() -> Deferred[tuple[Key, ...]]:
        asked: Deferred[Any] = maybeDeferred(client.get, url, headers=_HEADERS)
        asked.addCallback(_read_body)
        asked.addTimeout(DOWNLOAD_TIMEOUT_S, clock, _timed_out)
        asked.addCallback(_read_set)
        return asked.addErrback(_translate, url)

    return fetch


def _read_body(response: IResponse) -> Deferred[bytes]:
    """The body of an answer whose media type fits.

    :raises NoKey: it does not.
    """
    kinds = response.headers.getRawHeaders("Content-Type") or [""]
    if not kinds[0].startswith(_MEDIA_TYPES):
        _drop(response)
        raise NoKey("should have a JSON content type for JWKS endpoint")
    pieces: list[bytes] = []
    left = MAX_SET_BYTES

    def collect(piece: bytes) -> None:
        nonlocal left
        left -= len(piece)
        if left < 0:
            raise NoKey("the JWK set is too long")
        pieces.append(piece)

    return treq.collect(response, collect).addCallback(lambda _: b"".join(pieces))


def _drop(response: IResponse) -> None:
    """Read on without a taker, so that the connection can be used again."""
    treq.collect(response, lambda _: None).addErrback(lambda _: None)


def _read_set(body: bytes) -> tuple[Key, ...]:
    """The keys of a downloaded set; there must be one.

    :raises NoKey: there is none, or the set cannot be read.
    """
    try:
        keys = parse_keys(loads(body))
    except (BadKey, GoJSONError) as error:
        raise NoKey(str(error)) from error
    if not keys:
        raise NoKey("no Keys has been found")
    return keys


def _timed_out(result: object, timeout: float) -> None:
    raise NoKey(f"no answer within {timeout:g} seconds")


def _translate(failure: Failure, url: str) -> Any:
    """Whatever went wrong on the way, as :exc:`NoKey`: no keys, nobody gets in."""
    if failure.check(NoKey):
        return failure
    raise NoKey(f'Get "{url}": {_reason(failure)}')


def _reason(failure: Failure) -> str:
    error: Any = failure.value
    reasons = getattr(error, "reasons", None)
    return _reason(reasons[0]) if reasons else failure.getErrorMessage()
