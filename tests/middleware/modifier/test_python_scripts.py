"""Tests of ``krakendtw.middleware.modifier._python_scripts``."""

from __future__ import annotations

import os
from typing import Any

from twisted.internet.defer import CancelledError, Deferred

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, NoHosts
from krakendtw.middleware._fields import Fields
from krakendtw.middleware.modifier._python_scripts import ScriptFailed, Scripts
from krakendtw.middleware.modifier._python_settings import parse_settings
from krakendtw.scripting import Reject, Response
from krakendtw.testing import MemoryLog
from tests.middleware.modifier.python_files import ScriptTestCase


class ScriptsTestCase(ScriptTestCase):
    """Opens scripts."""

    def setUp(self) -> None:
        super().setUp()
        self.log = MemoryLog()

    def open(self, *texts: str, **more: Any) -> Scripts:
        """The scripts with these texts."""
        paths = [self.script(text, f"s{i}.py") for i, text in enumerate(texts)]
        fields = Fields({"sources": paths, **more}, ConfigPath())
        return Scripts(parse_settings(fields, ("pre", "post")), self.log)

    def assert_fails(self, expected: str, text: str) -> None:
        """``pre`` fails with this message, the folder left out."""
        error = self.assertRaises(ScriptFailed, self.open(text).run, "pre", [])
        self.assertEqual(expected, str(error).replace(f"{self.folder}/", ""))


class RunTests(ScriptsTestCase):
    """How the functions are called."""

    def test_order(self) -> None:
        """Down they run in their order, up in the other."""
        scripts = self.open(
            "def pre(request): request.append(1)\n"
            "def post(request, response): request.append(-1)",
            "def post(request, response): request.append(-2)",
            "def pre(request): request.append(3)",
        )
        seen: list[int] = []
        self.assertEqual(None, scripts.run("pre", seen))
        self.assertEqual(None, scripts.run("post", seen, None))
        self.assertEqual([1, 3, -2, -1], seen)

    def test_has(self) -> None:
        """It is known which uses there are functions for."""
        scripts = self.open("def pre(request): pass")
        self.assertEqual([True, False], [scripts.has("pre"), scripts.has("post")])

    def test_coroutines(self) -> None:
        """A coroutine is waited for before the next function runs."""
        scripts = self.open(
            "async def pre(request): request.append(await request[0])",
            "def pre(request): request.append('next')",
        )
        coming: Deferred[str] = Deferred()
        seen: list[Any] = [coming]
        result = scripts.run("pre", seen)
        self.assertNoResult(result)
        coming.callback("came")
        self.assertEqual(None, self.successResultOf(result))
        self.assertEqual(["came", "next"], seen[1:])

    def test_coroutine_that_waits_often(self) -> None:
        """Values and failures get to where a coroutine waits, each time."""
        scripts = self.open(
            """
            async def pre(request):
                request.append(await request[0])
                try:
                    await request[1]
                except ValueError as error:
                    request.append(str(error))
                request.append(await request[2])
            """
        )
        waits: list[Deferred[Any]] = [Deferred(), Deferred(), Deferred()]
        seen: list[Any] = list(waits)
        result = scripts.run("pre", seen)
        waits[0].callback(1)
        waits[1].errback(ValueError("two"))
        self.assertNoResult(result)
        waits[2].callback(3)
        self.assertEqual(None, self.successResultOf(result))
        self.assertEqual([1, "two", 3], seen[3:])

    def test_coroutine_is_cancelled(self) -> None:
        """A coroutine whose client leaves can clean up."""
        scripts = self.open(
            """
            async def pre(request):
                try:
                    await request[0]
                finally:
                    request.append("done")
            """
        )
        seen: list[Any] = [Deferred()]
        result = scripts.run("pre", seen)
        result.cancel()
        self.failureResultOf(result, CancelledError)
        self.assertEqual(["done"], seen[1:])

    def test_deferreds(self) -> None:
        """So is a Deferred."""
        scripts = self.open("def pre(request): return request")
        coming: Deferred[None] = Deferred()
        result = scripts.run("pre", coming)
        coming.callback(None)
        self.assertEqual(None, self.successResultOf(result))

    def test_early_answer(self) -> None:
        """A response of ``pre`` ends the way down, at once or later."""
        for start in ("def", "async def"):
            scripts = self.open(
                "from krakendtw.scripting import Response\n"
                f"{start} pre(request): return Response({{'a': 1}})",
                "def pre(request): 1 / 0",
            )
            answer = self.wait(scripts.run("pre", []))
            self.assertIsInstance(answer, Response)
            self.assertEqual({"a": 1}, answer.data)

    def test_other_results(self) -> None:
        """Anything else is a mistake."""
        self.assert_fails("s0.py:1: pre has returned 1", "def pre(request): return 1")
        scripts = self.open(
            "from krakendtw.scripting import Response\n"
            "async def post(request, response): return Response()"
        )
        self.assertRaises(ScriptFailed, scripts.run, "post", [], None)


class FailureTests(ScriptsTestCase):
    """What becomes of exceptions."""

    def test_place(self) -> None:
        """An exception has file and line of the script."""
        self.assert_fails(
            "s0.py:3: KeyError: 'x'", "def pre(request):\n    a = {}\n    a['x']\n"
        )

    def test_later(self) -> None:
        """So has that of a coroutine."""
        scripts = self.open("async def pre(request):\n    await request\n    1 / 0\n")
        coming: Deferred[None] = Deferred()
        result = scripts.run("pre", coming)
        coming.callback(None)
        error = self.failureResultOf(result, ScriptFailed).value
        self.assertIn("s0.py:3: ZeroDivisionError: division by zero", str(error))

    def test_exit(self) -> None:
        """A script does not end the gateway."""
        self.assert_fails(
            "s0.py:1: SystemExit: 1", "def pre(request): raise SystemExit(1)"
        )

    def test_traceback(self) -> None:
        """The traceback goes to the log, at DEBUG."""
        self.assertRaises(
            ScriptFailed, self.open("def pre(request): 1 / 0").run, "pre", []
        )
        self.assertIn("ZeroDivisionError", self.log.lines[-1])
        self.assertTrue(self.log.lines[-1].startswith("DEBUG"))

    def test_rejections(self) -> None:
        """What is meant for the client goes on as it is, at once or later."""
        text = "from krakendtw.scripting import Reject\n"
        for rest in (
            "def pre(request): raise Reject('no', 418)",
            "async def pre(request): raise Reject('no', 418)",
        ):
            self.assertRaises(Reject, self.open(text + rest).run, "pre", [])
        later = "async def pre(request):\n  await request\n  raise Reject('no', 418)"
        coming: Deferred[None] = Deferred()
        result = self.open(text + later).run("pre", coming)
        coming.callback(None)
        self.assertEqual(418, self.failureResultOf(result, Reject).value.status)

    def test_errors_of_the_pipe(self) -> None:
        """So do the gateway's own errors, and the end of waiting."""
        scripts = self.open("def pre(request): raise request")
        self.assertRaises(NoHosts, scripts.run, "pre", NoHosts())
        waiting = self.open("async def pre(request): await request")
        result = waiting.run("pre", Deferred())
        result.cancel()
        self.failureResultOf(result, CancelledError)

    def test_load(self) -> None:
        """A script that does not run at all ends the start."""
        self.assertRaises(ConfigError, self.open, "1 / 0\ndef pre(request): pass")


class LiveTests(ScriptsTestCase):
    """Scripts that change under way."""

    def change(self, text: str, seconds: int) -> None:
        """Write the first script anew, at some time."""
        os.utime(self.script(text, "s0.py"), (seconds, seconds))

    def run_pre(self, scripts: Scripts) -> list[int]:
        """What ``pre`` has noted."""
        seen: list[int] = []
        scripts.run("pre", seen)
        return seen

    def test_change(self) -> None:
        """A changed file is taken in, an unchanged one keeps its globals."""
        counting = "n = {}\ndef pre(r):\n    global n\n    n += 1\n    r.append(n)"
        scripts = self.open(counting.format(0), live=True)
        self.assertEqual([[1], [2]], [self.run_pre(scripts), self.run_pre(scripts)])
        self.change(counting.format(10), 1)
        self.assertEqual([[11], [12]], [self.run_pre(scripts), self.run_pre(scripts)])

    def test_other_functions(self) -> None:
        """A change may bring other functions."""
        scripts = self.open("def post(a, b): pass", live=True)
        self.assertTrue(scripts.has("pre"))
        self.assertEqual([], self.run_pre(scripts))
        self.change("def pre(r): r.append(1)", 1)
        self.assertEqual([1], self.run_pre(scripts))

    def test_broken(self) -> None:
        """A mistake fails requests until it is mended."""
        scripts = self.open("def pre(r): r.append(1)", live=True)
        self.change("def pre(r) r.append(2)", 1)
        for _ in range(2):
            error = self.assertRaises(ScriptFailed, self.run_pre, scripts)
            self.assertIn("s0.py:1: ", str(error))
        self.change("def pre(r): r.append(3)", 2)
        self.assertEqual([3], self.run_pre(scripts))

    def test_gone(self) -> None:
        """So does a file that is gone."""
        scripts = self.open("def pre(r): r.append(1)", live=True)
        os.remove(os.path.join(self.folder, "s0.py"))
        error = self.assertRaises(ScriptFailed, self.run_pre, scripts)
        self.assertIn("No such file", str(error))

    def test_not_live(self) -> None:
        """Otherwise a change does not count."""
        scripts = self.open("def pre(r): r.append(1)")
        self.change("def pre(r): r.append(2)", 1)
        self.assertEqual([1], self.run_pre(scripts))
