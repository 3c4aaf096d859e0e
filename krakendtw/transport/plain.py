"""Plain messages, read in one go where that is compiled.

Each function gives what :mod:`krakendtw.transport._head` gives, or ``None`` for what
llhttp is to read.  Without the compiled module that is everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

try:
    from krakendtw.transport._head import read_answer, read_request
except ImportError:  # not compiled, or not to be used

    def read_request(data: bytes, known: Known | None) -> Known | None:
        """Nothing: llhttp reads it."""
        return None

    def read_answer(data: bytes) -> tuple[int, bytes] | None:
        """Nothing: llhttp reads it."""
        return None


if TYPE_CHECKING:
    from krakendtw.transport._head import Known

__all__ = ["read_answer", "read_request"]
