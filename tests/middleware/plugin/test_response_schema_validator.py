"""Tests of ``response-schema-validator``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.errors import ConfigError, Rejected
from krakendtw.interfaces import IResponseModifierPlugin
from krakendtw.middleware.plugin.response_schema_validator import (
    ResponseSchemaValidator,
)
from krakendtw.testing import request, response

NAME = "response-schema-validator"


class ResponseSchemaValidatorTests(SynchronousTestCase):
    """Answers that fit, others, and no schema."""

    def test_interface(self) -> None:
        """It is a plugin for answers."""
        verifyObject(IResponseModifierPlugin, ResponseSchemaValidator())

    def test_check(self) -> None:
        """What does not fit is refused with the error of the configuration."""
        modify = ResponseSchemaValidator().response_modifier(
            {
                NAME: {
                    "schema": {"required": ["a"]},
                    "error": {"status": 401, "body": "no"},
                }
            }
        )
        self.assertIsNone(modify(request(), response({"a": 1})))
        error = self.assertRaises(Rejected, modify, request(), response({}))
        self.assertEqual((error.status, error.message), (401, "no"))

    def test_mistake(self) -> None:
        """Without a schema the gateway does not start."""
        plugin = ResponseSchemaValidator()
        self.assertRaises(ConfigError, plugin.response_modifier, {})
