"""What is wrong in a configuration, for people: file, line, column, path and a hint."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from attrs import frozen

from krakendtw.config.position import Position, Steps, locate
from krakendtw.config.where import ConfigPath


@frozen
class Finding:
    """One thing to be put right.

    :ivar steps: the keys and indexes that lead to it.
    :ivar message: what was found.
    :ivar hint: what to do about it; empty if nobody knows.
    """

    steps: Steps
    message: str
    hint: str = ""


@frozen
class Placed:
    """A finding with its place in the text.

    :ivar path: as :class:`~krakendtw.config.where.ConfigPath` prints it.
    :ivar position: ``None`` where the document cannot be read.
    """

    file: str
    path: str
    position: Position | None
    message: str
    hint: str

    def __str__(self) -> str:
        place = self.file
        if self.position is not None:
            place = f"{place}:{self.position.line}:{self.position.column}"
        hint = f"; {self.hint}" if self.hint else ""
        return f"{place}: {self.path}: {self.message}{hint}"

    def record(self) -> dict[str, Any]:
        """The same for programs."""
        position = self.position
        return {
            "file": self.file,
            "line": None if position is None else position.line,
            "column": None if position is None else position.column,
            "path": self.path,
            "message": self.message,
            "hint": self.hint,
        }


def place(
    findings: Iterable[Finding], text: str, file: str, extension: str
) -> list[Placed]:
    """Findings with their places, from the top of the text to its end.

    :param text: the document, rendered if it was a template.
    :param extension: what tells the document's language.
    """
    placed = dict.fromkeys(
        Placed(
            file,
            str(ConfigPath(tuple(finding.steps))),
            locate(text, finding.steps, extension),
            finding.message,
            finding.hint,
        )
        for finding in findings
    )
    return sorted(placed, key=_place_in_text)


def _place_in_text(placed: Placed) -> tuple[int, int]:
    position = placed.position
    return (0, 0) if position is None else (position.line, position.column)


def as_json(placed: Iterable[Placed]) -> Iterator[str]:
    """A line of JSON for each finding."""
    for each in placed:
        yield json.dumps(each.record(), ensure_ascii=False)
