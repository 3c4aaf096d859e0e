"""Rate limits in Redis: one bucket for all the processes and machines that ask.

The arithmetic is that of a plain token bucket in whole tokens: what is short of
one at a time is kept for later, so that no rate is lost, and a full bucket gains
nothing.  The time is the server's, the decision is one script.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen
from twisted.internet.defer import CancelledError
from zope.interface import implementer

from krakendtw.interfaces import IRateLimitStore
from krakendtw.middleware.qos.ratelimit._store import short_key

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.python.failure import Failure

    from krakendtw.interfaces import TakeToken, TakeTokenOf
    from krakendtw.log import Log
    from krakendtw.middleware.redis._client import Client

SCRIPT = b"""\
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, capacity = tonumber(ARGV[1]), tonumber(ARGV[2])
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'filled')
local tokens, filled = tonumber(kept[1]), tonumber(kept[2])
if not tokens or not filled then
  tokens, filled = capacity, now
elseif filled > now then
  filled = now
end
local gathered = math.floor((now - filled) / interval)
if gathered > 0 then
  filled = filled + gathered * interval
  tokens = math.min(tokens + gathered, capacity)
end
if tokens < 1 then
  return 0
end
local precise = string.format('%.17g', filled)
redis.call('HSET', KEYS[1], 'tokens', tokens - 1, 'filled', precise)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""
"""Takes a token of the bucket KEYS[1]; 1 if there was one.

ARGV: microseconds between two tokens, what the bucket holds, and milliseconds
after which a bucket that nobody asks would be full again."""

PREFIX = "ktw:rl:"
_SLACK_MS = 1000
_SLOWEST = 1e-9
_LONGEST_MS = 1 << 52


@implementer(IRateLimitStore)
@frozen
class RedisStore:
    """Buckets behind one connection.

    :ivar allow_on_failure: whether requests pass while Redis cannot be asked.
    """

    client: Client
    log: Log
    allow_on_failure: bool

    def bucket(self, name: str, rate: float, capacity: int) -> TakeToken:
        """See :class:`~krakendtw.interfaces.IRateLimitStore`."""
        key, arguments = _key(name), _arguments(rate, capacity)
        return lambda: self._take(key, arguments)

    def buckets(
        self, name: str, rate: float, capacity: int, idle_s: float
    ) -> TakeTokenOf:
        """See :class:`~krakendtw.interfaces.IRateLimitStore`."""
        arguments = _arguments(rate, capacity)
        return lambda client: self._take(_key(f"{name}|{short_key(client)}"), arguments)

    def _take(self, key: bytes, arguments: tuple[Any, ...]) -> Deferred[bool]:
        taken: Any = self.client.evaluate(SCRIPT, key, arguments)
        taken.addCallbacks(_is_one, self._failed)
        found: Deferred[bool] = taken
        return found

    def _failed(self, failure: Failure) -> Failure | bool | None:
        """What to say when Redis cannot; ``None`` for a refusal that is no 429."""
        if failure.check(CancelledError):
            return failure
        if self.log.debug_on:
            self.log.debug(f"[Ratelimit] {failure.getErrorMessage()}")
        return True if self.allow_on_failure else None


def _is_one(answer: Any) -> bool:
    return bool(answer == 1)


def _key(name: str) -> bytes:
    """A key whose braces keep it whole for a cluster, whatever the client's text."""
    tag = name.replace("{", "(").replace("}", ")")
    return f"{PREFIX}{{{tag}}}".encode("utf-8", "surrogatepass")


def _arguments(rate: float, capacity: int) -> tuple[bytes, bytes, bytes]:
    interval = 1e6 / max(rate, _SLOWEST)
    full_ms = min(int(capacity * interval / 1000) + _SLACK_MS, _LONGEST_MS)
    return b"%.17g" % interval, b"%d" % capacity, b"%d" % full_ms
