"""The check of answers by a JSON schema, and what is said where they do not fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from krakendtw.errors import ConfigError, Rejected
from krakendtw.gojson.exact import GoJSONError
from krakendtw.jsonschema.build import compile_schema
from krakendtw.jsonschema.location import SchemaError
from krakendtw.jsonschema.problems import describe
from krakendtw.jsonschema.run import validate
from krakendtw.jsonschema.source import parse_document
from krakendtw.jsonschema.values import as_read_by_go
from krakendtw.middleware._fields import Fields

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from krakendtw.config.where import ConfigPath
    from krakendtw.jsonschema.model import Schema
    from krakendtw.proxy.message import Request, Response


@frozen
class ResponseCheck:
    """What an answer must fit.

    :ivar status: of the answer to the client in place of one that does not.
    :ivar body: its text; empty for what is wrong, which only gateways with
        ``return_error_msg`` tell.
    :ivar content_type: of that text.
    """

    schema: Schema = field(repr=False)
    status: int = 500
    body: str = ""
    content_type: str = "text/plain"


def read_check(raw: Any, where: ConfigPath) -> ResponseCheck:
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
    return ResponseCheck(schema, status, body, content_type)


def compile_check(
    settings: ResponseCheck,
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
