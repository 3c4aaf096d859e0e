"""Line patterns of the go-logging library: ``%{level:.4s} %{message}``.

``telemetry/logging`` of KrakenD takes them as ``custom_format``.  The verbs
about the caller tell the place in Python that wrote the line.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from itertools import count
from types import FrameType
from typing import TypeAlias

from krakendtw.go_quote import quote
from krakendtw.go_time import compile_layout
from krakendtw.log import CRITICAL, LEVEL_NAMES

Render: TypeAlias = Callable[[float, int, str], str]
"""A line from its time in seconds since the epoch, its level and its message."""

DEFAULT_TIME = "2006-01-02T15:04:05.999Z07:00"

_VARIABLE = re.compile(r"%\{([a-z]+)(?::(.*?[^\\]))?\}")
_DIRECTIVE = re.compile(r"%([-+# 0]*+)([0-9]*+)(?:\.([0-9]*))?(.)", re.DOTALL)
_COLORS = (36, 0, 32, 33, 31, 35)
"""Of the levels in the order of :mod:`krakendtw.log`; INFO has none."""
_INTERNAL = ("twisted.logger", "krakendtw.log")
"""Modules between the writer of a line and its pattern."""


def compile_pattern(pattern: str, module: str = "KRAKEND") -> Render:
    """The function that makes lines of ``pattern``.

    :param module: what ``%{module}`` stands for.
    :raises ValueError: the pattern has no variable, or one that does not exist;
        the text is go-logging's.
    """
    if _VARIABLE.search(pattern) is None:
        raise ValueError(f"logger: invalid log format: {pattern}")
    parts: list[Render] = []
    end = 0
    for found in _VARIABLE.finditer(pattern):
        if found.start() > end:
            parts.append(_static(pattern[end : found.start()]))
        parts.append(_variable(found[1], found[2], module))
        end = found.end()
    if end < len(pattern):
        parts.append(_static(pattern[end:]))
    return lambda seconds, level, message: "".join(
        [part(seconds, level, message) for part in parts]
    )


def _static(text: str) -> Render:
    return lambda seconds, level, message: text


def _variable(name: str, layout: str | None, module: str) -> Render:
    """The function for one ``%{name:layout}``."""
    if name == "time":
        clock = compile_layout(DEFAULT_TIME if layout is None else layout)
        return lambda seconds, level, message: clock(seconds)
    if name == "color":
        return _color(layout or "")
    if name == "message" and layout is None:
        return lambda seconds, level, message: message
    if name == "level" and layout is None:
        return lambda seconds, level, message: LEVEL_NAMES[level]
    if name == "callpath":
        depth = int(layout) if layout and layout.isdecimal() else 0
        return lambda seconds, level, message: _callpath(depth)
    write = _compile_directive(layout)
    value = _value(name, module)
    return lambda seconds, level, message: write(value(level, message))


def _value(name: str, module: str) -> Callable[[int, str], object]:
    """What a variable stands for, from level and message."""
    if name in _CALLER:
        caller = _CALLER[name]
        return lambda level, message: caller(_caller())
    if name == "id":
        numbers = count(1)
        return lambda level, message: next(numbers)
    if name == "level":
        return lambda level, message: _Level(level)
    if name == "message":
        return lambda level, message: message
    constants = {
        "pid": os.getpid(),
        "program": os.path.basename(sys.argv[0]) if sys.argv else "",
        "module": module,
    }
    if name not in constants:
        raise ValueError(f"logger: unknown variable: {name}")
    constant = constants[name]
    return lambda level, message: constant


def _color(layout: str) -> Render:
    """Escape sequences by level: plain, ``bold``, or ``reset``."""
    if layout == "reset":
        return _static("\x1b[0m")
    suffix = ";1m" if layout == "bold" else "m"
    codes = [f"\x1b[{color}{suffix}" if color else "" for color in _COLORS]
    return lambda seconds, level, message: codes[level]


class _Level(int):
    """A level as go-logging counts them, CRITICAL first, with its name."""

    name: str

    def __new__(cls, level: int) -> _Level:
        self = super().__new__(cls, CRITICAL - level)
        self.name = LEVEL_NAMES[level]
        return self


def _compile_directive(layout: str | None) -> Callable[[object], str]:
    """Go's ``fmt`` for one text or whole number, its ``%`` left off: ``-8s``."""
    if layout is None:
        return str
    text = "%" + layout
    found = _DIRECTIVE.match(text)
    if found is None:
        return lambda value: "%!(NOVERB)"
    flags, width, precision, verb = found.groups()
    rest = text[found.end() :].replace("%%", "%")
    point = "" if precision is None else f".{precision or 0}"
    as_text = f"%{flags}{width}{point}s"
    as_number = f"%{flags}{width}{point}{'d' if verb == 'v' else verb}"

    def write(value: object) -> str:
        if isinstance(value, _Level) and verb in "svq":
            value = value.name
        if isinstance(value, int) and verb in "dxXov":
            return as_number % value + rest
        if isinstance(value, str) and verb in "svq":
            return as_text % (quote(value) if verb == "q" else value) + rest
        kind = "uint64" if isinstance(value, int) else "string"
        return f"%!{verb}({kind}={value})" + rest

    return write


def _caller() -> FrameType | None:
    """The innermost frame outside the logging system."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if not name.startswith(_INTERNAL):
            return frame
        frame = frame.f_back
    return None


def _longfile(frame: FrameType | None) -> str:
    return f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else "???:0"


def _shortfile(frame: FrameType | None) -> str:
    return os.path.basename(_longfile(frame))


def _longpkg(frame: FrameType | None) -> str:
    return str(frame.f_globals.get("__name__", "???")) if frame else "???"


def _shortpkg(frame: FrameType | None) -> str:
    return _longpkg(frame).rpartition(".")[2]


def _longfunc(frame: FrameType | None) -> str:
    return frame.f_code.co_qualname if frame else "???"


def _shortfunc(frame: FrameType | None) -> str:
    return frame.f_code.co_name if frame else "???"


_CALLER: dict[str, Callable[[FrameType | None], str]] = {
    "longfile": _longfile,
    "shortfile": _shortfile,
    "longpkg": _longpkg,
    "shortpkg": _shortpkg,
    "longfunc": _longfunc,
    "shortfunc": _shortfunc,
}


def _callpath(depth: int) -> str:
    """The calling functions, outermost first; ``~.`` where ``depth`` cut them."""
    names: list[str] = []
    frame = _caller()
    while frame is not None:
        names.append(frame.f_code.co_name)
        frame = frame.f_back
    if 0 < depth < len(names):
        return "~." + ".".join(reversed(names[:depth]))
    return ".".join(reversed(names))
