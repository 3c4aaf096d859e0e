"""Sprig's functions for versions."""

from __future__ import annotations

from typing import Any, Final

from krakendtw.template.constraints import accepts, read_constraints
from krakendtw.template.signature import Function, declare_all
from krakendtw.template.versions import read_version


def semver(text: str) -> Any:
    """A version, with methods such as ``Major``.

    :raises Failure: it is none.
    """
    return read_version(text)


def compare(wanted: str, version: str) -> bool:
    """Whether a version is what is wanted.

    :raises Failure: one of both cannot be read.
    """
    constraints = read_constraints(wanted)
    return accepts(constraints, read_version(version))


FUNCTIONS: Final[dict[str, Function]] = declare_all(
    {"semver": semver, "semverCompare": compare}
)
"""The functions by name."""
