"""``backend/lambda``: call an AWS Lambda function in place of a backend."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import frozen
from twisted.internet.defer import CancelledError, Deferred, fail, maybeDeferred
from zope.interface import implementer

from krakendtw.errors import Canceled, DeadlineExceeded, NotConfigured, PipeError
from krakendtw.gojson.writer import dumps
from krakendtw.interfaces import IBackendTerminator
from krakendtw.middleware._json_object import NotAnObject, unmarshal_object
from krakendtw.middleware.backend._aws_credentials import CredentialSource
from krakendtw.middleware.backend._aws_invoke import Invoker, Result
from krakendtw.middleware.backend._aws_refusal import AWSError
from krakendtw.proxy.formatter import compile_formatter
from krakendtw.proxy.message import Metadata, Request, Response
from krakendtw.proxy.settings import ProxySettings

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from krakendtw.config.where import ConfigPath
    from krakendtw.interfaces import Proxy
    from krakendtw.scope import BackendScope

Call: TypeAlias = "Callable[[Request, bytes], Deferred[Response]]"

_PARAMETER = "function"
_VERSION = "X-Amz-Executed-Version"
_DOMAINS = (
    ("cn-", "amazonaws.com.cn"),
    ("us-isob-", "sc2s.sgov.gov"),
    ("us-iso-", "c2s.ic.gov"),
)


@implementer(IBackendTerminator)
@frozen
class Lambda:
    """One function, or those that a parameter names.

    :ivar function: its name or ARN; ``None`` if ``parameter`` has it.
    :ivar region: empty if the environment has it.
    :ivar endpoint: in place of AWS' own; empty for that.
    """

    backend_order = 700
    function: str | None
    parameter: str = _PARAMETER
    region: str = ""
    endpoint: str = ""

    def backend_proxy(self, scope: BackendScope) -> Proxy:
        """See :class:`~krakendtw.interfaces.IBackendTerminator`."""
        log = scope.service.log.child(f"[BACKEND: {scope.config.url_pattern}][Lambda]")
        log.debug("Component enabled")
        region = self.region or os.environ.get("AWS_REGION", "")
        if not region:
            error = AWSError("MissingRegion", "could not find region configuration")
            return lambda request: fail(error)
        service = scope.service
        invoker = Invoker(
            endpoint_url(self.endpoint, region),
            region,
            service.client,
            CredentialSource(),
            service.wheel,
        )
        read = compile_reader(scope)

        def call(request: Request, payload: bytes) -> Deferred[Response]:
            invoked = invoker.invoke(self.name_of(request), payload)
            called: Any = Deferred.fromCoroutine(invoked)
            called.addCallbacks(read, _ended, (), {}, (request,))
            answer: Deferred[Response] = called
            return answer

        return self._ask_params(call) if _is_get(scope) else self._ask_body(call)

    def name_of(self, request: Request) -> str:
        """The function that a request is for; empty if it names none."""
        if self.function is not None:
            return self.function
        return request.params.get(self.parameter, "")

    def _ask_params(self, call: Call) -> Proxy:
        """The exchange of a GET: parameters are the payload."""

        def ask(request: Request) -> Deferred[Response]:
            params = {name.lower(): value for name, value in request.params.items()}
            return call(request, dumps(params) + b"\n")

        return ask

    def _ask_body(self, call: Call) -> Proxy:
        """The exchange of other methods: the body is the payload."""

        def ask(request: Request) -> Deferred[Response]:
            body: Any = maybeDeferred(request.read_body)
            body.addCallback(lambda found: call(request, found or b""))
            answer: Deferred[Response] = body
            return answer

        return ask


def _ended(failure: Failure, request: Request) -> Failure:
    """A call that the end of the request's time has ended, in AWS' words."""
    ended = failure.check(CancelledError, Canceled, DeadlineExceeded)
    if ended and getattr(request.source, "expired", False):
        cause = str(DeadlineExceeded())
        text = f"request context canceled\ncaused by: {cause}"
        raise AWSError("RequestCanceled", text)
    return failure


def compile_reader(scope: BackendScope) -> Callable[[Result], Response]:
    """What is made of a function's answer."""
    settings = scope.config.extra.get(ProxySettings) or ProxySettings()
    format_data = compile_formatter(scope.config, settings.flatmap)

    def read(result: Result) -> Response:
        if result.status != 200:
            raise PipeError("aws lambda: bad status code")
        try:
            data: Any = unmarshal_object(result.payload)
        except NotAnObject as error:
            raise PipeError(str(error)) from None
        if format_data is not None:
            data = format_data(data)
        headers = {_VERSION: [result.version]} if result.version else {}
        return Response(data, True, Metadata(200, headers))

    return read


def endpoint_url(endpoint: str, region: str) -> str:
    """Where functions of a region are called, without a slash at the end."""
    if not endpoint:
        domain = next(
            (domain for start, domain in _DOMAINS if region.startswith(start)),
            "amazonaws.com",
        )
        return f"https://lambda.{region}.{domain}"
    if "://" not in endpoint:
        endpoint = f"https://{endpoint}"
    scheme, _, rest = endpoint.partition("://")
    path = re.split("[?#]", rest)[0]
    return f"{scheme}://{re.sub('/+', '/', path).rstrip('/')}"


def _is_get(scope: BackendScope) -> bool:
    return scope.config.method == "GET"


def configure(raw: Any, where: ConfigPath) -> Lambda:
    """The function; keys of a wrong type are passed over, as KrakenD does.

    :raises NotConfigured: it is no object; then the backend is asked by HTTP.
    """
    if not isinstance(raw, dict):
        raise NotConfigured("aws lambda: unable to parse the defined extra config")

    def text(key: str) -> str | None:
        value = raw.get(key)
        return value if isinstance(value, str) else None

    parameter = text("function_param_name")
    region = text("region")
    return Lambda(
        text("function_name"),
        _PARAMETER if parameter is None else parameter,
        region or "",
        # Without a region KrakenD leaves everything to the environment.
        (text("endpoint") or "") if region is not None else "",
    )
