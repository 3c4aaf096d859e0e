"""Tests of :mod:`krakendtw.proxy.status`."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.errors import InvalidStatus, StatusError
from krakendtw.gojson.writer import dumps
from krakendtw.proxy.status import StatusSettings, compile_status, configure


class ConfigureTests(SynchronousTestCase):
    """``backend/http``."""

    def settings(self, raw: Any) -> StatusSettings:
        """What is made of a value."""
        return configure(raw, ConfigPath())

    def test_defaults(self) -> None:
        """Nothing, and what is no object, is the default."""
        raw: Any
        for raw in (None, [], "x", {}, {"x": 1}):
            self.assertEqual(StatusSettings("", False), self.settings(raw))

    def test_code(self) -> None:
        """Only ``true`` is true."""
        raw: Any
        for raw, wanted in ((True, True), (False, False), ("true", False), (1, False)):
            found = self.settings({"return_error_code": raw})
            self.assertEqual(StatusSettings("", wanted), found)

    def test_details(self) -> None:
        """Details have a name, and win over the code even without one."""
        raw: Any
        for raw, name in (("x", "x"), ("", ""), (1, ""), (None, "")):
            found = self.settings(
                {"return_error_details": raw, "return_error_code": True}
            )
            self.assertEqual(StatusSettings(name, False), found)


class StatusTests(SynchronousTestCase):
    """``compile_status``: what a failing status becomes."""

    def judge(
        self,
        settings: StatusSettings | None,
        body: bytes = b"gone",
        kind: str = "text/x",
    ) -> Any:
        """What becomes of a 404."""
        on_status = compile_status(settings, "GET", "/a/{{.Id}}")
        return on_status(404, body, kind, "http://h/a/7")

    def test_invalid(self) -> None:
        """It is an error that names the backend and the URL."""
        for settings in (None, StatusSettings()):
            error = self.assertRaises(InvalidStatus, self.judge, settings)
            self.assertEqual(
                "invalid status code 404 [GET /a/{{.Id}}]: http://h/a/7", str(error)
            )
            self.assertEqual(500, error.status)

    def test_code(self) -> None:
        """With its code, the error keeps body and type."""
        settings = StatusSettings(error_code=True)
        error = self.assertRaises(StatusError, self.judge, settings, b"\xffgone")
        self.assertEqual(
            (404, "\udcffgone", "text/x"), (error.status, str(error), error.encoding)
        )

    def test_details(self) -> None:
        """With details it is data, incomplete."""
        response = self.judge(StatusSettings("name"))
        self.assertEqual((False, 404), (response.is_complete, response.metadata.status))
        self.assertEqual(
            b'{"error_name":{"http_status_code":404,"http_body":"gone",'
            b'"http_body_encoding":"text/x"}}',
            dumps(response.data),
        )

    def test_details_without(self) -> None:
        """An empty body and type are left out."""
        response = self.judge(StatusSettings("name"), b"", "")
        self.assertEqual(
            b'{"error_name":{"http_status_code":404}}', dumps(response.data)
        )
