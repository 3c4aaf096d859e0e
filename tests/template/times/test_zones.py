"""Tests of places."""

from __future__ import annotations

import os
import time

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.template.times import zones

_SUMMER = 1_594_000_000
_WINTER = 1_580_000_000


class ZonesTests(SynchronousTestCase):
    """What clocks show where."""

    def test_utc(self) -> None:
        """There is one place that offsets are counted from, by two names."""
        self.assertIs(zones.find("UTC"), zones.UTC)
        self.assertIs(zones.find(""), zones.UTC)
        self.assertEqual(zones.UTC.lookup(0), ("UTC", 0, False))

    def test_summer(self) -> None:
        """Clocks are put forward in summer."""
        berlin = zones.find("Europe/Berlin")
        assert berlin is not None
        self.assertEqual(berlin.lookup(_SUMMER), ("CEST", 7200, True))
        self.assertEqual(berlin.lookup(_WINTER), ("CET", 3600, False))
        self.assertEqual(berlin.go_string(), "Europe/Berlin")

    def test_far_times(self) -> None:
        """Before and behind all calendars there is a zone as well."""
        berlin = zones.find("Europe/Berlin")
        assert berlin is not None
        self.assertEqual(berlin.lookup(-(10**14)).name, "LMT")
        self.assertEqual(berlin.lookup(10**14).name[:2], "CE")

    def test_unknown(self) -> None:
        """What leads out of the database is no place."""
        for name in ("Nope/Nowhere", "/etc/passwd", "../UTC", "a\\b", "Europe"):
            self.assertIsNone(zones.find(name))

    def test_local(self) -> None:
        """Where the process runs is a place by its own name."""
        self.assertIs(zones.find("Local"), zones.LOCAL)
        shown = time.localtime(_SUMMER)
        self.assertEqual(
            zones.LOCAL.lookup(_SUMMER)[:2], (shown.tm_zone, shown.tm_gmtoff)
        )

    def test_local_abbreviations(self) -> None:
        """Both of a place's abbreviations are known, and no others."""
        self.assertEqual(zones.LOCAL.by_name(time.tzname[0]), -time.timezone)
        self.assertIsNone(zones.LOCAL.by_name("NOPE"))

    def test_local_name(self) -> None:
        """The environment names the place; the system's setting has no name."""
        environ = dict(os.environ)
        self.patch(os, "environ", environ)
        for value, name in (
            ("Europe/Rome", "Europe/Rome"),
            (":Asia/Tokyo", "Asia/Tokyo"),
        ):
            environ["TZ"] = value
            self.assertEqual(zones._local_place(), name)
        environ["TZ"] = ""
        self.assertEqual(zones._local_place(), "UTC")
        del environ["TZ"]
        self.assertEqual(zones._local_place(), "Local")

    def test_fixed(self) -> None:
        """A place may be nothing but an offset."""
        place = zones.fixed("X", -3600)
        self.assertEqual(place.lookup(0), ("X", -3600, False))
        self.assertEqual(place.lookup(_SUMMER), ("X", -3600, False))
        self.assertIsNone(place.by_name("X"))
        self.assertEqual(place.parts(), (("name", "X"),))
