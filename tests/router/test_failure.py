"""Tests of :mod:`krakendtw.router.failure`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import CancelledError
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import (
    Canceled,
    DeadlineExceeded,
    MergeError,
    PipeError,
    Rejected,
    StatusError,
)
from krakendtw.log import ERROR, LogThreshold
from krakendtw.router.failure import as_pipe_error, error_answer
from krakendtw.testing import MemoryLog

if TYPE_CHECKING:
    from krakendtw.router.answer import Answer

HEAD = b"X-Krakend: v\r\n"


class AsPipeErrorTests(SynchronousTestCase):
    """``as_pipe_error``: the error behind a failure."""

    def setUp(self) -> None:
        self.log = MemoryLog()

    def error(self, value: Exception, *, expired: bool = False) -> PipeError:
        """What is made of it."""
        try:
            raise value
        except Exception:
            return as_pipe_error(Failure(), expired=expired, log=self.log)

    def test_own(self) -> None:
        """Ours stay what they are."""
        error = Rejected("no", 403)
        self.assertIs(error, self.error(error))
        self.assertEqual([], self.log.lines)

    def test_cancelled(self) -> None:
        """What was cancelled had no more time, or nobody waited."""
        for value in (CancelledError(), Canceled()):
            self.assertIsInstance(self.error(value, expired=True), DeadlineExceeded)
            self.assertIsInstance(self.error(value), Canceled)

    def test_fault(self) -> None:
        """A fault becomes a plain error; its traceback goes to the log."""
        error = self.error(ValueError("fault"))
        self.assertEqual((500, "ValueError: fault"), (error.status, str(error)))
        self.assertIn("DEBUG Traceback", self.log.lines[0])

    def test_quiet(self) -> None:
        """But only where DEBUG is written."""
        self.log = MemoryLog(threshold=LogThreshold(ERROR))
        self.error(ValueError("fault"))
        self.assertEqual([], self.log.lines)


class ErrorAnswerTests(SynchronousTestCase):
    """``error_answer``: what the client sees."""

    def answer(self, error: PipeError, *, show: bool = True) -> Any:
        """Status, head and body."""
        answer: Answer = error_answer(error, HEAD, show=show)
        return answer.status, answer.head, answer.body

    def test_hidden(self) -> None:
        """Without ``return_error_msg`` there is only the status."""
        for error, status in ((PipeError("x"), 500), (StatusError(404, "x", "y"), 404)):
            self.assertEqual((status, HEAD, b""), self.answer(error, show=False))

    def test_shown(self) -> None:
        """With it the text is the body, its type is found."""
        plain = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n"
        for error, body in (
            (PipeError("no é\udcff"), b"no \xc3\xa9\xff"),
            (MergeError([PipeError("a"), PipeError("b")]), b"a\nb"),
        ):
            self.assertEqual((500, plain, body), self.answer(error))
        html = HEAD + b"Content-Type: text/html; charset=utf-8\r\n"
        self.assertEqual((500, html, b"<p>x"), self.answer(PipeError("<p>x")))

    def test_public(self) -> None:
        """Some texts are for everybody."""
        error = Rejected("public", 400, is_public=True)
        self.assertEqual(b"public", self.answer(error, show=False)[2])

    def test_encoding(self) -> None:
        """An error may bring its own type."""
        error = StatusError(404, "{}", "application/json")
        head = HEAD + b"Content-Type: application/json\r\n"
        self.assertEqual((404, head, b"{}"), self.answer(error))

    def test_not_modified(self) -> None:
        """A 304 has no type, even if it is told."""
        self.assertEqual((304, HEAD), self.answer(StatusError(304, "", "text/x"))[:2])

    def test_empty(self) -> None:
        """An empty text has no type, unless it is told."""
        self.assertEqual((500, HEAD, b""), self.answer(PipeError("")))
        head = HEAD + b"Content-Type: text/x\r\n"
        self.assertEqual((404, head, b""), self.answer(StatusError(404, "", "text/x")))

    def test_fields(self) -> None:
        """Its own fields go with it, shown or not."""
        error = Rejected("", 429, headers={"Retry-After": ["1"], "X-A": ["1", "é"]})
        head = HEAD + b"Retry-After: 1\r\nX-A: 1\r\nX-A: \xc3\xa9\r\n"
        for show in (True, False):
            self.assertEqual((429, head, b""), self.answer(error, show=show))
