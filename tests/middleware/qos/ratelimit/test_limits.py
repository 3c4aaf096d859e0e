"""Tests of the keys of rate limits."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigErrors
from krakendtw.middleware._fields import Fields
from krakendtw.middleware.qos.ratelimit._limits import (
    Limits,
    default_capacity,
    demand_limits,
    idle_ns,
    number,
    read_limits,
    scaled,
    to_duration_ns,
    to_uint64,
)
from tests.middleware.qos.doubles import SECOND


class ReadTests(SynchronousTestCase):
    """As KrakenD's Community Edition reads them."""

    def test_nothing(self) -> None:
        """Without keys there is no limit."""
        self.assertEqual(Limits(), read_limits({}))

    def test_every_scales_both(self) -> None:
        """Rates are of ``every``, here of ten seconds."""
        limits = read_limits({"max_rate": 5, "client_max_rate": 20, "every": "10s"})
        self.assertEqual((0.5, 2.0), (limits.max_rate, limits.client_max_rate))

    def test_every_below_a_second(self) -> None:
        """``every`` is a second at least, and one if it is no duration."""
        for every in ("100ms", "often", "-5s", 5, 0, None, [1]):
            self.assertEqual(3, read_limits({"max_rate": 3, "every": every}).max_rate)

    def test_wrong_types_are_nothing(self) -> None:
        """Numbers of other types are 0."""
        limits = read_limits({"max_rate": "1", "capacity": True, "client_max_rate": []})
        self.assertEqual(Limits(), limits)

    def test_texts_are_printed(self) -> None:
        """Whatever stands for strategy and key is printed as Go does."""
        limits = read_limits({"strategy": 5, "key": None})
        self.assertEqual(("5", "<nil>"), (limits.strategy, limits.key))

    def test_cleanup_period(self) -> None:
        """A minute unless it is a duration, and a second at least."""
        periods = {"5m": 300.0, "x": 60.0, "1ms": 1.0}
        for text, seconds in periods.items():
            self.assertEqual(seconds, read_limits({"cleanup_period": text}).sweep_s)

    def test_remembered_longer_than_every(self) -> None:
        """Clients are remembered for ten minutes, or for longer than ``every``."""
        self.assertEqual(600, read_limits({"every": "10m"}).idle_s)
        self.assertTrue(3600 <= read_limits({"every": "1h"}).idle_s <= 4500)

    def test_max_clients(self) -> None:
        """Our own key bounds the clients; nonsense leaves the default."""
        self.assertEqual(7, read_limits({"max_clients": 7}).max_clients)
        self.assertEqual(
            Limits().max_clients, read_limits({"max_clients": "x"}).max_clients
        )


class CapacityTests(SynchronousTestCase):
    """Capacities where none are given."""

    def filled(self, **keys: Any) -> tuple[int, int]:
        """Both capacities."""
        limits = read_limits(keys).filled_in()
        return limits.capacity, limits.client_capacity

    def test_of_the_scaled_rate(self) -> None:
        """The default is the rate of a second: 100 a minute have one token."""
        self.assertEqual(1, self.filled(max_rate=100, every="1m")[0])
        self.assertEqual(10, self.filled(max_rate=10.9)[0])

    def test_clients_look_at_the_other_rate(self) -> None:
        """The clients' default is 1 unless ``max_rate`` is 1 at least."""
        self.assertEqual(1, self.filled(client_max_rate=10)[1])
        self.assertEqual(1, self.filled(max_rate=0.5, client_max_rate=10)[1])
        self.assertEqual(10, self.filled(max_rate=1, client_max_rate=10)[1])

    def test_given_ones_stay(self) -> None:
        """What is given is taken, cut to a whole number."""
        self.assertEqual((2, 3), self.filled(capacity=2.9, client_capacity=3))

    def test_negative_is_huge(self) -> None:
        """A negative capacity is what Go makes of it: out of reach."""
        self.assertEqual((1 << 64) - 5, self.filled(capacity=-5)[0])


class NumberTests(SynchronousTestCase):
    """Conversions."""

    def test_number(self) -> None:
        """True is no number."""
        self.assertEqual((0.0, 2.0, 0.0), (number(True), number(2), number("2")))

    def test_uint64(self) -> None:
        """What does not fit is half of what would."""
        half = 1 << 63
        self.assertEqual(
            (1, half, half, half),
            tuple(map(to_uint64, (1.9, 1e30, float("inf"), float("nan")))),
        )

    def test_duration(self) -> None:
        """A number without a unit is no duration, but 0 is."""
        self.assertEqual(9, to_duration_ns(5, 9))
        self.assertEqual(0, to_duration_ns(0, 9))

    def test_scaled_to_nothing(self) -> None:
        """A rate of no time at all is infinite."""
        self.assertEqual(float("inf"), scaled(1, 0))

    def test_default_capacity(self) -> None:
        """One token at least."""
        self.assertEqual((1, 1, 2), tuple(map(default_capacity, (0.1, 1, 2.5))))

    def test_idle(self) -> None:
        """Ten minutes where ``every`` is not longer."""
        self.assertEqual(600 * SECOND, idle_ns(600 * SECOND))


class DemandTests(SynchronousTestCase):
    """As the namespaces of the Enterprise Edition are read."""

    def demand(self, keys: dict[str, Any], **options: Any) -> Limits:
        """The limits of some keys, on an endpoint."""
        fields = Fields(keys, ConfigPath())
        limits = demand_limits(fields, **{"has_route": True, **options})
        fields.finish()
        return limits

    def refused(self, **keys: Any) -> str:
        """What is said of keys that are refused."""
        return str(self.assertRaises(ConfigErrors, self.demand, keys, has_route=False))

    def test_sound(self) -> None:
        """All keys of the schema are taken."""
        keys = {
            "max_rate": 10,
            "capacity": 10,
            "client_max_rate": 5,
            "client_capacity": 5,
            "every": "10s",
            "strategy": "header",
            "key": "X-C",
            "num_shards": 1,
            "cleanup_period": "10s",
            "cleanup_threads": 1,
            "@comment": "nobody reads it",
        }
        limits = self.demand(keys)
        self.assertEqual((1.0, 10, 0.5), (limits.max_rate, limits.capacity, 0.5))

    def test_a_rate_is_wanted(self) -> None:
        """Without a rate there is nothing to limit."""
        self.assertIn("a rate is wanted", self.refused(capacity=1))

    def test_strategy_is_wanted(self) -> None:
        """A limit of clients needs to know them."""
        self.assertIn("strategy: is missing", self.refused(client_max_rate=1))
        self.assertIn(
            "one of header, ip, param",
            self.refused(client_max_rate=1, strategy="cookie"),
        )
        self.assertIn(
            "key: is missing", self.refused(client_max_rate=1, strategy="header")
        )

    def test_no_parameters_before_routing(self) -> None:
        """Where no route is known there are no parameters."""
        message = self.refused(client_max_rate=1, strategy="param", key="id")
        self.assertIn("no parameters", message)

    def test_wrong_types(self) -> None:
        """Everything that is wrong is said at once."""
        message = self.refused(max_rate="1", every="x", capacity=1.5, cap=1)
        for key in ("max_rate", "every", "capacity", "$.cap: no such key"):
            self.assertIn(key, message)

    def test_every_is_a_second_at_least(self) -> None:
        """Shorter times are refused."""
        self.assertIn("every", self.refused(max_rate=1, every="10ms"))

    def test_capacities_without_quirks(self) -> None:
        """Shared limits have each rate's own capacity."""
        limits = self.demand({"client_max_rate": 9, "strategy": "ip"}, quirks=False)
        self.assertEqual(9, limits.client_capacity)
        limits = self.demand({"client_max_rate": 9, "strategy": "ip"})
        self.assertEqual(1, limits.client_capacity)
