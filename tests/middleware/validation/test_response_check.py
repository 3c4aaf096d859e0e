"""Tests of the check of answers by a JSON schema."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, Rejected
from krakendtw.middleware.validation._response_check import (
    compile_check,
    read_check,
)
from krakendtw.testing import request, response

WHERE = ConfigPath() / "here"


class ResponseCheckTests(SynchronousTestCase):
    """The settings, and the hook that they make."""

    def test_defaults(self) -> None:
        """Without an error of one's own it is a 500 in plain text."""
        check = read_check({"schema": {}}, WHERE)
        self.assertEqual(
            (check.status, check.body, check.content_type), (500, "", "text/plain")
        )

    def test_places(self) -> None:
        """What is wrong is named with its place."""
        for raw, wanted in (
            ({}, "$.here.schema: "),
            ({"schema": {"type": 1}}, "$.here.schema: "),
            ({"schema": {}, "error": {"status": 1}}, "$.here.error.status: "),
        ):
            error = self.assertRaises(ConfigError, read_check, raw, WHERE)
            self.assertIn(wanted, str(error))

    def test_hook(self) -> None:
        """It lets pass what fits and refuses the rest."""
        hook = compile_check(read_check({"schema": {"maxProperties": 0}}, WHERE))
        self.assertIsNone(hook(request(), response({})))
        self.assertRaises(Rejected, hook, request(), response({"a": 1}))
