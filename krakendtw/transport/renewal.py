"""Things made from files, made anew when the files change."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")

LOOK_S = 1.0
"""How often, at most, the files are looked at."""

Stamp: TypeAlias = tuple[tuple[int, int, int] | None, ...]
"""What tells one state of some files from another."""


def stamp(paths: Iterable[str]) -> Stamp:
    """The present state of some files: time of change, size and inode."""
    found: list[tuple[int, int, int] | None] = []
    for path in paths:
        try:
            state = os.stat(path)
        except OSError:
            found.append(None)
        else:
            found.append((state.st_mtime_ns, state.st_size, state.st_ino))
    return tuple(found)


class Renewed(Generic[T]):
    """A thing made from files.

    It is looked after by those who use it, so it needs no timer and nothing
    happens while nobody does.

    :param paths: the files.
    :param load: makes the thing; what it raises is the caller's at first, and
        later, of the kinds in ``faults``, a reason to keep what there is.
    :param report: told of each change: the fault, or ``None``.
    :param seconds: a monotonic clock.
    """

    __slots__ = (
        "_faults",
        "_load",
        "_looked",
        "_paths",
        "_report",
        "_seconds",
        "_stamp",
        "current",
    )

    def __init__(
        self,
        paths: Iterable[str],
        load: Callable[[], T],
        faults: tuple[type[Exception], ...],
        report: Callable[[Exception | None], object],
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._paths = tuple(paths)
        self._load = load
        self._faults = faults
        self._report = report
        self._seconds = seconds
        # The stamp is older than what is read: a change meanwhile is seen next.
        self._stamp = stamp(self._paths)
        self._looked = seconds()
        self.current = load()

    def get(self) -> T:
        """The thing as the files have it now, or had it a second ago."""
        now = self._seconds()
        if now - self._looked >= LOOK_S:
            self._looked = now
            present = stamp(self._paths)
            if present != self._stamp:
                self._stamp = present
                self._renew()
        return self.current

    def _renew(self) -> None:
        try:
            self.current = self._load()
        except self._faults as fault:
            self._report(fault)
        else:
            self._report(None)
