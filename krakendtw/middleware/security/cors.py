"""``security/cors``: which pages may call the gateway from a browser.

The rules are those of the Fetch standard's CORS protocol.  Preflights end here,
with or without permission; to other requests only fields are added, and they go
on whatever their origin is, unknown paths and redirects included.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import frozen
from twisted.web.resource import Resource, getChildForRequest
from twisted.web.server import NOT_DONE_YET
from zope.interface import implementer

from krakendtw.config.canonical import canonical_header
from krakendtw.config.duration import parse_nanoseconds
from krakendtw.errors import ConfigError, NotConfigured
from krakendtw.go_time import compile_layout
from krakendtw.interfaces import IServerMiddleware
from krakendtw.middleware._place import SERVICE, level_of
from krakendtw.middleware.security._cors_rules import (
    allows_all,
    compile_headers,
    compile_origins,
)

if TYPE_CHECKING:
    from twisted.web.resource import IResource

    from krakendtw.config.where import ConfigPath
    from krakendtw.log import Log
    from krakendtw.scope import ServiceScope
    from krakendtw.transport.server.request import GatewayRequest

_ASKED = b"access-control-request-method"
_OK = 200
_NO_CONTENT = 204
_SECOND = 1_000_000_000


@implementer(IServerMiddleware)
@frozen
class CORS:
    """What is allowed across origins.

    :ivar origins: ``*`` for all; each may hold one ``*``.
    :ivar methods: as clients spell them; ``OPTIONS`` is always allowed.
    :ivar headers: ``*`` for all.
    :ivar exposed: fields of answers that pages may read.
    :ivar max_age_s: how long browsers keep a permission; 0 leaves it to them,
        below 0 tells them not to.
    :ivar passes_preflights: whether preflights go on to the router.
    :ivar status: of the answer to a preflight.
    :ivar debug: whether each decision is logged, at DEBUG.
    """

    server_order = 200
    origins: tuple[str, ...] = ("*",)
    methods: tuple[str, ...] = ("GET", "POST", "HEAD")
    headers: tuple[str, ...] = ("*",)
    exposed: tuple[str, ...] = ()
    allow_credentials: bool = False
    allow_private_network: bool = False
    max_age_s: int = 0
    passes_preflights: bool = False
    status: int = _NO_CONTENT
    debug: bool = False

    def wrap_resource(self, scope: ServiceScope, resource: IResource) -> IResource:
        """See :class:`~krakendtw.interfaces.IServerMiddleware`."""
        scope.log.child("[SERVICE: Gin][CORS]").debug("Enabled CORS for all requests")
        return CrossOriginResource(self, resource, scope.log.child("[CORS]"))


class CrossOriginResource(Resource):
    """Answers preflights, and marks other requests.

    :param behind: what answers those.
    """

    isLeaf = True
    streams_body = True

    def __init__(self, settings: CORS, behind: IResource, log: Log) -> None:
        Resource.__init__(self)
        self._find: Callable[[GatewayRequest], IResource] = getattr(
            behind, "find", partial(getChildForRequest, behind)
        )
        self._allows_origin = compile_origins(settings.origins)
        self._all_origins = allows_all(settings.origins)
        self._allows_headers = compile_headers(settings.headers)
        self._all_headers = allows_all(settings.headers)
        self._methods = {method.encode() for method in settings.methods} | {b"OPTIONS"}
        self._private_network = settings.allow_private_network
        self._end = None if settings.passes_preflights else _End(settings.status)
        self._tell = _teller(log) if settings.debug else None
        credentials = b""
        if settings.allow_credentials:
            credentials = b"Access-Control-Allow-Credentials: true\r\n"
        self._actual_tail = _exposed_line(settings.exposed) + credentials
        self._credentials = credentials
        self._max_age = b""
        if settings.max_age_s:
            age = max(settings.max_age_s, 0)
            self._max_age = b"Access-Control-Max-Age: %d\r\n" % age
        self._preflight_vary = (
            b"Vary: Origin, Access-Control-Request-Method,"
            b" Access-Control-Request-Headers%b\r\n"
            % (
                b", Access-Control-Request-Private-Network"
                if self._private_network
                else b""
            )
        )

    def find(self, request: GatewayRequest) -> IResource:
        """What answers ``request``."""
        if request.method == b"OPTIONS" and request.field(_ASKED):
            granted, refusal = self._judge_preflight(request)
            request.lines_before += self._preflight_vary + granted
            if self._tell is not None:
                self._log_preflight(request, refusal)
            if self._end is not None:
                return self._end
        else:
            granted, refusal = self._judge_actual(request)
            request.lines_before += b"Vary: Origin\r\n" + granted
            if self._tell is not None:
                self._log_actual(request, refusal)
        return self._find(request)

    def render(self, request: Any) -> Any:
        """See :class:`twisted.web.resource.IResource`."""
        return self.find(request).render(request)

    def _judge_actual(self, request: GatewayRequest) -> tuple[bytes, str]:
        """The fields that a request's origin gets, or why it gets none."""
        origin = request.field(b"origin")
        if not origin:
            return b"", "missing origin"
        if not self._all_origins and not self._allows_origin(origin):
            return b"", f"origin '{_text(origin)}' not allowed"
        if request.method not in self._methods:
            return b"", f"method '{_text(request.method)}' not allowed"
        return self._origin_lines(request) + self._actual_tail, ""

    def _judge_preflight(self, request: GatewayRequest) -> tuple[bytes, str]:
        """The same for a preflight."""
        origin = request.field(b"origin")
        if not origin:
            return b"", "empty origin"
        if not self._all_origins and not self._allows_origin(origin):
            return b"", f"origin '{_text(origin)}' not allowed"
        methods = request.fields(_ASKED)
        if methods[0] not in self._methods:
            return b"", f"method '{_text(methods[0])}' not allowed"
        headers = request.fields(b"access-control-request-headers")
        if headers and not self._all_headers and not self._allows_headers(headers):
            names = " ".join(map(_text, headers))
            return b"", f"headers '[{names}]' not allowed"
        lines = self._origin_lines(request)
        lines += _lines(b"Access-Control-Allow-Methods", methods)
        if headers and headers[0]:
            lines += _lines(b"Access-Control-Allow-Headers", headers)
        lines += self._credentials
        asked = request.field(b"access-control-request-private-network")
        if self._private_network and asked == b"true":
            lines += b"Access-Control-Allow-Private-Network: true\r\n"
        return lines + self._max_age, ""

    def _origin_lines(self, request: GatewayRequest) -> bytes:
        """The permission: the star, or the origin as it came."""
        if self._all_origins:
            return b"Access-Control-Allow-Origin: *\r\n"
        return _lines(b"Access-Control-Allow-Origin", request.fields(b"origin"))

    def _log_preflight(self, request: GatewayRequest, refusal: str) -> None:
        assert self._tell is not None  # only then is it called
        self._tell("Handler: Preflight request")
        if refusal:
            self._tell(f"  Preflight aborted: {refusal}")
        else:
            fields = _as_go_map(request.lines_before)
            self._tell(f"  Preflight response headers: {fields}")

    def _log_actual(self, request: GatewayRequest, refusal: str) -> None:
        assert self._tell is not None  # only then is it called
        self._tell("Handler: Actual request")
        if refusal:
            self._tell(f"  Actual request no headers added: {refusal}")
        else:
            fields = _as_go_map(request.lines_before)
            self._tell(f"  Actual response added headers: {fields}")


class _End(Resource):
    """The answer to a preflight: its fields and nothing else."""

    isLeaf = True
    streams_body = True

    def __init__(self, status: int) -> None:
        Resource.__init__(self)
        self._status = status

    def render(self, request: Any) -> int:
        """See :class:`twisted.web.resource.IResource`."""
        request.answer(self._status, b"", b"")
        return NOT_DONE_YET


def _lines(name: bytes, values: list[bytes]) -> bytes:
    return b"".join(b"%b: %b\r\n" % (name, value) for value in values)


def _exposed_line(names: tuple[str, ...]) -> bytes:
    if not names:
        return b""
    text = ", ".join(map(canonical_header, names))
    text = text.replace("\r", " ").replace("\n", " ")
    return b"Access-Control-Expose-Headers: %b\r\n" % text.encode()


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _as_go_map(lines: bytes) -> str:
    """Header lines as Go prints a map of lists."""
    fields: dict[str, list[str]] = {}
    for line in lines.splitlines():
        name, _, value = _text(line).partition(": ")
        fields.setdefault(name, []).append(value)
    parts = [f"{name}:[{' '.join(fields[name])}]" for name in sorted(fields)]
    return f"map[{' '.join(parts)}]"


def _teller(log: Log) -> Callable[[str], None]:
    """Writes the lines of ``debug``, each with its time as in KrakenD."""
    layout = compile_layout("2006/01/02 15:04:05")

    def tell(message: str) -> None:
        if log.debug_on:
            log.debug(f"{layout(time.time())} {message}")

    return tell


def configure(raw: Any, where: ConfigPath) -> CORS:
    """The settings; a value of another type than wanted counts as absent.

    :raises ConfigError: ``max_age`` is there and no text.
    :raises NotConfigured: no object, or not the service's.
    """
    if level_of(where) != SERVICE:
        raise NotConfigured("security/cors has an effect in the service's part only")
    if not isinstance(raw, Mapping):
        raise NotConfigured("security/cors is no object")
    return CORS(
        origins=_texts(raw, "allow_origins") or ("*",),
        methods=_texts(raw, "allow_methods") or ("GET", "POST", "HEAD"),
        headers=_texts(raw, "allow_headers") or ("*",),
        exposed=_texts(raw, "expose_headers"),
        allow_credentials=raw.get("allow_credentials") is True,
        allow_private_network=raw.get("allow_private_network") is True,
        max_age_s=_max_age(raw, where),
        passes_preflights=raw.get("options_passthrough") is True,
        status=_status(raw.get("options_success_status")),
        debug=raw.get("debug") is True,
    )


def _texts(raw: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The texts in a list."""
    values = raw.get(key)
    if not isinstance(values, list | tuple):
        return ()
    return tuple(value for value in values if isinstance(value, str))


def _max_age(raw: Mapping[str, Any], where: ConfigPath) -> int:
    """``max_age`` in whole seconds, towards zero; 0 for none."""
    if "max_age" not in raw:
        return 0
    text = raw["max_age"]
    if not isinstance(text, str):
        found = type(text).__name__
        raise ConfigError(where / "max_age", f"{found} found, a duration is wanted")
    try:
        nanoseconds = parse_nanoseconds(text)
    except ValueError:
        return 0
    seconds = abs(nanoseconds) // _SECOND
    return seconds if nanoseconds > 0 else -seconds


def _status(value: Any) -> int:
    """A status that can end a preflight; 204 for whatever is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _NO_CONTENT
    if 100 <= value < 200:
        return _OK  # which follows any interim answer
    return int(value) if 200 <= value < 1000 else _NO_CONTENT
