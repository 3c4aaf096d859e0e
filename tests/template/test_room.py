"""Tests of room for recursion."""

from __future__ import annotations

import sys
import threading

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.template.failure import TemplateError
from krakendtw.template.room import with_room
from krakendtw.template.sprig.table import FUNCTIONS
from krakendtw.template.template import Templates


def _outcome(text: str) -> str:
    """What a template writes where there is room, or what it fails by."""

    def execute() -> str:
        templates = Templates(FUNCTIONS)
        templates.add(text, "t")
        return templates.execute("t", {})

    try:
        return with_room(execute)
    except TemplateError as error:
        return str(error)


class RoomTests(SynchronousTestCase):
    """Calls that recurse deeply."""

    def test_results(self) -> None:
        """What a call gives or raises comes through."""
        self.assertEqual(with_room(lambda: 5), 5)
        self.assertRaises(KeyError, with_room, lambda: {}["x"])

    def test_limits(self) -> None:
        """The limits are what they were when the call is over."""
        before = sys.getrecursionlimit(), threading.stack_size()
        with_room(lambda: None)
        self.assertEqual((sys.getrecursionlimit(), threading.stack_size()), before)

    def test_depth(self) -> None:
        """Templates call themselves, and brackets nest, as deeply as in Go."""
        called = (
            '{{ define "n" }}{{ if lt . 20000 }}{{ template "n" (add1 .) }}'
            '{{ else }}{{ . }}{{ end }}{{ end }}{{ template "n" 0 }}'
        )
        self.assertEqual(_outcome(called), "20000")
        self.assertEqual(_outcome(f"{{{{ {'(' * 9999}1{')' * 9999} }}}}"), "1")
        self.assertEqual(
            _outcome(f"{{{{ {'(' * 10001}1{')' * 10001} }}}}"),
            "template: t:1: max expression depth exceeded",
        )

    def test_end(self) -> None:
        """A template that never ends is told to be too deep."""
        self.assertEqual(
            _outcome('{{ define "x" }}{{ template "x" }}{{ end }}{{ template "x" }}'),
            'template: t:1:28: executing "x" at <{{template "x"}}>: '
            "exceeded maximum template depth (100000)",
        )

    def test_no_thread(self) -> None:
        """Where so much room is not to be had, there is the usual one."""

        def refuse(thread: threading.Thread) -> None:
            raise RuntimeError("can't start new thread")

        self.patch(threading.Thread, "start", refuse)
        self.assertEqual(with_room(lambda: 5), 5)
