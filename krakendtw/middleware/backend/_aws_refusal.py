"""What AWS says no with, in the words of its Go library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from krakendtw.errors import PipeError
from krakendtw.go_quote import quote
from krakendtw.gojson.reader import GoJSONError, loads
from krakendtw.middleware.auth._go_struct import Mismatch, decode_struct

if TYPE_CHECKING:
    from twisted.web.http_headers import Headers

_THROTTLED = (429, 502, 503, 504)
_THROTTLED_CODES = frozenset(
    (
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    )
)

_MODELLED = frozenset(
    f"{name}Exception"
    for name in [
        "CodeSigningConfigNotFound",
        "CodeStorageExceeded",
        "CodeVerificationFailed",
        "EC2AccessDenied",
        "EC2Throttled",
        "EC2Unexpected",
        "EFSIO",
        "EFSMountConnectivity",
        "EFSMountFailure",
        "EFSMountTimeout",
        "ENILimitReached",
        "InvalidCodeSignature",
        "InvalidParameterValue",
        "InvalidRequestContent",
        "InvalidRuntime",
        "InvalidSecurityGroupID",
        "InvalidSubnetID",
        "InvalidZipFile",
        "KMSAccessDenied",
        "KMSDisabled",
        "KMSInvalidState",
        "KMSNotFound",
        "PolicyLengthExceeded",
        "PreconditionFailed",
        "ProvisionedConcurrencyConfigNotFound",
        "RecursiveInvocation",
        "RequestTooLarge",
        "ResourceConflict",
        "ResourceInUse",
        "ResourceNotFound",
        "ResourceNotReady",
        "Service",
        "SnapStart",
        "SnapStartNotReady",
        "SnapStartTimeout",
        "SubnetIPAddressLimitReached",
        "TooManyRequests",
        "UnsupportedMediaType",
    ]
)
"""The errors of Lambda's API that the library has types for."""

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "EC2UnexpectedException": ("EC2ErrorCode", "Message", "Type"),
    "TooManyRequestsException": ("Message", "Reason", "Retry-After", "Type"),
}
"""The fields of these types, where they are others than ``Message`` and ``Type``."""

_NAMES = {"Message": "Message_", "Retry-After": "RetryAfterSeconds"}
_PACKAGE = "restjson"
_ANSWER = {"code": ("string", ""), "__type": ("string", ""), "message": ("string", "")}


class AWSError(PipeError):
    """AWS, or the way there, has failed.

    :param code: AWS' name of the error.
    :param status: of AWS' answer; 0 without one.
    """

    def __init__(self, code: str, message: str, status: int = 0) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.status = status or 500
        self.is_throttled = status in _THROTTLED or code in _THROTTLED_CODES
        self.may_pass = (
            not status
            or (status >= 500 and status != 501)
            or self.is_throttled
            or code == "SerializationError"
        )


def refusal(status: int, headers: Headers, body: bytes) -> AWSError:
    """The error that an answer stands for."""
    request = first(headers, "X-Amzn-Requestid") or first(headers, "X-Amz-Request-Id")
    identity = f"status code: {status}, request id: {request}"
    code = _plain(first(headers, "X-Amzn-Errortype"))
    message = first(headers, "X-Amzn-Error-Message")
    said: Any = {}
    if not (code and message):
        try:
            said = loads(body) if body.strip() else {}
            found = decode_struct(
                said, "jsonErrorResponse", _ANSWER, package="restjson"
            )
        except (GoJSONError, Mismatch) as error:
            return AWSError(
                "SerializationError",
                f"failed to unmarshal response error\n\t{identity}\n"
                "caused by: UnmarshalError: failed to decode response body\n\t"
                f"{dump(body)}\ncaused by: {error}",
                status,
            )
        code = code or _plain(found["__type"] or found["code"])
        message = message or found["message"]
    if code not in _MODELLED:
        return AWSError(code, f"{message}\n\t{identity}", status)
    known = {k.lower(): v for k, v in said.items() if isinstance(v, str)}
    text = known.get("message", "")
    return AWSError(
        code, f"{text}\n{_shown(code, status, request, known, headers)}", status
    )


def _plain(code: str) -> str:
    """A name without what stands around it: ``com.amazon#Name:http://…``."""
    code = code.partition(":")[0]
    before, mark, behind = code.partition("#")
    return behind if mark else before


def _shown(
    code: str, status: int, request: str, known: Mapping[str, str], headers: Headers
) -> str:
    """The fields of a modelled error, as the library prints them."""

    def lines() -> Iterator[str]:
        yield (
            f"  RespMetadata: {{\n    StatusCode: {status},\n"
            f"    RequestID: {quote(request)}\n  }}"
        )
        for name in _FIELDS.get(code, ("Message", "Type")):
            value = known.get(name.lower())
            if name == "Retry-After":
                value = first(headers, name) or None
            if value is not None:
                yield f"  {_NAMES.get(name, name)}: {quote(value)}"

    return "{\n" + ",\n".join(lines()) + "\n}"


def dump(data: bytes) -> str:
    """Bytes in hexadecimal digits and as text, sixteen a line, as ``hexdump -C``."""
    lines = []
    for start in range(0, len(data), 16):
        row = data[start : start + 16]
        halves = [
            " ".join(f"{byte:02x}" for byte in half).ljust(23)
            for half in (row[:8], row[8:])
        ]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append(f"{start:08x}  {'  '.join(halves)}  |{text}|\n")
    return "".join(lines)


def first(headers: Headers, name: str) -> str:
    """The first value of a header field; empty without one."""
    values = headers.getRawHeaders(name)
    return values[0] if values else ""
