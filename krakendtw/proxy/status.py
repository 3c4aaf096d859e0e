"""``backend/http``: what a failing status of a backend becomes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from attrs import frozen

from krakendtw.errors import InvalidStatus, StatusError
from krakendtw.gojson.number import Float
from krakendtw.gojson.opaque import Opaque
from krakendtw.proxy.message import Metadata, Response

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath

OnStatus = Callable[[int, bytes, str, str], Response]
"""Takes status, body, Content-Type and the URL that answered."""


@frozen
class StatusSettings:
    """The keys of the namespace.

    :ivar error_name: ``return_error_details``: the failure becomes data under
        ``error_<name>``; empty for not.
    :ivar error_code: ``return_error_code``: the failure keeps its status.
    """

    error_name: str = ""
    error_code: bool = False


def configure(raw: Any, where: ConfigPath) -> StatusSettings:
    """The settings; details win over the code, even when they name nothing."""
    if not isinstance(raw, dict):
        return StatusSettings()
    if "return_error_details" in raw:
        name = raw["return_error_details"]
        return StatusSettings(error_name=name if isinstance(name, str) else "")
    return StatusSettings(error_code=raw.get("return_error_code") is True)


def compile_status(
    settings: StatusSettings | None, method: str, url_pattern: str
) -> OnStatus:
    """What to do with statuses other than 200 and 201 of one backend."""
    if settings is not None and settings.error_name:
        return _detailed(f"error_{settings.error_name}")
    if settings is not None and settings.error_code:
        return _coded
    prefix = f"[{method} {url_pattern}]:"

    def invalid(status: int, body: bytes, encoding: str, url: str) -> Response:
        raise InvalidStatus(f"invalid status code {status} {prefix} {url}")

    return invalid


def _coded(status: int, body: bytes, encoding: str, url: str) -> Response:
    raise StatusError(status, _text(body), encoding)


def _detailed(key: str) -> OnStatus:
    def details(status: int, body: bytes, encoding: str, url: str) -> Response:
        error = _struct(status, _text(body), encoding)
        return Response({key: error}, False, Metadata(status))

    return details


def _struct(status: int, body: str, encoding: str) -> Opaque:
    """The details, in the order and shapes in which a Go struct is written.

    Nothing that works on data sees into it, as in KrakenD.
    """
    shown: dict[str, Any] = {"http_status_code": Float(status)}
    yaml: dict[str, Any] = {"http_status_code": Opaque(str(status))}
    for details in (shown, yaml):
        if body:
            details["http_body"] = body
        if encoding:
            details["http_body_encoding"] = encoding
    xml = (
        f"<NamedHTTPResponseError><Code>{status}</Code><Msg>{escape(body)}</Msg>"
        f"<Enc>{escape(encoding)}</Enc></NamedHTTPResponseError>"
    )
    return Opaque(shown, yaml={"httpresponseerror": yaml}, xml=xml)


def _text(body: bytes) -> str:
    return body.decode("utf-8", "surrogateescape")
