"""What keeps a configuration from being started, with its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import evolve

from krakendtw.config.finding import Finding, Placed, place
from krakendtw.config.position import Position
from krakendtw.config.schema.refusals import advise
from krakendtw.config.schema.shape import Shape, shape_of
from krakendtw.config.schema.whole import whole_schema
from krakendtw.config.source import Source, parse_document
from krakendtw.errors import ConfigError, ConfigErrors

if TYPE_CHECKING:
    from krakendtw.config.folder import Folder, Part
    from krakendtw.plugin import Registry

_READER = re.compile(r"\bline (\d+)(?:.*\bcolumn (\d+))?")
_TEMPLATE = re.compile(r"template: ([^:\s]+):(\d+)(?::(\d+))?: (.*)\Z", re.DOTALL)


class Faults:
    """Errors of one document.

    :param file: its name.
    :param source: its text.
    """

    def __init__(self, file: str, source: Source, registry: Registry) -> None:
        self._file = source.kept or file
        self._is_unkept = source.is_rendered and not source.kept
        self._source = source
        self._registry = registry

    @cached_property
    def data(self) -> Any:
        """The plain data.

        :raises ConfigError: it cannot be read.
        """
        source = self._source
        return parse_document(source.content, self._file, extension=source.extension)

    def of(self, error: ConfigError) -> list[Placed]:
        """An error, or several, each with its place and a hint."""
        errors = error.errors if isinstance(error, ConfigErrors) else (error,)
        try:
            data = self.data
        except ConfigError as fault:
            return [self._unreadable(fault)]
        shape = shape_of(whole_schema(self._registry))
        return self.placed(_finding(shape, data, each) for each in errors)

    def placed(self, findings: Iterable[Finding]) -> list[Placed]:
        """Findings with their places in the text."""
        folder = self._source.folder
        if folder is not None:
            return _in_folder(findings, folder)
        text = self._source.content.decode("utf-8", "replace")
        placed = place(findings, text, self._name, self._source.extension)
        return list(placed)

    @property
    def _name(self) -> str:
        return f"{self._file} (rendered)" if self._is_unkept else self._file

    def _unreadable(self, error: ConfigError) -> Placed:
        """What keeps the text from being read."""
        match = _READER.search(error.message)
        position = None
        if match is not None:
            position = Position(int(match[1]), int(match[2] or 1))
        message = re.sub(r" \((?:line \d+, )?column \d+\)", "", error.message)
        return Placed(self._name, "$", position, message, _reading_hint(message))


def _in_folder(findings: Iterable[Finding], folder: Folder) -> list[Placed]:
    """Findings with their places in the files that they come from."""
    by_part: dict[Part, list[Finding]] = {}
    for finding in findings:
        found = folder.origin(tuple(finding.steps)) or (folder.parts[0], finding.steps)
        part, steps = found
        by_part.setdefault(part, []).append(evolve(finding, steps=tuple(steps)))
    return [
        placed
        for part in folder.parts
        for placed in place(
            by_part.get(part, ()),
            part.content.decode("utf-8", "replace"),
            part.file,
            part.extension,
        )
    ]


def faults_of_template(file: str, failure: str) -> Sequence[Placed]:
    """What a template's failure comes down to."""
    match = _TEMPLATE.search(failure)
    if match is None:
        return ()
    name, line, column, message = match.groups()
    position = Position(int(line), int(column or 0) + 1)
    shown = file if file.endswith(name) else name
    return [Placed(shown, "$", position, message, _template_hint(message))]


def _finding(shape: Shape, data: Any, error: ConfigError) -> Finding:
    steps = () if error.where is None else error.where.steps
    return Finding(steps, error.message, advise(shape, data, steps, error.message))


def _reading_hint(message: str) -> str:
    if "unexpected end" in message:
        return "a bracket or a quote is not closed"
    if "beginning of object key" in message:
        return "is there a comma too many, or are the quotes of a key missing?"
    if "after object key:value pair" in message or "after array element" in message:
        return "is a comma missing before it?"
    if "after object key" in message:
        return 'is ":" missing behind the key?'
    if "beginning of value" in message:
        return "is there a comma too many, or are the quotes of a text missing?"
    if "after top-level value" in message:
        return "something follows the document"
    return "see that the document is in the language that its extension says"


def _template_hint(message: str) -> str:
    match = re.search(r'function "([^"]+)" not defined', message)
    if match is not None:
        from krakendtw.config.schema.advice import nearest
        from krakendtw.template.sprig.table import FUNCTIONS

        meant = nearest(match[1], FUNCTIONS)
        return f'did you mean "{meant}"?' if meant else "there is no such function"
    if "unexpected EOF" in message or "unclosed action" in message:
        return "is an {{ end }} or a closing }} missing?"
    return "the file would be used as it stands, with its templates"
