"""``validation/response-json-schema``: the answer must fit a JSON schema.

On an endpoint it judges what goes to the client, on a backend what goes into the
merge, both formatted.  The body of a no-op answer is judged if it is JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from zope.interface import implementer

from krakendtw.errors import ConfigError, Rejected
from krakendtw.gojson.exact import GoJSONError
from krakendtw.interfaces import IBackendMiddleware, IProxyMiddleware
from krakendtw.middleware._fields import Fields
from krakendtw.middleware._place import stands_in
from krakendtw.middleware.validation._schema_build import compile_schema
from krakendtw.middleware.validation._schema_json import parse_document
from krakendtw.middleware.validation._schema_location import SchemaError
from krakendtw.middleware.validation._schema_problems import describe
from krakendtw.middleware.validation._schema_run import validate
from krakendtw.middleware.validation._schema_values import as_read_by_go
from krakendtw.proxy.pipe import Hooks

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from krakendtw.config.where import ConfigPath
    from krakendtw.middleware.validation._schema_model import Schema
    from krakendtw.proxy.message import Request, Response
    from krakendtw.scope import BackendScope, EndpointScope

NAMESPACE = "validation/response-json-schema"


@implementer(IProxyMiddleware, IBackendMiddleware)
@frozen
class ResponseJSONSchema:
    """Refuses answers that do not fit.

    :ivar status: of the answer to the client in place of one.
    :ivar body: its text; empty for what is wrong, which only gateways with
        ``return_error_msg`` tell.
    :ivar content_type: of that text.
    """

    proxy_order = backend_order = 670
    schema: Schema = field(repr=False)
    status: int = 500
    body: str = ""
    content_type: str = "text/plain"

    def proxy_part(self, scope: EndpointScope) -> Hooks | None:
        """See :class:`~krakendtw.interfaces.IProxyMiddleware`."""
        return self._hooks() if stands_in(self, scope.config.extra) else None

    def backend_part(self, scope: BackendScope) -> Hooks | None:
        """See :class:`~krakendtw.interfaces.IBackendMiddleware`."""
        return self._hooks() if stands_in(self, scope.config.extra) else None

    def _hooks(self) -> Hooks:
        return Hooks(response=compile_check(self), name=NAMESPACE)


def configure(raw: Any, where: ConfigPath) -> ResponseJSONSchema:
    """The schema, compiled, and the error in place of what does not fit it.

    :raises ConfigError: the schema cannot be compiled, or a field is wrong.
    """
    fields = Fields(raw, where)
    written = fields.any("schema")
    if not isinstance(written, dict):
        fields.refuse("schema", "a JSON schema is wanted, as an object")
    error = Fields(fields.any("error") or {}, where / "error")
    status = error.whole("status", 500, least=100)
    body = error.text("body")
    content_type = error.text("content_type", "text/plain")
    fields.finish()
    error.finish()
    try:
        schema = compile_schema(as_read_by_go(written))
    except SchemaError as reason:
        raise ConfigError(where / "schema", str(reason)) from None
    return ResponseJSONSchema(schema, status, body, content_type)


def compile_check(
    settings: ResponseJSONSchema,
) -> Callable[[Request, Response], Deferred[None] | None]:
    """The response hook that refuses what does not fit."""
    schema = settings.schema

    def refuse(reason: str) -> Rejected:
        return Rejected(
            settings.body or reason,
            settings.status,
            encoding=settings.content_type,
            is_public=bool(settings.body),
        )

    def check(value: Any) -> None:
        problem = validate(schema, value)
        if problem is not None:
            raise refuse(describe(problem))

    def check_body(body: bytes, response: Response) -> None:
        response.io = body
        if not body:
            return
        try:
            value = parse_document(body)
        except GoJSONError as error:
            raise refuse(str(error)) from None
        check(value)

    def hook(request: Request, response: Response) -> Deferred[None] | None:
        body: Any = response.io
        if body is None:
            check(response.data)
        elif _is_json(response):
            if type(body) is not bytes:
                whole: Deferred[bytes] = body.read_all()
                return whole.addCallback(check_body, response)
            check_body(body, response)
        return None

    return hook


def _is_json(response: Response) -> bool:
    """Whether a body that was not decoded is JSON that can be read."""
    headers = response.metadata.headers
    if headers.get("Content-Encoding"):
        return False
    kind = (headers.get("Content-Type") or [""])[0].partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")
