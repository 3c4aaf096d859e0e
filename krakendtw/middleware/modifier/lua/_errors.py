"""From what a script died of to what the client is told.

A message goes through gopher-lua's, the binder's and krakend-lua's hands, each
of which takes it apart as text; so does this module, since what comes out of it
can be seen with ``return_error_msg``.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from attrs import frozen

from krakendtw.errors import Rejected
from krakendtw.middleware.modifier.lua._fields import one_line

SEPARATOR = " || "
"""Between message, status and Content-Type of a ``custom_error``."""

_NO_STATUS = -1
_integer = re.compile(r"[+-]?[0-9]+").fullmatch


class ScriptError(Rejected):
    """A script failed, or refused the request.

    :ivar has_status: whether the script itself chose the status.
    """

    def __init__(
        self, message: str, status: int | None = None, encoding: str = ""
    ) -> None:
        self.has_status = status is not None
        if status is None:
            status = 500
        elif not 200 <= status <= 999:
            status = 200  # what Go's server makes of what is no final status
        super().__init__(message, status, encoding=one_line(encoding))


@frozen
class Part:
    """One of the texts that a script is made of.

    :ivar name: ``pre-script``, ``post-script`` or the path of a source.
    :ivar lines: how many it has, as krakend-lua counts them.
    """

    name: str
    lines: int

    @classmethod
    def of(cls, name: str, source: bytes) -> Part:
        """The part that ``source`` is."""
        return cls(name, source.strip(b"\n").count(b"\n") + 1)


def syntax_error(message: str, parts: Sequence[Part]) -> ScriptError:
    """The error of a text that is no Lua.

    :param message: in gopher-lua's words.
    :param parts: the texts, in their order.
    """
    if " at EOF:" in message:
        return _judge(f"{message.split(':')[1].strip()} at EOF", 0, parts)
    where, _, near = message.partition(" near ")
    if not near or " near " in near:
        return _judge(message, -1, parts)
    line = where.replace("<string> line:", "").rstrip(")").split("(column:")[0]
    text = " ".join(near.rstrip("\n").split())
    return _judge(text, _number(line, -1), parts)


def runtime_error(message: str, trace: str, parts: Sequence[Part]) -> ScriptError:
    """The error of a script that failed.

    :param message: with the place in front, if it has one.
    :param trace: the calls under way at that moment.
    :param parts: the texts, in their order.
    """
    pieces = message.split(":")
    line = _number(pieces[1], -1) if len(pieces) > 1 else -1
    text = ":".join(pieces[2:]).strip(" ") if len(pieces) > 2 else f"{message}\n{trace}"
    return _judge(text, line, parts)


def _number(text: str, default: int) -> int:
    return int(text) if _integer(text) else default


def _judge(text: str, line: int, parts: Sequence[Part]) -> ScriptError:
    """Take the message apart: what it says, and the status it asks for."""
    whole = f"Line {line}: {text}" if line >= 0 else text
    colon = whole.find(":")
    message, *rest = whole[colon + 2 :].split(SEPARATOR)
    if not rest:
        at = _number(whole[5:colon], 0)
        return ScriptError(message + _place(at, parts))
    status = _number(rest[0], 500)
    if status == _NO_STATUS:
        return ScriptError(message)
    return ScriptError(message, status, rest[1] if len(rest) > 1 else "")


def _place(line: int, parts: Sequence[Part]) -> str:
    """Where a line of all the texts together stands: `` (pre-script:L1)``."""
    seen = 0
    for part in parts:
        seen += part.lines
        if seen >= line:
            name = posixpath.basename(part.name.rstrip("/")) or part.name
            return f" ({name}:L{part.lines - (seen - line)})"
    return ""
