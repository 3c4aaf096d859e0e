"""``krakendtw version``: what this is, and what it stands in for."""

from __future__ import annotations

import platform
import sys
from typing import TYPE_CHECKING

import twisted

from krakendtw import __version__
from krakendtw.compat import KRAKEND_VERSION
from krakendtw.compiled import describe

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


class VersionCommand:
    """The command ``version``."""

    def options(self, parser: ArgumentParser) -> None:
        """See :class:`~krakendtw.interfaces.ICommandPlugin`."""

    def run(self, options: Namespace) -> int:
        """Print three lines."""
        # KrakenD's second line names its Go: scripts look for the label.
        python = (
            f"Python {platform.python_version()}, Twisted {twisted.__version__}, "
            f"hot path {describe()}"
        )
        sys.stderr.write(
            f"KrakenD Version: {KRAKEND_VERSION}\n"
            f"krakendtw Version: {__version__}\n"
            f"Go Version: none ({python})\n"
        )
        return 0


command = VersionCommand()
