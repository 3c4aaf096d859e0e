"""Type checking: which names exist, and which types go together.

Follows cel-go in what it lets pass, so that an expression is dropped here if
and only if it is dropped there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
from krakendtw.middleware.validation._cel_issues import CelCheckError, Issue
from krakendtw.middleware.validation._cel_library import FUNCTIONS, TYPE_NAMES
from krakendtw.middleware.validation._cel_messages import CONSTANTS, MESSAGES
from krakendtw.middleware.validation._cel_numbers import Uint
from krakendtw.middleware.validation._cel_types import (
    BOOL,
    BYTES,
    DOUBLE,
    DYN,
    ERROR,
    INT,
    NULL,
    STRING,
    UINT,
    Bindings,
    Type,
    list_of,
    map_of,
    type_of,
    widest,
)

_LITERALS: dict[type, Type] = {
    bool: BOOL,
    bytes: BYTES,
    float: DOUBLE,
    int: INT,
    str: STRING,
    type(None): NULL,
    Uint: UINT,
}
_FREE_RANGES = ("dyn", "!error!", "param")


def check(source: str, root: Node, variables: Mapping[str, Type]) -> None:
    """Write its type into every node of a tree.

    :param source: the text, to be shown with what is wrong in it.
    :param variables: the types of the names that are declared.
    :raises CelCheckError: names or types do not go together.
    """
    checker = _Checker(variables)
    checker.visit(root)
    if checker.issues:
        raise CelCheckError(source, checker.issues)
    checker.finish()


class _Checker:
    def __init__(self, variables: Mapping[str, Type]) -> None:
        self.issues: list[Issue] = []
        self._variables = variables
        self._scopes: list[tuple[str, Type]] = []
        self._bindings = Bindings()
        self._nodes: list[Node] = []
        # cel-go forgets that mixed comparisons are off once it has seen a macro.
        self._allows_mixed = False
        self._visits = {
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

    def visit(self, node: Node) -> Type:
        """The type of a node, kept in it."""
        visit: object = self._visits[type(node)]
        node.type = visit(node)  # type: ignore[operator]
        self._nodes.append(node)
        return node.type

    def finish(self) -> None:
        """Put what they stand for in the place of all type variables."""
        for node in self._nodes:
            node.type = self._bindings.resolve(node.type, unbound=DYN)

    def _issue(self, offset: int, message: str) -> None:
        self.issues.append(Issue(offset, message))

    def _undeclared(self, offset: int, name: str) -> Type:
        message = f"undeclared reference to '{name}' (in container '')"
        self._issue(offset, message)
        return ERROR

    # --- names

    def _literal(self, node: Literal) -> Type:
        return _LITERALS[type(node.value)]

    def _ident(self, node: Ident) -> Type:
        found = self._lookup(node.name)
        if found is None:
            return self._undeclared(node.offset, node.name)
        return found

    def _lookup(self, name: str) -> Type | None:
        """The type of a declared name; of a type's name ``type(…)``."""
        name = name.removeprefix(".")
        for local, type_ in reversed(self._scopes):
            if local == name:
                return type_
        if name in self._variables:
            return self._variables[name]
        if name in TYPE_NAMES:
            return type_of(TYPE_NAMES[name])
        if name in MESSAGES:
            return type_of(MESSAGES[name].type)
        return INT if name in CONSTANTS else None

    def _select(self, node: Select) -> Type:
        name = qualified_name(node)
        if name:
            found = self._lookup(name)
            if found is not None:
                return found
        return self._bindings.resolve(self._field(node))

    def _has(self, node: Has) -> Type:
        self._field(node)
        return BOOL

    def _field(self, node: Select | Has) -> Type:
        """The type of ``operand.name``."""
        operand = self._bindings.resolve(self.visit(node.operand))
        if operand.kind == "map":
            return operand.params[1]
        if operand.kind == "param":
            self._bindings.assign(DYN, operand)
        elif operand.kind not in ("dyn", "!error!"):
            message = f"type '{operand}' does not support field selection"
            self._issue(node.offset, message)
        return DYN

    # --- calls

    def _call(self, node: Call) -> Type:
        types = [self.visit(arg) for arg in node.args]
        if node.function in ("_&&_", "_||_"):
            return self._logic(node, types)
        overloads = FUNCTIONS.get(node.function.removeprefix("."))
        if node.target is not None:
            types.insert(0, self.visit(node.target))
            overloads = FUNCTIONS.get(node.function)
        if overloads is None:
            return self._undeclared(node.offset, node.function)
        is_method = node.target is not None
        result = self._resolve(node.function, types, is_method=is_method)
        if result is not None:
            return result
        shown = [str(self._bindings.resolve(type_, unbound=DYN)) for type_ in types]
        target = f"{shown.pop(0)}." if is_method else ""
        function = node.function.removeprefix(".")
        self._issue(
            node.offset,
            f"found no matching overload for '{function}' applied to "
            f"'{target}({', '.join(shown)})'",
        )
        return ERROR

    def _logic(self, node: Call, types: Sequence[Type]) -> Type:
        result = BOOL
        for arg, type_ in zip(node.args, types, strict=True):
            if not self._expect(arg, type_):
                result = ERROR
        return result

    def _expect(self, node: Node, type_: Type) -> bool:
        """Have a bool at ``node``."""
        if self._bindings.assign(type_, BOOL):
            return True
        self._issue(node.offset, f"expected type 'bool' but found '{type_}'")
        return False

    def _resolve(
        self, function: str, types: Sequence[Type], *, is_method: bool = False
    ) -> Type | None:
        """What a function gives for arguments of these types."""
        result: Type | None = None
        for overload in FUNCTIONS[function.removeprefix(".")]:
            if overload.is_method != is_method:
                continue
            if overload.is_mixed and not self._allows_mixed:
                continue
            params, given = overload.params, overload.result
            if overload.variables:
                fresh = {old: self._bindings.fresh() for old in overload.variables}
                params = tuple(_renamed(type_, fresh) for type_ in params)
                given = _renamed(given, fresh)
            if not self._bindings.assign_all(types, params):
                continue
            given = self._bindings.resolve(given)
            if result is None:
                result = given
            elif result.kind != "dyn" and result != given:
                result = DYN
        return result

    # --- literals of lists, maps and messages

    def _list(self, node: ListOf) -> Type:
        item: Type | None = None
        for element in node.items:
            item = self._join(item, self.visit(element))
        return list_of(item or self._bindings.fresh())

    def _map(self, node: MapOf) -> Type:
        key: Type | None = None
        value: Type | None = None
        for key_node, value_node in node.entries:
            key = self._join(key, self.visit(key_node))
            value = self._join(value, self.visit(value_node))
        return map_of(key or self._bindings.fresh(), value or self._bindings.fresh())

    def _join(self, known: Type | None, more: Type) -> Type:
        """The type of elements of which one more is found."""
        if known is None:
            return more
        if self._bindings.assign(known, more):
            return widest(known, more)
        return DYN

    def _message(self, node: Message) -> Type:
        name = node.name.removeprefix(".")
        named = self._lookup(name)
        if named is None:
            return self._undeclared(node.offset, node.name)
        message = MESSAGES.get(name)
        result = ERROR
        if message is not None:
            result = message.type
        elif named.kind != "type":
            self._issue(node.offset, f"'{named.kind}' is not a type")
        else:
            self._issue(node.offset, f"'{name}' is not a message type")
        for offset, field, value in node.fields:
            given = self.visit(value)
            wanted = None if message is None else message.fields.get(field)
            if wanted is None:
                self._issue(offset, f"undefined field '{field}'")
            elif not self._bindings.assign(wanted, given):
                self._issue(
                    offset,
                    f"expected type of field '{field}' is '{wanted}' "
                    f"but provided type is '{given}'",
                )
        return result

    # --- macros

    def _fold(self, node: Fold) -> Type:
        over = self._bindings.resolve(self.visit(node.over))
        found: Type | None = None
        if node.kind in ("map", "filter"):
            found = list_of(self._bindings.fresh())
        self._allows_mixed = True
        self._scopes.append((node.name, self._item_type(node, over)))
        if node.kind in ("all", "exists"):
            assert node.test is not None  # the parser gives these a condition
            self._expect(node.test, self.visit(node.test))
        else:
            found = self._counted(node, found or INT)
        self._scopes.pop()
        return BOOL if found is None else self._bindings.resolve(found)

    def _item_type(self, node: Fold, over: Type) -> Type:
        """The type of a macro's variable."""
        if over.kind in ("list", "map"):
            return over.params[0]
        if over.kind in _FREE_RANGES:
            self._bindings.assign(DYN, over)
            return DYN
        self._issue(
            node.over.offset,
            f"expression of type '{over}' cannot be range of a comprehension "
            "(must be list, map, or dynamic)",
        )
        return ERROR

    def _counted(self, node: Fold, total: Type) -> Type | None:
        """Check ``map``, ``filter`` and ``exists_one``, which build something up.

        :param total: the type of what is built up.
        """
        test = None if node.test is None else self.visit(node.test)
        step: Type | None = INT
        if node.kind != "exists_one":
            made = self._scopes[-1][1]
            if node.result is not None:
                made = self.visit(node.result)
            step = self._resolve("_+_", (total, list_of(made))) or ERROR
        if test is not None and step is not None:
            types = (test, step, total)
            if self._resolve("_?_:_", types) is None:
                shown = ", ".join(
                    str(self._bindings.resolve(type_, unbound=DYN)) for type_ in types
                )
                self._issue(
                    node.offset,
                    f"found no matching overload for '_?_:_' applied to '({shown})'",
                )
        return None if node.kind == "exists_one" else total


def qualified_name(node: Node) -> str:
    """``a.b.c`` of nested selections; empty if it is anything else."""
    names: list[str] = []
    while isinstance(node, Select):
        names.append(node.name)
        node = node.operand
    if not isinstance(node, Ident):
        return ""
    names.append(node.name)
    return ".".join(reversed(names))


def _renamed(type_: Type, names: Mapping[Type, Type]) -> Type:
    """``type_`` with its variables replaced by others."""
    if type_ in names:
        return names[type_]
    if not type_.params:
        return type_
    params = tuple(_renamed(inner, names) for inner in type_.params)
    return Type(type_.kind, params, type_.name)
