"""Script files for tests."""

from __future__ import annotations

import os
from textwrap import dedent
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase


class ScriptTestCase(SynchronousTestCase):
    """Has a folder for scripts."""

    def setUp(self) -> None:
        self.folder = self.mktemp()
        os.makedirs(self.folder)

    def script(self, text: str, name: str = "script.py") -> str:
        """Write a script; its path."""
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(dedent(text))
        return path

    def wait(self, awaitable: Any) -> Any:
        """What a Deferred has come to; of anything else, that."""
        if isinstance(awaitable, Deferred):
            return self.successResultOf(awaitable)
        return awaitable
