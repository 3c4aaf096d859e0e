"""What is taken out of a JSON body, and where it goes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from attrs import field, frozen

from krakendtw.config.canonical import canonical_header
from krakendtw.errors import ConfigError, ConfigErrors
from krakendtw.gojson.number import Float, Number, format_float
from krakendtw.gojson.writer import dumps
from krakendtw.middleware._fields import Fields
from krakendtw.middleware._json_object import unmarshal
from krakendtw.middleware.modifier._jmespath import SearchError, compile_search

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.log import Log

Values: TypeAlias = dict[str, list[str]]
"""Header fields, or query strings, by name."""

HEADER, QUERY = "header", "query_string"
SKIP, REPLACE, APPEND = "skip", "replace", "append"

_PROTECTED: Final = frozenset(
    (
        "Connection",
        "Content-Encoding",
        "Content-Length",
        "Host",
        "Keep-Alive",
        "Te",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
    )
)
"""Fields of the connection and of the body, which no body may set."""

_is_token = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+").fullmatch
_has_control = re.compile(r"[\x00-\x08\n-\x1f\x7f]").search


@frozen
class Operation:
    """One operation.

    :ivar find: the value in a body's data; ``None`` if there is none.
    :ivar target: the name of the field, canonical, or of the query string.
    :ivar on_conflict: what happens if that is there already.
    """

    kind: str
    find: Callable[[Any], Any] = field(repr=False, eq=False)
    target: str
    on_conflict: str

    def apply(self, found: list[str], values: Values) -> None:
        """Put what was found under the target's name."""
        present = values.get(self.target)
        if not present or self.on_conflict == REPLACE:
            values[self.target] = found
        elif self.on_conflict == APPEND:
            values[self.target] = present + found


@frozen
class Operations:
    """Operations in their order."""

    operations: tuple[Operation, ...]

    @property
    def kinds(self) -> frozenset[str]:
        """What they change: header fields, query strings."""
        return frozenset(operation.kind for operation in self.operations)

    def apply(self, body: Any, targets: Mapping[str, Values], log: Log) -> bool:
        """Do them all.

        :param body: whole; other than JSON nothing is done.
        :param targets: what each kind changes.
        :returns: whether there was anything to look at.
        """
        if not body:
            return False
        try:
            data = unmarshal(body)
        except ValueError as error:
            if log.debug_on:
                log.debug(f"the body is no JSON: {error}")
            return False
        for operation in self.operations:
            found = self._found(operation, data, log)
            if found:
                operation.apply(found, targets[operation.kind])
        return True

    def _found(self, operation: Operation, data: Any, log: Log) -> list[str]:
        try:
            texts = as_texts(operation.find(data))
        except SearchError as error:
            if log.debug_on:
                log.debug(f"{operation.target}: {error}")
            return []
        if operation.kind == HEADER and any(map(_has_control, texts)):
            log.warning(f"{operation.target}: a control character in the value")
            return []
        return texts


def read_operations(raw: Any, where: ConfigPath) -> Operations:
    """The operations of a namespace.

    :raises ConfigError: one of them cannot be read.
    """
    fields = Fields(raw, where)
    found: list[Operation] = []
    for place, item in fields.items("operations", required=True):
        try:
            found.append(_read(Fields(item, place)))
        except ConfigErrors as error:
            fields.errors.extend(error.errors)
        except ConfigError as error:
            fields.errors.append(error)
    fields.finish()
    return Operations(tuple(found))


def _read(fields: Fields) -> Operation:
    """One operation; all of its keys have to be there.

    :raises ConfigError: it cannot be meant.
    """
    kind = _choice(fields, "type", (HEADER, QUERY))
    strategy = _choice(fields, "strategy", tuple(STRATEGIES))
    expression = fields.text("expression", required=True)
    target = fields.text("target", required=True)
    on_conflict = _choice(fields, "on_conflict", (SKIP, REPLACE, APPEND))
    if kind == HEADER:
        target = canonical_header(target)
        if not _is_token(target):
            fields.refuse("target", "the name of a header field is wanted")
        elif target in _PROTECTED:
            fields.refuse("target", f"{target} cannot be set by a body")
    find: Any = None
    if not fields.errors:
        try:
            find = STRATEGIES[strategy](expression)
        except SearchError as error:
            fields.refuse("expression", str(error))
    fields.finish()
    return Operation(kind, find, target, on_conflict)


def _choice(fields: Fields, key: str, options: tuple[str, ...]) -> str:
    """One of several texts, which has to be there."""
    text = fields.text(key, required=True)
    if text and text not in options:
        fields.refuse(key, f"{text!r} found, one of {', '.join(options)} is wanted")
    return text


def compile_path(expression: str) -> Callable[[Any], Any]:
    """What stands at a path of keys with dots; a number is an index of a list."""
    steps = [
        (step, int(step) if step.isdecimal() else -1) for step in expression.split(".")
    ]

    def find(data: Any) -> Any:
        for key, index in steps:
            if type(data) is dict:
                data = data.get(key)
            elif type(data) is list and 0 <= index < len(data):
                data = data[index]
            else:
                return None
        return data

    return find


STRATEGIES: Final[Mapping[str, Callable[[str], Callable[[Any], Any]]]] = {
    "dotnotation": compile_path,
    "jmespath": compile_search,
}
"""How a value is looked for."""


def as_texts(value: Any) -> list[str]:
    """A value as one text, a list as several; nothing for null."""
    if value is None:
        return []
    if type(value) is list:
        return [as_text(item) for item in value if item is not None]
    return [as_text(value)]


def as_text(value: Any) -> str:
    """A text as it is, anything else as JSON."""
    kind = type(value)
    if kind is str or kind is Number:
        return str(value)
    if kind is Float:
        return format_float(value)
    return dumps(value).decode()
