"""CEL's types, and which fit where: cel-go's unification.

A type variable (``kind`` ``param``) is bound in a :class:`Bindings` while the
arguments of a call are compared with what a function takes.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen


@frozen
class Type:
    """A type.

    :ivar kind: ``int``, ``list``, ``param``, …
    :ivar params: of lists, maps and types.
    :ivar name: of a type variable.
    """

    kind: str
    params: tuple[Type, ...] = ()
    name: str = ""

    def __str__(self) -> str:
        if self.kind == "param":
            return self.name
        if not self.params:
            return self.kind
        return f"{self.kind}({', '.join(map(str, self.params))})"


BOOL = Type("bool")
BYTES = Type("bytes")
DOUBLE = Type("double")
DURATION = Type("duration")
DYN = Type("dyn")
ERROR = Type("!error!")
INT = Type("int")
NULL = Type("null")
STRING = Type("string")
TIMESTAMP = Type("timestamp")
TYPE = Type("type")
UINT = Type("uint")

_NULLABLE = frozenset(("duration", "timestamp", "wrapper"))
_WILD = frozenset(("dyn", "!error!"))
_NESTED = frozenset(("list", "map", "type"))


def list_of(item: Type) -> Type:
    """``list(item)``."""
    return Type("list", (item,))


def map_of(key: Type, value: Type) -> Type:
    """``map(key, value)``."""
    return Type("map", (key, value))


def type_of(inner: Type) -> Type:
    """``type(inner)``: the type of a type's name."""
    return Type("type", (inner,))


def wrapper_of(inner: Type) -> Type:
    """A protobuf wrapper: ``inner`` or null."""
    return Type("wrapper", (inner,))


def param(name: str) -> Type:
    """A type variable."""
    return Type("param", (), name)


class Bindings:
    """What the type variables of one expression stand for so far."""

    def __init__(self) -> None:
        self._bound: dict[Type, Type] = {}
        self._count = 0

    def fresh(self) -> Type:
        """A type variable that nobody else has."""
        self._count += 1
        return param(f"_var{self._count - 1}")

    def assign(self, source: Type, target: Type) -> bool:
        """Whether a ``source`` may stand where a ``target`` is wanted.

        Variables are bound if so, and left alone if not.
        """
        return self.assign_all((source,), (target,))

    def assign_all(self, sources: Sequence[Type], targets: Sequence[Type]) -> bool:
        """The same for the arguments of a call."""
        before = dict(self._bound)
        if self._all(sources, targets):
            return True
        self._bound = before
        return False

    def resolve(self, type_: Type, *, unbound: Type | None = None) -> Type:
        """``type_`` with its variables replaced.

        :param unbound: what a variable becomes that stands for nothing.
        """
        bound = self._bound.get(type_)
        if bound is not None:
            return self.resolve(bound, unbound=unbound)
        if type_.kind == "param":
            return type_ if unbound is None else unbound
        if type_.kind in _NESTED and type_.params:
            params = tuple(self.resolve(p, unbound=unbound) for p in type_.params)
            return Type(type_.kind, params)
        return type_

    def _all(self, sources: Sequence[Type], targets: Sequence[Type]) -> bool:
        return len(sources) == len(targets) and all(map(self._fits, sources, targets))

    def _fits(self, source: Type, target: Type) -> bool:
        if target.kind == "param":
            fits, is_bound = self._bind(source, target)
            if fits or is_bound:
                return fits
        if source.kind == "param":
            return self._bind(target, source)[0]
        if source.kind in _WILD or target.kind in _WILD:
            return True
        if source.kind == "null" or target.kind == "null":
            other = target if source.kind == "null" else source
            return other.kind == "null" or other.kind in _NULLABLE
        if target.kind == "wrapper":
            return target.params[0] == source or target == source
        if source.kind == "wrapper":
            return source.params[0] == target
        if source.kind == "type":
            return target.kind == "type"
        if source.kind != target.kind:
            return False
        return self._all(source.params, target.params)

    def _bind(self, type_: Type, variable: Type) -> tuple[bool, bool]:
        """Let ``variable`` stand for ``type_``.

        :returns: whether it can, and whether it stood for something before.
        """
        if type_ == variable:
            return True, True
        bound = self._bound.get(variable)
        if bound is not None:
            if type_ == bound:
                return True, True
            if not self._fits(type_, bound):
                return False, True
            wider = widest(type_, bound)
            if not self._occurs(variable, wider):
                self._bound[variable] = wider
            return True, True
        if self._occurs(variable, type_):
            return False, False
        self._bound[variable] = type_
        return True, False

    def _occurs(self, variable: Type, within: Type) -> bool:
        """Whether ``variable`` is a part of ``within``."""
        if variable == within:
            return True
        if within.kind == "param":
            bound = self._bound.get(within)
            return bound is not None and self._occurs(variable, bound)
        if within.kind in _NESTED:
            return any(self._occurs(variable, inner) for inner in within.params)
        return False


def widest(first: Type, second: Type) -> Type:
    """The more general one of two types that fit each other."""
    return first if _is_as_wide(first, second) else second


def _is_as_wide(first: Type, second: Type) -> bool:
    if first.kind in ("dyn", "param"):
        return True
    if second.kind in ("dyn", "param") or first.kind != second.kind:
        return False
    if first.kind in ("list", "map"):
        return all(map(_is_as_wide, first.params, second.params))
    if first.kind == "type":
        return True
    return first == second
