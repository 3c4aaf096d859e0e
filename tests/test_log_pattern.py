"""Tests of go-logging's line patterns."""

from __future__ import annotations

import os
import re

from twisted.logger import LogEvent, Logger
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.log import DEBUG, ERROR, INFO, LEVEL_NAMES, WARNING, Log, LogThreshold
from krakendtw.log_pattern import compile_pattern


def line(pattern: str, level: int = ERROR, message: str = "boom") -> str:
    """A line of ``pattern`` of no time in particular."""
    return compile_pattern(pattern)(0.0, level, message)


class PatternTests(SynchronousTestCase):
    """The verbs that are about the line itself."""

    def test_krakend_sample(self) -> None:
        """The pattern of KrakenD's documentation."""
        text = line("%{message} -- %{level} %{module}")
        self.assertEqual("boom -- ERROR KRAKEND", text)

    def test_module(self) -> None:
        """The module's name is given."""
        render = compile_pattern("%{module}", "other")
        self.assertEqual("other", render(0.0, INFO, ""))

    def test_widths(self) -> None:
        """Texts are padded and cut as Go's fmt does."""
        self.assertEqual(
            "[ERROR   |   ERROR|ERR|B:boom",
            line("[%{level:-8s}|%{level:8s}|%{level:.3s}|B:%{message}"),
        )

    def test_levels(self) -> None:
        """Every level has its name, and its number with ``d``."""
        names = [line("%{level}", level) for level in range(6)]
        self.assertEqual(list(LEVEL_NAMES), names)
        self.assertEqual(["5", "0"], [line("%{level:d}", level) for level in (0, 5)])

    def test_quoted(self) -> None:
        """``q`` quotes."""
        self.assertEqual(
            r'"a\"b" "ERROR"', line("%{message:q} %{level:q}", message='a"b')
        )

    def test_id(self) -> None:
        """Lines are counted from one."""
        render = compile_pattern("%{id} %{message}")
        lines = [render(0.0, INFO, "x") for _ in range(3)]
        self.assertEqual(["1 x", "2 x", "3 x"], lines)

    def test_id_with_zeros(self) -> None:
        """Numbers take flags, width and base."""
        render = compile_pattern("%{id:04d} %{id:x} %{id:v}")
        self.assertEqual("0001 1 1", render(0.0, INFO, ""))

    def test_process(self) -> None:
        """The process by number and by name."""
        self.assertEqual(str(os.getpid()), line("%{pid}"))
        self.assertNotIn("/", line("%{program}"))

    def test_time(self) -> None:
        """The time in a layout of Go's; RFC 3339 without one."""
        self.assertRegex(line("%{time:2006/01/02 - 15:04}"), r"^19(70|69)/\d\d/\d\d - ")
        self.assertRegex(line("%{time}"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-])")

    def test_colors(self) -> None:
        """Each level has its colour, INFO has none."""
        colors = [line("%{color}", level) for level in range(6)]
        self.assertEqual(
            ["\x1b[36m", "", "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[35m"], colors
        )

    def test_bold_and_reset(self) -> None:
        """Colours may be bold, and end with reset."""
        self.assertEqual("\x1b[33;1m!\x1b[0m", line("%{color:bold}!%{color:reset}", 3))
        self.assertEqual(WARNING, 3)

    def test_wrong_verb(self) -> None:
        """A verb of fmt that does not fit is told as fmt tells it."""
        self.assertEqual("%!d(string=boom)", line("%{message:d}"))
        self.assertRegex(line("%{pid:s}"), r"^%!s\(\w+=\d+\)$")
        self.assertEqual("%!(NOVERB)", line("%{message:-}"))

    def test_text_in_a_layout(self) -> None:
        """What follows the verb in a layout stays."""
        self.assertEqual("<boom>%", line("<%{message:s>%%}"))

    def test_unknown_variable(self) -> None:
        """A variable that does not exist is refused by name."""
        error = self.assertRaises(ValueError, compile_pattern, "%{nothing} %{message}")
        self.assertEqual("logger: unknown variable: nothing", str(error))

    def test_no_variable(self) -> None:
        """A pattern without any variable is refused."""
        for pattern in ("", "text", "%{Message}", "%{}"):
            error = self.assertRaises(ValueError, compile_pattern, pattern)
            self.assertEqual(f"logger: invalid log format: {pattern}", str(error))


class CallerTests(SynchronousTestCase):
    """The verbs that are about the place that wrote the line."""

    def _line(self, pattern: str) -> str:
        lines: list[str] = []
        render = compile_pattern(pattern)

        def observe(event: LogEvent) -> None:
            lines.append(render(0.0, DEBUG, event["log_text"]))

        logger = Logger(namespace="test", observer=observe)  # type: ignore[arg-type]
        Log("", LogThreshold(), logger).info("x")
        return lines[0]

    def test_file(self) -> None:
        """The file and the line, with and without its folder."""
        short, long = self._line("%{shortfile} %{longfile}").split(" ")
        self.assertTrue(long.endswith("/" + short))

    def test_names(self) -> None:
        """Module and function, with and without what they are in."""
        # The observer of this test is not part of the logging system.
        self.assertEqual(
            "tests.test_log_pattern test_log_pattern observe",
            self._line("%{longpkg} %{shortpkg} %{shortfunc}"),
        )
        self.assertIn("CallerTests", self._line("%{longfunc}"))

    def test_callpath(self) -> None:
        """The calling functions, all of them or the last few."""
        path = self._line("%{callpath}")
        self.assertTrue(path.endswith(".observe"), path)
        self.assertTrue(re.fullmatch(r"~\.\w+\.observe", self._line("%{callpath:2}")))
