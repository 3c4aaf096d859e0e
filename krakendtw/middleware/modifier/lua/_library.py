"""What Lua's libraries ask of Python: text, files, dates, translation."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from krakendtw.middleware.modifier.lua._format import sprintf
from krakendtw.middleware.modifier.lua._numbers import (
    parse_based,
    parse_float,
    parse_integer,
    parse_number,
)
from krakendtw.middleware.modifier.lua._translate import (
    LuaCompileError,
    LuaSyntaxError,
    TextTooLongError,
    translate,
)
from krakendtw.middleware.modifier.lua._values import TOO_MUCH, from_lua, to_lua

LONGEST_TEXT = 1 << 14
"""Bytes of a string that a script may have loaded as a text while it runs.

Translating takes time in which no other request is served."""

MOST_TOKENS = 1000
"""Its words and signs; some turns of a script."""

LONGEST_FILE = 1 << 20
"""The same for files: they are translated once and kept."""

_DEFAULT_PATH = (
    "./?.lua;/usr/local/share/lua/5.1/?.lua;/usr/local/share/lua/5.1/?/init.lua"
)

_luajit = re.compile(r"[^:]*:(\d+): (.*)", re.DOTALL).match
_undefined = re.compile(r"undefined label '(.*)'").fullmatch
_jump = re.compile(r"<goto (.*)> jumps into the scope of local '(.*)'").fullmatch


_translate_file = lru_cache(64)(translate)
"""All states load the same files."""


class Library:
    """The functions; what they raise would be a script's to catch, so nothing."""

    def __init__(self, *, tracks_order: bool) -> None:
        self._tracks_order = tracks_order
        self._started = time.monotonic()

    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """All of them by the names that Lua knows."""
        return {
            name: getattr(self, name)
            for name in dir(self)
            if not name.startswith("_") and name != "functions"
        }

    # --- text and numbers

    def format(self, template: str, count: int, *values: Any) -> Any:
        """``string.format``; or nothing and what is wrong with it."""
        made = [_argument(value) for value in values[: int(count)]]
        try:
            return sprintf(template, made).encode("latin-1", "replace")
        except OverflowError:
            return None, TOO_MUCH

    def parse_number(self, text: str) -> float | None:
        """The number that arithmetic sees in a string."""
        return parse_number(text.encode("latin-1"))

    def to_number(self, text: str, base: float, is_plain: bool) -> float | None:
        """``tonumber``: a float only where there is a dot."""
        raw = text.encode("latin-1").strip(b" \n\t")
        if b"." in raw:
            return parse_float(raw)
        if is_plain and raw[:2].lower() == b"0x":
            return parse_based(raw[2:], 16)
        return parse_based(raw, int(base)) if base else parse_integer(raw)

    def upper(self, text: str) -> Any:
        """``string.upper`` of text that is not ASCII."""
        return _map_case(text, str.upper, _odd_upper)

    def lower(self, text: str) -> Any:
        """``string.lower`` of text that is not ASCII."""
        return _map_case(text, str.lower, _odd_lower)

    def print(self, text: str) -> None:
        """A portion of what ``print`` writes."""
        sys.stdout.write(from_lua(text).encode("utf-8", "replace").decode())
        sys.stdout.flush()

    # --- loading

    def translate(self, source: str, name: str, is_file: bool) -> tuple[Any, Any]:
        """A text for LuaJIT; or nothing and what is wrong with it."""
        if len(source) > (LONGEST_FILE if is_file else LONGEST_TEXT):
            return None, f"{name}: text too long to be loaded by a script"
        raw = source.encode("latin-1")
        try:
            if is_file:
                made = _translate_file(raw, tracks_order=self._tracks_order)
            else:
                made = translate(
                    raw, tracks_order=self._tracks_order, most_tokens=MOST_TOKENS
                )
        except TextTooLongError:
            return None, f"{name}: text too long to be loaded by a script"
        except (LuaSyntaxError, LuaCompileError) as error:
            return None, error.describe(name.encode("latin-1"))
        except RecursionError:
            return None, f"{name}: nested too deeply"
        return made.code, None

    def compile_error(self, message: str, name: str) -> Any:
        """What LuaJIT says of a translated text, in gopher-lua's words."""
        return compile_error(message).describe(name.encode("latin-1"))

    def read_file(self, path: str) -> tuple[Any, Any]:
        """A file of Lua; or nothing and what is wrong with it."""
        try:
            with open(os.fsencode(from_lua(path)), "rb") as file:
                source = file.read(LONGEST_FILE + 1)
        except OSError as error:
            return None, f"open {path}: {(error.strerror or '').lower()}"
        if source.startswith(b"#"):
            source = source.partition(b"\n")[2]
        return source, None

    def find_module(self, name: str, path: str) -> tuple[Any, Any]:
        """The file of a module; or nothing and where it was looked for."""
        name = name.replace(".", os.sep)
        problems = []
        for pattern in path.split(";"):
            file = pattern.replace("?", name)
            try:
                os.stat(os.fsencode(from_lua(file)))
            except OSError as error:
                problems.append(f"stat {file}: {(error.strerror or '').lower()}")
            else:
                return file, None
        return None, "\n\t".join(problems)

    def lua_path(self) -> str:
        """``package.path``."""
        path = os.environ.get("LUA_PATH") or _DEFAULT_PATH
        return path.replace(";;", f";{_DEFAULT_PATH};")

    # --- the system

    def uptime(self) -> float:
        """``os.clock``: seconds since the gateway's start."""
        return time.monotonic() - self._started

    def set_environment(self, name: str, value: str) -> None:
        """``os.setenv``."""
        if name and "=" not in name and "\0" not in name + value:
            os.environ[from_lua(name)] = from_lua(value)

    def time(self) -> int:
        """``os.time`` now."""
        return int(time.time())

    def time_of(self, *fields: float) -> int:
        """``os.time``: of year, month, day, hour, minute, second, local time.

        As in Go, each may be outside of its range.
        """
        year, month, *rest = map(int, fields)
        if max(map(abs, (year, month, *rest))) > _FAR:
            return _MIN_TIME
        day, hour, minute, second = rest
        days = _days(year + (month - 1) // 12, (month - 1) % 12 + 1) + day - 1
        stamp = ((days * 24 + hour) * 60 + minute) * 60 + second
        return stamp - _offset(stamp - _offset(stamp))

    def remove_file(self, path: str) -> Any:
        """``os.remove``; what has gone wrong."""
        try:
            raw = os.fsencode(from_lua(path))
            if os.path.isdir(raw):
                os.rmdir(raw)
            else:
                os.remove(raw)
        except OSError as error:
            return f"remove {path}: {(error.strerror or '').lower()}"
        return None

    def rename_file(self, path: str, new: str) -> Any:
        """``os.rename``; what has gone wrong."""
        try:
            os.rename(os.fsencode(from_lua(path)), os.fsencode(from_lua(new)))
        except OSError as error:
            return f"rename {path} {new}: {(error.strerror or '').lower()}"
        return None

    def date(self, template: str, when: float | None) -> Any:
        """``os.date``: text, or for ``*t`` the numbers of the fields."""
        is_utc = template.startswith("!")
        template = template.lstrip("!")
        try:
            stamp = time.time() if when is None else when
            moment = datetime.fromtimestamp(stamp).astimezone()
        except (OverflowError, OSError, ValueError):
            return template
        if is_utc:
            moment = moment.astimezone(UTC)
        if template.startswith("*t"):
            weekday = moment.isoweekday() % 7 + 1
            return [*moment.timetuple()[:6], weekday]
        return to_lua(_strftime(moment, from_lua(template)))


_FAR = 1 << 31
_MIN_TIME = -(1 << 63)


def _days(year: int, month: int) -> int:
    """Days from 1970 to the first of a month, by the Gregorian calendar."""
    year -= month < 3
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return era * 146097 + day_of_era - 719468


def _offset(stamp: int) -> int:
    """Seconds that local time is ahead."""
    try:
        return time.localtime(stamp).tm_gmtoff
    except (OverflowError, OSError, ValueError):
        return 0


def _expanding(change: Callable[[str], str]) -> Iterator[str]:
    """The letters that ``change`` makes more than one of."""
    for code in range(0x80, 0x20000):
        char = chr(code)
        if len(change(char)) > 1:
            yield char


def _argument(value: Any) -> Any:
    """A value to be printed; pairs of kind and text come as tables."""
    if type(value) is bool:
        return "lua.LBool", "true" if value else "false"
    if type(value) in (str, int, float):
        return value
    return value[1], value[2]


def compile_error(message: str) -> LuaCompileError:
    """What LuaJIT says of a translated text, as gopher-lua would."""
    found = _luajit(message)
    line, text = (int(found[1]), found[2]) if found else (0, message)
    label = _undefined(text)
    if label:
        text = f"no visible label '{label[1]}' for <goto> at line {line}"
    jump = _jump(text)
    if jump:
        text = (
            f"<goto {jump[1]}> at line {line} jumps into the scope of local '{jump[2]}'"
        )
    return LuaCompileError(line, text)


# What Python maps in another way than Go, which goes letter by letter: to more
# than one letter, or by what stands beside it.
_odd_upper = re.compile(f"([{''.join(_expanding(str.upper))}\ud800-\udfff])").split
_odd_lower = re.compile(
    f"([{''.join(_expanding(str.lower))}\u03a3\ud800-\udfff])"
).split


def _map_case(text: str, change: Callable[[str], str], split: Any) -> bytes:
    """Go's mapping; what is no UTF-8 becomes U+FFFD."""
    pieces = split(text.encode("latin-1").decode("utf-8", "surrogateescape"))
    pieces[::2] = [change(piece) for piece in pieces[::2]]
    pieces[1::2] = [_ODD.get(char, char) for char in pieces[1::2]]
    return re.sub("[\ud800-\udfff]", "\ufffd", "".join(pieces)).encode()


_ODD = {"\u03a3": "\u03c3", "\u0130": "i"}


_DATE = {
    "a": "mon",
    "A": "%A",
    "b": "%b",
    "B": "%B",
    "c": "%d %b %y %H:%M %Z",
    "d": "%d",
    "F": "%Y-%m-%d",
    "H": "%H",
    "I": "%I",
    "m": "%m",
    "M": "%M",
    "p": "%p",
    "S": "%S",
    "x": "%H/%M/%S",
    "X": "%H:%M:%S",
    "y": "%y",
    "Y": "%Y",
    "z": "%z",
    "Z": "%Z",
}
"""gopher-lua's letters; it leaves all others as they are."""


def _strftime(moment: datetime, template: str) -> str:
    """A date as gopher-lua writes it."""

    def field(found: re.Match[str]) -> str:
        letter = found[1]
        if letter == "w":
            return str(moment.isoweekday() % 7)
        if letter == "P":
            return moment.strftime("%p").lower()
        known = _DATE.get(letter)
        return found[0] if known is None else moment.strftime(known)

    return re.sub("%(.)", field, template, flags=re.DOTALL).replace("%%", "%")
