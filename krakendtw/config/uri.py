"""Hosts, paths and their parameters, by lura's rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_HOST = re.compile(r"(https?://)?([a-zA-Z0-9._\-]+)(:[0-9]{2,6})?/?")
_SEGMENT_PARAMETER = re.compile(r"/\{([a-zA-Z\-_0-9]+)\}")
_PARAMETER = re.compile(r"\{([\w\-.:/]+)\}", re.ASCII)
_LATER = re.compile(r"(resp\d+_.+)?(JWT\.[\w\-.:/]+)?", re.ASCII)
_RESERVED = re.compile(r"\*.|/__(debug|echo|health)(/.*)?\Z")


def clean_host(host: str) -> str:
    """``scheme://name:port`` of a host, ``http`` where there is no scheme.

    :raises ValueError: for anything more, such as a path or a user.
    """
    matches = list(_HOST.finditer(host))
    if len(matches) != 1:
        raise ValueError(f"host {host} not valid: invalid host")
    scheme, name, port = matches[0].groups()
    return (scheme or "http://") + name + (port or "")


def clean_path(path: str) -> str:
    """``path`` with a slash before it; one that it has already counts."""
    return path if path.startswith("/") else f"/{path}"


def is_reserved(path: str) -> bool:
    """Whether an endpoint must not have this path.

    The gateway's own paths are reserved, and ``*`` unless at the end.
    """
    return _RESERVED.search(path) is not None


def endpoint_parameters(path: str, *, is_strict: bool) -> Sequence[str]:
    """The names of an endpoint's parameters, in their order.

    :param is_strict: whether a parameter begins a segment, as it has to
        without ``disable_rest``.
    """
    pattern = _SEGMENT_PARAMETER if is_strict else _PARAMETER
    return [match[1] for match in pattern.finditer(path)]


def router_path(path: str, parameters: Iterable[str]) -> str:
    """An endpoint's path with ``:id`` for ``{id}``, before the first ``?``."""
    for name in parameters:
        path, mark, rest = path.partition("?")
        path = path.replace(f"{{{name}}}", f":{name}") + mark + rest
    return path


def backend_parameters(url_pattern: str) -> Sequence[str]:
    """The distinct names in a backend's pattern, sorted."""
    return sorted({match[1] for match in _PARAMETER.finditer(url_pattern)})


def is_filled_later(name: str) -> bool:
    """Whether a parameter comes from an earlier answer or from a token."""
    return _LATER.fullmatch(name) is not None


def mark_parameters(url_pattern: str, names: Iterable[str]) -> str:
    """The pattern with ``{{.Id}}`` for ``{id}``."""
    for name in names:
        marker = f"{{{{.{name[0].upper()}{name[1:]}}}}}"
        url_pattern = url_pattern.replace(f"{{{name}}}", marker)
    return url_pattern
