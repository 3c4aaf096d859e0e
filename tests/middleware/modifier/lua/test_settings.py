"""Tests of the configuration."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, NotConfigured
from krakendtw.middleware.modifier.lua._limits import Limits
from krakendtw.middleware.modifier.lua._settings import LuaSettings, parse_settings
from tests.middleware.modifier.lua.scripts import settings


class SettingsTests(SynchronousTestCase):
    """The keys."""

    def setUp(self) -> None:
        folder = Path(self.mktemp())
        folder.mkdir()
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder)
        Path("a.lua").write_text("a = 1")

    def test_defaults(self) -> None:
        """Nothing is needed."""
        made = settings()
        self.assertEqual(LuaSettings(), made)
        self.assertEqual(Limits(), made.limits)

    def test_all(self) -> None:
        """Every key."""
        made = settings(
            sources=["a.lua"], pre="x()", post="é", skip_next=True, allow_open_libs=True
        )
        self.assertEqual(("a.lua",), made.sources)
        self.assertEqual((b"x()", "é".encode()), (made.before, made.after))
        self.assertTrue(made.skip_next and made.open_libs)
        self.assertEqual(b"a = 1", made.source("a.lua"))

    def test_wrong_types(self) -> None:
        """They are passed over."""
        made = settings(
            sources="a.lua",
            pre=1,
            post=None,
            skip_next="true",
            allow_open_libs=1,
            md5=3,
        )
        self.assertEqual(LuaSettings(), made)
        self.assertEqual(("a.lua",), settings(sources=["a.lua", 1, None]).sources)

    def test_no_object(self) -> None:
        """Anything but an object leaves the scripts out."""
        for raw in (None, "x", [], 1):
            self.assertRaises(NotConfigured, parse_settings, raw, ConfigPath())

    def test_missing_source(self) -> None:
        """It is told at start, and what is there is read once."""
        made = settings(sources=["b.lua", "a.lua"])
        self.assertEqual(("open b.lua: no such file or directory",), made.problems)
        self.assertIsNone(made.source("b.lua"))
        Path("b.lua").write_text("b")
        Path("a.lua").write_text("b")
        self.assertIsNone(made.source("b.lua"))
        self.assertEqual(b"a = 1", made.source("a.lua"))

    def test_live(self) -> None:
        """Live sources are read each time, and have no checksums."""
        made = settings(sources=["b.lua"], live=True, md5={"b.lua": "0"})
        self.assertEqual((), made.problems)
        self.assertIsNone(made.source("b.lua"))
        Path("b.lua").write_text("b")
        self.assertEqual(b"b", made.source("b.lua"))

    def test_sums(self) -> None:
        """A wrong sum, or one of no text, leaves the scripts out."""
        right = hashlib.md5(b"a = 1").hexdigest()
        made = settings(sources=["a.lua"], md5={"a.lua": right})
        self.assertEqual(b"a = 1", made.source("a.lua"))
        for wrong in ({"a.lua": "0"}, {"a.lua": 1}, {"other": right}):
            with self.assertRaises(NotConfigured):
                settings(sources=["a.lua"], md5=wrong)

    def test_limits(self) -> None:
        """Our own key; what is wrong with it ends the start."""
        made = settings(limits={"cpu_ms": 50})
        self.assertEqual(0.05, made.limits.seconds)
        with self.assertRaises(ConfigError):
            settings(limits={"cpu_ms": 0})
