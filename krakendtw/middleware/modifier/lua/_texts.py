"""The texts of one place's scripts: read, translated, and found wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from krakendtw.middleware.modifier.lua._errors import Part, ScriptError, syntax_error
from krakendtw.middleware.modifier.lua._translate import (
    LuaCompileError,
    LuaSyntaxError,
    translate,
)

if TYPE_CHECKING:
    from krakendtw.middleware.modifier.lua._settings import LuaSettings

SOURCES, BEFORE, AFTER = 1, 2, 3
"""The stages of a session; see ``session.lua``."""

NAME = b"<string>"
"""What Lua calls all of them."""

_PRE, _POST = "pre-script", "post-script"


class Texts:
    """What runs at each stage.

    :ivar missing: the error of every request, if a source cannot be read.
    :ivar asks_order: whether a text can tell in which order a table has its keys.
    """

    def __init__(self, settings: LuaSettings) -> None:
        self._settings = settings
        self._loaded: tuple[bytes, ...] = ()
        self._parts: tuple[Part, ...] = ()
        self.missing: str | None = None
        self.refresh()
        self.asks_order = self._asks_order()

    def refresh(self) -> bool:
        """Read the sources as they are now; whether they have changed."""
        texts = []
        for path in self._settings.sources:
            source = self._settings.source(path)
            if source is None:
                self.missing = f"lua: unable to load required source {path}"
                return False
            texts.append(source)
        self.missing = None
        loaded = tuple(texts)
        if loaded == self._loaded:
            return False
        self._loaded = loaded
        self._parts = tuple(map(Part.of, self._settings.sources, loaded))
        return True

    def at(self, stage: int) -> bytes:
        """The text of a stage."""
        if stage == SOURCES:
            return b"\n".join(self._loaded)
        return self._settings.before if stage == BEFORE else self._settings.after

    def parts(self, stage: int) -> Sequence[Part]:
        """The texts that the line of an error is counted through."""
        if stage == SOURCES:
            return self._parts
        name = _PRE if stage == BEFORE else _POST
        return (*self._parts, Part.of(name, self.at(stage)))

    def code(self, stage: int) -> tuple[bytes | None, bytes | None]:
        """A text for LuaJIT; or what is wrong with it; or nothing, if it is empty."""
        source = self.at(stage)
        if not source.strip():
            return None, None
        try:
            return translate(source, tracks_order=self.asks_order).code, None
        except (LuaSyntaxError, LuaCompileError) as error:
            return None, error.describe(NAME)
        except RecursionError:
            return None, LuaCompileError(0, "nested too deeply").describe(NAME)

    def flaws(self) -> Iterator[ScriptError]:
        """What requests are going to fail with."""
        if self.missing is not None:
            yield ScriptError(self.missing)
            return
        for stage in (SOURCES, BEFORE, AFTER):
            flaw = self.code(stage)[1]
            if flaw is not None:
                text = flaw.decode("utf-8", "surrogateescape")
                yield syntax_error(text, self.parts(stage))

    def _asks_order(self) -> bool:
        if self._settings.files is None:
            return True  # what is read later may ask
        for stage in (SOURCES, BEFORE, AFTER):
            try:
                if translate(self.at(stage)).asks_order:
                    return True
            except (LuaSyntaxError, LuaCompileError, RecursionError):
                continue
        return False
