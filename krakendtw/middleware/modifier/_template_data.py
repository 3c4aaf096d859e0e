"""What templates of bodies know: the request, the answer, the variables.

Values are made anew for each request and handed to the template as data; no text
of a client or a backend is ever read as a template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from krakendtw.gojson.number import Float, Number
from krakendtw.gojson.opaque import Opaque
from krakendtw.gojson.text import decode_raw
from krakendtw.middleware.modifier._formats import family_of
from krakendtw.template.values import StringLists, StringMap, Strings

if TYPE_CHECKING:
    from krakendtw.log import Log
    from krakendtw.middleware.modifier._formats import Formats
    from krakendtw.proxy.message import Request, Response

View = Callable[[Any], Any]
"""Makes one of a template's values out of a request or an answer."""


def plain(value: Any) -> Any:
    """Data as templates know it: whole numbers are ``int``, others ``float64``."""
    kind = type(value)
    if kind is dict:
        return {key: plain(inner) for key, inner in value.items()}
    if kind is list:
        return [plain(inner) for inner in value]
    if kind is Number or kind is Float or kind is float:
        number = float(value)
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    return plain(value.value) if kind is Opaque else value


def lists(values: Mapping[str, list[str]]) -> StringLists:
    """Fields with several values, as Go has them."""
    return StringLists({name: Strings(found) for name, found in values.items()})


def request_views(formats: Formats, log: Log) -> dict[str, View]:
    """What is known of a request; its body must be whole for ``req_body``."""

    def body(request: Request) -> Any:
        kinds = request.headers.get("Content-Type") or [""]
        return body_value(formats, request.body, kinds[0], log)

    return {
        "req_body": body,
        "req_headers": lambda request: lists(request.headers),
        "req_querystring": lambda request: lists(request.query),
        "req_params": lambda request: StringMap(request.params),
        "req_path": lambda request: request.path,
    }


def response_views(formats: Formats, log: Log) -> dict[str, View]:
    """What is known of an answer; an undecoded body must be whole."""

    def body(response: Response) -> Any:
        if response.io is None:
            return plain(response.data)
        kinds = response.metadata.headers.get("Content-Type") or [""]
        return body_value(formats, response.io, kinds[0], log)

    return {
        "resp_body": body,
        "resp_status": lambda response: response.metadata.status,
        "resp_headers": lambda response: lists(response.metadata.headers),
        "resp_completed": lambda response: bool(response.is_complete),
    }


def body_value(formats: Formats, body: Any, content_type: str, log: Log) -> Any:
    """A body's value where its Content-Type says how to read it, else its text."""
    if not body or type(body) is not bytes:
        return ""
    try:
        return plain(formats.read(body, content_type))
    except ValueError as error:
        if log.debug_on and family_of(content_type):
            log.debug(f"the body is read as text: {error}")
        return decode_raw(body)
