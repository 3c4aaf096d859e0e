"""Tests of when YAML needs quotes."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.encoding._yamlplain import needs_quotes

# By goccy/go-yaml 1.19.2.
QUOTED = (
    *("", "~", "-", "null", "True", "NO", "y", "Off", "yes"),
    *("1", "-1", "+1", "0", "-0", "1_000", "0x1f", "0o7", "0b1", "017", "++1.5"),
    *("1.5", ".5", "5.", "-.5", "1.5e3", "1.5e999", "9" * 30, "9" * 30 + "x"),
    *("*a", "&a", "[x", "{", "}", "]x", ",", "!t", "|", "> x", "%p", "'q", '"q'),
    *("@a", " lead", "`a", "trail ", "x:", "a: b", "- a", "a - b", "a#b", "a\\b"),
    *("12:30", "1:2", "2024-01-02", "0000-02-29", "2024-01-02 3:04:05"),
    *("2024-01-02T03:04:05Z", "2024-01-02t03:04:05.5+24:60", "2024-01-02   03:04:05,1"),
)
PLAIN = (
    *("x", "nULL", "tRue", ".inf", ".nan", "NaN", "a:b", "a-", "q'", "é", "\t", "?"),
    *("_1", "1e5", "0xg", "0x", "089", "--1", "-+1.5", "1.2.3", "1.5e", "e5", "+", "."),
    *("24:00", "12:60", "1:234", "2024-02-30", "2024-1-02", "2024-13-01"),
    *("2024-01-02T24:00:00Z", "2024-01-02T03:04:05", "2024-01-02T03:04:05+25:00"),
    *("2024-01-02T03:04:05+24:61", "2024-01-02 03:04:60", "2024-01-02T03:04:05z"),
)


class NeedsQuotesTests(SynchronousTestCase):
    """Strings with and without quotes."""

    def test_quoted(self) -> None:
        """What would be read as something else is quoted."""
        self.assertEqual([], [text for text in QUOTED if not needs_quotes(text)])

    def test_plain(self) -> None:
        """What would not, and some that would, is plain."""
        self.assertEqual([], [text for text in PLAIN if needs_quotes(text)])
