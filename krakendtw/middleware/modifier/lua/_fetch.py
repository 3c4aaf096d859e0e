"""``http_response``: side calls of scripts, over the gateway's own pool."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

from attrs import define, field
from twisted.internet.defer import CancelledError, Deferred, inlineCallbacks
from twisted.web.http_headers import Headers

from krakendtw.compat import USER_AGENT
from krakendtw.config.canonical import canonical_header
from krakendtw.errors import Canceled, PipeError
from krakendtw.go_quote import quote
from krakendtw.middleware.modifier.lua._fields import header_flaw, is_token
from krakendtw.middleware.modifier.lua._values import Listed, from_lua, to_lua
from krakendtw.proxy.go_url import parse_url

if TYPE_CHECKING:
    from collections.abc import Generator

    from treq.client import HTTPClient

_MOST_HOPS = 10
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_SENSITIVE = ("Authorization", "Www-Authenticate", "Cookie", "Cookie2")
_ABOUT_BODY = ("Content-Type", "Content-Encoding", "Content-Language", "Content-Length")


class FetchError(Exception):
    """A side call failed; the text is what the script's error says."""


@define
class Fetched:
    """The answer to a side call, its body with it.

    :ivar is_closed: whether the script has closed it.
    """

    status: int
    headers: Headers
    body: bytes
    is_closed: bool = False
    was_read: bool = False


@define
class Fetch:
    """One side call under way.

    :param fields: names and values of header fields in turn, as they come from Lua.
    :param expired: whether the time of the request is over, if it ends early.
    """

    client: HTTPClient
    method: str
    url: str
    body: bytes
    fields: Iterable[str]
    expired: Callable[[], bool]
    headers: Headers = field(factory=Headers, init=False)
    _hops: int = field(default=1, init=False)

    def start(self) -> Deferred[Fetched]:
        """Make the call.

        :raises FetchError: through the Deferred; when it is cancelled as well.
        """
        return self._follow()

    @inlineCallbacks
    def _follow(self) -> Generator[Deferred[Any], Any, Fetched]:
        """Ask, and go where redirects point, by the rules of Go's client."""
        asked = self._prefix()
        try:
            self._set_headers()
            while True:
                response = yield self.client.request(
                    self.method,
                    self.url,
                    headers=self.headers,
                    data=self.body or None,
                    allow_redirects=False,
                )
                body = yield response.content()
                location = response.headers.getRawHeaders("Location")
                if response.code not in _REDIRECTS or not location:
                    return Fetched(response.code, response.headers, body)
                if self._hops >= _MOST_HOPS:
                    raise FetchError(f"stopped after {_MOST_HOPS} redirects")
                self._redirect(response.code, location[0])
        except FetchError as error:
            raise FetchError(f"{asked}: {error}") from error
        except (CancelledError, Canceled) as error:
            raise FetchError(f"{asked}: {self._ending()}") from error
        except Exception as error:  # whatever treq, the pool or TLS make of it
            text = str(error) if isinstance(error, PipeError) else _words(error)
            raise FetchError(f"{asked}: {text}") from error

    def _set_headers(self) -> None:
        """Names and values in turn, and our agent.

        :raises FetchError: a field cannot go out.
        """
        flat = [from_lua(value) for value in self.fields]
        for given, value in zip(flat[::2], flat[1::2], strict=True):
            name = canonical_header(given)
            if name in _FRAMING:
                continue
            flaw = header_flaw(name, [value])
            if flaw is not None:
                raise FetchError(flaw)
            self.headers.addRawHeader(name, value)
        user, at, _ = urlsplit(self.url).netloc.rpartition("@")
        if at and not self.headers.hasHeader("Authorization"):
            pair = b":".join(map(unquote_to_bytes, user.partition(":")[::2]))
            self.headers.addRawHeader("Authorization", b"Basic " + b64encode(pair))
        # Go adds its own behind the script's and sends the first.
        if not self.headers.hasHeader("User-Agent"):
            self.headers.addRawHeader("User-Agent", USER_AGENT)

    def _prefix(self) -> str:
        """What Go's client puts in front of what went wrong."""
        return f"{self.method[:1]}{self.method[1:].lower()} {quote(self.url)}"

    def _ending(self) -> str:
        return "context deadline exceeded" if self.expired() else "context canceled"

    def _redirect(self, status: int, location: str) -> None:
        """Turn the call into its next step."""
        before = self.url
        self._hops += 1
        self.url = urljoin(before, location)
        if status not in (307, 308):
            if self.method not in ("GET", "HEAD"):
                self.method = "GET"
            if self.body:
                self.body = b""
                _drop(self.headers, _ABOUT_BODY)
        was, now = urlsplit(before), urlsplit(self.url)
        if now.hostname != was.hostname and not (now.hostname or "").endswith(
            f".{was.hostname}"
        ):
            _drop(self.headers, _SENSITIVE)
        if not (was.scheme == "https" and now.scheme == "http"):
            self.headers.setRawHeaders("Referer", [before])


_FRAMING = frozenset(
    ("Host", "Content-Length", "Transfer-Encoding", "Trailer", "Connection")
)
"""Fields that Go's client makes itself."""


def _drop(headers: Headers, names: Iterable[str]) -> None:
    for name in names:
        headers.removeHeader(name)


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__


def refuse_fetch(url: str, method: str) -> Any:
    """Why a call cannot be made, in the words of Go's client; or nothing."""
    method = method or "GET"
    if not is_token(method):
        return to_lua(f"net/http: invalid method {quote(from_lua(method))}")
    try:
        parts = parse_url(url.encode("latin-1"))
    except PipeError as error:
        return to_lua(str(error))
    name = f"{method[:1]}{method[1:].lower()} {quote(from_lua(url))}"
    if parts.scheme not in ("http", "https"):
        return to_lua(f"{name}: unsupported protocol scheme {quote(parts.scheme)}")
    if not parts.host:
        return to_lua(f"{name}: http: no Host in request URL")
    return None


# --- the methods of http_response

Answered = Any
"""A value; or nothing and true, after the script has closed the answer."""

_GONE = (None, True)


def answer_status(answer: Fetched) -> Answered:
    """``r:statusCode()``."""
    return _GONE if answer.is_closed else answer.status


def answer_header(answer: Fetched, name: str) -> Answered:
    """``r:headers(name)``: the first value."""
    if answer.is_closed:
        return _GONE
    values = _values(answer, name)
    return to_lua(values[0]) if values else ""


def answer_headers(answer: Fetched, name: str) -> Answered:
    """``r:headerList(name)``."""
    if answer.is_closed:
        return _GONE
    values: list[Any] = _values(answer, name)
    return Listed(values, len(values))


def _values(answer: Fetched, name: str) -> list[str]:
    try:
        raw = answer.headers.getRawHeaders(from_lua(name).encode("latin-1"), [])
    except (UnicodeEncodeError, ValueError):
        return []
    return [value.decode("utf-8", "surrogateescape") for value in raw or []]


def answer_body(answer: Fetched) -> Answered:
    """``r:body()``: once read, it outlives the answer."""
    if answer.is_closed and not answer.was_read:
        return _GONE
    answer.was_read = True
    return answer.body


def answer_close(answer: Fetched) -> None:
    """``r:close()``."""
    answer.is_closed = True


def functions() -> Mapping[str, Callable[..., Any]]:
    """All functions by the names that Lua knows."""
    return {
        "refuse_fetch": refuse_fetch,
        "answer_status": answer_status,
        "answer_header": answer_header,
        "answer_headers": answer_headers,
        "answer_body": answer_body,
        "answer_close": answer_close,
    }
