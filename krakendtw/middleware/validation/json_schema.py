"""``validation/json-schema``: the request's body must fit a JSON schema.

The namespace's value is the schema itself, of drafts 4 to 2020-12.  It is
compiled at start; a body that does not fit is a 400 whose text, for gateways
with ``return_error_msg``, says where and why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from twisted.internet.defer import Deferred
from zope.interface import implementer

from krakendtw.errors import NotConfigured, Rejected
from krakendtw.gojson.exact import GoJSONError
from krakendtw.interfaces import IDoubtful, IProxyMiddleware
from krakendtw.jsonschema.build import compile_schema
from krakendtw.jsonschema.location import SchemaError
from krakendtw.jsonschema.problems import describe
from krakendtw.jsonschema.run import validate
from krakendtw.jsonschema.source import parse_document
from krakendtw.jsonschema.values import as_read_by_go
from krakendtw.middleware._place import stands_in
from krakendtw.proxy.pipe import Hooks

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.jsonschema.model import Schema
    from krakendtw.proxy.message import Request
    from krakendtw.scope import EndpointScope

NAMESPACE = "validation/json-schema"

_EMPTY = "could not validate an empty body"


@implementer(IProxyMiddleware, IDoubtful)
@frozen
class JSONSchema:
    """Refuses bodies that do not fit.

    :ivar schema: compiled; ``None`` if it cannot be, which switches the check off.
    :ivar failure: why it cannot be.
    """

    proxy_order = 650
    where: ConfigPath
    schema: Schema | None = field(repr=False)
    failure: str = ""

    def proxy_part(self, scope: EndpointScope) -> Hooks | None:
        """See :class:`~krakendtw.interfaces.IProxyMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return None
        prefix = f"[ENDPOINT: {scope.config.path}][JSONSchema]"
        log = scope.service.log.child(prefix)
        if self.schema is None:
            log.error(f"Parsing the definition:{self.failure}")
            return None
        log.debug("Validator enabled")
        return Hooks(request=compile_check(self.schema), name=NAMESPACE)

    def doubts(self) -> Sequence[tuple[ConfigPath, str]]:
        """See :class:`~krakendtw.interfaces.IDoubtful`."""
        return [(self.where, self.failure.replace("\n", " "))] if self.failure else []


def configure(raw: Any, where: ConfigPath) -> JSONSchema:
    """The schema, compiled.

    :raises NotConfigured: there is none.
    """
    if raw is None:
        raise NotConfigured("is null, so nothing is checked")
    try:
        return JSONSchema(where, compile_schema(as_read_by_go(raw)))
    except SchemaError as error:
        return JSONSchema(where, None, str(error))


def compile_check(schema: Schema) -> Callable[[Request], Deferred[None] | None]:
    """The request hook that refuses what does not fit."""

    def check(body: bytes | None) -> None:
        if not body:
            raise Rejected(_EMPTY, 400)
        try:
            value = parse_document(body)
        except GoJSONError as error:
            raise Rejected(str(error), 400) from None
        problem = validate(schema, value)
        if problem is not None:
            raise Rejected(describe(problem), 400)

    def hook(request: Request) -> Deferred[None] | None:
        body: Any = request.read_body()
        if isinstance(body, Deferred):
            return body.addCallback(check)
        check(body)
        return None

    return hook
