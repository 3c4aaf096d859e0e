"""``security/http``: hosts that are served, redirects to TLS, protective fields.

Checks stand behind routing: redirects of the router and the health check do not
pass them, everything else does.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from html import escape as escape_html
from secrets import token_bytes
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from attrs import field, frozen
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET
from zope.interface import implementer

from krakendtw.errors import ConfigError, NotConfigured
from krakendtw.interfaces import IRouterMiddleware
from krakendtw.middleware._place import SERVICE, level_of

if TYPE_CHECKING:
    from twisted.web.resource import IResource

    from krakendtw.config.where import ConfigPath
    from krakendtw.scope import ServiceScope
    from krakendtw.transport.server.request import GatewayRequest

_BAD_HOST = (
    b"Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n"
)
_NONCE = "%[1]s"
"""What stands for the nonce, beside ``$NONCE``."""

_INT64 = 1 << 63

_IN_PATH = "$&+,/:;=@"
_IN_HOST = "!\"$&'()*+,:;<=>[]"
_is_escaped = re.compile(rb"[A-Za-z0-9$&+,./:;=@~!'()*\[\]%_-]*").fullmatch
_beyond_ascii = re.compile(rb"[\x80-\xff]")
_line_break = re.compile(r"[\r\n]")


@implementer(IRouterMiddleware)
@frozen
class HTTPSecurity:
    """What is asked of requests, and added to answers.

    :ivar allowed_hosts: with their ports; empty for all.
    :ivar allows_host: judges hosts; ``None`` for all.
    :ivar host_fields: lower-case names of fields that may hold the host.
    :ivar tls_fields: lower-case names and values that stand for TLS.
    :ivar sts_s: ``max-age`` of Strict-Transport-Security; 0 for no such field.
    :ivar fields: what every answer gets, name to value.
    :ivar csp: the Content-Security-Policy, which may want a nonce.
    """

    router_order = 400
    allows_host: Callable[[bytes], bool] | None = None
    host_fields: tuple[bytes, ...] = ()
    redirects: bool = False
    redirect_host: str = ""
    tls_fields: tuple[tuple[bytes, bytes], ...] = ()
    sts_s: int = 0
    sts_subdomains: bool = False
    sts_always: bool = False
    fields: Mapping[str, str] = field(factory=lambda: MappingProxyType({}))
    csp: str = ""
    guard: Guard = field(init=False, repr=False, eq=False)

    @guard.default
    def _make_guard(self) -> Guard:
        return Guard(self)

    def wrap_leaf(self, scope: ServiceScope, resource: IResource) -> IResource:
        """See :class:`~krakendtw.interfaces.IRouterMiddleware`."""
        return SecuredResource(self.guard, resource)


class Guard:
    """The rules, ready for requests."""

    def __init__(self, settings: HTTPSecurity) -> None:
        self._allows_host = settings.allows_host
        self._host_fields = settings.host_fields
        self._redirects = settings.redirects
        self._redirect_host = settings.redirect_host.encode()
        self._tls_fields = settings.tls_fields
        lines = b"".join(_line(*item) for item in settings.fields.items())
        sts = _sts_line(settings)
        csp = settings.csp.replace("$NONCE", f"'nonce-{_NONCE}'")
        self._policy: list[bytes] | None = None
        if _NONCE in csp:
            self._policy = _line("Content-Security-Policy", csp).split(_NONCE.encode())
        elif csp:
            lines += _line("Content-Security-Policy", csp)
        self._tls_lines = sts + lines
        self._plain_lines = self._tls_lines if settings.sts_always else lines
        self._asks_host = self._allows_host is not None or self._redirects
        self._asks_tls = self._redirects or self._plain_lines != self._tls_lines

    def admits(self, request: GatewayRequest) -> bool:
        """Whether ``request`` may go on; if not, it is answered."""
        host = self._host_of(request) if self._asks_host else b""
        if self._allows_host is not None and not self._allows_host(host):
            request.answer(500, _BAD_HOST, b"Bad Host\n")
            return False
        is_secure = self._asks_tls and self._is_secure(request)
        if self._redirects and not is_secure:
            _redirect(request, self._redirect_host or host)
            return False
        request.lines_before += self._tls_lines if is_secure else self._plain_lines
        if self._policy is not None:
            nonce = b64encode(token_bytes(16)).rstrip(b"=")
            request.lines_before += nonce.join(self._policy)
        return True

    def _host_of(self, request: GatewayRequest) -> bytes:
        """The host that the client meant."""
        for name in self._host_fields:
            host = request.field(name)
            if host:
                return host
        return request.host

    def _is_secure(self, request: GatewayRequest) -> bool:
        """Whether the client speaks TLS, with us or with who stands before us."""
        if request.isSecure() or request.uri[:8].lower() == b"https://":
            return True
        for name, value in self._tls_fields:
            if (request.field(name) or b"") == value:
                return True
        return False


class SecuredResource(Resource):
    """A leaf behind the guard."""

    isLeaf = True

    def __init__(self, guard: Guard, leaf: Any) -> None:
        Resource.__init__(self)
        self._admits = guard.admits
        self._leaf = leaf
        self.streams_body = getattr(leaf, "streams_body", False)
        self.answers_later = getattr(leaf, "answers_later", False)

    def render(self, request: Any) -> Any:
        """See :class:`twisted.web.resource.IResource`."""
        return self._leaf.render(request) if self._admits(request) else NOT_DONE_YET


def _redirect(request: GatewayRequest, host: bytes) -> None:
    """Send the client to the same place on TLS, as Go's ``http.Redirect`` does."""
    path = request.path
    if not _is_escaped(path):
        path = quote_from_bytes(unquote_to_bytes(path), _IN_PATH).encode()
    query = b"?" + request.query_string if b"?" in request.uri else b""
    url = b"https://%b%b%b" % (quote_from_bytes(host, _IN_HOST).encode(), path, query)
    location = _beyond_ascii.sub(lambda found: b"%%%02x" % ord(found[0]), url)
    head = b"Location: %b\r\n" % location
    body = b""
    if request.method in (b"GET", b"HEAD"):
        head += b"Content-Type: text/html; charset=utf-8\r\n"
        link = escape_html(url.decode("latin-1")).encode("latin-1")
        link = link.replace(b"&quot;", b"&#34;").replace(b"&#x27;", b"&#39;")
        body = b'<a href="%b">Moved Permanently</a>.\n\n' % link
    request.answer(301, head, body)


def _sts_line(settings: HTTPSecurity) -> bytes:
    """The field of Strict-Transport-Security (RFC 6797 §6.1), if any."""
    if not settings.sts_s:
        return b""
    more = "; includeSubDomains" if settings.sts_subdomains else ""
    return _line("Strict-Transport-Security", f"max-age={settings.sts_s}{more}")


def _line(name: str, value: str) -> bytes:
    """A header line; a break within the value is a blank, as in Go."""
    return f"{name}: {_line_break.sub(' ', value).strip()}\r\n".encode()


def configure(raw: Any, where: ConfigPath) -> HTTPSecurity:
    """The settings; a value of another type than wanted counts as absent.

    :raises ConfigError: a host's expression is none.
    :raises NotConfigured: no object, or not the service's.
    """
    if level_of(where) != SERVICE:
        raise NotConfigured("security/http has an effect in the service's part only")
    if not isinstance(raw, Mapping):
        raise NotConfigured("security/http is no object")
    in_development = raw.get("is_development") is True
    allows_host = _hosts(raw, where)
    return HTTPSecurity(
        allows_host=None if in_development else allows_host,
        host_fields=_names(_texts(raw, "host_proxy_headers")),
        redirects=raw.get("ssl_redirect") is True and not in_development,
        redirect_host=_text(raw, "ssl_host"),
        tls_fields=_tls_fields(raw.get("ssl_proxy_headers")),
        sts_s=0 if in_development else _seconds(raw.get("sts_seconds")),
        sts_subdomains=raw.get("sts_include_subdomains") is True,
        sts_always=raw.get("force_sts_header") is True,
        fields=MappingProxyType(dict(_fields(raw))),
        csp=_text(raw, "content_security_policy"),
    )


def _fields(raw: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The fields that every answer gets."""
    frame = "DENY" if raw.get("frame_deny") is True else ""
    found = {
        "X-Frame-Options": _text(raw, "custom_frame_options_value") or frame,
        "X-Content-Type-Options": (
            "nosniff" if raw.get("content_type_nosniff") is True else ""
        ),
        "X-XSS-Protection": (
            "1; mode=block" if raw.get("browser_xss_filter") is True else ""
        ),
        "Referrer-Policy": _text(raw, "referrer_policy"),
    }
    return [(name, value) for name, value in found.items() if value]


def _hosts(raw: Mapping[str, Any], where: ConfigPath) -> Callable[[bytes], bool] | None:
    """The judge over hosts; ``None`` if all are allowed."""
    hosts = _texts(raw, "allowed_hosts")
    if not hosts:
        return None
    if raw.get("allowed_hosts_are_regex") is True:
        return _host_patterns(hosts, where / "allowed_hosts")
    exact = {host.encode().lower() for host in hosts}
    return lambda host: host.lower() in exact


def _host_patterns(
    patterns: tuple[str, ...], where: ConfigPath
) -> Callable[[bytes], bool]:
    """The judge by expressions, each between ``^`` and ``$``."""
    try:
        # A library that only those need who use expressions.
        from krakendtw.regex import RegexError, compile_regex
    except ImportError as error:
        hint = "install it with: pip install krakendtw[regex]"
        raise ConfigError(where, f"{error}; {hint}") from error
    try:
        compiled = [compile_regex(f"^{pattern}$") for pattern in patterns]
    except RegexError as error:
        raise ConfigError(where, f"Error parsing AllowedHost: {error}") from error

    def allows(host: bytes) -> bool:
        text = host.decode("utf-8", "surrogateescape")
        return any(matches(text) for matches in compiled)

    return allows


def _tls_fields(value: Any) -> tuple[tuple[bytes, bytes], ...]:
    """Names and values of ``ssl_proxy_headers``."""
    if not isinstance(value, Mapping):
        return ()
    return tuple(
        (name.lower().encode(), text.encode())
        for name, text in value.items()
        if isinstance(text, str) and name.lower() != "host"
    )


def _names(names: tuple[str, ...]) -> tuple[bytes, ...]:
    """Lower-case names of fields.

    Host is none of them: Go's server keeps it apart from the others.
    """
    return tuple(name.lower().encode() for name in names if name.lower() != "host")


def _seconds(value: Any) -> int:
    """A whole number towards zero; what is beyond 64 bits is what Go makes of it."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return int(value) if -_INT64 <= value < _INT64 else -_INT64


def _text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def _texts(raw: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The texts in a list."""
    values = raw.get(key)
    if not isinstance(values, list | tuple):
        return ()
    return tuple(value for value in values if isinstance(value, str))
