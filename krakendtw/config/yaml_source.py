"""A YAML document to plain data, as Go's yaml.v3 reads it.

PyYAML reads YAML 1.1, where ``yes`` is true and ``12:30`` a number; KrakenD's
parser has given that up.  Keys become strings and dates the text that JSON
would print, so that the data is the same plain kind as from JSON.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

import yaml

from krakendtw.config.number import parse_integer
from krakendtw.errors import ConfigError

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath

_STR = "tag:yaml.org,2002:str"
_MERGE = "tag:yaml.org,2002:merge"
_PLAIN = "tag:krakendtw,2026:plain"
_WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF"), float("inf")),
    **dict.fromkeys(("+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_NUMERIC = re.compile(r"[-+.0-9]")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DATE = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"
    r"(?:(?P<divider>[Tt ])(\d\d?):(\d\d?):(\d\d?)(?:\.(\d{1,9}))?"
    r"(?P<zone>Z|[-+]\d\d:\d\d)?)?",
    re.ASCII,
)

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(content: bytes, where: ConfigPath) -> Any:
    """The data of a YAML document, its first one if there are several.

    :raises ConfigError: with the line and column of the fault.
    """
    loader = _DocumentLoader(content)
    try:
        return loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = "" if mark is None else f"line {mark.line + 1}: "
        column = "" if mark is None else f" (column {mark.column + 1})"
        raise ConfigError(where, f"yaml: {place}{error.problem}{column}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(where, f"yaml: {error}") from error
    finally:
        loader.dispose()


def resolve_scalar(text: str) -> Any:
    """What a plain scalar without a tag stands for."""
    if text in _WORDS:
        return _WORDS[text]
    if not _NUMERIC.match(text):
        return text
    match = _DATE.fullmatch(text)
    if match and (date := _date(match)):
        return date
    digits = text.replace("_", "")
    try:
        return parse_integer(digits, unsigned=True)
    except ValueError:
        return float(digits) if _FLOAT.fullmatch(digits) else text


def _date(match: re.Match[str]) -> str | None:
    """A date in the form of RFC 3339; ``None`` for what is none."""
    fraction, divider, zone = match[8], match["divider"], match["zone"]
    if divider and (divider == " ") == bool(zone):
        return None  # a zone goes with the letter T and with nothing else
    parts = [int(part or 0) for part in match.group(1, 2, 3, 5, 6, 7)]
    try:
        text = datetime(*parts).isoformat()  # type: ignore[arg-type]
    except ValueError:
        return None
    digits = (fraction or "").rstrip("0")
    return text + (f".{digits}" if digits else "") + _zone(zone)


def _zone(zone: str | None) -> str:
    return zone if zone and zone[1:] != "00:00" else "Z"


class _DocumentLoader(_Loader):  # type: ignore[misc]
    """The safe loader with yaml.v3's idea of plain scalars."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.flattened: dict[int, Any] = {}

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        """The tag of a node that has none."""
        if kind is yaml.ScalarNode:
            if not implicit[0]:
                return _STR
            return _MERGE if value == "<<" else _PLAIN
        tag: str = super().resolve(kind, value, implicit)
        return tag

    def construct_plain(self, node: Any) -> Any:
        """The value of a plain scalar."""
        return resolve_scalar(node.value)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[str, Any]:
        """A mapping by strings."""
        self.flatten_mapping(node)
        return {
            _text(self.construct_object(key, deep=True)): self.construct_object(
                value, deep=deep
            )
            for key, value in node.value
        }

    def flatten_mapping(self, node: Any) -> None:
        """Put in what ``<<`` refers to, having looked for keys that stand twice."""
        # Before and only before: merged keys may stand beside the node's own.
        if id(node) not in self.flattened:
            self.flattened[id(node)] = node
            _refuse_duplicates(node)
        super().flatten_mapping(node)


def _refuse_duplicates(node: Any) -> None:
    written: set[tuple[str, str]] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.tag == _MERGE:
            continue
        if (key.tag, key.value) in written:
            problem = f'mapping key "{key.value}" already defined'
            raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
        written.add((key.tag, key.value))


_DocumentLoader.add_constructor(_PLAIN, _DocumentLoader.construct_plain)


def _text(key: Any) -> str:
    """A key as Go prints it."""
    if isinstance(key, str):
        return key
    if isinstance(key, bool):
        return "true" if key else "false"
    return "<nil>" if key is None else str(key)
