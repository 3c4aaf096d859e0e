"""``backend/graphql``: ask a GraphQL server.

A query takes its variables from the URL's parameters, a mutation from the
client's JSON body.  The answer is an ordinary one, with what GraphQL puts under
``data`` and ``errors``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from twisted.internet.defer import Deferred
from zope.interface import implementer

from krakendtw.errors import ConfigError, NotConfigured, PipeError
from krakendtw.gojson.writer import dumps
from krakendtw.interfaces import IBackendMiddleware
from krakendtw.middleware._json_object import NotAnObject, unmarshal_object
from krakendtw.middleware._place import stands_in
from krakendtw.middleware.auth._go_struct import Mismatch, decode_struct
from krakendtw.proxy.pipe import Hooks

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.proxy.message import Request
    from krakendtw.scope import BackendScope

QUERY, MUTATION = "query", "mutation"

_FIELDS: Mapping[str, tuple[str, Any]] = {
    "query": ("string", ""),
    "operationName": ("string", ""),
    "query_path": ("string", ""),
    "type": ("string", ""),
    "method": ("string", ""),
}


@implementer(IBackendMiddleware)
@frozen
class GraphQL:
    """One operation.

    :ivar kind: ``query`` or ``mutation``.
    :ivar method: ``GET`` or ``POST``.
    :ivar operation: its name in the document; may be empty.
    :ivar variables: as configured.
    """

    backend_order = 60
    kind: str
    method: str
    query: str
    operation: str = ""
    variables: Mapping[str, Any] = field(factory=dict)

    def backend_part(self, scope: BackendScope) -> Hooks | None:
        """See :class:`~krakendtw.interfaces.IBackendMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return None
        endpoint = scope.endpoint.config
        log = scope.service.log.child(
            f"[BACKEND: {endpoint.method} {endpoint.path} -> "
            f"{scope.config.url_pattern}][GraphQL]"
        )
        log.debug(f"Operation: {self.kind}, Method: {self.method}")
        flaw = find_flaw(self.query)
        if flaw:
            log.warning(flaw)
        make = compile_body(self)
        ask = self._ask_body if self.kind == MUTATION else self._ask_params
        return Hooks(ask(make), name="backend/graphql")

    def _ask_params(self, make: Callable[[Any], bytes]) -> Callable[[Request], None]:
        """The hook of a query."""

        def ask(request: Request) -> None:
            self._replace(request, make(request.params))

        return ask

    def _ask_body(self, make: Callable[[Any], bytes]) -> Callable[[Request], Any]:
        """The hook of a mutation: the client's body has the variables."""

        def ask(request: Request) -> Any:
            body = request.read_body()
            if isinstance(body, Deferred):
                return body.addCallback(ask_with, request)
            return ask_with(body, request)

        def ask_with(body: Any, request: Request) -> None:
            self._replace(request, make(body or b""))

        return ask

    def _replace(self, request: Request, body: bytes) -> None:
        """Send the operation in place of what the client sent.

        The URL is chosen already, so a GET has the operation nowhere: neither
        has KrakenD's.
        """
        if self.method == "GET":
            body = b""
        request.body = body
        request.method = self.method
        headers = request.headers
        headers["Content-Length"] = [str(len(body))]
        headers["Content-Type"] = ["application/json"]


def compile_body(settings: GraphQL) -> Callable[[Any], bytes]:
    """A function that makes the body: of parameters, or of the client's body."""
    head = b'{"query":' + dumps(settings.query)
    if settings.operation:
        head += b',"operationName":' + dumps(settings.operation)
    configured = dict(settings.variables)

    def finish(variables: Mapping[str, Any]) -> bytes:
        if not variables:
            return head + b"}"
        return b'%b,"variables":%b}' % (head, dumps(variables))

    def from_body(body: bytes) -> bytes:
        try:
            given = unmarshal_object(body)
        except NotAnObject as error:
            raise PipeError(str(error)) from None
        if given is None and configured:
            raise PipeError("assignment to entry in nil map")  # Go panics here
        return finish({**configured, **(given or {})})

    if settings.kind == MUTATION:
        return from_body
    places = [
        (name, _parameter(value))
        for name, value in configured.items()
        if _is_placeholder(value)
    ]
    if not places:
        whole = finish(configured)
        return lambda params: whole

    def from_params(params: Mapping[str, str]) -> bytes:
        variables = configured.copy()
        for name, parameter in places:
            variables[name] = params.get(parameter, "")
        return finish(variables)

    return from_params


def _is_placeholder(value: Any) -> bool:
    return isinstance(value, str) and value[0] == "{" and value[-1] == "}"


def _parameter(placeholder: str) -> str:
    """The name of a parameter as requests have it: with a capital."""
    return placeholder[1:2].title() + placeholder[2:-1]


def find_flaw(query: str) -> str:
    """What GraphQL's grammar has against a document; empty for nothing.

    Nothing is said where the library that knows the grammar is not installed.
    """
    try:
        from graphql.error import GraphQLSyntaxError
        from graphql.language import parse
    except ImportError:
        return ""
    try:
        parse(query, no_location=True)
    except GraphQLSyntaxError as error:
        place = error.locations[0] if error.locations else None
        where = f" (line {place.line}, column {place.column})" if place else ""
        return f"{error.message}{where}"
    except RecursionError:
        return ""  # too deep to judge, not wrong
    return ""


def configure(raw: Any, where: ConfigPath) -> GraphQL:
    """The operation.

    :raises ConfigError: a variable on which KrakenD breaks down when it starts.
    :raises NotConfigured: there is no operation in it; the backend is asked as
        if the namespace were not there.
    """
    try:
        values = decode_struct(raw, "Options", _FIELDS, package="graphql")
        variables = _variables(raw)
    except Mismatch as error:
        raise NotConfigured(str(error)) from None
    query = values["query"]
    if values["query_path"]:
        query = _read(values["query_path"])
    for name, value in variables.items():
        if value in ("", "{}"):
            raise ConfigError(
                where / "variables" / name,
                f"{value!r} found, a text or the name of a parameter is wanted",
            )
    kind = values["type"].lower()
    if kind not in (QUERY, MUTATION):
        raise NotConfigured(f"type {values['type']!r} is neither query nor mutation")
    method = "GET" if values["method"].upper() == "GET" else "POST"
    return GraphQL(kind, method, query, values["operationName"], variables)


def _variables(raw: Any) -> Mapping[str, Any]:
    """The configured variables; keys match whatever their case."""
    found: Mapping[str, Any] = {}
    for key in sorted(raw or ()):
        if key.casefold() != "variables" or raw[key] is None:
            continue
        if not isinstance(raw[key], Mapping):
            raise Mismatch("variables must be an object")
        found = {**found, **raw[key]}
    return found


def _read(path: str) -> str:
    """The document in a file.

    :raises NotConfigured: it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8", "surrogateescape")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise NotConfigured(f"open {path}: {reason}") from None
