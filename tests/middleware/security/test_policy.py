"""Tests of policies."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, ConfigErrors
from krakendtw.gojson.number import Float, Number
from krakendtw.middleware.security._policy import (
    ON_REQUEST,
    ON_RESPONSE,
    ON_TOKEN,
    Exchange,
    compile_policies,
    compile_policy,
)
from krakendtw.testing import request, response

WHERE = ConfigPath() / "here"


class PhaseTests(SynchronousTestCase):
    """What is known in each phase."""

    def unmet(self, text: str, phase: Any, subject: Any) -> str:
        """Why a policy is not satisfied."""
        return compile_policy(text, WHERE, phase).unmet(subject)

    def test_request(self) -> None:
        """The request's parts, its body and cookies included."""
        asked = request(
            "POST",
            "/p",
            headers={"Cookie": "c=1", "X-A": "x"},
            body=b"hello",
            params={"Id": "7"},
            query={"q": ["1"]},
        )
        for text in (
            "req_method == 'POST' && req_path == '/p'",
            "req_params.Id == '7' && req_querystring.q[0] == '1'",
            "req_headers['X-A'] == ['x'] && getCookie('c') == '1'",
            "req_body.startsWith('hel')",
            "timestamp(now).getFullYear() > 2000",
        ):
            self.assertEqual(self.unmet(text, ON_REQUEST, asked), "", text)

    def test_response(self) -> None:
        """The answer's parts, whose numbers are numbers, and the request's."""
        exchange = Exchange(
            request(params={"Id": "7"}),
            response(
                {"n": 7, "f": Number("1.50"), "g": Float(2), "big": 2**64},
                status=201,
                headers={"X-A": "x"},
            ),
        )
        for text in (
            "resp_data.n == 7 && resp_data.f > 1.4 && resp_data.g == 2",
            "resp_data.big > 1.0e19",
            "resp_completed && resp_metadata_status == 201",
            "resp_metadata_headers['X-A'][0] == 'x' && getParam('id') == '7'",
        ):
            self.assertEqual(self.unmet(text, ON_RESPONSE, exchange), "", text)
        nothing = response()
        nothing.data = None
        self.assertEqual(
            self.unmet(
                "size(resp_data) == 0", ON_RESPONSE, Exchange(request(), nothing)
            ),
            "",
        )

    def test_token(self) -> None:
        """The claims, and nothing of the request."""
        self.assertEqual(self.unmet("JWT.n == 5", ON_TOKEN, {"n": 5}), "")
        self.assertRaises(
            ConfigError, compile_policy, "req_path == ''", WHERE, ON_TOKEN
        )

    def test_unmet(self) -> None:
        """False, anything else, and failures."""
        for text, wanted in (
            ("req_path == 'x'", "result: false"),
            ("req_params.Nope == 'x'", "failed: no such key: Nope"),
        ):
            self.assertEqual(self.unmet(text, ON_REQUEST, request()), wanted)
        self.assertEqual(
            self.unmet(
                "resp_data.a", ON_RESPONSE, Exchange(request(), response({"a": 1}))
            ),
            "result: 1",
        )


class CompileTests(SynchronousTestCase):
    """What ends the start."""

    def test_mistakes(self) -> None:
        """All of them are told, each with its place."""
        texts = ["req_path ==", "nope == 1", "hello('x')", "req_path", "true"]
        error = self.assertRaises(
            ConfigErrors, compile_policies, texts, WHERE, ON_REQUEST
        )
        shown = [str(each) for each in error.errors]
        self.assertEqual(len(shown), 4)
        for text, wanted in zip(
            shown,
            (
                "$.here[0]: ERROR: <input>:1:",
                "undeclared reference to 'nope'",
                "undeclared reference to 'hello'",
                "$.here[3]: gives string, true or false is wanted",
            ),
            strict=True,
        ):
            self.assertIn(wanted, text)

    def test_join(self) -> None:
        """Several may become one."""
        texts = ["req_path == '/' || false", "req_method == 'PUT'"]
        joined = compile_policies(texts, WHERE, ON_REQUEST, join=True)
        self.assertEqual(
            [policy.text for policy in joined],
            ["(req_path == '/' || false) && (req_method == 'PUT')"],
        )
        self.assertEqual(joined[0].unmet(request()), "result: false")

    def test_macros(self) -> None:
        """They can be switched off."""
        self.assertRaises(
            ConfigError,
            compile_policy,
            "hasHeader('a')",
            WHERE,
            ON_REQUEST,
            macros=False,
        )

    def test_body(self) -> None:
        """Only a policy that has its name wants the body."""
        for text, wanted in (("req_body == ''", True), ("req_path == ''", False)):
            policy = compile_policy(text, WHERE, ON_REQUEST)
            self.assertEqual(policy.needs_body, wanted)
