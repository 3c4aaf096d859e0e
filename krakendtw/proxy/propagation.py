"""Values of earlier answers as parameters of later calls: ``{resp0_id}``.

A sequence puts them into the request's params before each step, for the
``url_pattern`` of that step and, by ``sequential_propagated_params``, for the
components on the way to every later backend.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import frozen

from krakendtw.proxy.escape import to_text
from krakendtw.proxy.go_text import format_exponent, format_value
from krakendtw.proxy.message import Response

if TYPE_CHECKING:
    from krakendtw.config.model import EndpointConfig
    from krakendtw.proxy.settings import ProxySettings

_IN_PATTERN = re.compile(r"\{\{\.Resp(\d+)_([\w.-]+)\}\}", re.ASCII)
_IN_ENTRY = re.compile(r"[Rr]esp(\d+)_?([\w.-]+)?", re.ASCII)

Fill: TypeAlias = Callable[
    [Sequence[Response | None], dict[str, str], dict[str, str]], None
]
"""Puts one step's values into the params.

It takes the responses of the steps before, the params to write to, and the values
already found for this request, which are used again under the same name.
"""


@frozen
class Plan:
    """What each step of a sequence reads from those before it.

    :ivar fills: one for each backend; ``None`` for a step that reads nothing.
    :ivar bodies: the steps whose undecoded body is read; a stream in their
        ``io`` must be read to bytes before a later step's fill is called.
    """

    fills: tuple[Fill | None, ...]
    bodies: frozenset[int]


@frozen
class _Source:
    """A value to read.

    :ivar step: the index of the backend that gave it.
    :ivar name: the parameter's name.
    :ivar keys: the way to it in the data; empty for the undecoded body.
    """

    step: int
    name: str
    keys: tuple[str, ...]


def compile_replacements(endpoint: EndpointConfig, settings: ProxySettings) -> Plan:
    """The plan of a sequence.

    :param endpoint: with its regular backends only, for names count those.
    :raises ConfigError: for what :meth:`ProxySettings.check_merge` refuses.
    """
    settings.check_merge(endpoint.where / "extra_config" / "proxy")
    fills: list[Fill | None] = []
    bodies: set[int] = set()
    propagated = list(_propagated(settings))
    for step, backend in enumerate(endpoint.backends):
        found = [*_sources(_IN_PATTERN, backend.url_pattern), *propagated]
        # Later answers are not there yet, nor is the first step's own.
        readable = [source for source in found if source.step < step]
        bodies.update(source.step for source in readable if not source.keys)
        fills.append(_compile_fill(readable) if readable else None)
    return Plan(tuple(fills), frozenset(bodies))


def _propagated(settings: ProxySettings) -> Iterator[_Source]:
    for entry in settings.sequential_propagated_params:
        yield from _sources(_IN_ENTRY, entry)


def _sources(pattern: re.Pattern[str], text: str) -> Iterator[_Source]:
    for match in pattern.finditer(text):
        digits, path = match[1], match[2] or ""
        if len(digits) > 18:  # no index that Go reads, hence none at all
            continue
        name = f"Resp{digits}_{path}" if path else f"Resp{digits}"
        yield _Source(int(digits), name, tuple(path.split(".")) if path else ())


def _compile_fill(sources: list[_Source]) -> Fill:
    plan = tuple(
        (source.step, source.name, source.keys[:-1], source.keys[-1:])
        for source in sources
    )

    def fill(
        parts: Sequence[Response | None], params: dict[str, str], cache: dict[str, str]
    ) -> None:
        for step, name, parents, last in plan:
            part = parts[step]
            if part is None:
                continue
            value = cache.get(name)
            if not value:
                value = _look_up(part, parents, last[0]) if last else _body(part)
                if value is None:
                    continue
                cache[name] = value
            params[name] = value

    return fill


def _look_up(part: Response, parents: tuple[str, ...], last: str) -> str | None:
    """The value as text; where the way ends early, ``last`` is looked up there."""
    data = part.data
    if data is None:
        return None
    for key in parents:
        below = data.get(key)
        if type(below) is not dict:
            break
        data = below
    if last not in data:
        return None
    return _to_parameter(data[last])


def _body(part: Response) -> str | None:
    body = part.io
    return to_text(body) if type(body) is bytes else None


def _to_parameter(value: Any) -> str:
    """``value`` the way lura writes it into a URL."""
    if type(value) is str:
        return value
    if type(value) is list:
        return ",".join([format_value(element) for element in value])
    if isinstance(value, float):
        return format_exponent(value)
    return format_value(value)
