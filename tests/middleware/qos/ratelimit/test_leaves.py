"""Tests of one check for all leaves."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.qos.ratelimit._leaves import OneCheck
from krakendtw.testing import MemoryRouter, gateway_request, render, service_scope


class OneCheckTests(SynchronousTestCase):
    """One check a gateway."""

    def test_built_once(self) -> None:
        """All leaves of one gateway have the same check."""
        scopes = []
        one = OneCheck(lambda scope: scopes.append(scope) or (lambda request: 503))  # type: ignore[func-returns-value]
        scope = service_scope()
        for _ in range(3):
            leaf = one.guard(scope, MemoryRouter())
            self.assertEqual(503, render(leaf, gateway_request()).status)
        self.assertEqual([scope], scopes)

    def test_built_anew(self) -> None:
        """Another gateway has its own."""
        scopes = []
        one = OneCheck(lambda scope: scopes.append(scope))  # type: ignore[func-returns-value]
        one.guard(service_scope(), MemoryRouter())
        one.guard(service_scope(), MemoryRouter())
        self.assertEqual(2, len(scopes))

    def test_no_check(self) -> None:
        """Where nothing is to be checked the leaf is left alone."""
        router = MemoryRouter()
        self.assertIs(
            router, OneCheck(lambda scope: None).guard(service_scope(), router)
        )
