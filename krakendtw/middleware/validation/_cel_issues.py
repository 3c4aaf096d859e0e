"""What is wrong with a CEL expression, and where: in cel-go's form.

::

    ERROR: <input>:1:3: found no matching overload for '_==_' applied to '(int, string)'
     | 1 == 'a'
     | ..^
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

_LONGEST_SNIPPET = 16_384
_MOST_ISSUES = 100


@frozen
class Issue:
    """One mistake.

    :ivar offset: the code point it begins at; -1 if it has no place.
    """

    offset: int
    message: str


class CelError(Exception):
    """An expression fails while it is evaluated: cel-go's runtime errors."""


class CelSourceError(Exception):
    """The parent of what an expression's text can have wrong.

    :ivar issues: the mistakes in the order of their places.
    """

    def __init__(self, source: str, issues: Iterable[Issue]) -> None:
        self.issues = tuple(sorted(issues, key=lambda issue: issue.offset))
        super().__init__(_render(source, self.issues))

    @property
    def summary(self) -> str:
        """The mistakes in one line, without their places."""
        return "; ".join(issue.message for issue in self.issues)


class CelSyntaxError(CelSourceError):
    """The text is no CEL, or a macro is used wrongly."""


class CelCheckError(CelSourceError):
    """The text is CEL, but its names or types do not go together."""


class CelProgramError(Exception):
    """The expression passes all checks, but no program can be made of it."""


def _render(source: str, issues: tuple[Issue, ...]) -> str:
    lines = source.split("\n")
    shown = [_show(lines, source, issue) for issue in issues[:_MOST_ISSUES]]
    if len(issues) > _MOST_ISSUES:
        shown.append(f"{len(issues) - _MOST_ISSUES} more errors were truncated")
    return "\n".join(shown)


def _show(lines: list[str], source: str, issue: Issue) -> str:
    if issue.offset < 0:
        return f"ERROR: <input>:-1:0: {issue.message}"
    before = source[: issue.offset]
    number = before.count("\n")
    column = issue.offset - (before.rfind("\n") + 1)
    head = f"ERROR: <input>:{number + 1}:{column + 1}: {issue.message}"
    line = lines[number]
    if len(line) > _LONGEST_SNIPPET:
        return head
    line = line.replace("\t", " ")
    marks = "".join("." if char.isascii() else "\uff0e" for char in line[:column])
    at = line[column : column + 1]
    mark = "^" if at.isascii() else "\uff3e"
    return f"{head}\n | {line}\n | {marks}{mark}"
