"""Which modules are compiled, and whether the compiled ones are in use.

The modules of the hot path are ordinary Python.  Beside each lies a ``.pxd`` with
the C types of its classes, from which Cython makes an extension module where there
is a C compiler.  Python takes an extension module before the source of the same
name.  They know each other's memory, so all of them are used or none.

A module that is a ``.pyx`` alone has no such twin: who imports it does without.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

MODULES = (
    "krakendtw.encoding.json",
    "krakendtw.gojson._splitter",
    "krakendtw.gojson.raw",
    "krakendtw.proxy.http",
    "krakendtw.proxy.merging",
    "krakendtw.proxy.message",
    "krakendtw.proxy.pipe",
    "krakendtw.proxy.url",
    "krakendtw.router.answer",
    "krakendtw.router.endpoint",
    "krakendtw.router.request",
    "krakendtw.router.route",
    "krakendtw.router.tree",
    "krakendtw.transport._head",
    "krakendtw.transport._kernel",
    "krakendtw.transport.chain",
    "krakendtw.transport.client.connection",
    "krakendtw.transport.client.exchange",
    "krakendtw.transport.client.pool",
    "krakendtw.transport.deadline",
    "krakendtw.transport.eager",
    "krakendtw.transport.reactor",
    "krakendtw.transport.server.channel",
    "krakendtw.transport.server.request",
    "krakendtw.transport.server.site",
    "krakendtw.transport.server.status",
    "krakendtw.transport.stream",
)
"""The modules that have a compiled form; ``setup.py`` builds these."""

PURE = "KRAKENDTW_PURE"
"""The environment variable that keeps to Python, when building and when running."""


def obstacle(folder: Path, environ: dict[str, str]) -> str:
    """Why the compiled modules are not used; empty if they are.

    :param folder: where the packages lie; in a checkout of the sources, modules
        that are older than these are not used.
    """
    if environ.get(PURE):
        return f"{PURE} is set"
    is_checkout = (folder / "setup.py").is_file()
    for name in MODULES:
        source = folder / (name.replace(".", "/") + ".py")
        try:
            built = source.with_suffix(EXTENSION_SUFFIXES[0]).stat().st_mtime
        except OSError:
            return "not built"
        if is_checkout:
            for path in map(source.with_suffix, (".py", ".pyx", ".pxd")):
                if path.is_file() and path.stat().st_mtime > built:
                    return "built of older sources"
    return ""


class Sources:
    """Finds the sources of the modules, whatever lies beside them.

    :param folder: where the packages lie.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """See :class:`importlib.abc.MetaPathFinder`."""
        if fullname not in MODULES:
            return None
        source = self._folder / (fullname.replace(".", "/") + ".py")
        if not source.is_file():
            raise ModuleNotFoundError(f"{fullname} is not to be used", name=fullname)
        return spec_from_file_location(fullname, source)


def choose() -> None:
    """Keep to the sources if something is against the compiled modules."""
    if _obstacle:
        sys.meta_path.insert(0, Sources(_FOLDER))


def describe() -> str:
    """What is in use, for people."""
    return f"pure Python: {_obstacle}" if _obstacle else "compiled"


_FOLDER = Path(__file__).resolve().parent.parent
_obstacle = obstacle(_FOLDER, dict(os.environ))
