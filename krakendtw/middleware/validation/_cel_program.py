"""CEL expressions, ready to be evaluated: the door to the engine.

An :class:`Environment` says which names there are; a :class:`Program` is one
expression in it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from krakendtw.middleware.validation._cel_ast import names_in
from krakendtw.middleware.validation._cel_checker import check
from krakendtw.middleware.validation._cel_compile import compile_tree
from krakendtw.middleware.validation._cel_functions import NO_OVERLOAD
from krakendtw.middleware.validation._cel_issues import CelError
from krakendtw.middleware.validation._cel_parser import parse
from krakendtw.middleware.validation._cel_values import Lift, raw

if TYPE_CHECKING:
    from krakendtw.middleware.validation._cel_ast import Node
    from krakendtw.middleware.validation._cel_types import Type

_ENOUGH_FRAMES = 10_000
"""Python frames for the deepest tree that the parser lets pass."""


@frozen
class Expression:
    """A checked expression.

    :ivar text: as written.
    """

    text: str
    _root: Node = field(repr=False)

    @classmethod
    def of(
        cls,
        text: str,
        variables: Mapping[str, Type],
        expand: Callable[[Node], Node] | None = None,
    ) -> Expression:
        """Parse and check a text.

        :param variables: the types of the names that are declared.
        :param expand: changes the tree before it is checked.
        :raises CelSyntaxError: it is no CEL.
        :raises CelCheckError: its names or types do not go together.
        """
        with _deep_recursion():
            root = parse(text)
            if expand is not None:
                root = expand(root)
            check(text, root, variables)
        return cls(text, root)

    @property
    def type(self) -> Type:
        """What it gives, as far as the checker knows."""
        return self._root.type

    def reads(self, name: str) -> bool:
        """Whether it has the name of a variable in it."""
        with _deep_recursion():
            return name in names_in(self._root)

    def program(
        self, readers: Mapping[str, Callable[[Any], Any]], lift: Lift = raw
    ) -> Callable[[Any], Any]:
        """A function that evaluates it.

        :param readers: how each variable is read from the function's argument;
            a declared one that is not here fails when it is read.
        :param lift: makes values of what is taken out of data.
        :returns: it raises :exc:`CelError`.
        :raises CelProgramError: no program can be made of it.
        """
        with _deep_recursion():
            evaluate, slots = compile_tree(self._root, readers, lift)
        if not slots:
            return lambda subject: _guarded(evaluate, [subject])
        spare = [None] * slots
        return lambda subject: _guarded(evaluate, [subject, *spare])


def _guarded(evaluate: Callable[[list[Any]], Any], frame: list[Any]) -> Any:
    try:
        return evaluate(frame)
    except RecursionError:
        raise CelError("the expression is nested too deeply") from None
    except (TypeError, AttributeError):
        # The checker's types are a promise that mixed lists can break:
        # ``resp_data.a + ['b']`` passes for a list of strings.
        raise CelError(NO_OVERLOAD) from None


@contextmanager
def _deep_recursion() -> Iterator[None]:
    """Let functions of Python's own nest as deeply as expressions may."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _ENOUGH_FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
