"""What a script may use up before it is ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from krakendtw.errors import ConfigError

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath

KEY = "limits"
"""Our key among KrakenD's."""


@frozen
class Limits:
    """The budget of one request's scripts at one place.

    :ivar instructions: of the Lua machine, in all.
    :ivar seconds: of processor time, in all.
    :ivar turn: seconds of processor time until other requests have their turn.
    :ivar memory: bytes of Lua's own memory, shared by the requests under way.  A
        table that grows is copied in one go, so that it is time as well.
    """

    instructions: int = 100_000_000
    seconds: float = 0.25
    turn: float = 0.002
    memory: int = 16 << 20

    @property
    def data(self) -> int:
        """Bytes of data that one request's scripts may make.

        They are written out in one go, and may grow sixfold then.
        """
        return self.memory // 2


def parse_limits(raw: Any, where: ConfigPath) -> Limits:
    """The limits of a configuration; absent ones are the defaults.

    :raises ConfigError: the value is no object of positive numbers.
    """
    if raw is None:
        return Limits()
    if not isinstance(raw, dict):
        raise ConfigError(where / KEY, "wants an object")
    names = ("instructions", "cpu_ms", "turn_ms", "memory_mb")
    values = [_positive(raw, name, where) for name in names]
    default = Limits()
    instructions, total, turn, megabytes = values
    return Limits(
        default.instructions if instructions is None else int(instructions),
        default.seconds if total is None else total / 1000,
        default.turn if turn is None else turn / 1000,
        default.memory if megabytes is None else int(megabytes * (1 << 20)),
    )


def _positive(raw: dict[str, Any], name: str, where: ConfigPath) -> float | None:
    value = raw.get(name)
    if value is None:
        return None
    try:
        number = float(value) if not isinstance(value, bool) else -1.0
    except (TypeError, ValueError):
        number = -1.0
    if not number > 0:
        raise ConfigError(where / KEY / name, f"wants a positive number, not {value!r}")
    return number
