"""Tests of the access log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.router.access_log import compile_access_log, format_latency


class AccessLogTests(SynchronousTestCase):
    """Lines of requests."""

    def setUp(self) -> None:
        self.lines: list[str] = []
        self.time = 1_800_000_000.0

    def _log(
        self,
        *,
        status: int = 200,
        seconds: float = 0.00177,
        client_ip: str = "127.0.0.1",
        method: str = "GET",
        uri: str = "/user/1?x=1",
        errors: Sequence[str] = (),
        **options: Any,
    ) -> str:
        log = compile_access_log(self.lines.append, now=lambda: self.time, **options)
        path = uri.partition("?")[0]
        log(status, seconds, client_ip, method, uri, path, errors)
        return "".join(self.lines)

    def test_line(self) -> None:
        """A line as KrakenD prints it."""
        self.assertRegex(
            self._log(),
            r"^\[GIN\] \d{4}/\d\d/\d\d - \d\d:\d\d:\d\d"
            r" \| 200 \|   1\.77ms \|       127\.0\.0\.1 \|"
            r' GET      "/user/1\?x=1"\n$',
        )

    def test_columns(self) -> None:
        """Short values are padded, long ones push the rest to the right."""
        line = self._log(
            status=404,
            seconds=2.063e-6,
            method="PROPFIND",
            client_ip="2001:db8::1:2:3:4",
        )
        self.assertIn(
            '| 404 |  2.063µs | 2001:db8::1:2:3:4 | PROPFIND  "/user/1?x=1"\n', line
        )

    def test_quoted(self) -> None:
        """The path cannot break out of its quotes or its line."""
        self.assertTrue(self._log(uri='/a"\nb').endswith(r' "/a\"\nb"' + "\n"))

    def test_errors(self) -> None:
        """The errors of the request follow on lines of their own, in one write."""
        self._log(errors=["invalid status code 500", "second"])
        self.assertEqual(1, len(self.lines))
        self.assertTrue(
            self.lines[0].endswith(
                '"/user/1?x=1"\nError #01: invalid status code 500\nError #02: second\n'
            )
        )

    def test_skipped(self) -> None:
        """Paths to skip are compared whole, without the query."""
        skip_paths = ["/__health"]
        self.assertEqual("", self._log(uri="/__health?x", skip_paths=skip_paths))
        self.assertNotEqual("", self._log(uri="/__health/", skip_paths=skip_paths))

    def test_date_moves_on(self) -> None:
        """The date is made once a second, and again in the next one."""
        log = compile_access_log(self.lines.append, now=lambda: self.time)
        for step in (0.0, 0.5, 1.0):
            self.time = 1_800_000_000.0 + step
            log(200, 0.1, "127.0.0.1", "GET", "/", "/", ())
        dates = [line[:27] for line in self.lines]
        self.assertEqual(dates[0], dates[1])
        self.assertNotEqual(dates[1], dates[2])

    def test_colors(self) -> None:
        """On a terminal status, latency and method have colours."""
        line = self._log(is_colored=True)
        self.assertIn(
            "|\x1b[97;42m 200 \x1b[0m|\x1b[90;47m   1.77ms \x1b[0m|"
            '       127.0.0.1 |\x1b[97;44m GET     \x1b[0m "/user/1?x=1"\n',
            line,
        )

    def test_colors_of_trouble(self) -> None:
        """Failures and slow answers are red, a method of its own has no colour."""
        line = self._log(status=500, seconds=3.0, method="X", is_colored=True)
        self.assertIn("|\x1b[97;41m 500 \x1b[0m|\x1b[97;41m       3s \x1b[0m|", line)
        self.assertIn("|\x1b[0m X       \x1b[0m ", line)


class LatencyTests(SynchronousTestCase):
    """How exactly a latency is told."""

    def test_steps(self) -> None:
        """The larger the latency, the coarser; always cut off, never rounded up."""
        for seconds, expected in (
            (0.000477491, "477.491µs"),
            (0.001, "1ms"),
            (0.001779, "1.77ms"),
            (0.999999, "999.99ms"),
            (1.0, "1s"),
            (1.789, "1.78s"),
            (59.999, "59.99s"),
            (60.0, "1m0s"),
            (69.9, "1m0s"),
            (3725.0, "1h2m0s"),
        ):
            self.assertEqual(expected, format_latency(seconds))

    def test_clock_set_back(self) -> None:
        """A clock that runs backwards gives no time at all."""
        self.assertEqual("0s", format_latency(-1.0))
