"""Redirects of paths that miss a route by a slash, by case or by odd segments."""

from __future__ import annotations

import re
from html import escape as escape_html
from typing import TYPE_CHECKING, Any

from attrs import frozen
from twisted.web.resource import Resource

from krakendtw.proxy.escape import PATH, EscapeError, escape, unescape
from krakendtw.router.fold import find_folded
from krakendtw.router.path import clean_path, prefixed, shortest

if TYPE_CHECKING:
    from twisted.web.iweb import IRequest

    from krakendtw.router.radix import R, RadixNode

_is_valid_path = re.compile(rb"[A-Za-z0-9$&+,./:;=@~!'()*\[\]%_-]*").fullmatch
_AUTHORITY = re.compile(rb"//(?!//)(?:[^/?]*@)?([^/?]*)")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")


class Redirect(Resource):
    """Sends the client to another path, with the answer of Go's ``http.Redirect``.

    :param location: as in the answer's text, which may hold bytes beyond ASCII.
    """

    isLeaf = True
    streams_body = True

    def __init__(self, location: bytes) -> None:
        Resource.__init__(self)
        self.location = location

    def render(self, request: Any) -> bytes:
        """See :class:`twisted.web.resource.IResource`."""
        request.started = 0.0  # the access log begins behind redirects
        location = self.location
        is_get = request.method == b"GET"
        request.setResponseCode(301 if is_get else 307)
        request.setHeader(
            b"location",
            _BEYOND_ASCII.sub(lambda found: b"%%%02x" % ord(found[0]), location),
        )
        if is_get or request.method == b"HEAD":
            request.setHeader(b"content-type", b"text/html; charset=utf-8")
        if not is_get:
            return b""
        link = escape_html(location.decode("latin-1")).encode("latin-1")
        link = link.replace(b"&quot;", b"&#34;").replace(b"&#x27;", b"&#39;")
        return b'<a href="%b">Moved Permanently</a>.\n\n' % link


@frozen
class Redirects:
    """The rules of one router.

    :ivar adds_slashes: not ``disable_redirect_trailing_slash``.
    :ivar fixes_paths: not ``disable_redirect_fixed_path``.
    """

    adds_slashes: bool = True
    fixes_paths: bool = True

    def find(
        self, request: IRequest, root: RadixNode[R], path: bytes, wants_slash: bool
    ) -> Redirect | None:
        """Where a request without a route is sent; ``None`` for nowhere.

        :param root: the routes of the request's method.
        :param path: the path, decoded and otherwise as it came.
        :param wants_slash: whether a slash more or less would help, as
            :func:`~krakendtw.router.lookup.lookup` says.
        """
        if wants_slash and self.adds_slashes:
            given = request.requestHeaders.getRawHeaders(b"x-forwarded-prefix")
            if given:
                path = prefixed(given[0], path)
            other = path[:-1] if path[-1:] == b"/" and len(path) > 1 else path + b"/"
            return Redirect(_location(request.uri, other))
        if self.fixes_paths:
            fixed = find_folded(root, clean_path(path))
            if fixed is not None:
                return Redirect(_location(request.uri, fixed))
        return None


def _location(target: bytes, path: bytes) -> bytes:
    """The request target with another path, as Go prints and then cleans it.

    :param path: the decoded path.
    """
    base, raw, query = split_target(target)
    escaped = _escaped(path, raw)
    if base:
        slash = b"" if escaped[:1] in (b"", b"/") else b"/"
        return base + slash + escaped + query
    authority = _AUTHORITY.match(escaped)
    if authority is not None and authority[1]:
        return escaped + query  # to Go, two slashes begin a host
    url = escaped or b"/"
    if url[:1] != b"/":  # relative to the path, which is itself by now
        url = url[: url.rfind(b"/") + 1] + url
    clean = shortest(url)
    if url[-1:] == b"/" and clean[-1:] != b"/":
        clean += b"/"
    return clean + query


def split_target(target: bytes) -> tuple[bytes, bytes, bytes]:
    """A request target as scheme and authority, raw path, and query with its mark.

    The first is empty in origin form (RFC 9112, section 3.2.1).
    """
    rest, mark, query = target.partition(b"?")
    scheme, separator, after = rest.partition(b"://")
    if rest[:1] == b"/" or not separator:
        return b"", rest, mark + query
    authority, slash, path = after.partition(b"/")
    return scheme.lower() + b"://" + authority, slash + path, mark + query


def _escaped(path: bytes, raw: bytes) -> bytes:
    """``path`` escaped; as ``raw`` says it, if that is an escape of it."""
    if _is_valid_path(raw):
        try:
            if unescape(raw) == path:
                return raw
        except EscapeError:
            return escape(path, PATH).encode()
    return escape(path, PATH).encode()
