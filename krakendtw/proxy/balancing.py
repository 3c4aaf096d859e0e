"""Which host of a backend gets the next request."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from krakendtw.errors import NoHosts

if TYPE_CHECKING:
    from krakendtw.interfaces import ISubscriber
    from krakendtw.scope import Turns

T = TypeVar("T")


def usable_cores() -> int:
    """How many cores the process may use; ``GOMAXPROCS`` counts as in KrakenD."""
    wanted = os.environ.get("GOMAXPROCS", "")
    if wanted.isdigit() and int(wanted) > 0:
        return int(wanted)
    return len(os.sched_getaffinity(0))


class Fixed(Generic[T]):
    """Chooses from one.

    :ivar item: the one.
    """

    __slots__ = ("item",)

    def __init__(self, item: T) -> None:
        self.item = item

    def __call__(self) -> T:
        """The one."""
        return self.item


def compile_balancer(
    subscriber: ISubscriber,
    prepare: Callable[[str], T],
    cores: int,
    new_turns: Callable[[], Turns],
) -> Callable[[], T]:
    """A function that chooses a host.

    One host is fixed.  Of several, one is taken at random, or in turn from a
    random start where there is one core, as lura does.  A list that changes is
    prepared again when it does.

    :param prepare: makes of a host's text what the caller needs, once.
    :param cores: how many cores the process may use.
    :param new_turns: makes what counts the turns.
    :raises NoHosts: from the function, when there is none.
    """
    hosts = subscriber.hosts()
    if isinstance(hosts, tuple) and len(hosts) == 1:
        return Fixed(prepare(hosts[0]))
    items = _compile_items(subscriber, prepare)
    return _in_turn(items, new_turns()) if cores == 1 else _at_random(items)


def _compile_items(
    subscriber: ISubscriber, prepare: Callable[[str], T]
) -> Callable[[], list[T]]:
    """The hosts now, each prepared once as long as the list is the same."""
    known = subscriber.hosts()
    prepared = [prepare(host) for host in known]

    def items() -> list[T]:
        nonlocal known, prepared
        hosts = subscriber.hosts()
        if hosts is not known:
            known = hosts
            prepared = [prepare(host) for host in hosts]
        if not prepared:
            raise NoHosts
        return prepared

    return items


def _in_turn(items: Callable[[], list[T]], turn: Turns) -> Callable[[], T]:
    def choose() -> T:
        found = items()
        return found[turn() % len(found)]

    return choose


def _at_random(items: Callable[[], list[T]]) -> Callable[[], T]:
    def choose() -> T:
        found = items()
        return found[int(random.random() * len(found))]  # noqa: S311 - no secret

    return choose
