"""Tests of roles and scopes."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth._access import (
    ALLOWED,
    BROKEN,
    FORBIDDEN,
    compile_roles,
    compile_scopes,
)


class RolesTests(SynchronousTestCase):
    """Tests of :func:`compile_roles`."""

    def judged(self, roles: Any, wanted: int) -> None:
        """A claim gets a verdict from an endpoint for ``a`` or ``b``."""
        judge = compile_roles(("a", "b"), "roles", is_nested=False)
        self.assertEqual(judge({"roles": roles}), wanted)

    def test_one_is_enough(self) -> None:
        """One of the roles will do, in a list or in a text."""
        for roles in (["x", "b"], ["a"], "b", "x a y"):
            self.judged(roles, ALLOWED)

    def test_none_of_them(self) -> None:
        """Without any of the roles the token is not good enough."""
        for roles in (["A", "ab"], [], "a,b", "", None, 5.0, {"a": True}):
            self.judged(roles, FORBIDDEN)

    def test_missing_claim(self) -> None:
        """Without the claim the token is not good enough."""
        judge = compile_roles(("a",), "roles", is_nested=False)
        self.assertEqual(judge({}), FORBIDDEN)

    def test_element_that_is_no_text(self) -> None:
        """What KrakenD breaks down on breaks it only before a match."""
        self.judged([1.0, "a"], BROKEN)
        self.judged(["a", 1.0], ALLOWED)
        self.judged(["b", 1.0], BROKEN)

    def test_nested(self) -> None:
        """Dots lead to the claim where they are told to."""
        judge = compile_roles(("a",), "x.y", is_nested=True)
        self.assertEqual(judge({"x": {"y": ["a"]}}), ALLOWED)
        self.assertEqual(judge({"x.y": ["a"]}), FORBIDDEN)

    def test_none_wanted(self) -> None:
        """Without roles to have nothing is looked at."""
        judge = compile_roles((), "roles", is_nested=False)
        self.assertEqual(judge({"roles": [1.0]}), ALLOWED)


class ScopesTests(SynchronousTestCase):
    """Tests of :func:`compile_scopes`."""

    def judged(self, scopes: Any, any_wanted: int, all_wanted: int) -> None:
        """A claim gets these verdicts from the two matchers."""
        for need_all, wanted in ((False, any_wanted), (True, all_wanted)):
            judge = compile_scopes(("a", "b"), "s", need_all=need_all)
            self.assertEqual(judge({"s": scopes}), wanted)

    def test_some_and_all(self) -> None:
        """One scope is enough for ``any``, ``all`` wants every one."""
        for scopes in (["a"], "x a"):
            self.judged(scopes, ALLOWED, FORBIDDEN)
        for scopes in (["b", "x", "a"], "b a"):
            self.judged(scopes, ALLOWED, ALLOWED)
        for scopes in (["x"], "", [], None, {}, 5.0):
            self.judged(scopes, FORBIDDEN, FORBIDDEN)

    def test_element_that_is_no_text(self) -> None:
        """Such an element breaks KrakenD wherever it stands."""
        self.judged(["a", "b", 1.0], BROKEN, BROKEN)

    def test_dots_always_lead(self) -> None:
        """A key with dots is a path."""
        judge = compile_scopes(("a",), "x.y", need_all=False)
        self.assertEqual(judge({"x": {"y": "a"}}), ALLOWED)
        self.assertEqual(judge({"x.y": "a"}), FORBIDDEN)

    def test_unchecked(self) -> None:
        """Without scopes, or without a key, nothing is looked at."""
        for required, key in (((), "s"), (("a",), "")):
            judge = compile_scopes(required, key, need_all=True)
            self.assertEqual(judge({}), ALLOWED)
