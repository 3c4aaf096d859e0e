"""What a page may ask for across origins: origins and header names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

AllowsOrigin: TypeAlias = "Callable[[bytes], bool]"
"""Says whether requests of an origin, as its field came, are allowed."""

AllowsHeaders: TypeAlias = "Callable[[Sequence[bytes]], bool]"
"""Says whether all headers in the values of Access-Control-Request-Headers are."""

_MOST_EMPTY = 16
"""Empty elements of a list that are put up with (RFC 9110 §5.6.1.2)."""

_BLANKS = b" \t"


def allows_all(names: Iterable[str]) -> bool:
    """Whether a list holds the star that stands for everything."""
    return "*" in names


def compile_origins(origins: Iterable[str]) -> AllowsOrigin:
    """The judge over origins; the first ``*`` of each stands for any text."""
    exact: set[bytes] = set()
    wild: list[tuple[bytes, bytes]] = []
    for origin in origins:
        lower = _lower(origin.encode("utf-8", "surrogateescape"))
        start, star, end = lower.partition(b"*")
        if star:
            wild.append((start, end))
        else:
            exact.add(lower)

    def allows(origin: bytes) -> bool:
        lower = _lower(origin)
        if lower in exact:
            return True
        size = len(lower)
        return any(
            size >= len(start) + len(end)
            and lower.startswith(start)
            and lower.endswith(end)
            for start, end in wild
        )

    return allows


def compile_headers(names: Iterable[str]) -> AllowsHeaders:
    """The judge over header names.

    It wants them as browsers send them (Fetch standard, CORS-unsafe request
    header names): in lower case, sorted, and each only once.
    """
    allowed = {_lower(name.encode("utf-8", "surrogateescape")) for name in names}

    def allows(values: Sequence[bytes]) -> bool:
        last = b""
        empty = 0
        for element in b",".join(values).split(b","):
            name = _trim(element)
            if name is None:
                return False
            if not name:
                empty += 1
                if empty > _MOST_EMPTY:
                    return False
            elif name not in allowed or name <= last:
                return False
            else:
                last = name
        return True

    return allows


def _trim(element: bytes) -> bytes | None:
    """An element without a blank at either end; ``None`` if there are more."""
    name = element.strip(_BLANKS)
    if not name:
        return name if len(element) <= 2 else None
    before = len(element) - len(element.lstrip(_BLANKS))
    after = len(element) - before - len(name)
    return name if before <= 1 and after <= 1 else None


def _lower(text: bytes) -> bytes:
    if text.isascii():
        return text.lower()
    lower = text.decode("utf-8", "surrogateescape").lower()
    return lower.encode("utf-8", "surrogateescape")
