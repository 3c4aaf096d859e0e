"""Tests of :mod:`krakendtw.router.health`."""

from __future__ import annotations

import json
import os
import time

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.router.health import HealthCheck, now, time_text
from tests.router.doubles import FakeRequest


class HealthCheckTests(SynchronousTestCase):
    """``/__health``."""

    def test_answer(self) -> None:
        """Agents, time and status, in the order of their names."""
        request = FakeRequest()
        health = HealthCheck(lambda: {"b": "2", "a": "1"}, lambda: "noon")
        self.assertEqual(
            b'{"agents":{"a":"1","b":"2"},"now":"noon","status":"ok"}',
            health.render(request),
        )
        kind = request.answer_header(b"content-type")
        self.assertEqual(b"application/json; charset=utf-8", kind)
        self.assertIsNone(request.answer_header(b"x-krakend"))

    def test_clock(self) -> None:
        """The time is the present one, unless said otherwise."""
        body = json.loads(HealthCheck(dict).render(FakeRequest()))
        self.assertRegex(body["now"], r"^\d{4}-\d\d-\d\d .* m=\+\d+\.\d{9}$")


class TimeTextTests(SynchronousTestCase):
    """``time_text``: Go's ``Time.String``."""

    def setUp(self) -> None:
        zone = os.environ.get("TZ")
        os.environ["TZ"] = "CET-1"
        time.tzset()

        def restore() -> None:
            if zone is None:
                del os.environ["TZ"]
            else:
                os.environ["TZ"] = zone
            time.tzset()

        self.addCleanup(restore)

    def test_fraction(self) -> None:
        """The fraction ends with its last digit, the other one has nine."""
        self.assertEqual(
            "2026-01-02 16:04:05.5 +0100 CET m=+12.300000000",
            time_text(1767366245.5, 12.3),
        )

    def test_whole_second(self) -> None:
        """Without a fraction there is no dot."""
        self.assertEqual(
            "2026-01-02 16:04:05 +0100 CET m=+0.000000001",
            time_text(1767366245, 1e-9),
        )

    def test_now(self) -> None:
        """Time goes on."""
        self.assertLessEqual(now(), now())
