"""Go's types and values, as Python holds them while a template runs.

What Go's functions tell apart has a class of its own: an ``int64`` is an
:class:`Int64`, a ``[]string`` is :class:`Strings`.  The frequent types are
Python's own: ``int`` is Go's ``int``, ``float`` is ``float64``, ``list`` is
``[]interface{}`` and ``dict`` is ``map[string]interface{}``.  Strings are text
in which a byte that is no UTF-8 stays a lone surrogate
(:mod:`krakendtw.gojson.text`).

There are two kinds of nothing: ``None`` is a nil that stands somewhere, in a map
or a list, and :data:`INVALID` is no value at all, such as a missing key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

from attrs import frozen

from krakendtw.gojson.number import Float, Number
from krakendtw.gojson.text import encode_raw


@frozen(eq=False)
class GoType:
    """A Go type.

    :ivar name: as ``%T`` prints it: ``map[string]interface {}``.
    :ivar kind: as package ``reflect`` calls it: ``map``.
    :ivar element: the type of what a list or a map holds.
    """

    name: str
    kind: str
    element: GoType | None = None

    def __str__(self) -> str:
        return self.name


INTERFACE: Final = GoType("interface {}", "interface")
"""The type of parameters that take anything, and of what maps and lists hold."""

VALUE: Final = GoType("reflect.Value", "struct")
"""The type of built-in functions' parameters; takes no value at all as well."""

BOOL: Final = GoType("bool", "bool")
INT: Final = GoType("int", "int")
INT32: Final = GoType("int32", "int32")
INT64: Final = GoType("int64", "int64")
UINT8: Final = GoType("uint8", "uint8")
UINT32: Final = GoType("uint32", "uint32")
UINT64: Final = GoType("uint64", "uint64")
FLOAT64: Final = GoType("float64", "float64")
COMPLEX128: Final = GoType("complex128", "complex128")
STRING: Final = GoType("string", "string")
LIST: Final = GoType("[]interface {}", "slice", INTERFACE)
STRINGS: Final = GoType("[]string", "slice", STRING)
INTS: Final = GoType("[]int", "slice", INT)
LISTS: Final = GoType("[][]interface {}", "slice", LIST)
BYTES: Final = GoType("[]uint8", "slice", UINT8)
MAP: Final = GoType("map[string]interface {}", "map", INTERFACE)
STRING_MAP: Final = GoType("map[string]string", "map", STRING)
STRING_LISTS: Final = GoType("map[string][]string", "map", STRINGS)


class Invalid:
    """The class of :data:`INVALID`."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "INVALID"


INVALID: Final = Invalid()
"""No value: a missing key, or what a nil became in a pipeline."""


NO_VALUE: Final = "runtime error: invalid memory address or nil pointer dereference"
"""What Go says where something is asked of nothing."""


class Int32(int):
    """An ``int32``."""

    __slots__ = ()


class Int64(int):
    """An ``int64``."""

    __slots__ = ()


class Uint8(int):
    """A ``uint8``, such as a byte of a string."""

    __slots__ = ()


class Uint32(int):
    """A ``uint32``."""

    __slots__ = ()


class Uint64(int):
    """A ``uint64``."""

    __slots__ = ()


INTEGER_CLASSES: Final[dict[GoType, type[int]]] = {
    INT: int,
    INT32: Int32,
    INT64: Int64,
    UINT8: Uint8,
    UINT32: Uint32,
    UINT64: Uint64,
}
"""The class of each type of whole numbers; named ones join."""


class Strings(list[str]):
    """A ``[]string``."""

    __slots__ = ()


class Ints(list[int]):
    """A ``[]int``."""

    __slots__ = ()


class Lists(list[list[Any]]):
    """A ``[][]interface{}``."""

    __slots__ = ()


class Bytes(list[int]):
    """A ``[]byte``; its members are :class:`Uint8`."""

    __slots__ = ()


def to_bytes(text: str) -> Bytes:
    """The bytes of a text."""
    return Bytes(map(Uint8, encode_raw(text)))


class StringMap(dict[str, str]):
    """A ``map[string]string``."""

    __slots__ = ()


class StringLists(dict[str, list[str]]):
    """A ``map[string][]string``; what it holds is :class:`Strings`."""

    __slots__ = ()


class NilList(list[Any]):
    """A ``[]interface{}`` that is nil: empty, and ``null`` in JSON."""

    __slots__ = ()


class NilStrings(Strings):
    """A ``[]string`` that is nil."""

    __slots__ = ()


class NilMap(dict[str, Any]):
    """A ``map[string]interface{}`` that is nil and takes no keys."""

    __slots__ = ()


class Named:
    """A value of a named Go type, with methods or fields.

    :cvar go_type: its type.
    :cvar METHODS: what templates may call, by the names that Go has; the
        functions get the value and are annotated as
        :mod:`krakendtw.template.signature` wants it.  A text stands for what no
        template can call, and says why.
    :cvar FIELDS: the attributes behind the fields.
    """

    __slots__ = ()

    go_type: ClassVar[GoType]
    METHODS: ClassVar[Mapping[str, Callable[..., Any] | str]] = {}
    FIELDS: ClassVar[Mapping[str, str]] = {}

    def to_json(self) -> Any:
        """What stands for the value in JSON.

        :raises Failure: nothing can.
        """
        return dict(self.parts())

    def deep_copy(self) -> Named:
        """What a deep copy makes of the value, which misses fields that are hidden."""
        return self

    def deep_equals(self, other: Any) -> bool:
        """Whether another value of the same type has the same content."""
        return all(
            deep_equal(one[1], two[1])
            for one, two in zip(self.parts(), other.parts(), strict=True)
        )

    def parts(self) -> Sequence[tuple[str, Any]]:
        """The names and values of all fields, those included that templates miss."""
        return [(name, getattr(self, place)) for name, place in self.FIELDS.items()]


class Stringer(Named):
    """A value that says itself how it prints."""

    __slots__ = ()

    def go_string(self) -> str:
        """What ``String`` gives in Go."""
        raise NotImplementedError


class GoSyntax(Stringer):
    """A value that says itself what ``%#v`` prints."""

    __slots__ = ()

    def go_syntax(self) -> str:
        """What ``GoString`` gives in Go."""
        raise NotImplementedError


class Address:
    """A pointer in a field that templates cannot reach.

    :param target: what it points to; ``None`` if it is nil.
    """

    __slots__ = ("target",)

    go_type: ClassVar[GoType]

    def __init__(self, target: Named | None) -> None:
        self.target = target


TYPES: Final[dict[type, GoType]] = {
    bool: BOOL,
    int: INT,
    Int32: INT32,
    Int64: INT64,
    Uint8: UINT8,
    Uint32: UINT32,
    Uint64: UINT64,
    float: FLOAT64,
    Float: FLOAT64,
    complex: COMPLEX128,
    str: STRING,
    Number: GoType("json.Number", "string"),
    list: LIST,
    tuple: LIST,
    NilList: LIST,
    Strings: STRINGS,
    NilStrings: STRINGS,
    Ints: INTS,
    Lists: LISTS,
    Bytes: BYTES,
    dict: MAP,
    NilMap: MAP,
    StringMap: STRING_MAP,
    StringLists: STRING_LISTS,
}
"""The Go type of each class; others join by :func:`type_of`."""

_NIL_CLASSES = frozenset({type(None), Invalid, NilList, NilStrings, NilMap})

INTEGERS = frozenset({"int", "int32", "int64", "uint8", "uint32", "uint64"})
"""The kinds that are whole numbers."""


def type_of(value: Any) -> GoType:
    """The type of a value that is one."""
    known = TYPES.get(value.__class__)
    return _join(value) if known is None else known


def _join(value: Any) -> GoType:
    """The type of a class that is seen for the first time."""
    if isinstance(value, Named | Address):
        known = value.go_type
    elif isinstance(value, Mapping):
        known = MAP
    elif isinstance(value, str):
        known = STRING
    elif isinstance(value, Sequence):
        known = LIST
    else:
        known = GoType(type(value).__name__, "struct")
    TYPES[type(value)] = known
    return known


def kind_of(value: Any) -> str:
    """The kind of a value, ``invalid`` for nothing."""
    if value is None or value is INVALID:
        return "invalid"
    return type_of(value).kind


def is_nil(value: Any) -> bool:
    """Whether a value is nothing, or a list or a map that is nil."""
    return value.__class__ in _NIL_CLASSES


def is_empty(value: Any) -> bool:
    """Whether a value is the zero of its type, or holds nothing."""
    # Go's notion, in which NaN and structs are something, is Python's as well.
    return not value


def deep_equal(one: Any, other: Any) -> bool:
    """Whether two values have the same type and the same content."""
    if one is None or other is None:
        return one is other
    type_ = type_of(one)
    if type_ is not type_of(other):
        return False
    if type_.kind == "slice":
        return (
            is_nil(one) == is_nil(other)
            and len(one) == len(other)
            and all(map(deep_equal, one, other))
        )
    if type_.kind == "map":
        return (
            is_nil(one) == is_nil(other)
            and one.keys() == other.keys()
            and all(deep_equal(value, other[key]) for key, value in one.items())
        )
    if isinstance(one, Named) and type_.kind in ("struct", "ptr"):
        return one.deep_equals(other)
    return bool(one == other)
