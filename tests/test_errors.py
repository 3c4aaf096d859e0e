"""Tests of the exceptions."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.errors import (
    Canceled,
    ConfigError,
    ConfigErrors,
    DeadlineExceeded,
    InvalidStatus,
    MergeError,
    NoHosts,
    PipeError,
    Rejected,
    StatusError,
)
from krakendtw.proxy.message import Response


class ConfigErrorTests(SynchronousTestCase):
    """What a wrong configuration says."""

    def test_place_comes_first(self) -> None:
        """The text begins with the place in the document."""
        error = ConfigError(ConfigPath() / "endpoints" / 3, "no backend")
        self.assertEqual("$.endpoints[3]: no backend", str(error))

    def test_without_place(self) -> None:
        """An error about no place in particular is its message."""
        self.assertEqual("empty file", str(ConfigError(None, "empty file")))

    def test_several(self) -> None:
        """Errors found together are told together, each on its line."""
        where = ConfigPath()
        both = ConfigErrors([ConfigError(where / "a", "x"), ConfigError(where, "y")])
        self.assertEqual("$.a: x\n$: y", str(both))
        self.assertEqual(2, len(both.errors))


class PipeErrorTests(SynchronousTestCase):
    """What the router reads from a failure."""

    def test_defaults(self) -> None:
        """A plain failure is a 500 without a response or headers."""
        error = PipeError("boom")
        self.assertEqual("boom", str(error))
        self.assertEqual((500, None, "", None), _capabilities(error))

    def test_rejected(self) -> None:
        """A refusal brings its status, its encoding and its headers."""
        headers = {"Retry-After": ["1"]}
        error = Rejected("slow down", 429, encoding="text/plain", headers=headers)
        self.assertEqual((429, headers, "text/plain", None), _capabilities(error))

    def test_rejected_by_default(self) -> None:
        """A refusal without a status is a 500, as every error is in KrakenD."""
        self.assertEqual(500, Rejected("no").status)

    def test_status_of_one_error_only(self) -> None:
        """The status of one error does not become that of its class."""
        Rejected("no", 403)
        StatusError(404, "gone", "text/plain")
        self.assertEqual((500, 500), (Rejected.status, StatusError.status))

    def test_status_error(self) -> None:
        """A backend's status is passed on with its body as the text."""
        error = StatusError(418, '{"a":1}', "application/json")
        self.assertEqual('{"a":1}', str(error))
        self.assertEqual((418, None, "application/json", None), _capabilities(error))

    def test_fixed_texts(self) -> None:
        """Errors that always mean the same have KrakenD's words."""
        texts = [str(error()) for error in (NoHosts, DeadlineExceeded, Canceled)]
        self.assertEqual(
            ["no hosts available", "context deadline exceeded", "context canceled"],
            texts,
        )

    def test_parts_of_one(self) -> None:
        """A single error is its own only part."""
        error = InvalidStatus("invalid status code")
        self.assertEqual((error,), error.parts)

    def test_parts_of_merge(self) -> None:
        """A merge's error is the sum of its parts, in order, one on each line."""
        first, second = PipeError("b"), PipeError("a")
        error = MergeError([first, second])
        self.assertEqual("b\na", str(error))
        self.assertEqual((first, second), error.parts)

    def test_partial_response(self) -> None:
        """A merge's error carries what the other parts gave."""
        response = Response({"a": 1})
        self.assertIs(response, MergeError([], response).response)


def _capabilities(error: PipeError) -> tuple[object, ...]:
    return error.status, error.headers, error.encoding, error.response
