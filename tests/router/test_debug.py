"""Tests of :mod:`krakendtw.router.debug`."""

from __future__ import annotations

from twisted.logger import Logger, capturedLogs
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.log import ERROR, Log, LogThreshold
from krakendtw.router.debug import DebugEndpoint, print_map
from tests.router.doubles import FakeRequest

PREFIX = "[ENDPOINT: /__debug/*] "


class DebugEndpointTests(SynchronousTestCase):
    """``/__debug/``."""

    def render(self, threshold: LogThreshold) -> tuple[bytes, list[str]]:
        """What is answered, and what is logged."""
        request = FakeRequest(
            b"/__debug/x%20?b=2&a=1&a=0",
            b"PUT",
            ((b"accept", b"*/*"), (b"x-own", b"1"), (b"x-own", b"2")),
            b"raw {body}",
        )
        request.route_params = {"Param": "/x "}
        with capturedLogs() as events:
            debug = DebugEndpoint(Log("", threshold, Logger()))
            body = debug.render(request)
        kind = request.answer_header(b"content-type")
        self.assertEqual(b"application/json; charset=utf-8", kind)
        return body, [event["log_text"] for event in events]

    def test_lines(self) -> None:
        """Each part of the request has its line, as Go prints it."""
        body, lines = self.render(LogThreshold())
        self.assertEqual(b'{"message":"pong"}', body)
        self.assertEqual(
            [
                PREFIX + "Method: PUT",
                PREFIX + "URL: /__debug/x%20?b=2&a=1&a=0",
                PREFIX + "Query: map[a:[1 0] b:[2]]",
                PREFIX + "Params: [{param /x }]",
                PREFIX + "Headers: map[Accept:[*/*] X-Own:[1 2]]",
                PREFIX + "Body: raw {body}",
            ],
            lines,
        )

    def test_level_off(self) -> None:
        """Above DEBUG it answers only."""
        self.assertEqual((b'{"message":"pong"}', []), self.render(LogThreshold(ERROR)))


class PrintMapTests(SynchronousTestCase):
    """``print_map``: Go's ``%v`` of a map."""

    def test_empty(self) -> None:
        """An empty map is printed as one."""
        self.assertEqual("map[]", print_map({}))
