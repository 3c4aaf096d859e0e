"""A command's flags, read and shown as KrakenD's program does.

A command declares its arguments on an :class:`argparse.ArgumentParser`.  How they
may be written is the habit of KrakenD's flag library: ``-dck.json``, ``--debug=2``,
``-t=false``, no abbreviations, and arguments without a dash that nobody wants are
left alone.
"""

from __future__ import annotations

from argparse import Action, ArgumentError, ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from attrs import define, field

from krakendtw.config.number import parse_bool, parse_integer
from krakendtw.go_quote import quote

_SUGGESTED = "suggested"


class UsageError(Exception):
    """Arguments that cannot be understood.

    :param message: what is wrong with them.
    :ivar usage: the help to show with it.
    """

    def __init__(self, message: str, usage: str) -> None:
        super().__init__(message)
        self.usage = usage


class CommandParser(ArgumentParser):
    """The parser that a command declares its arguments on."""

    def help_text(self) -> str:
        """What the command is for, and all its flags."""
        return f"{self.description}\n\n{self.usage_text()}"

    def usage_text(self) -> str:
        """How the command is called, and all its flags."""
        epilog = f"{self.epilog}\n\n" if self.epilog else ""
        flags = "".join(f"{line}\n" for line in _flag_lines(self.flags()))
        return f"Usage:\n  {self.usage}\n\n{epilog}Flags:\n{flags}"

    def flags(self) -> list[Action]:
        """The actions that have a flag, sorted by its long name."""
        found = [action for action in self._actions if action.option_strings]
        return sorted(found, key=long_name)

    def positionals(self) -> list[Action]:
        """The actions of arguments without a flag."""
        return [action for action in self._actions if not action.option_strings]

    def read(self, arguments: Sequence[str]) -> Namespace:
        """The options; arguments without a dash that nobody wants are left.

        :raises UsageError: a flag is unknown, lacks its value or has a wrong one.
        """
        reading = _Reading(self.flags(), list(arguments))
        try:
            reading.read()
            if reading.is_help():
                return Namespace(help=True)
            self._refuse_company(reading)
            options, _ = self.parse_known_args(reading.plain())
        except ArgumentError as error:
            raise UsageError(_argument_fault(error), self.usage_text()) from error
        except ValueError as error:
            raise UsageError(str(error), self.usage_text()) from None
        return options

    def error(self, message: str) -> NoReturn:
        """Refuse the arguments.

        :raises UsageError: always.
        """
        raise UsageError(message, self.usage_text())

    def _refuse_company(self, reading: _Reading) -> None:
        """Two flags of a group of which only one may be there."""
        for group in self._mutually_exclusive_groups:
            names = sorted(long_name(action) for action in group._group_actions)
            given = [name for name in names if name in reading.values]
            if len(given) > 1:
                raise ValueError(
                    f"if any flags in the group [{' '.join(names)}] are set none of "
                    f"the others can be; [{' '.join(given)}] were all set"
                )


def long_name(action: Action) -> str:
    """A flag's longest spelling without its dashes."""
    return max(action.option_strings, key=len).lstrip("-")


def short_name(action: Action) -> str:
    """A flag's letter; empty if it has none."""
    return next((it[1] for it in action.option_strings if len(it) == 2), "")


def takes_value(action: Action) -> bool:
    """Whether a value must follow the flag."""
    return action.nargs != 0


@define
class _Reading:
    """Arguments on their way to flags and values.

    :ivar values: by long name what each flag was given, in order.
    :ivar rest: the arguments that belong to no flag.
    """

    flags: list[Action]
    left: list[str]
    values: dict[str, list[str]] = field(factory=dict)
    rest: list[str] = field(factory=list)

    def read(self) -> None:
        """Read all arguments.

        :raises ValueError: what is wrong with them.
        """
        while self.left:
            argument = self.left.pop(0)
            if argument == "--":
                self.rest += self.left
                return
            if argument.startswith("--"):
                self._long(argument)
            elif argument.startswith("-") and argument != "-":
                self._letters(argument)
            else:
                self.rest.append(argument)

    def is_help(self) -> bool:
        """Whether help is asked for."""
        return bool(self.values.get("help"))

    def plain(self) -> list[str]:
        """The same for argparse."""
        flags = {long_name(flag): flag for flag in self.flags}
        plain: list[str] = []
        for name, values in self.values.items():
            option = max(flags[name].option_strings, key=len)
            if takes_value(flags[name]):
                plain += [f"{option}={value}" for value in values]
            else:
                plain += [option] * len(values)
        return [*plain, "--", *self.rest]

    def _long(self, argument: str) -> None:
        name, equals, value = argument[2:].partition("=")
        if not name or name.startswith("-"):
            raise ValueError(f"bad flag syntax: {argument}")
        for flag in self.flags:
            if long_name(flag) == name:
                break
        else:
            raise ValueError(f"unknown flag: --{name}")
        if equals:
            self._set(flag, value)
        elif not takes_value(flag):
            self._set(flag, None)
        elif self.left:
            self._set(flag, self.left.pop(0))
        else:
            raise ValueError(f"flag needs an argument: --{name}")

    def _letters(self, argument: str) -> None:
        letters = argument[1:]
        while letters:
            letter, behind = letters[0], letters[1:]
            for flag in self.flags:
                if short_name(flag) == letter:
                    break
            else:
                raise ValueError(
                    f"unknown shorthand flag: {_quoted(letter)} in -{letters}"
                )
            letters = ""
            if len(behind) > 1 and behind[0] == "=":
                self._set(flag, behind[1:])
            elif not takes_value(flag):
                self._set(flag, None)
                letters = behind
            elif behind:
                self._set(flag, behind)
            elif self.left:
                self._set(flag, self.left.pop(0))
            else:
                raise ValueError(
                    f"flag needs an argument: {_quoted(letter)} in {argument}"
                )

    def _set(self, flag: Action, value: str | None) -> None:
        """Give a flag a value; ``None`` where it stands alone."""
        values = self.values.setdefault(long_name(flag), [])
        try:
            if value is None:
                values.append("")
            elif kind_of(flag) == "bool":
                values[:] = [""] * parse_bool(value)
            elif kind_of(flag) == "count":
                values[:] = [""] * parse_integer(value)
            elif kind_of(flag) == "int":
                values.append(str(parse_integer(value)))
            else:
                values.append(value)
        except ValueError as error:
            function = "ParseBool" if kind_of(flag) == "bool" else "ParseInt"
            raise ValueError(
                f"invalid argument {quote(value or '')} for {quote(_spelled(flag))} "
                f"flag: strconv.{function}: parsing {quote(value or '')}: {error}"
            ) from None


def kind_of(flag: Action) -> str:
    """What a flag's value is, in a word: ``string``, ``int``, ``count``, ``bool``."""
    if flag.nargs == 0:
        return "count" if type(flag).__name__ == "_CountAction" else "bool"
    if flag.metavar is not None:
        return str(flag.metavar)
    return "int" if flag.type is int else "string"


def suggest(action: Action, *words: str) -> None:
    """Name values that an argument may have among others, for shells to complete."""
    setattr(action, _SUGGESTED, words)


def suggested_words(action: Action) -> tuple[str, ...]:
    """The values that an argument may have, as far as they are known."""
    words: tuple[str, ...] = getattr(action, _SUGGESTED, ())
    return words or tuple(map(str, action.choices or ()))


def _flag_lines(flags: Sequence[Action]) -> Iterator[str]:
    """A line for each flag, the explanations below each other."""
    heads = [_head(flag) for flag in flags]
    width = max(map(len, heads), default=0)
    for flag, head in zip(flags, heads, strict=True):
        yield f"{head:{width}}   {flag.help or ''}{_default(flag)}".rstrip()


def _head(flag: Action) -> str:
    letter = short_name(flag)
    start = f"  -{letter}, " if letter else "      "
    kind = kind_of(flag)
    return f"{start}--{long_name(flag)}" + ("" if kind == "bool" else f" {kind}")


def _default(flag: Action) -> str:
    """The default in brackets, if there is one to tell of."""
    default: Any = flag.default
    if not default or not takes_value(flag) or "(default" in (flag.help or ""):
        return ""
    return f" (default {quote(default) if isinstance(default, str) else default})"


def _spelled(flag: Action) -> str:
    letter = short_name(flag)
    return f"-{letter}, --{long_name(flag)}" if letter else f"--{long_name(flag)}"


def _quoted(letter: str) -> str:
    """A letter in Go's single quotes."""
    return "'" + (r"\'" if letter == "'" else letter) + "'"


def _argument_fault(error: ArgumentError) -> str:
    if error.argument_name is None:
        return error.message
    return f"invalid argument for {quote(error.argument_name)} flag: {error.message}"
