"""What may be given where a type is wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from krakendtw.template import tree, values
from krakendtw.template.failure import Failure
from krakendtw.template.values import (
    INTEGER_CLASSES,
    INTERFACE,
    INVALID,
    TYPES,
    VALUE,
    GoType,
    type_of,
)

if TYPE_CHECKING:
    from krakendtw.template.run import Run

_NIL: Final[dict[GoType, Callable[[], Any]]] = {
    values.LIST: values.NilList,
    values.STRINGS: values.NilStrings,
    values.MAP: values.NilMap,
    values.INTS: values.Ints,
    values.LISTS: values.Lists,
    values.BYTES: values.Bytes,
    values.STRING_MAP: values.StringMap,
}

_MASKS: Final = {
    values.UINT8: 0xFF,
    values.UINT32: 0xFFFF_FFFF,
    values.UINT64: (1 << 64) - 1,
}


def fit(run: Run, value: Any, type_: GoType) -> Any:
    """``value`` as a parameter of a type gets it.

    :raises TemplateError: it is of another type.
    """
    if type_ is INTERFACE:
        return None if value is INVALID else value
    if type_ is VALUE or TYPES.get(value.__class__) is type_:
        return value
    if value is INVALID:
        try:
            return zero(type_)
        except Failure:
            raise run.error(f"invalid value; expected {type_}") from None
    found = INTERFACE if value is None else type_of(value)
    if found is type_:
        return value
    raise run.error(f"wrong type for value; expected {type_}; got {found}")


def zero(type_: GoType) -> Any:
    """The nil of a type.

    :raises Failure: it has none.
    """
    if type_ is INTERFACE:
        return None
    if type_.kind == "ptr":
        return None
    if type_ not in _NIL:
        raise Failure(f"cannot assign nil to {type_}")
    return _NIL[type_]()


def constant(node: tree.Bool | tree.Number | tree.String, type_: GoType) -> Any:
    """A literal as a parameter of a type gets it.

    :raises Failure: it does not do for the type.
    """
    if type_ is INTERFACE or type_ is VALUE:
        return ideal(node)
    if type_ is values.BOOL:
        if isinstance(node, tree.Bool):
            return node.value
        raise Failure(f"expected bool; found {node}")
    if type_ is values.STRING:
        if isinstance(node, tree.String):
            return node.value
        raise Failure(f"expected string; found {node}")
    number = node.constant if isinstance(node, tree.Number) else None
    if type_ in _MASKS:
        if number is not None and number.unsigned is not None:
            return INTEGER_CLASSES[type_](number.unsigned & _MASKS[type_])
        raise Failure(f"expected unsigned integer; found {node}")
    if type_ in INTEGER_CLASSES:
        if number is not None and number.integer is not None:
            return INTEGER_CLASSES[type_](number.integer)
        raise Failure(f"expected integer; found {node}")
    if type_ is values.FLOAT64:
        if number is not None and number.floating is not None:
            return number.floating
        raise Failure(f"expected float; found {node}")
    raise Failure(f"can't handle {node} for arg of type {type_}")


def ideal(node: tree.Bool | tree.Number | tree.String) -> Any:
    """A literal where any type would do.

    :raises Failure: it is a number too large for an ``int``.
    """
    if not isinstance(node, tree.Number):
        return node.value
    number = node.constant
    if number.complex_ is not None:
        return number.complex_
    if number.looks_floating:
        return number.floating
    if number.integer is not None:
        return number.integer
    raise Failure(f"{number.text} overflows int")
