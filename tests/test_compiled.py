"""Tests of :mod:`krakendtw.compiled`."""

from __future__ import annotations

import importlib
import os
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from krakendtw import compiled
from krakendtw.compiled import MODULES, Sources, describe, obstacle

ROOT = Path(__file__).resolve().parent.parent


class ObstacleTests(SynchronousTestCase):
    """``obstacle``: what is against the compiled modules."""

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        for name in MODULES:
            source = self.folder / (name.replace(".", "/") + ".py")
            source.parent.mkdir(parents=True, exist_ok=True)
            for suffix, age in ((".py", 9), (".pxd", 9), (EXTENSION_SUFFIXES[0], 5)):
                path = source.with_suffix(suffix)
                path.touch()
                os.utime(path, (1000 - age, 1000 - age))
        self.last = source

    def test_none(self) -> None:
        """Where all are built nothing is."""
        self.assertEqual("", obstacle(self.folder, {}))

    def test_wish(self) -> None:
        """The environment can ask for Python."""
        found = obstacle(self.folder, {"KRAKENDTW_PURE": "1"})
        self.assertEqual("KRAKENDTW_PURE is set", found)
        self.assertEqual("", obstacle(self.folder, {"KRAKENDTW_PURE": ""}))

    def test_missing(self) -> None:
        """One that is missing is against all."""
        self.last.with_suffix(EXTENSION_SUFFIXES[0]).unlink()
        self.assertEqual("not built", obstacle(self.folder, {}))

    def test_older(self) -> None:
        """In a checkout, so is one that is older than its sources."""
        for suffix in (".py", ".pxd"):
            os.utime(self.last.with_suffix(suffix), (999, 999))
            self.assertEqual("", obstacle(self.folder, {}))
            (self.folder / "setup.py").touch()
            self.assertEqual("built of older sources", obstacle(self.folder, {}))
            (self.folder / "setup.py").unlink()
            os.utime(self.last.with_suffix(suffix), (1, 1))


class SourcesTests(SynchronousTestCase):
    """``Sources``: the finder that passes by what is built."""

    def test_finds_sources(self) -> None:
        """It finds the source of a module that may be compiled, and no other."""
        finder = Sources(ROOT)
        splitter = "krakendtw.gojson._splitter"
        self.assertRaises(ModuleNotFoundError, finder.find_spec, splitter, None)
        spec = finder.find_spec("krakendtw.proxy.http", None)
        assert spec is not None
        self.assertEqual(str(ROOT / "krakendtw/proxy/http.py"), spec.origin)
        self.assertIsNone(finder.find_spec("krakendtw.errors", None))

    def test_chosen(self) -> None:
        """It is there if something is against the compiled modules."""
        found: list[object] = []
        self.patch(compiled.sys, "meta_path", found)
        for reason, count in (("", 0), ("not built", 1)):
            self.patch(compiled, "_obstacle", reason)
            compiled.choose()
            self.assertEqual(count, len(found))

    def test_in_use(self) -> None:
        """All modules that may be compiled are, or none is."""
        twins = [
            name
            for name in MODULES
            if (ROOT / name.replace(".", "/")).with_suffix(".py").is_file()
        ]
        files = {importlib.import_module(name).__file__ for name in twins}
        kinds = {str(file).rpartition(".")[2] for file in files}
        self.assertEqual({"py"} if describe() != "compiled" else {"so"}, kinds)
        self.assertIn("krakendtw.proxy.http", sys.modules)


class DescribeTests(SynchronousTestCase):
    """``describe``: for people."""

    def test_texts(self) -> None:
        """It says what is in use, and why it is not the quicker one."""
        self.patch(compiled, "_obstacle", "")
        self.assertEqual("compiled", describe())
        self.patch(compiled, "_obstacle", "not built")
        self.assertEqual("pure Python: not built", describe())


class DeclarationTests(SynchronousTestCase):
    """The modules and their declarations in the tree."""

    def test_declarations_have_modules(self) -> None:
        """Every ``.pxd`` belongs to a module that is compiled, which is there."""
        known = {ROOT / name.replace(".", "/") for name in MODULES}
        declared = {
            path.with_suffix("")
            for suffix in ("pxd", "pyx")
            for path in (ROOT / "krakendtw").rglob(f"*.{suffix}")
        }
        self.assertEqual(set(), declared - known)
        for path in known:
            files = (path.with_suffix(".py"), path.with_suffix(".pyx"))
            self.assertEqual(1, sum(file.is_file() for file in files), path)
