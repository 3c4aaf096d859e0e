"""Tests of ``modifier/response-headers``."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.interfaces import IServerMiddleware
from krakendtw.middleware.modifier.response_headers import (
    compile_changes,
    configure,
)
from krakendtw.testing import MemoryRouter, gateway_request, render, service_scope

WHERE = ConfigPath() / "extra_config" / "modifier/response-headers"


class ChangeTests(SynchronousTestCase):
    """Heads before and after."""

    def changed(self, head: bytes, **changes: Any) -> bytes:
        """A head, changed; fields end in a bar here."""
        edit = compile_changes(configure(changes, WHERE))
        return edit(head.replace(b"|", b"\r\n")).replace(b"\r\n", b"|")

    def test_kinds(self) -> None:
        """Each change; names count in any case and are written canonically."""
        head = b"X-A: 1|x-b: 2|X-A: 3|"
        for changes, wanted in (
            ({}, head),
            ({"delete": ["x-a"]}, b"x-b: 2|"),
            ({"replace": {"x-a": ["9"]}}, b"x-b: 2|X-A: 9|"),
            ({"replace": {"x-c": ["8", "9"]}}, head + b"X-C: 8|X-C: 9|"),
            ({"add": {"x-a": ["4"]}}, head + b"X-A: 4|"),
            ({"rename": {"x-a": "x-c"}}, b"X-C: 1|x-b: 2|X-C: 3|"),
            ({"rename": {"x-a": "x-b"}}, b"X-B: 1|X-B: 3|"),
            ({"rename": {"x-n": "x-a"}}, head),
            ({"rename": {"x-b": "X-B"}}, b"X-A: 1|X-B: 2|X-A: 3|"),
            ({"delete": ["x-a", "x-b"]}, b""),
        ):
            self.assertEqual(self.changed(head, **changes), wanted, changes)

    def test_order(self) -> None:
        """Rename, delete, replace, add."""
        self.assertEqual(
            self.changed(
                b"A: 1|B: 2|C: 3|",
                add={"B": ["7"], "D": ["8"]},
                replace={"D": ["9"], "C": ["6"]},
                delete=["B", "C"],
                rename={"A": "B", "C": "D"},
            ),
            b"D: 9|C: 6|B: 7|D: 8|",
        )

    def test_colons(self) -> None:
        """Values may look like fields; empty heads may be added to."""
        self.assertEqual(
            self.changed(b"A: b: c|", rename={"a": "d"}, add={"e": ["f: g"]}),
            b"D: b: c|E: f: g|",
        )
        self.assertEqual(self.changed(b"", add={"e": [""]}), b"E: |")


class ResponseHeadersTests(SynchronousTestCase):
    """The resource around all others, and mistakes."""

    def test_resource(self) -> None:
        """Whatever answers, its fields are changed."""
        settings = configure({"add": {"x-a": ["1"]}}, WHERE)
        verifyObject(IServerMiddleware, settings)
        resource = settings.wrap_resource(service_scope(), MemoryRouter())
        answer = render(resource, gateway_request())
        self.assertEqual((answer.body, answer.headers["X-A"]), (b"routed", ["1"]))

    def test_mistakes(self) -> None:
        """What cannot be made ends the start, with its place."""
        for raw, wanted in (
            ([], ": a list found"),
            ({"more": 1}, ".more: no such key"),
            ({"add": []}, ".add: an object is wanted"),
            ({"add": {"a": "b"}}, ".add: a: a list of texts"),
            ({"replace": {"a": ["b\r\nc: d"]}}, ".replace: a: a list of texts"),
            ({"rename": {"a": 1}}, ".rename: a: a name is wanted"),
            ({"rename": {"a": "b c"}}, ".rename: 'b c' is no name"),
            ({"delete": ["content-length"]}, ".delete: Content-Length frames"),
            ({"delete": "a"}, ".delete: a list of texts"),
        ):
            error = self.assertRaises(ConfigError, configure, raw, WHERE)
            self.assertIn(f'"modifier/response-headers"{wanted}', str(error))

    def test_place(self) -> None:
        """It is the service's."""
        where = ConfigPath() / "endpoints" / 0 / "extra_config"
        self.assertRaises(ConfigError, configure, {}, where)
