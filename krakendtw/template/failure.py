"""What goes wrong with templates."""

from __future__ import annotations

from krakendtw.errors import GatewayError


class TemplateError(GatewayError):
    """A template that cannot be read or executed, in Go's words.

    :param message: the whole of it, with the template's name and the place.
    :param name: the file's, or the outermost template's, name.
    :param line: counted from 1.
    :param column: bytes before the place in its line; ``None`` while parsing,
        where Go tells the line alone.
    """

    def __init__(
        self, message: str, name: str = "", line: int = 0, column: int | None = None
    ) -> None:
        super().__init__(message)
        self.name = name
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return str(self.args[0])


class Failure(Exception):
    """A function of a template cannot do what it was asked; the text says why."""
