"""Tests of ``krakendtw check-plugin``."""

from __future__ import annotations

import io
import platform
from argparse import ArgumentParser
from importlib.metadata import version

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.commands import check_plugin


class CheckPluginTests(SynchronousTestCase):
    """The command."""

    def check(self, content: str | None, *arguments: str) -> tuple[int, str]:
        """Exit code and errors for a file of requirements."""
        path = self.mktemp() if content is not None else "nowhere"
        if content is not None:
            with open(path, "w") as file:
                file.write(content)
        parser = ArgumentParser()
        check_plugin.command.options(parser)
        err = io.StringIO()
        self.patch(check_plugin.sys, "stderr", err)
        code = check_plugin.command.run(parser.parse_args(["-s", path, *arguments]))
        return code, err.getvalue()

    def test_missing(self) -> None:
        """A file that is not there is told of as Go does."""
        expected = "open nowhere: no such file or directory\n"
        self.assertEqual((1, expected), self.check(None))

    def test_same(self) -> None:
        """The same versions, and what the gateway lacks, go together."""
        content = (
            f"# ours\ntwisted=={version('twisted')}  # the engine\n"
            "nobodys-package==1\ngithub.com/a/b v1.0.0 h1:x=\n"
        )
        good = (0, "No incompatibilities found!\n")
        self.assertEqual(good, self.check(content))
        self.assertEqual(good, self.check("", "-g", platform.python_version()))

    def test_different(self) -> None:
        """Differences show both versions, and are counted."""
        twisted, python = version("twisted"), platform.python_version()
        self.assertEqual(
            (
                1,
                f"python\n\thave: 2.7\n\twant: {python}\n"
                f"twisted\n\thave: 1.0\n\twant: {twisted}\n"
                "2 incompatibilities found\n",
            ),
            self.check("twisted==1.0\n", "--go", "2.7"),
        )

    def test_commands(self) -> None:
        """On demand there are commands that mend packages."""
        self.assertEqual(
            (
                1,
                f"pip install twisted=={version('twisted')}\n"
                "1 incompatibilities found\n",
            ),
            self.check("twisted==1.0\n", "-f"),
        )
