"""Hints for what does not fit the schema: what was meant, what is wanted."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from krakendtw.config.duration import parse_duration, parse_nanoseconds

if TYPE_CHECKING:
    from krakendtw.config.position import Steps
    from krakendtw.config.schema.shape import Shape

_SHOWN: Final = 8
"""How many names are listed at most."""

_LEVELS: Final[Mapping[str, tuple[str | int, ...]]] = {
    "the root": (),
    "an endpoint": ("endpoints", 0),
    "a backend": ("endpoints", 0, "backend", 0),
    "an async agent": ("async_agent", 0),
    "`tls`": ("tls",),
    "`client_tls`": ("client_tls",),
    "the root's `extra_config`": ("extra_config",),
    "an endpoint's `extra_config`": ("endpoints", 0, "extra_config"),
    "a backend's `extra_config`": ("endpoints", 0, "backend", 0, "extra_config"),
    "an async agent's `extra_config`": ("async_agent", 0, "extra_config"),
    "the root's `router`": ("extra_config", "router"),
    "an endpoint's `proxy`": ("endpoints", 0, "extra_config", "proxy"),
}
"""Where a key may be that stands at the wrong place."""

_UNITS: Final = (
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
)


def nearest(word: str, words: Iterable[str]) -> str:
    """The one of ``words`` that ``word`` may be a slip of; empty if none is like it."""
    by_letters: dict[str, str] = {}
    for each in words:
        by_letters.setdefault(_letters(each), each)
    found = get_close_matches(_letters(word), by_letters, 1, 0.7)
    return by_letters[found[0]] if found else ""


def _letters(word: str) -> str:
    return re.sub(r"[\s_-]", "", word.lower())


def quoted(words: Iterable[str]) -> str:
    """Words with commas between; not all of very many."""
    every = list(words)
    more = ", …" if len(every) > _SHOWN else ""
    return ", ".join(every[:_SHOWN]) + more


def about_key(
    root: Shape,
    steps: Steps,
    key: str,
    siblings: Collection[str],
    renamed: Mapping[str, str],
) -> str:
    """What may be meant by a key that an object does not take.

    :param root: the shape of the document.
    :param steps: where the object is.
    :param siblings: the object's other keys.
    :param renamed: the names of namespaces by their older ones.
    """
    known = root.at(steps).members()
    if key in renamed:
        return f'its name is "{renamed[key]}" now'
    free = [name for name in known if name not in siblings]
    same = [name for name in free if _letters(name) == _letters(key)]
    places = [place for place, at in _LEVELS.items() if key in root.at(at).members()]
    if not same and places:
        return f"it belongs to {' or '.join(places)}"
    meant = nearest(key, same or free)
    if meant:
        return f'did you mean "{meant}"?'
    taken = nearest(key, (name for name in known if name in siblings))
    if taken:
        return f'"{taken}" is there already'
    far = _elsewhere(root, key)
    if far:
        return far
    if not known:
        return "nothing is known to belong here"
    return f"known here: {quoted(sorted(known))}"


def _elsewhere(root: Shape, key: str) -> str:
    """A key much like this one at another level."""
    for level, at in _LEVELS.items():
        meant = nearest(key, root.at(at).members())
        if meant:
            return f'did you mean "{meant}", which belongs to {level}?'
    return ""


def stand_in(shape: Shape, name: str, keys: Iterable[str]) -> str:
    """The unknown key that may be meant for a missing one; empty if none is."""
    return nearest(name, (key for key in keys if not shape.takes(key)))


def about_missing(shape: Shape, name: str) -> str:
    """What a missing property is."""
    sentence = shape.members().get(name, {}).get("description", "")
    return _inline(sentence) if sentence else "it must be there"


def about_value(shape: Shape, value: Any) -> str:
    """What a value should be that is of another type, or not one of the allowed."""
    allowed = [each for values in shape.values("enum") for each in values]
    allowed += shape.values("const")
    if allowed:
        return _among(allowed, value) or _sentence(shape)
    types = [name for names in shape.values("type") for name in _listed(names)]
    if types and _type(value) not in types and not _is_number(value, types):
        hint = _as_type(shape, types, value)
        if hint:
            return hint
    elif isinstance(value, str) and _is_duration(shape):
        return _duration(value)
    return _sentence(shape)


def _sentence(shape: Shape) -> str:
    """What the schema says of the place."""
    sentence = shape.description()
    return f"{_inline(sentence)}" if sentence else ""


def _among(allowed: Sequence[Any], value: Any) -> str:
    texts = [each for each in allowed if isinstance(each, str)]
    if isinstance(value, str):
        meant = nearest(value, texts)
        if meant:
            return f'did you mean "{meant}"?'
    return ""


def _as_type(shape: Shape, types: Sequence[str], value: Any) -> str:
    """The value in the type that is wanted."""
    wanted = set(types)
    if isinstance(value, str):
        text = value.strip()
        if wanted & {"integer", "number"} and re.fullmatch(r"-?\d+(\.\d+)?", text):
            return f"write {text}, without quotes"
        if "boolean" in wanted and text.lower() in ("true", "false"):
            return f"write {text.lower()}, without quotes"
        if wanted & {"integer", "number"} and "seconds" in shape.description():
            return _in_seconds(text)
    if "string" in wanted and isinstance(value, int | float):
        if _is_duration(shape) and not isinstance(value, bool):
            return f'write a time with its unit: "{value}s" or "{value}ms"'
        return f"write {json.dumps(json.dumps(value))}, with quotes"
    if "integer" in wanted and isinstance(value, float):
        return f"write a whole number, such as {round(value)}"
    if "array" in wanted and not isinstance(value, list):
        shown = json.dumps(value, ensure_ascii=False)
        return f"write a list: [{shown if len(shown) < 40 else '…'}]"
    return ""


def _in_seconds(text: str) -> str:
    """A time as a number of seconds."""
    try:
        seconds = parse_duration(text)
    except ValueError:
        return ""
    return f"write a number of seconds: {seconds:g}"


def _duration(text: str) -> str:
    """A time as the schema wants it: a whole number with a unit."""
    try:
        nanoseconds = parse_nanoseconds(text)
    except ValueError:
        nanoseconds = -1
        if re.fullmatch(r"\s*\d+\s*", text):
            number = text.strip()
            return f'write a time with its unit: "{number}s" or "{number}ms"'
    if nanoseconds <= 0:
        return 'a time is a whole number and a unit (ns, us, ms, s, m, h): "1500ms"'
    for unit, size in _UNITS:
        if nanoseconds % size == 0:
            return (
                f'write it as a whole number of one unit: "{nanoseconds // size}{unit}"'
            )
    return ""


def _is_duration(shape: Shape) -> bool:
    return "#/$defs/duration" in shape.values("$ref")


def _listed(names: Any) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, dict):
        return "object"
    return "array" if isinstance(value, list) else "string"


def _is_number(value: Any, types: Sequence[str]) -> bool:
    """Whether the value is a number of one of the types."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return "number" in types or ("integer" in types and value == int(value))


def _inline(sentence: str) -> str:
    """A sentence as the end of another one."""
    return sentence[:1].lower() + sentence[1:].removesuffix(".")
