"""Tests of passwords."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bcrypt
from twisted.internet.defer import Deferred, fail, succeed
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.auth._passwords import (
    MOST_WAITING,
    REMEMBERED_S,
    Passwords,
    matches,
)

DIGEST = bcrypt.hashpw(b"secret", bcrypt.gensalt(4))


class MatchTests(SynchronousTestCase):
    """bcrypt itself."""

    def test_right_and_wrong(self) -> None:
        """A password belongs to its hash alone."""
        self.assertTrue(matches(b"secret", DIGEST))
        self.assertFalse(matches(b"Secret", DIGEST))

    def test_odd_passwords(self) -> None:
        """Long ones, and ones that hold a zero, are wrong and no failure."""
        for password in (b"x" * 1000, b"a\0b", b"", b"\xff"):
            self.assertFalse(matches(password, DIGEST))

    def test_what_bcrypt_does_not_see(self) -> None:
        """Beyond 72 bytes it does not look, as in KrakenD."""
        digest = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4))
        self.assertTrue(matches(b"x" * 72 + b"more", digest))


class PasswordsTests(SynchronousTestCase):
    """Checks and what is remembered of them."""

    def setUp(self) -> None:
        self.checks: list[Any] = []
        self.now = 0.0

    def run_now(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run at once, and keep what was asked."""
        self.checks.append(arguments)
        return succeed(function(*arguments))

    def passwords(self, run: Any = None) -> Passwords:
        """One user, ann."""
        users = {b"ann": DIGEST}
        return Passwords(users, run or self.run_now, lambda: self.now)

    def check(self, passwords: Passwords, user: bytes, password: bytes) -> Any:
        """What is said of a pair."""
        right = passwords.check(user, password)
        return self.successResultOf(right) if isinstance(right, Deferred) else right

    def test_pairs(self) -> None:
        """User and password must belong together."""
        passwords = self.passwords()
        self.assertIs(True, self.check(passwords, b"ann", b"secret"))
        self.assertIs(False, self.check(passwords, b"ann", b"wrong"))
        self.assertIs(False, self.check(passwords, b"bob", b"secret"))

    def test_remembered(self) -> None:
        """A right pair costs bcrypt once a minute."""
        passwords = self.passwords()
        for _ in range(3):
            self.check(passwords, b"ann", b"secret")
        self.assertEqual(1, len(self.checks))
        self.now = REMEMBERED_S
        self.check(passwords, b"ann", b"secret")
        self.assertEqual(2, len(self.checks))

    def test_wrong_is_not_remembered(self) -> None:
        """A wrong one costs it each time."""
        passwords = self.passwords()
        for _ in range(3):
            self.check(passwords, b"ann", b"wrong")
        self.assertEqual(3, len(self.checks))

    def test_unknown_user_costs_the_same(self) -> None:
        """A user that nobody knows is checked against a hash of the same cost."""
        self.check(self.passwords(), b"bob", b"secret")
        self.assertEqual(DIGEST[:7], self.checks[0][1][:7])

    def test_shifted_pair(self) -> None:
        """User and password are not run together when they are remembered."""
        passwords = self.passwords()
        self.check(passwords, b"ann", b"secret")
        self.assertIs(False, self.check(passwords, b"annsec", b"ret"))

    def test_too_many(self) -> None:
        """Beyond a number of checks under way there is no answer."""
        waiting: list[Deferred[bool]] = []

        def run_later(*_: Any) -> Any:
            waiting.append(Deferred())
            return waiting[-1]

        passwords = self.passwords(run_later)
        asked: list[Any] = [passwords.check(b"ann", b"x") for _ in range(MOST_WAITING)]
        self.assertIsNone(passwords.check(b"ann", b"x"))
        # A client that leaves frees no place: the thread is at work still.
        asked[0].addErrback(lambda _: None)
        asked[0].cancel()
        self.assertIsNone(passwords.check(b"ann", b"x"))
        waiting[0].callback(True)
        self.assertIsNotNone(passwords.check(b"ann", b"x"))

    def test_failure(self) -> None:
        """A check that fails is a wrong password."""
        passwords = self.passwords(lambda *_: fail(RuntimeError()))
        self.assertIs(False, self.check(passwords, b"ann", b"secret"))
