"""From what went wrong to what the client sees; the one place that knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from twisted.internet.defer import CancelledError

from krakendtw.errors import Canceled, DeadlineExceeded, PipeError
from krakendtw.router.answer import Answer
from krakendtw.router.sniff import sniff

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from krakendtw.log import Log


def as_pipe_error(failure: Failure, *, expired: bool, log: Log) -> PipeError:
    """The error behind a failure.

    A fault that is not one of ours is a bug of a component: its traceback goes
    to the log at DEBUG, and the client gets a plain 500.

    :param expired: whether the endpoint's own deadline ended the request.
    """
    error = failure.value
    if isinstance(error, CancelledError | Canceled):
        return DeadlineExceeded() if expired else Canceled()
    if isinstance(error, PipeError):
        return error
    if log.debug_on:
        log.debug(failure.getTraceback())
    return PipeError(f"{type(error).__name__}: {error}")


def error_answer(error: PipeError, head: bytes, *, show: bool) -> Answer:
    """The answer for an error without a response.

    :param head: the header lines that every answer of the endpoint has.
    :param show: ``return_error_msg``: whether the client sees the text.
    """
    if error.headers:
        head += _lines(error.headers)
    if not (show or error.is_public):
        return Answer(error.status, head)
    body = str(error).encode("utf-8", "surrogateescape")
    kind = error.encoding.encode("utf-8", "surrogateescape")
    if not kind and body and error.status not in (204, 304):
        kind = sniff(body)
    if kind and error.status != 304:  # as Go's server does
        head += b"Content-Type: %b\r\n" % kind
    return Answer(error.status, head, body)


def _lines(headers: Mapping[str, Sequence[str]]) -> bytes:
    return "".join(
        f"{name}: {value}\r\n" for name, values in headers.items() for value in values
    ).encode("utf-8", "surrogateescape")
