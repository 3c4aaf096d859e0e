"""Go's ``fmt.Sprintf``."""

from __future__ import annotations

import re
from typing import Any

from krakendtw.template.formats import format_value
from krakendtw.template.printing import show
from krakendtw.template.values import INTEGERS, kind_of, type_of
from krakendtw.template.verbs import Flags

_TOO_LARGE = 1_000_000
"""A width or precision beyond which Go doesn't believe in it."""

_FLAG_NAMES = {"#": "sharp", "0": "zero", "+": "plus", "-": "minus", " ": "space"}
_DIGITS = re.compile("[0-9]*")


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
