"""Go's ``fmt.Sprintf``."""

from __future__ import annotations

import re
from typing import Any

from attrs import evolve

from krakendtw.template.printing import show
from krakendtw.template.values import (
    BYTES,
    INTEGERS,
    INTERFACE,
    Named,
    Stringer,
    is_nil,
    kind_of,
    type_of,
)
from krakendtw.template.verbs import (
    Flags,
    format_float,
    format_integer,
    format_text,
    from_bytes,
)

_TOO_LARGE = 1_000_000
"""A width or precision beyond which Go doesn't believe in it."""

_FLAG_NAMES = {"#": "sharp", "0": "zero", "+": "plus", "-": "minus", " ": "space"}
_DIGITS = re.compile("[0-9]*")
_POINTERS = frozenset(("map", "slice"))


def format_values(layout: str, *arguments: Any) -> str:
    """``layout`` with its verbs replaced by the arguments.

    What doesn't go together is told inside the result: ``%!d(string=x)``.
    """
    return _Printf(layout, arguments).format()


class _Printf:
    """One call.

    :ivar place: where in the layout the reading is.
    :ivar argument: which argument is next.
    :ivar is_reordered: whether arguments were taken by number.
    """

    def __init__(self, layout: str, arguments: tuple[Any, ...]) -> None:
        self.layout = layout
        self.arguments = arguments
        self.place = 0
        self.argument = 0
        self.is_reordered = False
        self.is_good_number = True
        self.after_number = False
        self.out: list[str] = []

    def format(self) -> str:
        layout = self.layout
        while True:
            percent = layout.find("%", self.place)
            if percent < 0:
                self.out.append(layout[self.place :])
                break
            self.out.append(layout[self.place : percent])
            self.place = percent + 1
            if not self.verb():
                break
        if not self.is_reordered and self.argument < len(self.arguments):
            self.extra()
        return "".join(self.out)

    def extra(self) -> None:
        """Tell of arguments that no verb took."""
        rest = (
            "<nil>" if value is None else f"{type_of(value)}={show(value)}"
            for value in self.arguments[self.argument :]
        )
        self.out.append(f"%!(EXTRA {', '.join(rest)})")

    def verb(self) -> bool:
        """Print one verb; whether there was one."""
        flags = self.flags()
        self.is_good_number = True
        self.after_number = False
        self.number()
        self.width(flags)
        self.precision(flags)
        if not self.after_number:
            self.number()
        if self.place >= len(self.layout):
            self.out.append("%!(NOVERB)")
            return False
        verb = self.layout[self.place]
        self.place += 1
        if verb == "%":
            self.out.append("%")
        elif not self.is_good_number:
            self.out.append(f"%!{verb}(BADINDEX)")
        elif self.argument >= len(self.arguments):
            self.out.append(f"%!{verb}(MISSING)")
        else:
            if verb in ("v", "w"):
                flags.sharp_v, flags.sharp = flags.sharp, False
                flags.plus_v, flags.plus = flags.plus, False
            self.out.append(format_value(self.arguments[self.argument], verb, flags))
            self.argument += 1
        return True

    def flags(self) -> Flags:
        flags = Flags()
        while True:
            name = _FLAG_NAMES.get(self.layout[self.place : self.place + 1])
            if name is None:
                return flags
            setattr(flags, name, True)
            self.place += 1

    def number(self) -> None:
        """Read an argument's number: ``[2]``."""
        if self.layout[self.place : self.place + 1] != "[":
            self.after_number = False
            return
        self.is_reordered = True
        self.after_number = True
        end = self.layout.find("]", self.place)
        if end < 0 or len(self.layout) - self.place < 3:
            self.place += 1
            self.is_good_number = self.after_number = False
            return
        digits = self.layout[self.place + 1 : end]
        self.place = end + 1
        is_number = digits.isascii() and digits.isdigit() and len(digits) < 8
        if is_number and 0 < int(digits) <= len(self.arguments):
            self.argument = int(digits) - 1
        else:
            self.is_good_number = False
            self.after_number = is_number

    def width(self, flags: Flags) -> None:
        if self.layout[self.place : self.place + 1] != "*":
            flags.width = self.digits()
            if self.after_number and flags.width is not None:
                self.is_good_number = False
            return
        self.place += 1
        width = self.integer()
        if width is None:
            self.out.append("%!(BADWIDTH)")
        elif width < 0:
            width = -width
            flags.minus, flags.zero = True, False
        flags.width = width
        self.after_number = False

    def precision(self, flags: Flags) -> None:
        start = self.place
        if self.layout[start : start + 1] != "." or start + 1 >= len(self.layout):
            return
        self.place += 1
        if self.after_number:
            self.is_good_number = False
        self.number()
        if self.layout[self.place : self.place + 1] != "*":
            flags.precision = self.digits() or 0
            return
        self.place += 1
        precision = self.integer()
        flags.precision = None if precision is None or precision < 0 else precision
        if flags.precision is None:
            self.out.append("%!(BADPREC)")
        self.after_number = False

    def digits(self) -> int | None:
        """Read a number that stands in the layout."""
        match = _DIGITS.match(self.layout, self.place)
        assert match is not None  # it may be empty
        if not match[0]:
            return None
        if len(match[0]) > 9 or int(match[0][:-1] or "0") > _TOO_LARGE:
            self.place = len(self.layout)  # Go gives up all of the rest
            return None
        self.place = match.end()
        return int(match[0])

    def integer(self) -> int | None:
        """Take a number from the arguments."""
        if self.argument >= len(self.arguments):
            return None
        value = self.arguments[self.argument]
        self.argument += 1
        if kind_of(value) not in INTEGERS or abs(value) > _TOO_LARGE:
            return None
        return int(value)


def format_value(value: Any, verb: str, flags: Flags, depth: int = 0) -> str:
    """One value by a verb."""
    if value is None:
        return _nothing(verb, flags, depth)
    if depth == 0 and verb == "T":
        return flags.pad(flags.truncate(type_of(value).name))
    if depth == 0 and verb == "p":
        return _pointer(value, flags)
    if isinstance(value, Stringer):
        if flags.sharp_v:
            return flags.pad(flags.truncate(value.go_syntax()))
        if verb in "vsxXq":
            return format_text(value.go_string(), verb, flags) or ""
    formatted = _scalar(value, verb, flags, depth)
    return _bad(value, verb, flags) if formatted is None else formatted


def _nothing(verb: str, flags: Flags, depth: int) -> str:
    if depth and flags.sharp_v:
        return f"{INTERFACE}(nil)"
    if verb == "v" or (verb == "T" and not depth):
        return "<nil>" if depth else flags.pad("<nil>")
    # Inside of a list or a map Go prints nil by any verb.
    return "<nil>" if depth else f"%!{verb}(<nil>)"


def _scalar(value: Any, verb: str, flags: Flags, depth: int) -> str | None:
    """A value by its kind; ``None`` if the verb is not for it."""
    kind = type_of(value).kind
    if kind == "string":
        return format_text(str(value), verb, flags)
    if kind == "bool":
        if verb not in ("t", "v"):
            return None
        return flags.pad("true" if value else "false")
    if kind in INTEGERS:
        is_unsigned = kind.startswith("u")
        return format_integer(int(value), verb, flags, is_unsigned=is_unsigned)
    if kind == "float64":
        return format_float(float(value), verb, flags)
    if kind == "complex128":
        return _complex(value, verb, flags)
    if kind == "map":
        return _map(value, verb, flags, depth)
    if kind == "slice":
        return _list(value, verb, flags, depth)
    return _struct(value, verb, flags, depth)


def _complex(value: complex, verb: str, flags: Flags) -> str | None:
    real = format_float(value.real, verb, flags)
    imaginary = format_float(value.imag, verb, evolve(flags, plus=True))
    return None if real is None else f"({real}{imaginary}i)"


def _map(value: Any, verb: str, flags: Flags, depth: int) -> str:
    if flags.sharp_v and is_nil(value):
        return f"{type_of(value)}(nil)"
    items = [
        f"{format_value(key, verb, flags, depth + 1)}:"
        f"{format_value(item, verb, flags, depth + 1)}"
        for key, item in sorted(value.items(), key=lambda item: item[0])
    ]
    if flags.sharp_v:
        return f"{type_of(value)}{{{', '.join(items)}}}"
    return f"map[{' '.join(items)}]"


def _list(value: Any, verb: str, flags: Flags, depth: int) -> str:
    if type_of(value) is BYTES and verb in "sqxX":
        return format_text(from_bytes(value), verb, flags) or ""
    if flags.sharp_v and is_nil(value):
        return f"{type_of(value)}(nil)"
    items = [format_value(item, verb, flags, depth + 1) for item in value]
    if flags.sharp_v:
        name = "[]byte" if type_of(value) is BYTES else type_of(value).name
        return f"{name}{{{', '.join(items)}}}"
    return f"[{' '.join(items)}]"


def _struct(value: Any, verb: str, flags: Flags, depth: int) -> str:
    if not isinstance(value, Named):
        return flags.pad(str(value))
    names = flags.plus_v or flags.sharp_v
    fields = [
        (f"{name}:" if names else "")
        + format_value(getattr(value, place), verb, flags, depth + 1)
        for name, place in value.FIELDS.items()
    ]
    if flags.sharp_v:
        return f"{type_of(value)}{{{', '.join(fields)}}}"
    return f"{{{' '.join(fields)}}}"


def _pointer(value: Any, flags: Flags) -> str:
    if type_of(value).kind not in _POINTERS:
        return _bad(value, "p", flags)
    address = f"{id(value):x}"
    return flags.pad(address if flags.sharp else f"0x{address}")


def _bad(value: Any, verb: str, flags: Flags) -> str:
    return f"%!{verb}({type_of(value)}={format_value(value, 'v', flags)})"
