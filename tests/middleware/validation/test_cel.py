"""Tests of ``krakendtw.middleware.validation.cel``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from krakendtw.config.model import BackendConfig, EndpointConfig
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigErrors, InvalidStatus, Rejected
from krakendtw.interfaces import (
    IBackendMiddleware,
    IDoubtful,
    IProxyMiddleware,
    ITokenRejecterFactory,
)
from krakendtw.middleware.validation.cel import CEL, NAMESPACE, configure
from krakendtw.testing import (
    MemoryBackend,
    MemoryLog,
    backend_scope,
    endpoint_scope,
    extra_config,
    request,
    response,
    run_pipe,
    service_scope,
)

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from krakendtw.proxy.message import Request, Response

WHERE = ConfigPath()


def cel(*texts: str, **more: Any) -> CEL:
    """The component with these expressions."""
    made = configure([{"check_expr": text, **more} for text in texts], WHERE)
    assert isinstance(made, CEL)
    return made


class CELTestCase(SynchronousTestCase):
    """Has a log and an endpoint."""

    def setUp(self) -> None:
        self.log = MemoryLog()
        self.service = service_scope(log=self.log)

    def scope(self, settings: CEL) -> Any:
        """The endpoint that the settings stand at."""
        extra = extra_config({NAMESPACE: settings})
        return endpoint_scope(EndpointConfig(path="/a", extra=extra), self.service)

    def ask(
        self, settings: CEL, asked: Request | None = None, backend: Any = None
    ) -> Deferred[Response]:
        """Send a request through the endpoint's step."""
        part = settings.proxy_part(self.scope(settings))
        return run_pipe([] if part is None else [part], backend, asked)


class PipeTests(CELTestCase):
    """Requests and responses."""

    def test_interfaces(self) -> None:
        """It provides what it says."""
        for interface in (
            IProxyMiddleware,
            IBackendMiddleware,
            ITokenRejecterFactory,
            IDoubtful,
        ):
            verifyObject(interface, cel())

    def test_before(self) -> None:
        """A request that does not satisfy an expression goes no further."""
        backend = MemoryBackend()
        settings = cel("resp_completed", "req_path != ''", "req_method == 'PUT'")
        error = self.failureResultOf(
            self.ask(settings, request("GET", "/"), backend), Rejected
        ).value
        self.assertEqual(
            (error.message, error.status), ("request aborted by evaluator #1", 500)
        )
        self.assertEqual(backend.requests, [])

    def test_after(self) -> None:
        """A response that does not satisfy an expression is refused."""
        settings = cel("resp_data.n == '1'")
        self.successResultOf(self.ask(settings, backend=MemoryBackend({"n": 1})))
        self.failureResultOf(
            self.ask(settings, backend=MemoryBackend({"n": 2})), Rejected
        )

    def test_failure_below(self) -> None:
        """What has failed is not looked at, whatever came about."""
        failing = MemoryBackend(InvalidStatus("no"))
        for text in ("resp_completed", "resp_completed && now != ''"):
            self.failureResultOf(self.ask(cel(text), backend=failing), InvalidStatus)
        self.assertEqual(
            self.log.lines.count(
                "DEBUG [ENDPOINT: /a][CEL] Delegated execution failed: no"
            ),
            2,
        )

    def test_not_true(self) -> None:
        """Anything but true refuses: other types, failures."""
        for text in ("req_method", "size(req_path)", "1 / size(req_params) == 1"):
            self.failureResultOf(self.ask(cel(text)), Rejected)

    def test_nothing_to_do(self) -> None:
        """Without expressions for the pipe there is no step."""
        settings = cel("JWT.sub == 'x'", "1 > 2")
        self.assertIsNone(settings.proxy_part(self.scope(settings)))

    def test_backend(self) -> None:
        """On a backend it is a step of the backend's pipe."""
        settings = cel("req_path == '/b'")
        config = BackendConfig(
            url_pattern="/b", extra=extra_config({NAMESPACE: settings})
        )
        scope = backend_scope(config, endpoint_scope(service=self.service))
        part = settings.backend_part(scope)
        assert part is not None
        self.successResultOf(run_pipe([part], asked=request(path="/b")))
        self.failureResultOf(run_pipe([part], asked=request(path="/c")), Rejected)
        self.assertIn("DEBUG [BACKEND: /b][CEL] Loading configuration", self.log.lines)

    def test_elsewhere(self) -> None:
        """Settings of the service have no part in endpoints and backends."""
        settings = cel("req_path == '/b'")
        self.assertIsNone(settings.proxy_part(endpoint_scope()))
        self.assertIsNone(settings.backend_part(backend_scope()))
        self.assertIsNone(settings.rejecter(endpoint_scope()))

    def test_time(self) -> None:
        """The time is that of the request, after the backend's answer too."""
        seconds = iter([1_000_000_000.25, 2_000_000_000.0])
        settings = evolve(
            cel("resp_completed && timestamp(now) < timestamp(1000000001)"),
            now=lambda: next(seconds),
        )
        self.successResultOf(self.ask(settings))
        self.failureResultOf(self.ask(settings), Rejected)

    def test_time_before(self) -> None:
        """All expressions of a phase see one time."""
        seconds = iter([1_000_000_000.25])
        settings = evolve(
            cel(
                "req_path != now",
                "timestamp(now).getMilliseconds() == 250 || req_path == ''",
            ),
            now=lambda: next(seconds),
        )
        self.successResultOf(self.ask(settings))

    def test_both_with_time(self) -> None:
        """What comes before is judged first, also where time counts after."""
        backend = MemoryBackend(response({"a": 1}))
        settings = cel("req_method == 'PUT'", "resp_data.a == now")
        self.failureResultOf(self.ask(settings, request("GET"), backend), Rejected)
        self.assertEqual(backend.requests, [])


class MistakeTests(CELTestCase):
    """Expressions that do not count."""

    def test_dropped(self) -> None:
        """A mistake of types opens what its expression was to shut."""
        self.successResultOf(self.ask(cel("req_method == 1")))

    def test_syntax(self) -> None:
        """A syntax error opens everything, on both ways."""
        settings = cel("req_method == 'PUT'", "resp_completed =")
        self.successResultOf(self.ask(settings))
        self.assertEqual(
            self.log.lines[-2:],
            [
                "WARNING [ENDPOINT: /a][CEL] Error parsing the definitions: "
                f"{settings.after.failure}",
                "WARNING [ENDPOINT: /a][CEL] Falling back to the next pipe proxy",
            ],
        )

    def test_doubts(self) -> None:
        """Every expression that has no effect is told of, with its place."""
        settings = cel("req_method == 1", "1 > 2", "req_path == ''", "")
        self.assertEqual(
            settings.doubts(),
            [
                (
                    WHERE / 0,
                    "found no matching overload for '_==_' applied to "
                    "'(string, int)': req_method == 1",
                ),
                (WHERE / 1, "never evaluated, it names no variable: 1 > 2"),
                (WHERE / 3, "never evaluated, it has no check_expr"),
            ],
        )

    def test_doubts_of_a_backend(self) -> None:
        """No token is judged at a backend."""
        where = ConfigPath(("endpoints", 0, "backend", 0, "extra_config", NAMESPACE))
        raw = [{"check_expr": "JWT.a == 'b'"}]
        self.assertEqual(
            configure(raw, where).doubts(),
            [(where / 0, "never evaluated, tokens are the endpoint's: JWT.a == 'b'")],
        )

    def test_doubts_of_what_cannot_be_read(self) -> None:
        """A list that KrakenD cannot read has no effect, all of it."""
        settings = configure([{"check_expr": "req_method == 'GET'"}, 5], WHERE)
        self.assertEqual(
            settings.doubts(), [(WHERE, "$[1] is no object, so nothing is checked")]
        )
        verifyObject(IDoubtful, settings)

    def test_doubts_of_syntax(self) -> None:
        """A syntax error concerns all expressions beside it, but not the token's."""
        settings = cel("resp_data ==", "req_path == ''", "JWT.a == 'b'")
        self.assertEqual(
            [where for where, _ in settings.doubts()], [WHERE / 0, WHERE / 1]
        )

    def test_strict(self) -> None:
        """A strict expression that would not count ends the start."""
        for texts in (["req_method == 1"], ["req_method =="], ["1 > 2"], ["JWT.a ="]):
            self.assertRaises(ConfigErrors, cel, *texts, strict=True)
        self.assertEqual(cel("req_method == 'GET'", strict=True).doubts(), [])

    def test_strict_without_an_expression(self) -> None:
        """A strict entry without an expression ends the start, too."""
        self.assertRaises(ConfigErrors, configure, [{"strict": True}], WHERE)

    def test_strict_beside_others(self) -> None:
        """A strict expression is protected from the mistakes of others."""
        raw = [
            {"check_expr": "req_method == 'GET'", "strict": True},
            {"check_expr": "resp_data =="},
        ]
        error = self.assertRaises(ConfigErrors, configure, raw, WHERE)
        self.assertEqual(
            str(error),
            "$[0].check_expr: off because of a mistake beside it: req_method == 'GET'",
        )


class RejecterTests(CELTestCase):
    """Claims of tokens."""

    def test_judges(self) -> None:
        """Claims that do not satisfy an expression are refused."""
        settings = cel("JWT.sub == 'a'", "JWT.level > 2.0")
        rejects = settings.rejecter(self.scope(settings))
        assert rejects is not None
        self.assertFalse(rejects({"sub": "a", "level": 3}))
        self.assertTrue(rejects({"sub": "a", "level": 2}))
        self.assertTrue(rejects({"sub": "b", "level": 3}))
        self.assertIn(
            "INFO [ENDPOINT: /a][CEL] Rejecter #1 result: false", self.log.lines
        )

    def test_other_variables(self) -> None:
        """A request's variables are not there, so that nobody passes."""
        settings = cel("JWT.sub == req_params.Id")
        rejects = settings.rejecter(self.scope(settings))
        assert rejects is not None
        self.assertTrue(rejects({"sub": "a"}))

    def test_time(self) -> None:
        """Claims can be compared with the time."""
        settings = evolve(
            cel("timestamp(int(JWT.exp)) > timestamp(now)"), now=lambda: 100.0
        )
        rejects = settings.rejecter(self.scope(settings))
        assert rejects is not None
        self.assertFalse(rejects({"exp": 101}))
        self.assertTrue(rejects({"exp": 99}))

    def test_none(self) -> None:
        """Without expressions, or with a syntax error, nobody is refused."""
        for texts in (["req_path == ''"], ["JWT.sub =="]):
            settings = cel(*texts)
            self.assertIsNone(settings.rejecter(self.scope(settings)))
        self.assertIn("Error building the JWT rejecter", self.log.lines[-1])


class LogTests(CELTestCase):
    """KrakenD's lines."""

    def test_start(self) -> None:
        """What is read while the gateway is built."""
        self.ask(cel("req_method == 'GET'", "resp_completed"))
        self.assertEqual(
            self.log.lines[:5],
            [
                "DEBUG [ENDPOINT: /a][CEL] Loading configuration",
                "DEBUG [CEL] Parsing expression: req_method == 'GET'",
                "DEBUG [CEL] Parsing expression: resp_completed",
                "DEBUG [ENDPOINT: /a][CEL] 1 preEvaluator(s) loaded",
                "DEBUG [ENDPOINT: /a][CEL] 1 postEvaluator(s) loaded",
            ],
        )

    def test_evaluations(self) -> None:
        """Results, failures and passes."""
        asked = request("GET", "/x")
        self.failureResultOf(self.ask(cel("req_method == 'GET'", "req_path"), asked))
        self.failureResultOf(self.ask(cel("req_headers['X'][0] == ''")))
        self.assertEqual(
            [line for line in self.log.lines if "Evaluator #" in line],
            [
                "DEBUG [ENDPOINT: /a][CEL][pre] Evaluator #0 result: true",
                "INFO [ENDPOINT: /a][CEL][pre] Evaluator #1 result: /x",
                "INFO [ENDPOINT: /a][CEL][pre] Evaluator #0 failed: no such key: X",
            ],
        )
