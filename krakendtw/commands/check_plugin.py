"""``krakendtw check-plugin``: compares what a plugin was written for with this.

Where KrakenD reads the ``go.sum`` of a Go plugin, this reads the pinned
requirements of a Python plugin, ``name==version`` a line; other lines, those of a
``go.sum`` too, say nothing about Python and are passed over.
"""

from __future__ import annotations

import platform
import re
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

from attrs import frozen

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

_PINNED: Final = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*==\s*([\w.+!-]+)\s*(?:[;#].*)?")


@frozen
class Difference:
    """Something of which plugin and gateway have different versions.

    :ivar have: the plugin's version.
    :ivar want: the gateway's.
    :ivar is_package: whether another version can be installed.
    """

    name: str
    have: str
    want: str
    is_package: bool = True


class CheckPluginCommand:
    """The command ``check-plugin``."""

    def options(self, parser: ArgumentParser) -> None:
        """See :class:`~krakendtw.interfaces.ICommandPlugin`."""
        parser.add_argument(
            "-f",
            "--format",
            action="store_true",
            help="Prints commands that bring the packages to the same versions",
        )
        parser.add_argument(
            "-g", "--go", default="", help="The Python version of the plugin"
        )
        parser.add_argument(
            "-l", "--libc", default="", help="The libc version of the plugin"
        )
        parser.add_argument(
            "-s",
            "--sum",
            default="./go.sum",
            help="Path to the plugin's pinned requirements (default ./go.sum)",
        )

    def run(self, options: Namespace) -> int:
        """Compare.

        :returns: 0 if nothing differs, else 1.
        """
        try:
            with open(options.sum, encoding="utf-8", errors="replace") as file:
                lines = file.read().splitlines()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            sys.stderr.write(f"open {options.sum}: {reason}\n")
            return 1
        found = [*_surroundings(options.go, options.libc), *_packages(lines)]
        if not found:
            sys.stderr.write("No incompatibilities found!\n")
            return 0
        for each in found:
            sys.stderr.write(_tell(each, as_command=options.format))
        sys.stderr.write(f"{len(found)} incompatibilities found\n")
        return 1


def _surroundings(python: str, libc: str) -> list[Difference]:
    """What differs of Python and libc; what is not named is not compared."""
    name, number = platform.libc_ver()
    pairs = (
        ("python", python, platform.python_version()),
        ("libc", libc, f"{name.upper()}-{number}"),
    )
    return [
        Difference(name, have, want, is_package=False)
        for name, have, want in pairs
        if have and have != want
    ]


def _packages(lines: list[str]) -> list[Difference]:
    """What differs of the packages that the gateway has as well."""
    found = []
    for line in lines:
        match = _PINNED.fullmatch(line)
        if match is None:
            continue
        try:
            want = version(match[1])
        except PackageNotFoundError:
            continue
        if want != match[2]:
            found.append(Difference(match[1], match[2], want))
    return found


def _tell(each: Difference, *, as_command: bool) -> str:
    if as_command and each.is_package:
        return f"pip install {each.name}=={each.want}\n"
    return f"{each.name}\n\thave: {each.have}\n\twant: {each.want}\n"


command = CheckPluginCommand()
