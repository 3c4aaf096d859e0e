"""Tests of AWS credentials."""

from __future__ import annotations

from typing import Any

from botocore.credentials import (  # type: ignore[import-untyped,unused-ignore]
    ReadOnlyCredentials,
)
from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.errors import PipeError
from krakendtw.middleware.backend._aws_credentials import CredentialSource

KEYS = ReadOnlyCredentials("id", "secret", None)


class SourceTests(SynchronousTestCase):
    """Where credentials come from."""

    def test_environment(self) -> None:
        """The environment answers at once, and nobody else is asked."""
        source = CredentialSource(
            {
                "AWS_ACCESS_KEY_ID": "id",
                "AWS_SECRET_ACCESS_KEY": "secret",
                "AWS_SESSION_TOKEN": "token",
            },
            self.fail,
        )
        found = self.successResultOf(source.get())
        self.assertEqual(tuple(found)[:3], ("id", "secret", "token"))

    def test_thread(self) -> None:
        """Other sources are asked in a thread, once for all who wait."""
        asked: list[Deferred[Any]] = []

        def run(function: Any) -> Deferred[Any]:
            asked.append(Deferred())
            return asked[-1]

        source = CredentialSource({}, run)
        first, second = source.get(), source.get()
        self.assertNoResult(first)
        asked[0].callback(KEYS)
        self.assertEqual(self.successResultOf(first), KEYS)
        self.assertEqual(self.successResultOf(second), KEYS)
        self.assertEqual(len(asked), 1)

    def test_none(self) -> None:
        """What goes wrong there is the request's error, and the next one asks again."""
        asked: list[Deferred[Any]] = []

        def run(function: Any) -> Deferred[Any]:
            asked.append(Deferred())
            return asked[-1]

        source = CredentialSource({}, run)
        waiting = source.get()
        asked[0].errback(OSError("no network"))
        error = self.failureResultOf(waiting, PipeError).value
        self.assertIn("NoCredentialProviders", str(error))
        self.assertNoResult(source.get())
        self.assertEqual(len(asked), 2)
