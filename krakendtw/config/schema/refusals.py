"""Hints for what the gateway itself refuses: what to do about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from krakendtw.config.schema.advice import about_value, nearest, quoted

if TYPE_CHECKING:
    from krakendtw.config.position import Steps
    from krakendtw.config.schema.shape import Shape

_PARAMETER: Final = re.compile(r"\{([^{}]+)\}")

_KNOWN: Final = (
    (r"unsupported version", 'write "version": 3'),
    (r"invalid ip address", 'write an address, not a name: "0.0.0.0"'),
    (
        r"not valid: invalid host",
        'write scheme, name and port only, "http://name:8080", or set '
        '"disable_host_sanitize"',
    ),
    (
        r"since it is invalid",
        'a path begins with one "/", has "*" at its end only, and none of '
        "/__debug, /__echo, /__health",
    ),
    (
        r"can not use NoOp encoding",
        'leave one backend, or choose another "output_encoding"',
    ),
    (
        r"already registered|conflicts with|wildcard",
        "give one of the endpoints another path or method",
    ),
    (r"is not supported by this version", "remove it, or start with --lenient"),
    (r"install it with", "install what is missing"),
)
"""Texts of errors, and what to do about them."""


def advise(shape: Shape, data: Any, steps: Steps, message: str) -> str:
    """What to do about an error.

    :param shape: of the whole document.
    :param data: the document.
    :param steps: where the error is.
    """
    if "output param" in message:
        return _about_parameter(data, steps, message)
    if "has 0 backends" in message:
        return _about_backends(_value(data, steps))
    for pattern, hint in _KNOWN:
        if re.search(pattern, message):
            return hint
    return about_value(shape.at(steps), _value(data, steps))


def _about_parameter(data: Any, steps: Steps, message: str) -> str:
    """A parameter of a backend that its endpoint lacks."""
    endpoint = str(_value(data, (*steps[:2], "endpoint")))
    names = _PARAMETER.findall(endpoint)
    match = re.search(r"undefined output param '([^']*)'", message)
    if match is None:
        return f"{endpoint} has {len(names)} of the parameters in url_pattern"
    meant = nearest(match[1], names)
    if meant:
        return f'did you mean "{{{meant}}}"?'
    if names:
        return f"{endpoint} has {quoted(f'{{{name}}}' for name in names)}"
    return f"put {{{match[1]}}} into the path of {endpoint}"


def _about_backends(endpoint: Any) -> str:
    keys = endpoint if isinstance(endpoint, dict) else {}
    meant = nearest("backend", (key for key in keys if key != "backend"))
    if meant:
        return f'is "{meant}" meant for "backend"?'
    return 'give it a "backend" with at least a "url_pattern"'


def _value(data: Any, steps: Steps) -> Any:
    """What is at a place; ``None`` if nothing is."""
    for step in steps:
        if isinstance(data, dict) and isinstance(step, str):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data
