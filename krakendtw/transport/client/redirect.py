"""Redirects of backends, by the rules of Go's client."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from krakendtw.errors import TransportError
from krakendtw.transport.client.exchange import Incoming, Outgoing
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from krakendtw.proxy.message import Body
    from krakendtw.transport.client.pool import Origin, Pool
    from krakendtw.transport.client.settings import ClientSettings

REDIRECTS = frozenset((301, 302, 303, 307, 308))
"""Statuses that may lead elsewhere (RFC 9110 §15.4)."""

_MOST = 10
_unsafe = re.compile(rb"[^\x21-\x7e]")
"""What must not stand in a request target as it is."""

_ABOUT_BODY = frozenset(
    (b"content-type", b"content-encoding", b"content-language", b"content-location")
)
_SENSITIVE = frozenset((b"authorization", b"www-authenticate", b"cookie", b"cookie2"))


class RedirectError(TransportError):
    """A chain of redirects that led nowhere; names the method and the URL."""


def follow(
    pool: Pool,
    origin: Origin,
    outgoing: Outgoing,
    incoming: Incoming,
    settings: ClientSettings,
) -> Incoming | Deferred[Incoming]:
    """Go where a redirect points, up to ten requests in all.

    :raises RedirectError: see :meth:`Journey.onward`; also through the Deferred.
    """
    return _walk(incoming, Journey(pool, origin, outgoing, settings))


def _walk(incoming: Incoming, journey: Journey) -> Incoming | Deferred[Incoming]:
    """Judge an answer: the last one, or another step."""
    asked = journey.url
    try:
        step = journey.onward(incoming)
    except RedirectError:
        _drop(incoming)
        raise
    if step is None:
        incoming.url = asked
        return incoming
    _drop(incoming)
    origin, outgoing = step
    answer: Any = origin.send(outgoing)
    answer.addCallbacks(_walk, journey.lost, (journey,))
    found: Deferred[Incoming] = answer
    return found


def _drop(incoming: Incoming) -> None:
    """Nobody reads the body of a redirect."""
    if type(incoming.body) is BodyStream:
        incoming.body.stopProducing()


class Journey:
    """One chain of redirects: where each answer leads.

    :param origin: where the first request went.
    :param outgoing: the first request.
    :ivar url: what was asked last.
    """

    def __init__(
        self,
        pool: Pool,
        origin: Origin,
        outgoing: Outgoing,
        settings: ClientSettings,
    ) -> None:
        self._pool = pool
        self._outgoing = outgoing
        self._replays = settings.send_body_on_redirect
        self._hops = 1
        self._name = outgoing.method.decode("ascii", "replace").capitalize()
        self.url = origin.url_of(outgoing.target)
        self._first_host = origin.host
        self._lines = _split(outgoing.lines)
        self._referer = any(name == b"referer" for name, _ in self._lines)
        hosts = [line for name, line in self._lines if name == b"host"]
        own = bool(hosts) and hosts[0] != origin.host_line
        self._host_line = hosts[0] if own else b""

    def onward(self, incoming: Incoming) -> tuple[Origin, Outgoing] | None:
        """The next request; ``None`` if this answer is the last.

        301, 302 and 303 turn other methods than GET and HEAD into GET without a
        body.  307 and 308 keep both; with a body that cannot be sent again the
        redirect is the answer, as it is without a Location.

        :raises RedirectError: at the eleventh request, or for a bad Location.
        """
        location = incoming.field(b"location")
        if incoming.status not in REDIRECTS or not location:
            return None
        outgoing = self._outgoing
        method, body, length = outgoing.method, outgoing.body, outgoing.length
        if incoming.status in (307, 308):
            if body is not None and not self._replays:
                return None
        else:
            body = length = None
            if method not in (b"GET", b"HEAD"):
                method = b"GET"
        if self._hops >= _MOST:
            to = location.decode("utf-8", "surrogateescape")
            raise self._error(to, f"stopped after {_MOST} redirects")
        self._hops += 1
        return self._step(method, location, body, length)

    def lost(self, failure: Failure) -> Failure:
        """A later request than the first has failed.

        :raises RedirectError: with Go's words around the reason.
        """
        error = failure.value
        if isinstance(error, TransportError) and not isinstance(error, RedirectError):
            raise self._error(self.url, error.message) from error
        return failure

    def _error(self, url: str, reason: str) -> RedirectError:
        return RedirectError(f'{self._name} "{url}": {reason}')

    def _step(
        self, method: bytes, location: bytes, body: Body, length: int | None
    ) -> tuple[Origin, Outgoing]:
        """The request that a Location asks for."""
        last, before = self._outgoing, self.url
        to = location.decode("utf-8", "surrogateescape")
        try:
            url = urljoin(before, to)
            parts = urlsplit(url)
        except ValueError as error:
            reason = f'failed to parse Location header "{to}": {error}'
            raise self._error(before, reason) from error
        self.url = url
        try:
            origin = self._pool.origin(f"{parts.scheme}://{parts.netloc}")
        except Exception as error:
            raise self._error(self.url, str(error)) from error
        lines = self._fields_for(origin, before, dropped=body is None)
        # As Go: a Host that is not the URL's was meant for wherever this leads.
        own = self._host_line if not urlsplit(to).scheme else b""
        lines = (own or origin.host_line) + lines
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._outgoing = Outgoing(
            method,
            _unsafe.sub(_escape, target.encode("utf-8", "surrogateescape")),
            lines,
            body,
            length=length,
            streams=last.streams,
            deadline=last.deadline,
            limit=last.limit,
        )
        return origin, self._outgoing

    def _fields_for(self, origin: Origin, before: str, *, dropped: bool) -> bytes:
        """The header lines for the next step, without the Host.

        :param dropped: whether there is no body, so that fields about it go too.
        """
        same = origin.host == self._first_host or origin.host.endswith(
            "." + self._first_host
        )
        lines = [
            line
            for name, line in self._lines
            if name != b"host"
            and (same or name not in _SENSITIVE)
            and not (dropped and name in _ABOUT_BODY)
        ]
        downgrade = before.startswith("https:") and origin.scheme == "http"
        if not self._referer and not downgrade:
            lines.append(b"Referer: %b\r\n" % _without_user(before).encode())
        return b"".join(lines)


def _escape(found: re.Match[bytes]) -> bytes:
    return b"%%%02X" % ord(found[0])


def _without_user(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _split(lines: bytes) -> list[tuple[bytes, bytes]]:
    """Header lines with their lower-case names."""
    return [
        (line.partition(b":")[0].lower(), line)
        for line in lines.splitlines(keepends=True)
    ]
