"""Room for templates, which may go deeper than Python's stack does."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable
from typing import Final, TypeVar

_ResultT = TypeVar("_ResultT")

_FRAMES: Final = 500_000
"""Enough for as many templates, one inside the other, as Go allows."""

_STACK: Final = 512 << 20
"""Bytes of address space; what is not used takes no memory."""


def with_room(call: Callable[[], _ResultT]) -> _ResultT:
    """What a call gives or raises, that may recurse deeply and make many objects.

    It runs in a thread of its own, since a stack cannot grow later, and without
    looking for cycles, which would take as long as all else.
    """
    results: list[_ResultT] = []
    errors: list[BaseException] = []

    def run() -> None:
        was_collecting = gc.isenabled()
        gc.disable()
        try:
            results.append(call())
        except BaseException as error:
            errors.append(error)
        finally:
            if was_collecting:
                gc.enable()

    if not _run_in_thread(run):
        run()
    if errors:
        raise errors[0]
    return results[0]


def _run_in_thread(run: Callable[[], None]) -> bool:
    """Run something where there is room; whether there is."""
    limit = sys.getrecursionlimit()
    size = threading.stack_size(_STACK)
    thread = threading.Thread(target=run, name="room", daemon=True)
    sys.setrecursionlimit(max(limit, _FRAMES))
    try:
        thread.start()
        thread.join()
    except (RuntimeError, MemoryError):
        return False  # so much address space is not allowed
    finally:
        sys.setrecursionlimit(limit)
        threading.stack_size(size)
    return True
