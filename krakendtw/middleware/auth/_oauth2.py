"""The client credentials grant (RFC 6749 §4.4): asking for a token.

The words of the errors are those of Go's oauth2 library, which are what clients
see with ``return_error_msg``.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote_plus

import treq
from attrs import field, frozen
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.web.http_headers import Headers

from krakendtw.errors import PipeError, TransportError
from krakendtw.go_quote import quote
from krakendtw.gojson.exact import GoJSONError
from krakendtw.gojson.number import Number
from krakendtw.gojson.reader import loads
from krakendtw.gojson.text import decode_raw
from krakendtw.middleware.auth._go_struct import Field, Mismatch, decode_struct

if TYPE_CHECKING:
    from treq.client import HTTPClient
    from twisted.internet.interfaces import IReactorTime
    from twisted.python.failure import Failure
    from twisted.web.iweb import IResponse

TOKEN_TIMEOUT_S = 30.0
"""After this time nobody waits for a token any more."""

MAX_ANSWER_BYTES = 1 << 20

_ANSWER_FIELDS: Mapping[str, Field] = {
    "access_token": ("string", ""),
    "token_type": ("string", ""),
    "refresh_token": ("string", ""),
    "error": ("string", ""),
    "error_description": ("string", ""),
    "error_uri": ("string", ""),
}
_KNOWN_TYPES = {"bearer": "Bearer", "mac": "MAC", "basic": "Basic"}
_FORMS = ("application/x-www-form-urlencoded", "text/plain")
_INTEGER = re.compile(r"[+-]?[0-9]+").fullmatch
_JSON_NUMBER = re.compile(
    r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
).fullmatch
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2}).{0,2}", re.DOTALL).search
_search_control = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]").search
_MAX_SECONDS = (1 << 31) - 1


@frozen
class Grant:
    """What a client is, and what it asks for.

    :ivar params: the form's fields beside the credentials.
    """

    client_id: str
    client_secret: str = field(repr=False)
    token_url: str
    params: Mapping[str, tuple[str, ...]] = field(repr=False)


@frozen
class AccessToken:
    """A token, ready to be sent.

    :ivar authorization: the value of the Authorization field.
    :ivar lifetime: seconds that it is good for; ``None`` for ever.
    """

    authorization: bytes = field(repr=False)
    lifetime: float | None


class TokenClient:
    """Asks one token endpoint, and remembers how it wants the credentials.

    They go into the Authorization field first, and into the form if that fails.
    """

    def __init__(self, grant: Grant, client: HTTPClient, clock: IReactorTime) -> None:
        self._grant = grant
        self._client = client
        self._clock = clock
        self._in_form: bool | None = None

    def fetch(self) -> Deferred[AccessToken]:
        """A new token; fails with :exc:`~krakendtw.errors.TransportError`."""
        if self._in_form is not None:
            return self._ask(in_form=self._in_form)
        return self._ask(in_form=False).addCallbacks(self._settle, self._try_form)

    def _settle(self, token: AccessToken, in_form: bool = False) -> AccessToken:
        self._in_form = in_form
        return token

    def _try_form(self, failure: Failure) -> Deferred[AccessToken]:
        failure.trap(PipeError)
        return self._ask(in_form=True).addCallback(self._settle, True)

    def _ask(self, *, in_form: bool) -> Deferred[AccessToken]:
        grant = self._grant
        fields = {name: list(values) for name, values in grant.params.items()}
        headers = Headers(
            {
                "Content-Type": ["application/x-www-form-urlencoded"],
                "User-Agent": ["Go-http-client/1.1"],
            }
        )
        if in_form:
            if grant.client_id:
                fields["client_id"] = [grant.client_id]
            if grant.client_secret:
                fields["client_secret"] = [grant.client_secret]
        else:
            pair = f"{quote_plus(grant.client_id)}:{quote_plus(grant.client_secret)}"
            basic = base64.b64encode(pair.encode())
            headers.setRawHeaders(b"Authorization", [b"Basic " + basic])
        asked: Deferred[Any] = maybeDeferred(
            self._client.post,
            grant.token_url,
            data=_form(fields),
            headers=headers,
            allow_redirects=False,
        )
        asked.addCallback(_read_answer)
        asked.addTimeout(TOKEN_TIMEOUT_S, self._clock, _timed_out)
        return asked.addErrback(_translate, grant.token_url).addCallback(read_token)


def _form(fields: Mapping[str, list[str]]) -> bytes:
    """A form in the order of its names, as Go encodes one."""
    return "&".join(
        f"{quote_plus(name)}={quote_plus(value)}"
        for name in sorted(fields)
        for value in fields[name]
    ).encode()


def _read_answer(response: IResponse) -> Deferred[tuple[int, str, bytes]]:
    """Status, media type and body, which is cut where it is too long."""
    kinds = response.headers.getRawHeaders("Content-Type") or [""]
    body = bytearray()

    def collect(piece: bytes) -> None:
        body.extend(piece[: MAX_ANSWER_BYTES - len(body)])

    return treq.collect(response, collect).addCallback(
        lambda _: (response.code, kinds[0], bytes(body))
    )


def _timed_out(result: object, timeout: float) -> None:
    raise TransportError(f"no answer within {timeout:g} seconds")


def _translate(failure: Failure, url: str) -> Any:
    """Whatever went wrong on the way, as ours."""
    error: Any = failure.value
    raise TransportError(f'Post "{url}": {_reason(failure)}') from error


def _reason(failure: Failure) -> str:
    error: Any = failure.value
    reasons = getattr(error, "reasons", None)
    return _reason(reasons[0]) if reasons else failure.getErrorMessage()


def read_token(answer: tuple[int, str, bytes]) -> AccessToken:
    """The token in an answer: status, media type and body.

    :raises TransportError: there is none.
    """
    status, kind, body = answer
    is_failure = not 200 <= status <= 299
    media_type = kind.partition(";")[0].strip().lower()
    read = _read_form if media_type in _FORMS else _read_json
    try:
        fields, seconds = read(body)
    except _Unreadable as error:
        if is_failure:
            raise _refusal(status, body, {}) from error
        raise TransportError(f"oauth2: {error}") from error
    if is_failure or fields["error"]:
        raise _refusal(status, body, fields)
    token = fields["access_token"]
    if not token:
        raise TransportError("oauth2: server response missing access_token")
    scheme = fields["token_type"]
    scheme = _KNOWN_TYPES.get(scheme.lower(), scheme) or "Bearer"
    value = f"{scheme} {token}".encode("utf-8", "surrogateescape")
    if _search_control(value) is not None:
        raise TransportError('net/http: invalid header field value for "Authorization"')
    return AccessToken(value, float(seconds) if seconds else None)


class _Unreadable(ValueError):
    """A body that holds no fields."""


def _read_form(body: bytes) -> tuple[dict[str, str], int]:
    text = decode_raw(body)
    bad = _BAD_ESCAPE(text)
    if bad is not None:
        raise _Unreadable(f"cannot parse response: invalid URL escape {quote(bad[0])}")
    if ";" in text:
        raise _Unreadable("cannot parse response: invalid semicolon separator in query")
    found = dict.fromkeys((*_ANSWER_FIELDS, "expires_in"), "")
    for name, value in reversed(parse_qsl(text, keep_blank_values=True)):
        found[name] = value  # of several the first one counts
    expires = found["expires_in"]
    return found, int(expires) if _INTEGER(expires) else 0


def _read_json(body: bytes) -> tuple[dict[str, str], int]:
    try:
        raw = loads(body)
        fields = decode_struct(raw, "tokenJSON", _ANSWER_FIELDS, package="internal")
        return fields, _seconds(raw)
    except (GoJSONError, Mismatch) as error:
        raise _Unreadable(f"cannot parse json: {error}") from error


def _seconds(raw: Any) -> int:
    """``expires_in``, which some write as text.

    :raises Mismatch: it is no whole number.
    """
    found = None
    for name, value in (raw or {}).items():
        if name.lower() == "expires_in" and value is not None:
            found = value
    if found is None:
        return 0
    if isinstance(found, bool) or not isinstance(found, str | int):
        raise Mismatch("json: cannot unmarshal expires_in into a number")
    text = str(found)
    if type(found) is not Number and not _JSON_NUMBER(text):
        raise Mismatch(
            "json: invalid number literal, trying to unmarshal"
            f" {quote(quote(text))} into Number"
        )
    if not _INTEGER(text):
        raise Mismatch(f"strconv.ParseInt: parsing {quote(text)}: invalid syntax")
    return min(int(text), _MAX_SECONDS)


def _refusal(status: int, body: bytes, fields: Mapping[str, str]) -> TransportError:
    """What the token endpoint says in place of a token."""
    if fields.get("error"):
        parts = (fields["error"], fields["error_description"], fields["error_uri"])
        said = " ".join(quote(part) for part in parts if part)
        return TransportError(f"oauth2: {said}")
    try:
        reason = f" {HTTPStatus(status).phrase}"
    except ValueError:
        reason = ""
    return TransportError(
        f"oauth2: cannot fetch token: {status}{reason}\nResponse: {decode_raw(body)}"
    )
