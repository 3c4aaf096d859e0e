"""What types a function of a template takes, read from its annotations.

A function is declared as Python functions are::

    def repeat(count: int, text: str) -> str: ...

and takes what Go would pass to ``func(int, string) string``.  ``Any`` is Go's
``interface{}``; ``Value`` takes no value at all as well; ``*rest: str`` makes the
last parameter variadic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import Parameter, signature
from typing import (
    Annotated,
    Any,
    Final,
    TypeAlias,
    get_args,
    get_origin,
    get_type_hints,
)

from attrs import frozen

from krakendtw.template import values
from krakendtw.template.values import GoType, Named

Value: TypeAlias = Annotated[Any, values.VALUE]
"""The annotation of a parameter that takes :data:`~.values.INVALID` too."""

List: TypeAlias = list[Any]
"""The annotation for ``[]interface{}``."""

Map: TypeAlias = dict[str, Any]
"""The annotation for ``map[string]interface{}``."""

_BY_ANNOTATION: Final[dict[Any, GoType]] = {
    Any: values.INTERFACE,
    object: values.INTERFACE,
    list: values.LIST,
    dict: values.MAP,
    **{class_: type_ for class_, type_ in values.TYPES.items() if class_ is not tuple},
}


@frozen
class Function:
    """A function and the types of its parameters.

    :ivar fixed: those that every call has.
    :ivar variadic: the type of all further ones; ``None`` if there are none.
    :ivar is_builtin: whether it is Go's own and none that was put in its place.
    :ivar fault: why it cannot be called; empty if it can.
    """

    call: Callable[..., Any]
    fixed: tuple[GoType, ...]
    variadic: GoType | None = None
    is_builtin: bool = False
    fault: str = ""

    def type_at(self, place: int) -> GoType:
        """The type of an argument, counted from 0."""
        if place < len(self.fixed) or self.variadic is None:
            return self.fixed[place]
        return self.variadic


def refused(fault: str) -> Function:
    """A function without parameters that cannot be called.

    :param fault: why.
    """

    def call() -> None:
        raise NotImplementedError(fault)

    return Function(call, (), fault=fault)


Functions: TypeAlias = Mapping[str, Function]


def declare(
    call: Callable[..., Any], *, skip: int = 0, is_builtin: bool = False
) -> Function:
    """A function with what its annotations say.

    :param skip: how many parameters are bound before the call.
    :raises TypeError: an annotation stands for no Go type, or there is none.
    """
    hints = get_type_hints(call, include_extras=True)
    fixed: list[GoType] = []
    variadic = None
    for parameter in list(signature(call).parameters.values())[skip:]:
        type_ = _go_type(hints.get(parameter.name))
        if parameter.kind is Parameter.VAR_POSITIONAL:
            variadic = type_
        else:
            fixed.append(type_)
    return Function(call, tuple(fixed), variadic, is_builtin)


def declare_all(calls: Mapping[str, Callable[..., Any]]) -> dict[str, Function]:
    """The functions of a table; one that has several names is declared once."""
    known: dict[Callable[..., Any], Function] = {}
    for call in calls.values():
        if call not in known:
            known[call] = declare(call)
    return {name: known[call] for name, call in calls.items()}


def _go_type(annotation: Any) -> GoType:
    """The Go type that an annotation stands for."""
    if get_origin(annotation) is Annotated:
        return next(
            extra for extra in get_args(annotation) if isinstance(extra, GoType)
        )
    known = _BY_ANNOTATION.get(get_origin(annotation) or annotation)
    if known is None and isinstance(annotation, type) and issubclass(annotation, Named):
        known = annotation.go_type
    if known is None:
        raise TypeError(f"no Go type is known for {annotation!r}")
    return known
