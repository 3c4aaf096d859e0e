"""Management of revoked tokens over HTTP: add, check, list, export, import.

Bodies and answers are JSON, but for the filters themselves.  Every call carries
the configured secret as a bearer token (RFC 6750).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Request, Site

from krakendtw.gojson.exact import GoJSONError
from krakendtw.gojson.reader import loads
from krakendtw.gojson.writer import dumps
from krakendtw.middleware.auth._bloom import FilterError

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from krakendtw.log import Log
    from krakendtw.middleware.auth._revoked import RevokedTokens

MAX_JSON_BYTES = 8 << 20

Run = Callable[..., "Deferred[Any]"]


class BadCall(ValueError):
    """A call that cannot be answered; the text is for the caller."""


class Management(Resource):
    """Answers the calls.

    :param secret: what callers must know.
    :param run: runs what takes its time, in a thread.
    """

    isLeaf = True

    def __init__(
        self, revoked: RevokedTokens, secret: str, log: Log, run: Run = deferToThread
    ) -> None:
        Resource.__init__(self)
        self._revoked = revoked
        self._expected = f"Bearer {secret}".encode()
        self._log = log
        self._run = run
        self._calls: dict[tuple[bytes, bytes], Callable[[Any], Any]] = {
            (b"POST", b"/add"): self._add,
            (b"POST", b"/check"): self._check,
            (b"GET", b"/list"): self._list,
            (b"GET", b"/export"): self._export,
            (b"POST", b"/import"): self._import,
        }

    def render(self, request: Any) -> Any:
        """See :class:`twisted.web.resource.IResource`."""
        given = request.getHeader(b"authorization") or b""
        if not hmac.compare_digest(given, self._expected):
            request.setHeader(b"www-authenticate", b"Bearer")
            return _answer(request, 401, {"error": "the secret is wrong or missing"})
        call = self._calls.get((request.method, request.path))
        if call is None:
            known = any(path == request.path for _, path in self._calls)
            return _answer(request, 405 if known else 404, {"error": "no such call"})
        try:
            result = call(request)
        except BadCall as error:
            return _answer(request, 400, {"error": str(error)})
        except OSError as error:
            self._log.error(f"the state file: {error}")
            return _answer(request, 500, {"error": "done, but not written down"})
        if isinstance(result, Deferred):
            result.addErrback(self._failed, request)
            return NOT_DONE_YET
        return _answer(request, 200, result)

    def _add(self, request: Any) -> Any:
        elements = _elements(request)
        self._revoked.add(elements)
        return {"added": len(elements)}

    def _check(self, request: Any) -> Any:
        return {"checks": self._revoked.check(_elements(request))}

    def _list(self, request: Any) -> Any:
        latest, is_complete = self._revoked.latest()
        listed = [{"element": element, "added": int(at)} for element, at in latest]
        return {"elements": listed, "complete": is_complete}

    def _export(self, request: Any) -> Deferred[Any]:
        filters = self._revoked.filters
        packing = self._run(filters.pack, filters.snapshot())

        def send(packed: bytes) -> None:
            request.setHeader(b"content-type", b"application/octet-stream")
            request.write(packed)
            request.finish()

        return packing.addCallback(send)

    def _import(self, request: Any) -> Deferred[Any]:
        filters = self._revoked.filters
        packed = _body(request, filters.max_export_bytes)

        def merge(snapshot: Any) -> None:
            self._revoked.merge(snapshot, packed)
            told = {"approx_items": round(filters.approx_items)}
            request.write(_answer(request, 200, told))
            request.finish()

        return self._run(filters.unpack, packed).addCallback(merge)

    def _failed(self, failure: Failure, request: Any) -> None:
        status = 400 if failure.check(FilterError) else 500
        if status == 500:
            self._log.error(failure.getErrorMessage())
        request.write(_answer(request, status, {"error": failure.getErrorMessage()}))
        request.finish()


def _answer(request: Any, status: int, told: Any) -> bytes:
    """An answer's body; status and fields are set."""
    request.setResponseCode(status)
    request.setHeader(b"content-type", b"application/json; charset=utf-8")
    return dumps(told)


def _body(request: Any, limit: int) -> bytes:
    body: bytes = request.content.read(limit + 1)
    if len(body) > limit:
        raise BadCall("the body is too long")
    return body


def _elements(request: Any) -> list[str]:
    """The elements that a body names.

    ``elements`` holds whole ones (``jti-123``), ``claims`` the values of claims:
    ``{"jti": ["123"]}``.
    """
    try:
        told = loads(_body(request, MAX_JSON_BYTES))
    except GoJSONError as error:
        raise BadCall(str(error)) from None
    if not isinstance(told, dict):
        raise BadCall("an object is wanted")
    elements = _texts(told.get("elements") or [])
    claims = told.get("claims") or {}
    if not isinstance(claims, dict):
        raise BadCall("claims is an object of lists of texts")
    for name, values in claims.items():
        elements += [f"{name}-{value}" for value in _texts(values)]
    if not elements:
        raise BadCall("neither elements nor claims")
    return elements


def _texts(values: Any) -> list[str]:
    if not isinstance(values, list) or not all(type(item) is str for item in values):
        raise BadCall("a list of texts is wanted")
    return list(values)


def management_site(management: Management, max_body_bytes: int) -> Site:
    """A site for the calls; longer bodies end the connection."""

    class BoundedRequest(Request):
        """A request whose body is bounded before it arrives."""

        def gotLength(self, length: int | None) -> None:  # noqa: N802 - Twisted's
            """See :meth:`twisted.web.http.Request.gotLength`."""
            if length is None or length > max_body_bytes:
                self.channel.forceAbortClient()
                return
            Request.gotLength(self, length)

    return _QuietSite(  # type: ignore[no-untyped-call]
        management, requestFactory=BoundedRequest
    )


class _QuietSite(Site):
    """A site without an access log: what it is told is nobody's business."""

    noisy = False

    def log(self, request: Any) -> None:
        """See :meth:`twisted.web.http.HTTPFactory.log`."""
