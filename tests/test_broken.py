"""The configurations in ``tests/broken``: each has a mistake that ``check`` finds."""

from __future__ import annotations

import io
import json
import os
from argparse import ArgumentParser
from functools import cache
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.commands import _lint, check
from krakendtw.config import source, template
from krakendtw.plugin import Registry

FOLDER = Path(__file__).parent / "broken"
EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text())


@cache
def linter() -> Any:
    """What compares with the schema of all built-ins, made once."""
    return _lint.own_linter(Registry.discover())


class BrokenTests(SynchronousTestCase):
    """A mistake is found with file, line, column, path and a hint."""

    def setUp(self) -> None:
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(FOLDER)
        made = linter()
        self.patch(check, "own_linter", lambda registry: made)
        self.patch(_lint, "own_linter", lambda registry: made)
        self.patch(template.sys, "stderr", io.StringIO())

    def check(self, name: str, flags: list[str]) -> tuple[int, list[str]]:
        """The exit code, and the lines that are about the file."""
        parser = ArgumentParser()
        check.command.options(parser)
        options = parser.parse_args([*flags, "-c", name])
        options.registry = Registry.discover()
        environ = {source.TEMPLATE_SWITCH: "1"} if name.endswith(".tmpl") else {}
        self.patch(os, "environ", environ)
        err = io.StringIO()
        self.patch(check.sys, "stderr", err)
        code = check.command.run(options)
        text = err.getvalue().replace(os.getcwd(), "@DIR@")
        found = [line for line in text.splitlines() if line.startswith(f"\t- {name}")]
        return code, [line.removeprefix("\t- ") for line in found]

    def test_mistakes_are_found(self) -> None:
        """Each mistake is found where it is, and nothing else."""
        for name, expected in EXPECTED.items():
            code, found = self.check(name, expected["flags"])
            self.assertEqual(expected["findings"], found, name)
            self.assertEqual(expected["exit"], code, name)

    def test_each_has_a_hint(self) -> None:
        """Each finding has a line, a path and a hint."""
        for name, expected in EXPECTED.items():
            self.assertTrue(expected["findings"], name)
            for line in expected["findings"]:
                self.assertRegex(line, r"^\S+( \(rendered\))?:\d+:\d+: \$\S*: .+; .+")

    def test_all_are_there(self) -> None:
        """Every file is expected, and there are many of them."""
        files = {path.name for path in FOLDER.iterdir()} - {"expected.json"}
        self.assertEqual(files, set(EXPECTED))
        self.assertGreaterEqual(len(files), 50)
