"""The keys that all rate limits of the HTTP side share.

:func:`read_limits` reads them as KrakenD's Community Edition does, which takes
what it understands and passes over the rest; :func:`demand_limits` is for the
namespaces that only its Enterprise Edition has, and refuses what it does not
understand.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from krakendtw.config.duration import parse_nanoseconds
from krakendtw.gojson.format import format_v
from krakendtw.middleware.qos.ratelimit._store import MAX_CLIENTS

if TYPE_CHECKING:
    from krakendtw.middleware._fields import Fields

_SECOND = 1_000_000_000
_IDLE_NS = 600 * _SECOND
_UINT64 = 1 << 64
_OUT_OF_RANGE = 1 << 63  # what the processor makes of a float that does not fit

STRATEGIES = ("ip", "header", "param")


@frozen
class Limits:
    """Rates in tokens a second; 0 and less for no limit.

    :ivar capacity: what the bucket of all clients holds; 0 for the default.
    :ivar client_capacity: what each client's bucket holds; 0 for the default.
    :ivar strategy: how clients are told apart, as written.
    :ivar key: the header or parameter for that.
    :ivar idle_s: how long a client is remembered.
    :ivar sweep_s: how often it is looked who is to be forgotten.
    :ivar max_clients: how many are remembered; ours.
    """

    max_rate: float = 0.0
    capacity: int = 0
    client_max_rate: float = 0.0
    client_capacity: int = 0
    strategy: str = ""
    key: str = ""
    idle_s: float = _IDLE_NS / _SECOND
    sweep_s: float = 60.0
    max_clients: int = MAX_CLIENTS

    def filled_in(self) -> Limits:
        """The same with KrakenD's capacities where none are given.

        That of the clients depends on ``max_rate``: below 1, or without it, each
        client has one token, whatever ``client_max_rate`` says.
        """
        own = 1 if self.max_rate < 1 else to_uint64(self.client_max_rate)
        return evolve(
            self,
            capacity=self.capacity or default_capacity(self.max_rate),
            client_capacity=self.client_capacity or own,
        )


def default_capacity(rate: float) -> int:
    """What a bucket holds unless told: the tokens of a second, at least one."""
    return 1 if rate < 1 else to_uint64(rate)


def number(value: Any) -> float:
    """A number of the document; 0 for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    return float(value)


def to_uint64(value: float) -> int:
    """``value`` cut to a whole number without a sign: negative ones are huge."""
    if not -_OUT_OF_RANGE < value < _UINT64:
        return _OUT_OF_RANGE
    return int(value) % _UINT64


def to_duration_ns(value: Any, default: int) -> int:
    """A duration in ns, of whatever the document holds, printed."""
    try:
        return parse_nanoseconds(format_v(value))
    except ValueError:
        return default


def scaled(rate: float, every_ns: int) -> float:
    """A rate for each ``every_ns`` as one for each second."""
    if not every_ns:
        return rate * float("inf")
    return rate * (_SECOND / every_ns)


def read_limits(raw: Mapping[str, Any]) -> Limits:
    """The limits of a namespace, by the Community Edition's leniency."""
    rate, client_rate = number(raw.get("max_rate")), number(raw.get("client_max_rate"))
    idle = _IDLE_NS
    if "every" in raw:
        every = max(to_duration_ns(raw["every"], _SECOND), _SECOND)
        rate, client_rate = scaled(rate, every), scaled(client_rate, every)
        idle = idle_ns(every)
    sweep = 60 * _SECOND
    if "cleanup_period" in raw:
        sweep = max(to_duration_ns(raw["cleanup_period"], sweep), _SECOND)
    return Limits(
        max_rate=rate,
        capacity=to_uint64(number(raw.get("capacity"))),
        client_max_rate=client_rate,
        client_capacity=to_uint64(number(raw.get("client_capacity"))),
        strategy=format_v(raw["strategy"]) if "strategy" in raw else "",
        key=format_v(raw["key"]) if "key" in raw else "",
        idle_s=idle / _SECOND,
        sweep_s=sweep / _SECOND,
        max_clients=to_uint64(number(raw.get("max_clients"))) or MAX_CLIENTS,
    )


def idle_ns(every_ns: int) -> int:
    """How long a client is remembered: ten minutes, or longer than ``every``."""
    if every_ns <= _IDLE_NS:
        return _IDLE_NS
    # Limits that begin together need not end together.
    return int((1 + 0.25 * random.random()) * every_ns)  # noqa: S311


def demand_limits(fields: Fields, *, has_route: bool, quirks: bool = True) -> Limits:
    """The limits of a namespace, refusing what cannot be meant.

    :param has_route: whether parameters of a route are known at this place.
    :param quirks: whether the capacities not given are KrakenD's, which look at
        ``max_rate`` alone, or those of each rate.
    """
    every = fields.duration_ns("every", _SECOND)
    if every < _SECOND:
        fields.refuse("every", "at least 1s is wanted")
        every = _SECOND
    sweep = fields.duration_ns("cleanup_period", 60 * _SECOND)
    for key in ("num_shards", "cleanup_threads"):
        fields.whole(key)
    limits = Limits(
        max_rate=scaled(fields.number("max_rate"), every),
        capacity=fields.whole("capacity"),
        client_max_rate=scaled(fields.number("client_max_rate"), every),
        client_capacity=fields.whole("client_capacity"),
        strategy=fields.choice("strategy", STRATEGIES),
        key=fields.text("key"),
        idle_s=idle_ns(every) / _SECOND,
        sweep_s=max(sweep, _SECOND) / _SECOND,
        max_clients=fields.whole("max_clients", MAX_CLIENTS, least=1),
    )
    if limits.max_rate <= 0 and limits.client_max_rate <= 0:
        fields.refuse("max_rate", "a rate is wanted, this one or client_max_rate")
    if limits.client_max_rate > 0:
        _demand_strategy(fields, limits, has_route)
    if quirks:
        return limits.filled_in()
    return evolve(
        limits,
        capacity=limits.capacity or default_capacity(limits.max_rate),
        client_capacity=limits.client_capacity
        or default_capacity(limits.client_max_rate),
    )


def _demand_strategy(fields: Fields, limits: Limits, has_route: bool) -> None:
    if not limits.strategy:
        fields.refuse("strategy", "is missing, client_max_rate needs it")
    elif limits.strategy == "param" and not has_route:
        fields.refuse("strategy", "there are no parameters before routing")
    elif limits.strategy != "ip" and not limits.key:
        fields.refuse("key", f"is missing, the strategy {limits.strategy} needs it")
