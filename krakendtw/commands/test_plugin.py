"""``krakendtw test-plugin``: says whether plugin files load, and what they offer."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any, Final

from krakendtw.go_time import format_duration
from krakendtw.interfaces import (
    IClientPlugin,
    IRequestModifierPlugin,
    IResponseModifierPlugin,
    IServerPlugin,
)
from krakendtw.plugin import Registry

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

_KINDS: Final[tuple[tuple[str, str, str, tuple[Any, ...]], ...]] = (
    ("server", "SERVER", "HandlerRegisterer", (IServerPlugin,)),
    (
        "modifier",
        "MODIFIER",
        "ModifierRegisterer",
        (IRequestModifierPlugin, IResponseModifierPlugin),
    ),
    ("client", "CLIENT", "ClientRegisterer", (IClientPlugin,)),
)
"""The flag, its word in the output, KrakenD's symbol, and what answers it here."""

_RED = "\033[31;1m"
_GREEN = "\033[32;1m"
_RESET = "\033[0m"


class PluginTestCommand:
    """The command ``test-plugin``."""

    def options(self, parser: ArgumentParser) -> None:
        """See :class:`~krakendtw.interfaces.ICommandPlugin`."""
        for flag, word, _, _ in _KINDS:
            parser.add_argument(
                f"-{flag[0]}",
                f"--{flag}",
                action="store_true",
                help=f"The files should hold a {word.lower()} plugin",
            )
        parser.add_argument("files", nargs="*", help="Plugin files")

    def run(self, options: Namespace) -> int:
        """Load each file.

        :returns: 0 if every file offers each kind that is asked for, else 1.
        """
        if not options.files:
            _say("At least one plugin is required.")
            return 1
        kinds = [kind for kind in _KINDS if getattr(options, kind[0])]
        if not kinds:
            _say("You must declare the expected type of the plugin.")
            return 1
        started = time.monotonic_ns()
        failed = sum([not _try_file(path, kinds) for path in options.files])
        took = format_duration(time.monotonic_ns() - started)
        tested = f"{len(options.files)} tested plugin(s) in {took}"
        if not failed:
            _say(f"{_mark(is_good=True)} {tested}")
            return 0
        _say(f"{_mark(is_good=False)} {tested}.\n{failed} plugin(s) failed.")
        return 1


def _try_file(path: str, kinds: list[Any]) -> bool:
    """Whether a file offers all the kinds; says so of each."""
    if not os.path.exists(path):
        _say(f"{_mark(is_good=False)} Unable to open the plugin {path}.")
        return False
    registry = Registry()  # one a file: they may offer the same name
    registry.load_file(path)
    name = os.path.basename(path)
    offers = [_try_kind(registry, name, *kind[1:]) for kind in kinds]
    return all(offers)


def _try_kind(
    registry: Registry,
    name: str,
    word: str,
    symbol: str,
    interfaces: tuple[Any, ...],
) -> bool:
    """Whether a file that was loaded offers a kind of plugin; says so."""
    if registry.broken:
        fault = registry.broken[0].error
    elif not any(registry.all(each) for each in interfaces):
        fault = f"The plugin does not contain a {symbol}."
    else:
        _say(f"{_mark(is_good=True)} {word}\t{name}")
        return True
    _say(f"{_mark(is_good=False)} {word}\t{name}: {fault}")
    return False


def _mark(*, is_good: bool) -> str:
    """The word in front of a line, in a colour if somebody looks on."""
    text = "[OK]" if is_good else "[KO]"
    if not sys.stderr.isatty():
        return text
    return f"{_GREEN if is_good else _RED}{text}{_RESET}"


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


command = PluginTestCommand()
