"""What versions are wanted: ``>= 1.2, < 3 || ^4.1``."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from attrs import frozen

from krakendtw.template.failure import Failure
from krakendtw.template.versions import Version, read_version

_PRE: Final = r"-(?:[0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*)"
_META: Final = r"\+(?:[0-9A-Za-z\-]+(?:\.[0-9A-Za-z\-]+)*)"
_NUMBERS: Final = r"v?([0-9|x|X|\*]+)(\.[0-9|x|X|\*]+)?(\.[0-9|x|X|\*]+)?"
_PLAIN: Final = _NUMBERS.replace("(", "(?:") + f"(?:{_PRE})?(?:{_META})?"
_SIGNS: Final = r"=||!=|>|<|>=|=>|<=|=<|~|~>|\^"

_ONE = re.compile(rf"\s*({_SIGNS})\s*({_NUMBERS}({_PRE})?(?:{_META})?)\s*", re.ASCII)
_EACH = re.compile(rf"(?:{_SIGNS})\s*(?:{_PLAIN})", re.ASCII)
_ALL = re.compile(
    rf"(?:\s*(?:{_SIGNS})\s*(?:{_PLAIN})\s*)"
    rf"(?:(?:\s+|,\s*)(?:{_SIGNS})\s*(?:{_PLAIN})\s*)*",
    re.ASCII,
)
_RANGE = re.compile(rf"\s*({_PLAIN})\s+-\s+({_PLAIN})\s*", re.ASCII)
_ANY: Final = ("x", "X", "*", "")


@frozen
class Constraint:
    """One condition.

    :ivar known: how many of the version's numbers are told; the others may be
        any.
    """

    sign: str
    version: Version
    known: int

    def accepts(self, version: Version) -> bool:
        """Whether a version meets it."""
        return _CHECKS[self.sign](version, self)


@lru_cache(maxsize=256)
def read_constraints(text: str) -> tuple[tuple[Constraint, ...], ...]:
    """Alternatives, of each of which all conditions must be met.

    :raises Failure: there is something else.
    """
    for match in _RANGE.finditer(text):
        text = text.replace(match[0], f">= {match[1]}, <= {match[2]} ", 1)
    alternatives: list[tuple[Constraint, ...]] = []
    for part in text.split("||"):
        if not _ALL.fullmatch(part):
            raise Failure(f"improper constraint: {part}")
        found = [match[0] for match in _EACH.finditer(part)] or [part]
        alternatives.append(tuple(map(_read, found)))
    return tuple(alternatives)


def accepts(constraints: tuple[tuple[Constraint, ...], ...], version: Version) -> bool:
    """Whether a version meets all conditions of an alternative."""
    return any(all(each.accepts(version) for each in part) for part in constraints)


def _read(text: str) -> Constraint:
    match = _ONE.fullmatch(text)
    if match is None:
        raise Failure(f"improper constraint: {text}")
    sign, _, *numbers, prerelease = match.groups()
    parts = [(number or "").removeprefix(".") for number in numbers]
    known = next((place for place, part in enumerate(parts) if part in _ANY), 3)
    whole = match[2]
    if known < 3:
        told = [*parts[:known], "0", "0", "0"][:3]
        whole = ".".join(told) + (prerelease or "")
    try:
        return Constraint(sign, read_version(whole), known)
    except Failure:
        raise Failure("constraint Parser Error") from None


def _is_unwanted(version: Version, wanted: Constraint) -> bool:
    """Whether a version is a prerelease, and none is asked for."""
    return bool(version.prerelease) and not wanted.version.prerelease


def _equal(version: Version, wanted: Constraint) -> bool:
    if _is_unwanted(version, wanted):
        return False
    if wanted.known < 3:
        return _tilde(version, wanted)
    return version.is_equal(wanted.version)


def _not_equal(version: Version, wanted: Constraint) -> bool:
    if wanted.known == 3:
        return not version.is_equal(wanted.version)
    if _is_unwanted(version, wanted):
        return False
    if wanted.known == 0:
        return version.numbers != wanted.version.numbers or bool(
            version.compare(wanted.version)
        )
    if version.numbers[: wanted.known] != wanted.version.numbers[: wanted.known]:
        return True
    if wanted.known == 1:
        return False
    return version.prerelease != wanted.version.prerelease


def _greater(version: Version, wanted: Constraint) -> bool:
    if _is_unwanted(version, wanted):
        return False
    if wanted.known == 3:
        return version.is_greater(wanted.version)
    numbers, others = version.numbers, wanted.version.numbers
    if numbers[0] != others[0]:
        return numbers[0] > others[0]
    if wanted.known == 1:
        return False
    if wanted.known == 2:
        return numbers[1] > others[1]
    return version.is_greater(wanted.version)


def _less(version: Version, wanted: Constraint) -> bool:
    return not _is_unwanted(version, wanted) and version.is_less(wanted.version)


def _greater_or_equal(version: Version, wanted: Constraint) -> bool:
    return not _is_unwanted(version, wanted) and not version.is_less(wanted.version)


def _less_or_equal(version: Version, wanted: Constraint) -> bool:
    if _is_unwanted(version, wanted):
        return False
    if wanted.known == 3:
        return not version.is_greater(wanted.version)
    numbers, others = version.numbers, wanted.version.numbers
    if numbers[0] > others[0]:
        return False
    return not (
        numbers[0] == others[0] and numbers[1] > others[1] and wanted.known != 1
    )


def _tilde(version: Version, wanted: Constraint) -> bool:
    if _is_unwanted(version, wanted) or version.is_less(wanted.version):
        return False
    others = wanted.version.numbers
    if others == (0, 0, 0) and wanted.known in (0, 3):
        return True
    if version.numbers[0] != others[0]:
        return False
    return version.numbers[1] == others[1] or wanted.known == 1


def _caret(version: Version, wanted: Constraint) -> bool:
    if _is_unwanted(version, wanted) or version.is_less(wanted.version):
        return False
    numbers, others = version.numbers, wanted.version.numbers
    if others[0] > 0 or wanted.known == 1:
        return numbers[0] == others[0]
    if numbers[0] > 0:
        return False
    if others[1] > 0 or wanted.known == 2:
        return numbers[1] == others[1]
    return numbers[1] == 0 and numbers[2] == others[2]


_CHECKS: Final[dict[str, Callable[[Version, Constraint], bool]]] = {
    "": _equal,
    "=": _equal,
    "!=": _not_equal,
    ">": _greater,
    "<": _less,
    ">=": _greater_or_equal,
    "=>": _greater_or_equal,
    "<=": _less_or_equal,
    "=<": _less_or_equal,
    "~": _tilde,
    "~>": _tilde,
    "^": _caret,
}
