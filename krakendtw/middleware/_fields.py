"""Fields of a namespace, read strictly: for guards that must not start half-read.

Keys that begin with ``@``, ``$``, ``_`` or ``#`` are comments, as in KrakenD's
schema.  What is found wrong is collected, so that all of it is reported at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from krakendtw.config.duration import parse_nanoseconds
from krakendtw.errors import ConfigError, ConfigErrors

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath

_COMMENTS = ("@", "$", "_", "#")


class Fields:
    """The fields of one object.

    :param raw: the object.
    :param where: its place.
    :raises ConfigError: ``raw`` is no object.
    """

    def __init__(self, raw: Any, where: ConfigPath) -> None:
        if not isinstance(raw, Mapping):
            raise ConfigError(where, f"{_kind(raw)} found, an object is wanted")
        self.where = where
        self.errors: list[ConfigError] = []
        self._raw = raw
        self._known: set[str] = set()

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return self._raw.get(key) is not None

    def any(self, key: str) -> Any:
        """The value as it stands; ``None`` without one."""
        self._known.add(key)
        return self._raw.get(key)

    def refuse(self, key: str, message: str) -> None:
        """Note that a value is wrong."""
        self.errors.append(ConfigError(self.where / key, message))

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A text."""
        value = self._get(key, required)
        if value is None:
            return default
        if not isinstance(value, str):
            self.refuse(key, f"{_kind(value)} found, a text is wanted")
            return default
        if required and not value:
            self.refuse(key, "must not be empty")
        return str(value)

    def choice(self, key: str, options: Collection[str], default: str = "") -> str:
        """One of several texts."""
        value = self.text(key, default)
        if value != default and value not in options:
            names = ", ".join(sorted(options))
            self.refuse(key, f"{value!r} found, one of {names} is wanted")
            return default
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """A truth value."""
        value = self._get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.refuse(key, f"{_kind(value)} found, true or false is wanted")
            return default
        return value

    def number(self, key: str, default: float = 0.0, *, least: float = 0.0) -> float:
        """A number, not below ``least``."""
        value = self._get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(key, f"{_kind(value)} found, a number is wanted")
            return default
        if value < least:
            self.refuse(key, f"{value} found, at least {least:g} is wanted")
            return default
        return float(value)

    def whole(
        self, key: str, default: int = 0, *, least: int = 0, required: bool = False
    ) -> int:
        """A whole number, not below ``least``."""
        if self._get(key, required) is None:
            return default
        value = self.number(key, default, least=least)
        if value % 1:
            self.refuse(key, f"{value} found, a whole number is wanted")
            return default
        return int(value)

    def duration_ns(self, key: str, default: int) -> int:
        """Nanoseconds of a duration in Go's spelling."""
        value = self._get(key)
        if value is None:
            return default
        try:
            if isinstance(value, str):
                return parse_nanoseconds(value)
            self.refuse(key, f"{_kind(value)} found, a duration is wanted")
        except ValueError as error:
            self.refuse(key, str(error))
        return default

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts."""
        value = self._get(key, required)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            self.refuse(key, "a list of texts is wanted")
            return ()
        return tuple(value)

    def items(
        self, key: str, *, required: bool = False
    ) -> list[tuple[ConfigPath, Any]]:
        """The elements of a list, each with its place."""
        value = self._get(key, required)
        if value is None:
            return []
        if not isinstance(value, list):
            self.refuse(key, f"{_kind(value)} found, a list is wanted")
            return []
        return [(self.where / key / at, item) for at, item in enumerate(value)]

    def finish(self, *, closed: bool = True) -> None:
        """All has been read.

        :param closed: whether other keys than those read are mistakes.
        :raises ConfigErrors: all that is wrong.
        """
        if closed:
            for key in self._raw:
                if key not in self._known and not key.startswith(_COMMENTS):
                    self.refuse(key, "no such key")
        if self.errors:
            raise ConfigErrors(self.errors)

    def _get(self, key: str, required: bool = False) -> Any:
        value = self.any(key)
        if value is None and required:
            self.refuse(key, "is missing")
        return value


def _kind(value: Any) -> str:
    """What a value is, in the words of JSON."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, int | float):
        return "a number"
    return "a list" if isinstance(value, list) else "an object"
