"""A YAML document to plain data, as Go's yaml.v3 reads it.

PyYAML reads YAML 1.1, where ``yes`` is true and ``12:30`` a number; KrakenD's
parser has given that up.  Keys become strings and dates the text that JSON
would print, so that the data is the same plain kind as from JSON.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import yaml

from krakendtw.config.moment import Moment
from krakendtw.config.number import parse_integer
from krakendtw.config.yaml_graph import GraphError, check_graph
from krakendtw.errors import ConfigError

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath

_YAML = "tag:yaml.org,2002:"
_STR = f"{_YAML}str"
_MERGE = f"{_YAML}merge"
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

_ALIAS = re.compile(r"\*([^\s,\]}]*)")
_TYPES: dict[str, tuple[type, ...]] = {
    "bool": (bool,),
    "int": (int,),
    "float": (int, float),
    "null": (type(None),),
    "timestamp": (Moment,),
}

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(content: bytes, where: ConfigPath) -> Any:
    """The data of a YAML document: an object, or ``None`` if there is nothing.

    :raises ConfigError: with the line and column of the fault.
    """
    return _read(content, where, _DocumentLoader.first_mapping)


def read_yaml(content: bytes, where: ConfigPath) -> Any:
    """The data of a YAML document, whatever it is; the first of several documents.

    :raises ConfigError: with the line and column of the fault.
    """
    return _read(content, where, _DocumentLoader.first_document)


def _read(content: bytes, where: ConfigPath, read: Callable[[Any], Any]) -> Any:
    try:
        loader = _DocumentLoader(content)
        try:
            return read(loader)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        raise ConfigError(where, f"yaml: {_describe(error, content)}") from error
    except yaml.reader.ReaderError as error:
        place = _place(content, error.position)
        raise ConfigError(where, f"yaml: {error.reason} ({place})") from error
    except RecursionError as error:
        raise ConfigError(where, "yaml: nested too deeply") from error
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigError(where, f"yaml: {error}") from error


def _describe(error: yaml.MarkedYAMLError, content: bytes) -> str:
    """What is wrong, and where."""
    problem, mark = str(error.problem), error.problem_mark
    if mark is None:
        return problem
    if problem.startswith("found undefined alias"):
        line = content.decode("utf-8", "replace").split("\n")[mark.line]
        name = _ALIAS.match(line, mark.column)
        problem = f"unknown anchor '{name[1] if name else ''}' referenced"
    return f"line {mark.line + 1}: {problem} (column {mark.column + 1})"


def _place(content: bytes, position: int) -> str:
    line = content.count(b"\n", 0, position) + 1
    column = position - content.rfind(b"\n", 0, position)
    return f"line {line}, column {column}"


def resolve_scalar(text: str) -> Any:
    """What a plain scalar without a tag stands for."""
    if text in _WORDS:
        return _WORDS[text]
    if not _NUMERIC.match(text):
        return text
    match = _DATE.fullmatch(text)
    if match and (date := _date(match)):
        return Moment.of(date)
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

    def first_document(self) -> Any:
        """The data of the first document.

        :raises yaml.YAMLError: it is not well made.
        """
        return self._document(is_mapping=False)

    def first_mapping(self) -> Any:
        """The same where it must be a mapping or nothing.

        :raises yaml.YAMLError: it is something else.
        """
        return self._document(is_mapping=True)

    def _document(self, *, is_mapping: bool) -> Any:
        if not self.check_node():
            return None
        node = self.get_node()
        check_graph(node)
        data = self.construct_document(node)
        if is_mapping and data is not None and not isinstance(data, dict):
            raise _mismatch(node)
        return data

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
            _text(self.construct_object(key, deep=True), key): self.construct_object(
                value, deep=deep
            )
            for key, value in node.value
        }

    def construct_typed(self, node: Any) -> Any:
        """The value of a scalar that says of what type it is."""
        kind = node.tag.rpartition(":")[2]
        value = resolve_scalar(node.value)
        if type(value) in _TYPES[kind]:
            return float(value) if kind == "float" else value
        raise _refusal(node, f"cannot decode !!str `{node.value}` as a !!{kind}")

    def construct_binary(self, node: Any) -> str:
        """The text that base64 stands for."""
        data: bytes = self.construct_yaml_binary(node)
        return data.decode("utf-8", "surrogateescape")

    def construct_other(self, node: Any) -> Any:
        """The value of a node with a tag that means nothing here."""
        if isinstance(node, yaml.ScalarNode):
            return node.value
        if isinstance(node, yaml.SequenceNode):
            return self.construct_sequence(node, deep=True)
        return self.construct_mapping(node, deep=True)


_DocumentLoader.add_constructor(_PLAIN, _DocumentLoader.construct_plain)
_DocumentLoader.add_constructor(f"{_YAML}binary", _DocumentLoader.construct_binary)
_DocumentLoader.add_constructor(None, _DocumentLoader.construct_other)
for _kind in _TYPES:
    _DocumentLoader.add_constructor(f"{_YAML}{_kind}", _DocumentLoader.construct_typed)
for _kind in ("set", "omap", "pairs"):
    _DocumentLoader.add_constructor(f"{_YAML}{_kind}", _DocumentLoader.construct_other)


def _refusal(node: Any, problem: str) -> yaml.MarkedYAMLError:
    return yaml.constructor.ConstructorError(None, None, problem, node.start_mark)


def _mismatch(node: Any) -> yaml.YAMLError:
    """A document that is no mapping."""
    is_list = isinstance(node, yaml.SequenceNode)
    found = "!!seq" if is_list else f"!!{_short_tag(node)} `{node.value}`"
    line = node.start_mark.line + 1
    return GraphError(
        f"unmarshal errors:\n  line {line}: cannot unmarshal {found} into "
        "map[string]interface {}"
    )


def _short_tag(node: Any) -> str:
    """The type that a scalar resolves to, by YAML's names."""
    value = resolve_scalar(node.value) if node.tag == _PLAIN else node.value
    if isinstance(value, Moment):
        return "timestamp"
    return {bool: "bool", int: "int", float: "float"}.get(type(value), "str")


def _text(key: Any, node: Any) -> str:
    """A key as Go prints it.

    :raises yaml.MarkedYAMLError: it is no scalar.
    """
    if isinstance(key, str):
        return key
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, dict | list):
        raise _refusal(node, "invalid map key")
    return "<nil>" if key is None else str(key)
