"""CEL's values while an expression is evaluated.

=========  =====================================================
CEL        Python
=========  =====================================================
int        ``int``
uint       :class:`~krakendtw.middleware.validation._cel_numbers.Uint`
double     ``float``
string     ``str``
bytes      ``bytes``
bool       ``bool``
null       ``None``
list       ``tuple`` if the expression made it, ``list`` if it is data
map        :class:`Map` if the expression made it, ``dict`` if it is data
timestamp  :class:`~krakendtw.middleware.validation._cel_times.Timestamp`
duration   :class:`~krakendtw.middleware.validation._cel_times.Duration`
type       :class:`TypeValue`
=========  =====================================================

Data is not converted before it is read: what is taken out of it goes through
a *lift*, which makes values of leaves, for a number in a response's data means
something else to CEL than one in a token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from attrs import frozen

from krakendtw.gojson.format import format_g, format_v
from krakendtw.gojson.number import Float, Number
from krakendtw.gojson.opaque import Opaque
from krakendtw.middleware.validation._cel_issues import CelError
from krakendtw.middleware.validation._cel_numbers import Uint, same_number
from krakendtw.middleware.validation._cel_times import Duration, Timestamp

Lift: TypeAlias = Callable[[Any], Any]
"""Makes a CEL value of a piece of data."""


@frozen
class TypeValue:
    """A type as a value: what ``type(1)`` gives."""

    name: str

    def __str__(self) -> str:
        return _SHOWN.get(self.name, self.name)


_SHOWN = {"list": "list(dyn)", "map": "map(dyn, dyn)"}


@frozen(eq=False)
class _Key:
    """Stands in a :class:`Map` for a key that Python would mix up with another.

    ``True`` would be ``1``, and a list cannot be a key at all.
    """

    value: Any


_TRUE, _FALSE = _Key(True), _Key(False)


class Map(dict[Any, Any]):
    """A map that the expression made; its keys may be of any type."""

    __slots__ = ()

    @classmethod
    def of(cls, pairs: Iterable[tuple[Any, Any]]) -> Map:
        """The map of these keys and values; of equal keys the last one counts."""
        return cls((_key(key), value) for key, value in pairs)

    def names(self) -> list[Any]:
        """The keys as values."""
        return [key.value if type(key) is _Key else key for key in self]


def _key(key: Any) -> Any:
    """What stands for a key inside a map.

    :raises CelError: bytes, which cel-go cannot take for a key.
    """
    if type(key) is bytes:
        raise CelError(
            "internal error: runtime error: hash of unhashable type types.Bytes"
        )
    if key is True:
        return _TRUE
    if key is False:
        return _FALSE
    return _Key(key) if isinstance(key, list | tuple | dict) else key


def raw(value: Any) -> Any:
    """The lift of data that needs none."""
    return value


def lift_data(value: Any) -> Any:
    """The lift of a response's data: a decoded number is a string, as in Go."""
    kind = type(value)
    if kind is int:
        return str(value)
    if kind is Number:
        return str.__str__(value)
    if kind is Float:
        return float(value)
    return value.value if kind is Opaque else value


def lift_numbers(value: Any) -> Any:
    """The lift of a response's data for policies: numbers are numbers."""
    kind = type(value)
    if kind is Number or kind is Float:
        return float(value)
    if kind is int:
        return value if -(2**63) <= value < 2**63 else float(value)
    return value.value if kind is Opaque else value


def lift_claims(value: Any) -> Any:
    """The lift of a token's claims: every number is a double."""
    kind = type(value)
    if kind is int or kind is Number or kind is Float:
        return float(value)
    return value


TYPE_VALUES: Final[Mapping[type, TypeValue]] = {
    bool: TypeValue("bool"),
    bytes: TypeValue("bytes"),
    dict: TypeValue("map"),
    Duration: TypeValue("google.protobuf.Duration"),
    float: TypeValue("double"),
    int: TypeValue("int"),
    list: TypeValue("list"),
    Map: TypeValue("map"),
    str: TypeValue("string"),
    Timestamp: TypeValue("google.protobuf.Timestamp"),
    tuple: TypeValue("list"),
    type(None): TypeValue("null_type"),
    TypeValue: TypeValue("type"),
    Uint: TypeValue("uint"),
}
"""The types of values."""

_GO_NAMES = {
    bool: "types.Bool",
    bytes: "types.Bytes",
    Duration: "types.Duration",
    float: "types.Double",
    int: "types.Int",
    str: "types.String",
    Timestamp: "types.Timestamp",
    type(None): "types.Null",
    Uint: "types.Uint",
}
_NUMBERS = (int, float, Uint)
_UNKNOWN = TypeValue("unknown")


def type_name(value: Any) -> str:
    """The name of a value's type."""
    return TYPE_VALUES.get(type(value), _UNKNOWN).name


def equals(left: Any, right: Any, lift: Lift) -> bool:
    """Whether two values are equal: numbers of any kind, else the same type."""
    kind, other = type(left), type(right)
    if kind in _NUMBERS and other in _NUMBERS:
        return same_number(left, right)
    if kind is list or kind is tuple:
        return (other is list or other is tuple) and _same_items(left, right, lift)
    if kind is dict or kind is Map:
        return (other is dict or other is Map) and _same_entries(left, right, lift)
    return kind is other and bool(left == right)


def _same_items(left: Any, right: Any, lift: Lift) -> bool:
    return len(left) == len(right) and all(
        equals(one, other, lift)
        for one, other in zip(items(left, lift), items(right, lift), strict=True)
    )


def _same_entries(left: Any, right: Any, lift: Lift) -> bool:
    if len(left) != len(right):
        return False
    ours = lift if type(left) is dict else raw
    theirs = lift if type(right) is dict else raw
    for key, value in left.items():
        if key not in right or not equals(ours(value), theirs(right[key]), lift):
            return False
    return True


def items(value: Any, lift: Lift) -> Iterable[Any]:
    """What a macro goes through: a list's items, a map's keys.

    :raises CelError: ``value`` is neither.
    """
    kind = type(value)
    if kind is tuple or kind is dict:
        return value  # type: ignore[no-any-return]
    if kind is list:
        return value if lift is raw else map(lift, value)
    if kind is Map:
        return value.names()  # type: ignore[no-any-return]
    name = _GO_NAMES.get(type(value), type_name(value))
    raise CelError(f"got '{name}', expected iterable type")


def contains(container: Any, value: Any, lift: Lift) -> bool:
    """Whether a list has an item, or a map a key.

    :raises CelError: ``container`` is neither.
    """
    kind = type(container)
    if kind is dict or kind is Map:
        return find(container, value) is not _MISSING
    if kind is list or kind is tuple:
        return any(equals(value, item, lift) for item in items(container, lift))
    raise CelError("no such overload")


_MISSING: Final = object()


def find(map_: dict[Any, Any], key: Any) -> Any:
    """What a map has for a key as it stands; :data:`_MISSING` without it."""
    if type(map_) is Map:
        return map_.get(_key(key), _MISSING)
    return map_.get(key, _MISSING) if type(key) is str else _MISSING


_KEY_TYPES = (str, int, Uint, float, bool)


def element(container: Any, key: Any, lift: Lift) -> Any:
    """``container[key]``.

    :raises CelError: there is no such element.
    """
    kind = type(container)
    if type(key) not in _KEY_TYPES:
        raise CelError(f"invalid qualifier type: {type_name(key)}")
    if kind is dict or kind is Map:
        found = find(container, key)
        if found is not _MISSING:
            return lift(found) if kind is dict else found
    elif kind is list or kind is tuple:
        place = list_index(key)
        if 0 <= place < len(container):
            found = container[place]
            return lift(found) if kind is list else found
        raise CelError(f"index out of bounds: {show(key)}")
    raise CelError(f"no such key: {show(key)}")


def list_index(key: Any) -> int:
    """The place in a list that a number means.

    :raises CelError: it means none.
    """
    kind = type(key)
    if kind is int or kind is Uint:
        return int(key)
    if kind is float:
        if key.is_integer():
            return int(key)
        raise CelError(f"unsupported index value {show(key)} in list")
    raise CelError(f"unsupported index type '{type_name(key)}' in list")


def has(container: Any, name: str) -> bool:
    """``has(container.name)``.

    :raises CelError: ``container`` is a list.
    """
    kind = type(container)
    if kind is dict:
        return name in container
    if kind is Map:
        return find(container, name) is not _MISSING
    if kind is list or kind is tuple:
        raise CelError("unsupported index type 'string' in list")
    return False


def show(value: Any) -> str:
    """A value as the log shows it."""
    kind = type(value)
    if kind is float:
        return format_g(value)
    if kind is tuple:
        return f"[{', '.join(map(show, value))}]"
    if kind is list:
        return f"[{', '.join(map(format_v, value))}]"
    if kind is dict:
        return f"{{{', '.join(f'{k}: {format_v(v)}' for k, v in value.items())}}}"
    if kind is Map:
        pairs = zip(value.names(), value.values(), strict=True)
        return f"{{{', '.join(f'{show(k)}: {show(v)}' for k, v in pairs)}}}"
    if kind is bytes:
        return f"[{' '.join(map(str, value))}]"
    return format_v(value)
