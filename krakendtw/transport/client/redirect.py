"""Redirects of backends, by the rules of Go's client."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from krakendtw.errors import TransportError
from krakendtw.transport.client.exchange import Incoming, Outgoing
from krakendtw.transport.stream import BodyStream

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from krakendtw.transport.client.pool import Origin, Pool
    from krakendtw.transport.client.settings import ClientSettings

_MOST = 10
_STATUSES = frozenset((301, 302, 303, 307, 308))
_ABOUT_BODY = frozenset(
    (b"content-type", b"content-encoding", b"content-language", b"content-location")
)
_SENSITIVE = frozenset((b"authorization", b"www-authenticate", b"cookie", b"cookie2"))


def follow(
    pool: Pool,
    origin: Origin,
    outgoing: Outgoing,
    incoming: Incoming,
    settings: ClientSettings,
) -> Incoming | Deferred[Incoming]:
    """Go where a redirect points, up to ten requests in all.

    301, 302 and 303 turn other methods than GET and HEAD into GET without a
    body.  307 and 308 keep both; with a body that cannot be sent again the
    redirect is the answer, as it is without a Location.

    :raises TransportError: at the eleventh request, or for a bad Location.
    """
    return _Journey(pool, origin, outgoing, settings).arrived(incoming)


class _Journey:
    """One chain of redirects."""

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
        self._url = origin.url_of(outgoing.target)
        self._first_host = origin.host
        self._lines = _split(outgoing.lines)
        self._referer = any(name == b"referer" for name, _ in self._lines)

    def arrived(self, incoming: Incoming) -> Incoming | Deferred[Incoming]:
        """Judge an answer: the last one, or another step."""
        incoming.url = self._url
        location = incoming.field(b"location")
        if incoming.status not in _STATUSES or not location:
            return incoming
        outgoing = self._outgoing
        method, body, length = outgoing.method, outgoing.body, outgoing.length
        if incoming.status in (307, 308):
            if body is not None and not self._replays:
                return incoming
        else:
            body = length = None
            if method not in (b"GET", b"HEAD"):
                method = b"GET"
        if type(incoming.body) is BodyStream:
            incoming.body.stopProducing()
        if self._hops >= _MOST:
            raise TransportError(f"stopped after {_MOST} redirects")
        self._hops += 1
        return self._step(method, location, body, length, outgoing)

    def _step(
        self,
        method: bytes,
        location: bytes,
        body: object,
        length: int | None,
        last: Outgoing,
    ) -> Deferred[Incoming]:
        before = self._url
        self._url = urljoin(before, location.decode("utf-8", "surrogateescape"))
        parts = urlsplit(self._url)
        try:
            origin = self._pool.origin(f"{parts.scheme}://{parts.netloc}")
        except Exception as error:
            raise TransportError(str(error)) from error
        lines = self._fields_for(origin, before, dropped=body is None)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._outgoing = Outgoing(
            method,
            target.encode("utf-8", "surrogateescape"),
            lines,
            body,  # type: ignore[arg-type]
            length=length,
            streams=last.streams,
            deadline=last.deadline,
        )
        answer = origin.send(self._outgoing)
        arrived: Callable[[Incoming], Incoming | Deferred[Incoming]] = self.arrived
        return answer.addCallback(arrived)

    def _fields_for(self, origin: Origin, before: str, *, dropped: bool) -> bytes:
        """The header lines for the next step.

        :param dropped: whether there is no body, so that fields about it go too.
        """
        same = origin.host == self._first_host or origin.host.endswith(
            "." + self._first_host
        )
        lines = [origin.host_line]
        lines += [
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


def _without_user(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _split(lines: bytes) -> list[tuple[bytes, bytes]]:
    """Header lines with their lower-case names."""
    return [
        (line.partition(b":")[0].lower(), line)
        for line in lines.splitlines(keepends=True)
    ]
