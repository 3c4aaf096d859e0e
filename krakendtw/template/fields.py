"""Fields: what a name behind a dot stands for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from krakendtw.template.signature import Function, declare, refused
from krakendtw.template.values import INTERFACE, INVALID, GoType, Named, type_of

if TYPE_CHECKING:
    from krakendtw.template.run import Run


def get_field(
    run: Run,
    receiver: Any,
    name: str,
    call: Callable[[Run, Function, Any], Any],
    *,
    shown: GoType | None = None,
    has_arguments: bool = False,
) -> Any:
    """The field, or what the method gives, that a value has by a name.

    :param call: calls a method with the arguments that stand there.
    :param shown: the type by which messages call the value, if not its own.
    :raises TemplateError: the value has no fields, or none of this name.
    """
    if receiver is INVALID:
        return INVALID
    if receiver is None:
        raise run.error(f"nil pointer evaluating {INTERFACE}.{name}")
    if isinstance(receiver, Named):
        return _named(run, receiver, name, call, shown, has_arguments)
    type_ = type_of(receiver)
    if type_.kind != "map":
        raise run.error(f"can't evaluate field {name} in type {shown or type_}")
    if has_arguments:
        raise run.error(f"{name} is not a method but has arguments")
    return receiver.get(name, INVALID)


def _named(
    run: Run,
    receiver: Named,
    name: str,
    call: Callable[[Run, Function, Any], Any],
    shown: GoType | None,
    has_arguments: bool,
) -> Any:
    """A method or a field of a value of a named type."""
    method = receiver.METHODS.get(name)
    if method is not None:
        return call(run, _declared(method), receiver)
    place = receiver.FIELDS.get(name)
    if place is None:
        type_ = shown or receiver.go_type
        if any(name == hidden for hidden, _ in receiver.parts()):
            raise run.error(f"{name} is an unexported field of struct type {type_}")
        raise run.error(f"can't evaluate field {name} in type {type_}")
    if has_arguments:
        raise run.error(f"{name} has arguments but cannot be invoked as function")
    return getattr(receiver, place)


@cache
def _declared(method: Callable[..., Any] | str) -> Function:
    """A method's types, without the value that it belongs to."""
    return refused(method) if isinstance(method, str) else declare(method, skip=1)


def element_of(receiver: Any) -> GoType | None:
    """The type by which messages call what a map or list holds."""
    return None if isinstance(receiver, Named | str) else type_of(receiver).element
