"""Passwords checked off the reactor, and remembered for a while.

bcrypt is slow on purpose, so it runs in threads; a pair that was right is known
again, by a hash with a secret of this process, until its time is over.
"""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from twisted.internet.defer import Deferred

from krakendtw.middleware.auth._htpasswd import cost_of

REMEMBERED_S = 60.0
MOST_REMEMBERED = 10_000
MOST_WAITING = 64
"""Checks under way at once; more would only wait for each other."""

_LONGEST = 72
"""Bytes of a password that bcrypt looks at."""

_CHEAPEST = 4


def matches(password: bytes, digest: bytes) -> bool:
    """Whether a password belongs to a bcrypt hash; takes its time."""
    import bcrypt

    try:
        return bcrypt.checkpw(password[:_LONGEST], digest)
    except ValueError:
        return False


class Passwords:
    """The users of one place.

    :param users: names and bcrypt hashes.
    :param run: runs a function of ours elsewhere; its result comes by a Deferred.
    :param now: seconds of a clock that never goes back.
    """

    def __init__(
        self,
        users: Mapping[bytes, bytes],
        run: Callable[..., Deferred[bool]],
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._users = users
        self._run = run
        self._now = now
        self._secret = os.urandom(32)
        self._known: OrderedDict[bytes, float] = OrderedDict()
        self._waiting = 0
        cost = max(map(cost_of, users.values()), default=_CHEAPEST)
        # Nobody's hash: a user who is none costs as much time as one who is.
        self._nobody = b"$2b$%02d$" % cost + b"." * 53

    def check(self, user: bytes, password: bytes) -> bool | Deferred[bool] | None:
        """Whether the pair is right; ``None`` if too many are being checked."""
        mark = self._mark(user, password)
        until = self._known.get(mark)
        if until is not None:
            if self._now() < until:
                return True
            del self._known[mark]
        if self._waiting >= MOST_WAITING:
            return None
        self._waiting += 1
        digest = self._users.get(user)
        # A client that leaves ends its waiting, but not the thread's work, which
        # counts until it is done.
        waiting: Deferred[bool] = Deferred()
        checked = self._run(matches, password, digest or self._nobody)
        checked.addBoth(self._checked, mark, digest is not None, waiting)
        return waiting

    def _checked(
        self, result: Any, mark: bytes, is_user: bool, waiting: Deferred[bool]
    ) -> None:
        self._waiting -= 1
        is_right = result is True and is_user
        if is_right:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.popitem(last=False)
            self._known[mark] = self._now() + REMEMBERED_S
        if not waiting.called:
            waiting.callback(is_right)

    def _mark(self, user: bytes, password: bytes) -> bytes:
        digest = hashlib.blake2b(key=self._secret, digest_size=32)
        digest.update(len(user).to_bytes(8, "big"))
        digest.update(user)
        digest.update(password)
        return digest.digest()
