"""Tests of :mod:`krakendtw.router.answer`."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.router.answer import Answer


class AnswerTests(SynchronousTestCase):
    """``Answer``: what a handler gives back."""

    def test_bare(self) -> None:
        """A status alone is an empty answer, as outer components give it."""
        answer = Answer(401)
        self.assertEqual((401, b"", b""), (answer.status, answer.head, answer.body))
        self.assertEqual(((), False), (answer.errors, answer.dated))

    def test_add_header(self) -> None:
        """Fields are added behind those that are there, as UTF-8."""
        answer = Answer(200, b"A: 1\r\n")
        answer.add_header("B", "é\udcff")
        self.assertEqual(b"A: 1\r\nB: \xc3\xa9\xff\r\n", answer.head)
