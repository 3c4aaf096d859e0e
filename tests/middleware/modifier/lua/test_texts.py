"""Tests of the texts of one place's scripts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.modifier.lua._texts import AFTER, BEFORE, SOURCES, Texts
from tests.middleware.modifier.lua.scripts import settings


class TextsTests(SynchronousTestCase):
    """Sources, ``pre`` and ``post``."""

    def setUp(self) -> None:
        folder = Path(self.mktemp())
        folder.mkdir()
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder)

    def texts(self, *sources: str, **config: Any) -> Texts:
        """Texts with sources that are called a.lua, b.lua and so on."""
        names = []
        for name, source in zip("abc", sources, strict=False):
            Path(f"{name}.lua").write_text(source)
            names.append(f"{name}.lua")
        return Texts(settings(sources=names, **config))

    def test_sources_are_one_text(self) -> None:
        """They are joined by line breaks."""
        self.assertEqual(b"a = 1\nb = 2", self.texts("a = 1", "b = 2").at(SOURCES))

    def test_code(self) -> None:
        """A text for LuaJIT, an error, or nothing."""
        texts = self.texts(pre="x = 1", post=" \n")
        code, flaw = texts.code(BEFORE)
        self.assertIn(b"x = 1", code or b"")
        self.assertIsNone(flaw)
        self.assertEqual((None, None), texts.code(SOURCES))
        self.assertEqual((None, None), texts.code(AFTER))
        code, flaw = self.texts(pre="x x").code(BEFORE)
        self.assertIsNone(code)
        self.assertIn(b"<string> line:1", flaw or b"")

    def test_deep(self) -> None:
        """What is nested without end is an error, not the end of us."""
        flaw = self.texts(pre="(" * 100_000).code(BEFORE)[1]
        self.assertIn(b"nested too deeply", flaw or b"")

    def test_parts(self) -> None:
        """Lines are counted through the sources and the text itself."""
        texts = self.texts("a\nb", pre="c")
        self.assertEqual(["a.lua"], [part.name for part in texts.parts(SOURCES)])
        self.assertEqual(
            ["a.lua", "pre-script"], [part.name for part in texts.parts(BEFORE)]
        )
        self.assertEqual("post-script", texts.parts(AFTER)[-1].name)

    def test_missing(self) -> None:
        """A source that is not there fails each request."""
        texts = Texts(settings(sources=["none.lua"]))
        self.assertEqual("lua: unable to load required source none.lua", texts.missing)
        self.assertEqual([texts.missing], list(map(str, texts.flaws())))

    def test_refresh(self) -> None:
        """Live sources are read anew; whether that changes anything is told."""
        texts = self.texts("a = 1", live=True)
        self.assertFalse(texts.refresh())
        Path("a.lua").write_text("a = 2")
        self.assertTrue(texts.refresh())
        self.assertEqual(b"a = 2", texts.at(SOURCES))
        Path("a.lua").unlink()
        self.assertFalse(texts.refresh())
        self.assertIsNotNone(texts.missing)
        Path("a.lua").write_text("a = 3")
        self.assertTrue(texts.refresh())
        self.assertIsNone(texts.missing)

    def test_flaws(self) -> None:
        """What cannot run is told, stage by stage."""
        texts = self.texts("x x", pre="break", post="y = 1")
        self.assertEqual(
            ["'x': parse error (a.lua:L1)", "no loop to break (a.lua:L0)"],
            list(map(str, texts.flaws())),
        )
        self.assertEqual([], list(self.texts("x = 1", pre="y()").flaws()))

    def test_order(self) -> None:
        """Tables remember the order of keys only where somebody may see it."""
        self.assertFalse(self.texts(pre="x = {a = 1}").asks_order)
        self.assertTrue(self.texts(pre="", post="pairs(x)").asks_order)
        self.assertTrue(self.texts("", live=True).asks_order)
