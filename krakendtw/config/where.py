"""Places in a configuration document."""

from __future__ import annotations

import re
from typing import Protocol

from attrs import field, frozen

_PLAIN = re.compile(r"[A-Za-z_$][\w$-]*\Z")


class Composed(Protocol):
    """A document that was put together from several files."""

    def place(self, steps: tuple[str | int, ...]) -> ConfigPath:
        """Where a place of the document is written."""


@frozen
class ConfigPath:
    """A place in a document, printed as ``$.endpoints[3].backend[0].host``.

    :param steps: keys and indexes from the root.
    :param file: the document's name, empty where there is none.
    :param document: the document, if it was put together from several files.
    """

    steps: tuple[str | int, ...] = ()
    file: str = field(default="", eq=False)
    document: Composed | None = field(default=None, eq=False, repr=False)

    def __truediv__(self, step: str | int) -> ConfigPath:
        return ConfigPath((*self.steps, step), self.file, self.document)

    @property
    def written(self) -> ConfigPath:
        """The same place in the file that it is written in."""
        return self if self.document is None else self.document.place(self.steps)

    def __str__(self) -> str:
        text = "$" + "".join(_print(step) for step in self.steps)
        return f"{self.file}: {text}" if self.file else text


def _print(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _PLAIN.match(step) else f'."{step}"'
