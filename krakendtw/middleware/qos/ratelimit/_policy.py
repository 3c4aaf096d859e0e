"""Policies: expressions that say whether a header's value belongs to a tier."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath


def compile_policy(expression: str, where: ConfigPath) -> Callable[[str], bool]:
    """Whether ``expression``, of the one variable ``value``, is true.

    :raises krakendtw.errors.ConfigError: it cannot be meant.
    """
    raise NotImplementedError
