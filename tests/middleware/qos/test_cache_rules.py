"""Tests of the rules of freshness."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.qos._cache_rules import (
    is_fresh,
    lifetime_of,
    outlasts_errors,
    parse_control,
    parse_date,
    parse_seconds,
)

NEW_YEAR = 1767225600.0  # Thu, 01 Jan 2026 00:00:00 GMT


class ControlTests(SynchronousTestCase):
    """Reading Cache-Control."""

    def test_nothing(self) -> None:
        """No field, or an empty one, has no directives."""
        self.assertEqual(parse_control(None), {})
        self.assertEqual(parse_control(b" , "), {})

    def test_directives(self) -> None:
        """Directives stand between commas, with blanks around them."""
        control = parse_control(b"  public ,max-age=60 , x= y")
        self.assertEqual(control, {"public": "", "max-age": "60", "x": " y"})

    def test_last_one_counts(self) -> None:
        """Of two of a name the last one counts, and case tells names apart."""
        control = parse_control(b"max-age=1,max-age=2,MAX-AGE=3")
        self.assertEqual(control, {"max-age": "2", "MAX-AGE": "3"})

    def test_several_equals(self) -> None:
        """The value ends at a second equals sign."""
        self.assertEqual(parse_control(b"max-age = 5=6"), {"max-age": " 5"})


class SecondsTests(SynchronousTestCase):
    """Reading numbers of seconds."""

    def test_numbers(self) -> None:
        """They may have fractions, signs, and even units before the last one."""
        for text, seconds in (("60", 60), ("1.5", 1.5), ("-5", -5), ("1m30", 90)):
            self.assertEqual(parse_seconds(text), seconds)

    def test_no_numbers(self) -> None:
        """Quotes and blanks do not belong there; neither do too many years."""
        for text in ("", "soon", '"60"', " 60", "9300000000"):
            self.assertIsNone(parse_seconds(text))


class DateTests(SynchronousTestCase):
    """Reading dates."""

    def test_form(self) -> None:
        """One form is read, names in any case and whatever the weekday."""
        for text in (
            b"Thu, 01 Jan 2026 00:00:00 GMT",
            b"mon, 01 JAN 2026 0:00:00 GMT",
            b"Thu,  01 Jan 2026 00:00:00.5 GMT",
        ):
            self.assertEqual(parse_date(text), NEW_YEAR, text)

    def test_zones(self) -> None:
        """Whatever the zone, the time is taken for UTC."""
        for zone in (b"UTC", b"PST", b"CEST", b"AKSDT", b"WITA", b"GMT+5", b"-0000"):
            text = b"Thu, 01 Jan 2026 00:00:00 " + zone
            self.assertEqual(parse_date(text), NEW_YEAR, zone)

    def test_others(self) -> None:
        """Other forms are none, and neither are days that do not exist."""
        for text in (
            None,
            b"0",
            b"Thu, 1 Jan 2026 00:00:00 GMT",
            b"Thursday, 01-Jan-26 00:00:00 GMT",
            b"Thu Jan  1 00:00:00 2026",
            b"Thu, 31 Feb 2026 00:00:00 GMT",
            b"Thu, 01 Jan 2026 24:00:00 GMT",
            b"Thu, 01 Jan 2026 00:00:00 +0530",
            b"Thu, 01 Jan 2026 00:00:00 gmt",
            b"Thu, 01 Jan 2026 00:00:00",
        ):
            self.assertIsNone(parse_date(text), text)


class LifetimeTests(SynchronousTestCase):
    """How long an answer is fresh by its own words."""

    def test_max_age(self) -> None:
        """``max-age`` wins over Expires, even if it is broken."""
        expires = b"Fri, 02 Jan 2026 00:00:00 GMT"
        for text, seconds in ((b"max-age=60", 60), (b"max-age=x", 0)):
            control = parse_control(text)
            self.assertEqual(lifetime_of(control, NEW_YEAR, expires), seconds)

    def test_expires(self) -> None:
        """Without it the time from Date to Expires counts."""
        expires = b"Fri, 02 Jan 2026 00:00:00 GMT"
        self.assertEqual(lifetime_of({}, NEW_YEAR, expires), 86400)
        self.assertEqual(lifetime_of({}, NEW_YEAR, b"0"), 0)
        self.assertEqual(lifetime_of({}, NEW_YEAR, None), 0)

    def test_nothing_for_shared_caches(self) -> None:
        """``s-maxage`` is for shared caches, which this is not."""
        self.assertEqual(lifetime_of({"s-maxage": "60"}, NEW_YEAR, None), 0)


class FreshnessTests(SynchronousTestCase):
    """What a request has to say about it."""

    def fresh(self, text: bytes, lifetime: float = 60, age: float = 30) -> bool:
        """Whether it is fresh to a request with these directives."""
        return is_fresh(parse_control(text), lifetime, age)

    def test_age(self) -> None:
        """An answer is fresh as long as it is younger than its lifetime."""
        self.assertTrue(self.fresh(b""))
        self.assertFalse(self.fresh(b"", age=60))

    def test_max_age(self) -> None:
        """The request's limit replaces the answer's, both ways."""
        self.assertFalse(self.fresh(b"max-age=10"))
        self.assertTrue(self.fresh(b"max-age=100", age=90))
        self.assertFalse(self.fresh(b"max-age=x"))

    def test_min_fresh(self) -> None:
        """It must be fresh for some time to come."""
        self.assertTrue(self.fresh(b"min-fresh=20"))
        self.assertFalse(self.fresh(b"min-fresh=40"))
        self.assertTrue(self.fresh(b"min-fresh=x"))

    def test_max_stale(self) -> None:
        """It may be stale for some time, or for any time."""
        self.assertTrue(self.fresh(b"max-stale=50", age=100))
        self.assertFalse(self.fresh(b"max-stale=50", age=120))
        self.assertTrue(self.fresh(b"max-stale", age=1e9))
        self.assertFalse(self.fresh(b"max-stale=x", age=100))


class ErrorTests(SynchronousTestCase):
    """``stale-if-error``."""

    def outlasts(self, stored: bytes, asked: bytes, age: float | None = 30) -> bool:
        """Whether an answer of this age stands in for a failure."""
        return outlasts_errors(parse_control(asked), parse_control(stored), age)

    def test_nobody_says_so(self) -> None:
        """Without the directive it does not."""
        self.assertFalse(self.outlasts(b"max-age=60", b"max-stale"))

    def test_either_side(self) -> None:
        """Either side may allow it, for some time or for ever."""
        self.assertTrue(self.outlasts(b"stale-if-error", b""))
        self.assertTrue(self.outlasts(b"", b"stale-if-error"))
        self.assertTrue(self.outlasts(b"stale-if-error=60", b""))
        self.assertFalse(self.outlasts(b"stale-if-error=10", b""))

    def test_request_wins(self) -> None:
        """Of two times the request's counts."""
        self.assertFalse(self.outlasts(b"stale-if-error=60", b"stale-if-error=10"))

    def test_broken(self) -> None:
        """A time that is none forbids it, but not to who has allowed it before."""
        self.assertFalse(self.outlasts(b"stale-if-error=x", b"stale-if-error"))
        self.assertTrue(self.outlasts(b"stale-if-error", b"stale-if-error=x"))

    def test_no_date(self) -> None:
        """A time needs a date."""
        self.assertFalse(self.outlasts(b"stale-if-error=60", b"", None))
        self.assertTrue(self.outlasts(b"stale-if-error", b"", None))
