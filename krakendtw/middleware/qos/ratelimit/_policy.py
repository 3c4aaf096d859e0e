"""Policies: CEL expressions that say whether a header's value belongs to a tier."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from krakendtw.errors import ConfigError
from krakendtw.middleware.validation._cel_issues import (
    CelError,
    CelProgramError,
    CelSourceError,
)
from krakendtw.middleware.validation._cel_program import Expression
from krakendtw.middleware.validation._cel_types import BOOL, DYN, STRING

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath

VARIABLE = "value"


def compile_policy(text: str, where: ConfigPath) -> Callable[[str], bool]:
    """Whether an expression of the one variable ``value``, a string, is true.

    One that fails for a value is not.

    :raises ConfigError: it is no CEL, or gives something else than a truth value.
    """
    try:
        expression = Expression.of(text, {VARIABLE: STRING})
        evaluate = expression.program({VARIABLE: lambda value: value})
    except (CelSourceError, CelProgramError) as error:
        raise ConfigError(where, str(error)) from error
    if expression.type not in (BOOL, DYN):
        raise ConfigError(where, f"gives {expression.type}, true or false is wanted")

    def fits(value: str) -> bool:
        try:
            return evaluate(value) is True
        except CelError:
            return False

    return fits
