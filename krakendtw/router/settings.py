"""``router``: the options of the HTTP router, at service level.

KrakenD reads the namespace three times over.  One wrongly typed value makes it
forget most of the options without a word; ``auto_options`` and ``error_body`` are
read apart from the rest, and four others are in use before it notices.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from krakendtw.config.canonical import canonical_header
from krakendtw.gojson.number import Float, Number

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath

HEALTH_PATH = "/__health"
"""Where the health check is unless ``health_path`` says otherwise."""


@frozen
class RouterSettings:
    """The options by their names in the namespace.

    :ivar remote_ip_headers: canonical names, in the order of their trial.
    :ivar trusted_proxies: addresses and networks as written.
    :ivar not_found_body: ``error_body`` of 404, ``None`` for the text.
    :ivar method_not_allowed_body: ``error_body`` of 405, ``None`` for the text.
    :ivar others: keys that are none of the Community Edition's, as written.
    """

    disable_redirect_trailing_slash: bool = False
    disable_redirect_fixed_path: bool = False
    disable_handle_method_not_allowed: bool = False
    remove_extra_slash: bool = False
    auto_options: bool = False
    return_error_msg: bool = False
    disable_health: bool = False
    health_path: str = HEALTH_PATH
    disable_access_log: bool = False
    logger_skip_paths: tuple[str, ...] = ()
    disable_path_decoding: bool = False
    hide_version_header: bool = False
    forwarded_by_client_ip: bool = True
    remote_ip_headers: tuple[str, ...] = ("X-Forwarded-For", "X-Real-Ip")
    trusted_proxies: tuple[str, ...] = ("0.0.0.0/0", "::/0")
    app_engine: bool = False
    max_multipart_memory: int = 0
    use_h2c: bool = False
    not_found_body: Any = None
    method_not_allowed_body: Any = None
    others: Mapping[str, Any] = field(factory=lambda: MappingProxyType({}))


def _boolean(value: Any) -> bool:
    if type(value) is not bool:
        raise TypeError
    return value


def _string(value: Any) -> str:
    if type(value) is not str:
        raise TypeError
    return value


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | Number):
        raise TypeError
    number = float(value)
    if not number.is_integer():
        raise TypeError
    return int(number)


def _strings(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError
    return tuple("" if item is None else _string(item) for item in value)


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "disable_redirect_trailing_slash": _boolean,
    "disable_redirect_fixed_path": _boolean,
    "disable_handle_method_not_allowed": _boolean,
    "remove_extra_slash": _boolean,
    "auto_options": _boolean,
    "return_error_msg": _boolean,
    "disable_health": _boolean,
    "health_path": _string,
    "disable_access_log": _boolean,
    "logger_skip_paths": _strings,
    "disable_path_decoding": _boolean,
    "hide_version_header": _boolean,
    "forwarded_by_client_ip": _boolean,
    "remote_ip_headers": _strings,
    "trusted_proxies": _strings,
    "app_engine": _boolean,
    "max_multipart_memory": _integer,
    "use_h2c": _boolean,
}

_STUBBORN = frozenset(
    ("disable_health", "health_path", "disable_access_log", "disable_path_decoding")
)
"""Options that hold even if another one has the wrong type."""


def configure(raw: Any, where: ConfigPath) -> RouterSettings:
    """What the namespace ``router`` says; nothing in it is an error."""
    if not isinstance(raw, Mapping):
        return RouterSettings()
    options, others, is_sound = _read(raw)
    if not is_sound:
        options = {name: options[name] for name in options if name in _STUBBORN}
    # An empty text or list stands for the default.
    options = {name: value for name, value in options.items() if value not in ("", ())}
    if "remote_ip_headers" in options:
        options["remote_ip_headers"] = tuple(
            map(canonical_header, options["remote_ip_headers"])
        )
    options["auto_options"] = raw.get("auto_options") is True
    bodies = raw.get("error_body")
    if isinstance(bodies, Mapping):
        options["not_found_body"] = _as_go(bodies.get("404"))
        options["method_not_allowed_body"] = _as_go(bodies.get("405"))
    return RouterSettings(**options, others=MappingProxyType(others))


def _read(raw: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any], bool]:
    """The options, the keys that are none, and whether all types are right."""
    options: dict[str, Any] = {}
    others: dict[str, Any] = {}
    is_sound = True
    for key in sorted(raw):
        value = raw[key]
        name = key.lower()  # Go takes the names of options in any case
        reader = _READERS.get(name)
        if reader is None:
            if key != "error_body":
                others[key] = value
        elif value is not None:
            try:
                options[name] = reader(value)
            except TypeError:
                is_sound = False
    return options, others, is_sound


def _as_go(value: Any) -> Any:
    """A JSON value with its numbers as Go's float64, which is how they are printed."""
    if isinstance(value, Mapping):
        return {key: _as_go(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_go(item) for item in value]
    if isinstance(value, int | float | Number) and not isinstance(value, bool):
        return Float(value)
    return value
