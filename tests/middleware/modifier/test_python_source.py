"""Tests of ``krakendtw.middleware.modifier._python_source``."""

from __future__ import annotations

import sys
from typing import Any

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError
from krakendtw.middleware.modifier._python_source import (
    Source,
    describe,
    place_of,
    read_source,
)
from tests.middleware.modifier.python_files import ScriptTestCase

NAMES = {"pre": "pre", "post": "post"}


class SourceTestCase(ScriptTestCase):
    """Reads scripts."""

    def read(self, text: str, **more: Any) -> Source:
        """A script with this text."""
        return read_source(self.script(text), ConfigPath(), NAMES, **more)

    def assert_refused(self, expected: str, text: str, **more: Any) -> None:
        """Reading this text fails with this message, the folder left out."""
        error = self.assertRaises(ConfigError, self.read, text, **more)
        self.assertEqual(expected, error.message.replace(f"{self.folder}/", ""))

    def assert_not_loaded(self, expected: str, text: str) -> None:
        """Running this text fails with this message, the folder left out."""
        error = self.assertRaises(ConfigError, self.read(text).load)
        self.assertEqual(expected, error.message.replace(f"{self.folder}/", ""))


class ReadTests(SourceTestCase):
    """What is checked before a script has run."""

    def test_missing(self) -> None:
        """A file that is not there is named."""
        error = self.assertRaises(
            ConfigError, read_source, f"{self.folder}/no.py", ConfigPath(), NAMES
        )
        self.assertIn("no.py: No such file or directory", error.message)

    def test_no_name(self) -> None:
        """So is a name that no file can have."""
        error = self.assertRaises(
            ConfigError, read_source, "a\0.py", ConfigPath(), NAMES
        )
        self.assertIn("null byte", error.message)

    def test_syntax(self) -> None:
        """A syntax error has file and line."""
        self.assert_refused("script.py:2: invalid syntax", "x = 1\ndef = 2\n")

    def test_null_bytes(self) -> None:
        """What is no text is refused."""
        error = self.assertRaises(ConfigError, self.read, "a\0")
        self.assertIn("null", error.message)

    def test_nothing_to_call(self) -> None:
        """A script without any of the functions is refused."""
        self.assert_refused(
            "script.py: has no pre(request) or post(request, response)",
            "def other(request): pass\nclass A:\n    def pre(self): pass\n",
        )

    def test_signature(self) -> None:
        """A function with other parameters is refused, with its line."""
        for arguments in (
            "",
            "a, b",
            "a, *, b",
            "*, a",
            "**more",
        ):
            self.assert_refused(
                "script.py:2: pre must take (request)",
                f"\ndef pre({arguments}): pass\n",
            )

    def test_fitting_signature(self) -> None:
        """Defaults and stars do no harm."""
        for arguments in ("a", "a, /", "a, b=1", "*a", "a=1", "a, *, b=1", "a, **b"):
            self.assertTrue(self.read(f"def pre({arguments}): pass").load())
            self.read(f"async def pre({arguments}): pass")

    def test_bound_otherwise(self) -> None:
        """A function may come from elsewhere."""
        for text in (
            "from a import pre",
            "from a import b as post",
            "from a import *",
            "import pre",
            "if a:\n    def pre(r): pass",
            "try:\n    pre = 1\nexcept E: pass",
            "pre: object = 1",
        ):
            self.assertTrue(self.read(text).may_have("pre") or "post" in text)

    def test_sum(self) -> None:
        """A pinned script is what was pinned, in digits of either case."""
        text = "def pre(r): pass"
        digest = "cfbd6e4b4b3a24c4d2e9a4bd5f0a9a50"
        error = self.assertRaises(ConfigError, self.read, text, digest=digest)
        found = error.message.split("its MD5 is ")[1].split(",")[0]
        self.assertIn(f"{digest} is wanted", error.message)
        self.read(text, digest=found)
        self.read(text, digest=found.upper())

    def test_nothing_runs(self) -> None:
        """Reading a script does not run it."""
        self.read("raise SystemExit\ndef pre(r): pass")


class LoadTests(SourceTestCase):
    """What running a script may show."""

    def test_functions(self) -> None:
        """The functions are there by their uses."""
        found = self.read("def pre(request): return 1").load()
        self.assertEqual({"pre": 1}, {use: it(None) for use, it in found.items()})

    def test_own_names(self) -> None:
        """Functions may have names of their own."""
        source = read_source(
            self.script("def stamp(request): return 2"), ConfigPath(), {"pre": "stamp"}
        )
        self.assertEqual(2, source.load()["pre"](None))

    def test_module(self) -> None:
        """A script is a module as any other: dataclasses and typing work."""
        found = self.read(
            """
            from __future__ import annotations
            from dataclasses import dataclass
            from typing import get_type_hints

            @dataclass
            class A:
                b: int

            def pre(request: A) -> None:
                return get_type_hints(pre), __file__, __name__
            """
        ).load()
        hints, file, name = found["pre"](None)
        self.assertEqual({"request", "return"}, set(hints))
        self.assertTrue(file.endswith("script.py"))
        self.assertIn(name, sys.modules)

    def test_each_has_its_own(self) -> None:
        """Loaded twice, a script has two sets of globals."""
        source = self.read(
            """
            n = 0
            def pre(request):
                global n
                n += 1
                return n
            """
        )
        first, second = source.load(), source.load()
        self.assertEqual([1, 2], [first["pre"](None), first["pre"](None)])
        self.assertEqual(1, second["pre"](None))

    def test_failure(self) -> None:
        """What it fails with has file and line; even an exit."""
        text = "\nimport os\n\nos.no_such\ndef pre(r): pass"
        self.assert_not_loaded(
            "script.py:4: AttributeError: module 'os' has no attribute 'no_such'", text
        )
        self.assert_not_loaded(
            "script.py:1: SystemExit: 3", "raise SystemExit(3)\ndef pre(r): pass"
        )
        self.assert_not_loaded(
            "script.py:1: ModuleNotFoundError: No module named 'no_such_module'",
            "from no_such_module import pre",
        )

    def test_no_function(self) -> None:
        """What is bound to the name must be a function that fits."""
        self.assert_not_loaded("script.py: pre is no function", "pre = 1")
        self.assert_not_loaded(
            "script.py: pre must take (request)", "pre = lambda a, b: None"
        )
        self.assert_not_loaded(
            "script.py: has no pre(request) or post(request, response)",
            "from os import *",
        )

    def test_generators(self) -> None:
        """A function that yields is not one that awaits."""
        for start in ("def", "async def"):
            self.assert_not_loaded(
                "script.py: pre yields: it must return or await",
                f"{start} pre(request):\n    yield 1",
            )

    def test_no_trace_of_failures(self) -> None:
        """A script that failed is no module."""
        before = set(sys.modules)
        source = self.read("1 / 0\ndef pre(r): pass")
        self.assertRaises(ConfigError, source.load)
        self.assertEqual(before, set(sys.modules))


class DescribeTests(SourceTestCase):
    """Errors in words."""

    def test_innermost_own_frame(self) -> None:
        """The place is the script's, though the error was raised further in."""
        source = self.read("import json\n\ndef pre(request):\n    json.loads(request)")
        try:
            source.load()["pre"]("nonsense")
        except ValueError as error:
            text = describe(error, source.path)
        self.assertTrue(text.startswith(f"{source.path}:4: JSONDecodeError: "), text)

    def test_without_frames(self) -> None:
        """An error that was never raised stands at the script as a whole."""
        self.assertEqual("a.py: ValueError", describe(ValueError(), "a.py"))
        self.assertEqual("unknown", place_of(ValueError()))

    def test_elsewhere(self) -> None:
        """An error outside of all scripts has the place where it was raised."""
        try:
            int("x")
        except ValueError as error:
            self.assertIn("test_python_source.py:", place_of(error, "a.py"))
