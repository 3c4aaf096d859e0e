"""Tests of ``krakendtw version``."""

from __future__ import annotations

import io
from argparse import ArgumentParser, Namespace

from twisted.trial.unittest import SynchronousTestCase

from krakendtw import __version__
from krakendtw.commands import version


class VersionTests(SynchronousTestCase):
    """The command."""

    def test_three_lines(self) -> None:
        """KrakenD's version, ours, and that there is no Go here, on stderr."""
        err = io.StringIO()
        self.patch(version.sys, "stderr", err)
        self.assertEqual(0, version.command.run(Namespace()))
        lines = err.getvalue().splitlines()
        self.assertEqual(
            ["KrakenD Version: 2.13.8", f"krakendtw Version: {__version__}"], lines[:2]
        )
        self.assertRegex(
            lines[2],
            r"^Go Version: none \(Python 3\.\S+, Twisted \S+, hot path "
            r"(compiled|pure Python: [^)]+)\)$",
        )
        self.assertEqual(3, len(lines))

    def test_no_options(self) -> None:
        """There is nothing to choose."""
        parser = ArgumentParser(add_help=False)
        version.command.options(parser)
        self.assertEqual({}, vars(parser.parse_args([])))
