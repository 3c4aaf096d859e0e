"""From a checked tree to a function: one closure a node, nothing looked up later.

A closure takes the *frame* of one evaluation: at 0 what the variables are read
from, behind it the variables of macros.  Where the checker knows the types of
the operands, the closure is the plain Python operator; where it does not, it
chooses by the values.  What fails raises
:class:`~krakendtw.middleware.validation._cel_issues.CelError`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from krakendtw.middleware.validation._cel_ast import (
    Call,
    Fold,
    Has,
    Ident,
    ListOf,
    Literal,
    MapOf,
    Message,
    Node,
    Select,
)
from krakendtw.middleware.validation._cel_checker import qualified_name
from krakendtw.middleware.validation._cel_closures import (
    Evaluate,
    Frame,
    applied,
    applied_to_both,
    compared,
    constant,
    failing,
    matcher,
)
from krakendtw.middleware.validation._cel_conversions import CONVERSIONS
from krakendtw.middleware.validation._cel_folds import FOLDS
from krakendtw.middleware.validation._cel_functions import (
    BINARY,
    UNARY,
)
from krakendtw.middleware.validation._cel_issues import CelProgramError
from krakendtw.middleware.validation._cel_library import TYPE_NAMES
from krakendtw.middleware.validation._cel_logic import (
    compile_all_of,
    compile_any_of,
    compile_choice,
)
from krakendtw.middleware.validation._cel_messages import CONSTANTS, MESSAGES
from krakendtw.middleware.validation._cel_numbers import INT_ARITHMETIC
from krakendtw.middleware.validation._cel_values import (
    TYPE_VALUES,
    Lift,
    Map,
    TypeValue,
    contains,
    element,
    equals,
    has,
    items,
    raw,
)

if TYPE_CHECKING:
    from krakendtw.middleware.validation._cel_types import Type

Read: TypeAlias = Callable[[Any], Any]
"""Reads a variable from whatever an evaluation is about."""

_LOGIC = {
    "_&&_": compile_all_of,
    "_||_": compile_any_of,
    "_?_:_": compile_choice,
}
_PYTHON_TYPES = {"int": int, "double": float, "string": str, "bytes": bytes}
_COMPARE = {
    "_<_": operator.lt,
    "_<=_": operator.le,
    "_>_": operator.gt,
    "_>=_": operator.ge,
}
_ORDERED = ("int", "string", "bytes")
_EQUAL = ("int", "string", "bytes", "bool", "uint")
_TYPE_VALUES_BY_NAME = {value.name: value for value in TYPE_VALUES.values()}


def compile_tree(
    root: Node, variables: Mapping[str, Read], lift: Lift
) -> tuple[Evaluate, int]:
    """The function of a checked tree.

    :param variables: how each variable is read; the others raise.
    :param lift: makes values of what is taken out of data.
    :returns: it, and how many variables of macros its frame holds.
    """
    compiler = _Compiler(variables, lift)
    return compiler.compile(root), compiler.slots


class _Compiler:
    def __init__(self, variables: Mapping[str, Read], lift: Lift) -> None:
        self.slots = 0
        self._variables = variables
        self._lift = lift
        self._scopes: list[tuple[str, int]] = []
        self._compilers: dict[type, Callable[[Any], Evaluate]] = {
            Literal: self._literal,
            Ident: self._ident,
            Select: self._select,
            Has: self._has,
            Call: self._call,
            ListOf: self._list,
            MapOf: self._map,
            Message: self._message,
            Fold: self._fold,
        }

    def compile(self, node: Node) -> Evaluate:
        return self._compilers[type(node)](node)

    # --- constants and names

    def _literal(self, node: Literal) -> Evaluate:
        return constant(node.value)

    def _ident(self, node: Ident) -> Evaluate:
        return self._named(node.name)

    def _named(self, name: str) -> Evaluate:
        name = name.removeprefix(".")
        for local, slot in reversed(self._scopes):
            if local == name:
                return operator.itemgetter(slot)
        read = self._variables.get(name)
        if read is not None:
            return lambda frame: read(frame[0])
        if name in CONSTANTS:
            return constant(CONSTANTS[name])
        value = _type_value(name)
        if value is not None:
            return constant(value)
        return failing(f"no such attribute(s): {name}")

    def _select(self, node: Select) -> Evaluate:
        name = qualified_name(node)
        known = name.removeprefix(".")
        if known and (known in CONSTANTS or _type_value(known) is not None):
            return self._named(name)
        return self._element(node.operand, constant(node.name), node.name)

    def _has(self, node: Has) -> Evaluate:
        operand, name = self.compile(node.operand), node.name
        return lambda frame: has(operand(frame), name)

    # --- elements

    def _element(self, container: Node, key: Evaluate, known: Any) -> Evaluate:
        """``container[key]``.

        :param known: the key if it is a constant, else ``None``.
        """
        operand, lift = self.compile(container), self._lift
        if type(known) is not str:
            return lambda frame: element(operand(frame), key(frame), lift)

        def get(frame: Frame) -> Any:
            value = operand(frame)
            if type(value) is dict and known in value:
                return lift(value[known])
            return element(value, known, lift)

        def get_plain(frame: Frame) -> Any:
            value = operand(frame)
            if known in value:
                return value[known]
            return element(value, known, lift)

        params = container.type.params
        if container.type.kind == "map" and params[1].kind in ("string", "list"):
            # Headers and parameters, or a map that the expression made.
            return get_plain
        return get

    # --- calls

    def _call(self, node: Call) -> Evaluate:
        nodes = node.args if node.target is None else [node.target, *node.args]
        function = node.function.removeprefix(".")
        args = [self.compile(arg) for arg in nodes]
        logic = _LOGIC.get(function)
        if logic is not None:
            return logic(args)
        if function == "_[_]":
            return self._element(nodes[0], args[1], _constant_key(nodes[1]))
        if len(args) == 1:
            return self._unary(function, nodes[0], args[0])
        left, right = args
        if function in ("_==_", "_!=_"):
            return self._equality(function, nodes, left, right)
        if function == "@in":
            lift = self._lift
            return lambda frame: contains(right(frame), left(frame), lift)
        return self._binary(function, nodes, left, right)

    def _unary(self, function: str, node: Node, arg: Evaluate) -> Evaluate:
        kind = node.type.kind
        if function == "dyn":
            return arg
        if function == "size" and kind in ("string", "bytes", "list", "map"):
            return lambda frame: len(arg(frame))
        if function == "!_" and kind == "bool":
            return lambda frame: not arg(frame)
        conversion = CONVERSIONS.get(function, {}).get(_PYTHON_TYPES.get(kind, object))
        if conversion is not None:
            return applied(conversion, arg)
        return applied(UNARY[function], arg)

    def _equality(
        self, function: str, nodes: list[Node], left: Evaluate, right: Evaluate
    ) -> Evaluate:
        lift = self._lift
        kind = nodes[0].type.kind
        if kind in _EQUAL and kind == nodes[1].type.kind:
            compare = operator.eq if function == "_==_" else operator.ne
            return compared(compare, nodes[1], left, right)
        if function == "_==_":
            return lambda frame: equals(left(frame), right(frame), lift)
        return lambda frame: not equals(left(frame), right(frame), lift)

    def _binary(
        self, function: str, nodes: list[Node], left: Evaluate, right: Evaluate
    ) -> Evaluate:
        first, second = (node.type.kind for node in nodes)
        if function in _COMPARE and first == second and first in _ORDERED:
            return compared(_COMPARE[function], nodes[1], left, right)
        if function in INT_ARITHMETIC and first == second == "int":
            return applied_to_both(INT_ARITHMETIC[function], left, right)
        if function == "_+_":
            if first == second == "string":
                return lambda frame: left(frame) + right(frame)
            return self._sum(left, right)
        if function == "matches" and isinstance(nodes[1], Literal):
            return matcher(left, first, nodes[1].value)
        return applied_to_both(BINARY[function], left, right)

    def _sum(self, left: Evaluate, right: Evaluate) -> Evaluate:
        """What may be a list of both operands' items."""
        lift, add = self._lift, BINARY["_+_"]
        lists = (list, tuple)

        def calculate(frame: Frame) -> Any:
            one, other = left(frame), right(frame)
            if type(one) in lists and type(other) in lists:
                return (*items(one, lift), *items(other, lift))
            return add(one, other)

        return calculate

    # --- containers

    def _list(self, node: ListOf) -> Evaluate:
        if all(isinstance(item, Literal) for item in node.items):
            return constant(tuple(item.value for item in node.items))  # type: ignore[union-attr]
        makers = tuple(self.compile(item) for item in node.items)
        return lambda frame: tuple([make(frame) for make in makers])

    def _map(self, node: MapOf) -> Evaluate:
        makers = tuple(
            (self.compile(key), self.compile(value)) for key, value in node.entries
        )
        if all(isinstance(n, Literal) for pair in node.entries for n in pair):
            return constant(Map.of((key([]), value([])) for key, value in makers))
        return lambda frame: Map.of(
            [(key(frame), value(frame)) for key, value in makers]
        )

    def _message(self, node: Message) -> Evaluate:
        make = MESSAGES[node.name.removeprefix(".")].make
        makers = tuple((name, self.compile(value)) for _, name, value in node.fields)
        return lambda frame: make({name: value(frame) for name, value in makers})

    # --- macros

    def _fold(self, node: Fold) -> Evaluate:
        over = self.compile(node.over)
        slot = 1 + len(self._scopes)
        self.slots = max(self.slots, slot)
        self._scopes.append((node.name, slot))
        test = None if node.test is None else self.compile(node.test)
        result = None if node.result is None else self.compile(node.result)
        self._scopes.pop()
        return FOLDS[node.kind](over, slot, test, result, self._lift)


def _constant_key(node: Node) -> Any:
    """The key that a node stands for; ``None`` if that is not known yet.

    :raises CelProgramError: it can be none, which cel-go notices here.
    """
    name = qualified_name(node).removeprefix(".")
    if _type_value(name) is not None and node.type.kind == "type":
        raise CelProgramError("invalid qualifier type: *types.Type")
    if not isinstance(node, Literal):
        return None
    if node.value is None:
        raise CelProgramError("invalid qualifier type: types.Null")
    if type(node.value) is bytes:
        raise CelProgramError("invalid qualifier type: types.Bytes")
    return node.value


def _type_value(name: str) -> TypeValue | None:
    """The value of a type's name."""
    if name in TYPE_NAMES:
        return _TYPE_VALUES_BY_NAME[name]
    message = MESSAGES.get(name)
    return None if message is None else _message_type(message.type)


def _message_type(type_: Type) -> TypeValue:
    kind = type_.params[0].kind if type_.kind == "wrapper" else type_.kind
    return _TYPE_VALUES_BY_NAME.get(kind, TypeValue(kind))


NOTHING_LIFTED = raw
"""The lift of what holds texts only."""
