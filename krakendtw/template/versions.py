"""Semantic versions: ``1.2.3-beta.1+build``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar, Final

from krakendtw.gojson.writer import dumps
from krakendtw.template.failure import Failure
from krakendtw.template.values import (
    NO_VALUE,
    Bytes,
    GoType,
    Stringer,
    Uint64,
    to_bytes,
)

_TAIL: Final = (
    r"(?:-([0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*))?"
    r"(?:\+([0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*))?"
)
_VERSION = re.compile(rf"v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?{_TAIL}")
_TOP: Final = 1 << 64


class Version(Stringer):
    """A version.

    :param numbers: major, minor and patch.
    :param original: as it was written.
    """

    __slots__ = ("metadata", "numbers", "original", "prerelease")

    go_type: ClassVar[GoType] = GoType("*semver.Version", "ptr")

    def __init__(
        self,
        numbers: tuple[int, int, int],
        prerelease: str = "",
        metadata: str = "",
        original: str = "",
    ) -> None:
        self.numbers = numbers
        self.prerelease = prerelease
        self.metadata = metadata
        self.original = original

    def go_string(self) -> str:
        """The version with all its parts, and without a ``v``."""
        text = ".".join(map(str, self.numbers))
        if self.prerelease:
            text += f"-{self.prerelease}"
        return f"{text}+{self.metadata}" if self.metadata else text

    def deep_copy(self) -> Version:
        """The version 0.0.0, all fields being hidden."""
        return type(self)((0, 0, 0))

    def parts(self) -> Sequence[tuple[str, Any]]:
        """The numbers and the texts."""
        return (
            *zip(("major", "minor", "patch"), map(Uint64, self.numbers), strict=True),
            ("pre", self.prerelease),
            ("metadata", self.metadata),
            ("original", self.original),
        )

    def to_json(self) -> Any:
        """The same."""
        return self.go_string()

    def get_original(self) -> str:
        """The version as it was written."""
        return self.original

    def major(self) -> Uint64:
        """The first number."""
        return Uint64(self.numbers[0])

    def minor(self) -> Uint64:
        """The second number."""
        return Uint64(self.numbers[1])

    def patch(self) -> Uint64:
        """The third number."""
        return Uint64(self.numbers[2])

    def get_prerelease(self) -> str:
        """What follows the minus sign."""
        return self.prerelease

    def get_metadata(self) -> str:
        """What follows the plus sign."""
        return self.metadata

    def marshal(self) -> Bytes:
        """The version as the bytes of a text."""
        return to_bytes(self.go_string())

    def marshal_json(self) -> Bytes:
        """The version as the bytes of its JSON."""
        return to_bytes(dumps(self.go_string()).decode())

    def value(self) -> str:
        """What a database would keep."""
        return self.go_string()

    def compare(self, other: Version) -> int:
        """-1, 0 or 1 for older, equal or newer.

        :raises Failure: there is nothing to compare with.
        """
        if other is None:
            raise Failure(NO_VALUE)
        if self.numbers != other.numbers:
            return 1 if self.numbers > other.numbers else -1
        return compare_prereleases(self.prerelease, other.prerelease)

    def is_equal(self, other: Version) -> bool:
        """Whether no version is the newer one."""
        return self.compare(other) == 0

    def is_greater(self, other: Version) -> bool:
        """Whether this version is the newer one."""
        return self.compare(other) > 0

    def is_less(self, other: Version) -> bool:
        """Whether this version is the older one."""
        return self.compare(other) < 0

    def next_major(self) -> Version:
        """The next version with changes that break."""
        return self._next(((self.numbers[0] + 1) % _TOP, 0, 0))

    def next_minor(self) -> Version:
        """The next version with changes that add."""
        return self._next((self.numbers[0], (self.numbers[1] + 1) % _TOP, 0))

    def next_patch(self) -> Version:
        """The next version with changes that mend, or the prerelease's own."""
        major, minor, patch = self.numbers
        return self._next((major, minor, (patch + (not self.prerelease)) % _TOP))

    def with_prerelease(self, prerelease: str) -> Version:
        """The version with another prerelease.

        :raises Failure: it is none.
        """
        if prerelease:
            check_prerelease(prerelease)
        return self._next(self.numbers, prerelease, self.metadata)

    def with_metadata(self, metadata: str) -> Version:
        """The version with other metadata.

        :raises Failure: it is none.
        """
        if not re.fullmatch(r"[0-9A-Za-z\-.]*", metadata):
            raise Failure("Invalid Metadata string")
        return self._next(self.numbers, self.prerelease, metadata)

    def _next(
        self, numbers: tuple[int, int, int], prerelease: str = "", metadata: str = ""
    ) -> Version:
        made = _Copy(numbers, prerelease, metadata)
        prefix = "v" if self.original.startswith("v") else ""
        made.original = prefix + made.go_string()
        return made


class _Copy(Version):
    """A version that is no pointer to one."""

    __slots__ = ()

    go_type: ClassVar[GoType] = GoType("semver.Version", "struct")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Copy) and self.parts() == other.parts()

    def __hash__(self) -> int:
        return hash(self.parts())


Version.METHODS = {
    "Compare": Version.compare,
    "Equal": Version.is_equal,
    "GreaterThan": Version.is_greater,
    "IncMajor": Version.next_major,
    "IncMinor": Version.next_minor,
    "IncPatch": Version.next_patch,
    "LessThan": Version.is_less,
    "Major": Version.major,
    "MarshalJSON": Version.marshal_json,
    "MarshalText": Version.marshal,
    "Metadata": Version.get_metadata,
    "Minor": Version.minor,
    "Original": Version.get_original,
    "Patch": Version.patch,
    "Prerelease": Version.get_prerelease,
    "SetMetadata": Version.with_metadata,
    "SetPrerelease": Version.with_prerelease,
    "String": Version.go_string,
    "Value": Version.value,
}
_OF_POINTERS: Final = ("Compare", "Equal", "GreaterThan", "LessThan", "Original")
_Copy.METHODS = {
    name: method for name, method in Version.METHODS.items() if name not in _OF_POINTERS
}


def read_version(text: str) -> Version:
    """A version; numbers that are left out are 0.

    :raises Failure: it is none.
    """
    match = _VERSION.fullmatch(text)
    if match is None:
        raise Failure("Invalid Semantic Version")
    prerelease, metadata = match[4] or "", match[5] or ""
    major, minor, patch = (_segment(digits or "0") for digits in match.group(1, 2, 3))
    if prerelease:
        check_prerelease(prerelease)
    return Version((major, minor, patch), prerelease, metadata, text)


def _segment(digits: str) -> int:
    """One of a version's numbers.

    :raises Failure: 64 bits do not hold it.
    """
    number = _number(digits)
    if number is None:
        raise Failure(
            "Error parsing version segment: strconv.ParseUint: parsing "
            f'"{digits}": value out of range'
        )
    return number


def check_prerelease(text: str) -> None:
    """Refuse what is no prerelease.

    :raises Failure: with what is wrong.
    """
    for part in text.split("."):
        if part.isascii() and part.isdigit():
            if len(part) > 1 and part.startswith("0"):
                raise Failure("Version segment starts with 0")
        elif not re.fullmatch(r"[0-9A-Za-z\-]*", part):
            raise Failure("Invalid Prerelease string")


def compare_prereleases(one: str, other: str) -> int:
    """-1, 0 or 1 for older, equal or newer; none at all is the newest."""
    if not one or not other:
        return (not one) - (not other)
    parts, others = one.split("."), other.split(".")
    for place in range(max(len(parts), len(others))):
        left = parts[place] if place < len(parts) else ""
        right = others[place] if place < len(others) else ""
        if left != right:
            return _compare_parts(left, right)
    return 0


def _compare_parts(one: str, other: str) -> int:
    """The order of two parts that differ: numbers come before words."""
    if not one or not other:
        return 1 if one else -1
    number, other_number = _number(one), _number(other)
    if number is not None and other_number is not None:
        return 1 if number > other_number else -1
    if number is None and other_number is None:
        return 1 if one > other else -1
    return 1 if number is None else -1


def _number(text: str) -> int | None:
    """The number that a part is, if 64 bits hold it."""
    digits = text.lstrip("0")
    if not text.isdigit() or len(digits) > 20:
        return None
    number = int(digits or "0")
    return number if number < _TOP else None
