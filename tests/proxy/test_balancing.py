"""Tests of :mod:`krakendtw.proxy.balancing`."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import NoHosts
from krakendtw.proxy.balancing import Fixed, compile_balancer, usable_cores
from krakendtw.scope import own_turns


class Hosts:
    """A subscriber whose list may change."""

    def __init__(self, *hosts: str) -> None:
        self.list: Sequence[str] = list(hosts)

    def hosts(self) -> Sequence[str]:
        """The hosts now."""
        return self.list


class BalancerTests(SynchronousTestCase):
    """``compile_balancer``."""

    def setUp(self) -> None:
        self.prepared: list[str] = []

    def prepare(self, host: str) -> str:
        """Count, and mark what was prepared."""
        self.prepared.append(host)
        return host.upper()

    def balance(self, hosts: Any, cores: int = 1) -> Any:
        """The function that chooses."""
        return compile_balancer(hosts, self.prepare, cores, own_turns)

    def test_fixed(self) -> None:
        """One host that never changes needs no choice."""
        hosts = Hosts()
        hosts.list = ("a",)
        choose = self.balance(hosts)
        self.assertIsInstance(choose, Fixed)
        self.assertEqual(("A", "A"), (choose(), choose.item))

    def test_may_change(self) -> None:
        """One host now may be another later."""
        hosts = Hosts("a")
        choose = self.balance(hosts)
        self.assertEqual("A", choose())
        hosts.list = ["b"]
        self.assertEqual("B", choose())

    def test_in_turn(self) -> None:
        """On one core they take turns, from anywhere."""
        for start in range(3):
            self.patch(random, "randrange", lambda _, start=start: start)
            choose = self.balance(Hosts("a", "b", "c"))
            taken = "".join(choose() for _ in range(6))
            self.assertEqual("ABCABCAB"[start : start + 6], taken)

    def test_at_random(self) -> None:
        """On several they are drawn, each place as likely as the others."""
        choose = self.balance(Hosts("a", "b", "c"), cores=2)
        for value, wanted in ((0.0, "A"), (0.34, "B"), (0.67, "C"), (0.999999, "C")):
            self.patch(random, "random", lambda value=value: value)
            self.assertEqual(wanted, choose())

    def test_weight(self) -> None:
        """A host that is named twice gets twice as much."""
        choose = self.balance(Hosts("a", "b", "a"))
        taken = [choose() for _ in range(9)]
        self.assertEqual((6, 3), (taken.count("A"), taken.count("B")))

    def test_prepared_once(self) -> None:
        """Hosts are prepared when the list is new, not for each request."""
        hosts = Hosts("a", "b")
        choose = self.balance(hosts)
        for _ in range(5):
            choose()
        self.assertEqual(["a", "b"], self.prepared)
        hosts.list = ["c"]
        for _ in range(5):
            choose()
        self.assertEqual(["a", "b", "c"], self.prepared)

    def test_nobody(self) -> None:
        """Without hosts there is nothing to choose, until some come."""
        for cores in (1, 2):
            hosts = Hosts()
            choose = self.balance(hosts, cores)
            self.assertRaises(NoHosts, choose)
            hosts.list = ["a"]
            self.assertEqual("A", choose())
            hosts.list = ()
            self.assertRaises(NoHosts, choose)


class CoreTests(SynchronousTestCase):
    """``usable_cores``."""

    def test_gomaxprocs(self) -> None:
        """``GOMAXPROCS`` counts if it is a number above 0."""
        self.patch(os, "sched_getaffinity", lambda _: {0, 1, 2})
        for value, cores in (("1", 1), ("7", 7), ("0", 3), ("-1", 3), ("x", 3)):
            self.patch(os, "environ", {"GOMAXPROCS": value})
            self.assertEqual(cores, usable_cores())
        self.patch(os, "environ", {})
        self.assertEqual(3, usable_cores())
