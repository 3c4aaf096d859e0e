"""Trees compiled to functions that write a template.

Compiling decides all that can be decided without data, so that executing is a
walk through closures: nothing is looked up by name but fields, variables and
other templates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from krakendtw.go_quote import quote
from krakendtw.template import tree
from krakendtw.template.expressions import Evaluate, Expressions
from krakendtw.template.printing import show
from krakendtw.template.run import MAX_DEPTH, TOO_DEEP, Compiled, Run, Slot
from krakendtw.template.values import INTEGERS, INVALID, GoType, kind_of, type_of

if TYPE_CHECKING:
    from krakendtw.template.signature import Functions

Walk: TypeAlias = Callable[[Run, Any], int]
"""Writes a part for a cursor; gives :data:`BREAK`, :data:`CONTINUE` or 0."""

BREAK: Final = 1
CONTINUE: Final = 2


def compile_tree(parsed: Any, functions: Functions) -> Compiled:
    """A template that can be executed.

    :param parsed: a :class:`~krakendtw.template.parser.Tree`.
    """
    return Compiled(parsed, _Evaluator(functions).body(parsed.body))


class _Evaluator(Expressions):
    """Compiles statements."""

    def body(self, body: tree.Body) -> Walk:
        """Statements one after the other."""
        steps = tuple(map(self.statement, body))
        if len(steps) == 1:
            return steps[0]

        def walk(run: Run, dot: Any) -> int:
            for step in steps:
                signal = step(run, dot)
                if signal:
                    return signal
            return 0

        return walk

    def statement(self, node: tree.Statement) -> Walk:
        """One statement."""
        match node:
            case tree.Text():
                return _text(node.value)
            case tree.Action():
                return self.action(node)
            case tree.If():
                return self.condition(node, sets_dot=False)
            case tree.With():
                return self.condition(node, sets_dot=True)
            case tree.Range():
                return self.loop(node)
            case tree.Call():
                return self.template(node)
            case tree.Break():
                return _break
            case _:
                return _continue

    def action(self, node: tree.Action) -> Walk:
        """A pipe that is written."""
        pipe = self.pipe(node.pipe)
        if node.pipe.variables:

            def keep(run: Run, dot: Any) -> int:
                pipe(run, dot)
                return 0

            return keep

        def walk(run: Run, dot: Any) -> int:
            value = pipe(run, dot)
            if value.__class__ is not str:
                value = "<no value>" if value is INVALID else show(value)
            run.out.append(value)
            return 0

        return walk

    def condition(self, node: tree.If | tree.With, *, sets_dot: bool) -> Walk:
        """``if`` or ``with``."""
        pipe = self.pipe(node.pipe)
        then = self.inside(node.body, is_loop=self.is_loop and not sets_dot)
        otherwise = self.body(node.otherwise or [])

        def walk(run: Run, dot: Any) -> int:
            mark = len(run.slots)
            value = pipe(run, dot)
            if value:
                signal = then(run, value if sets_dot else dot)
            else:
                signal = otherwise(run, dot)
            del run.slots[mark:]
            return signal

        return walk

    def inside(self, body: tree.Body, *, is_loop: bool) -> Walk:
        """A body with another cursor."""
        outer, self.is_loop = self.is_loop, is_loop
        walk = self.body(body)
        self.is_loop = outer
        return walk

    def loop(self, node: tree.Range) -> Walk:
        """``range``."""
        pipe: Evaluate = self.pipe(node.pipe)
        body = self.inside(node.body, is_loop=True)
        otherwise = self.body(node.otherwise or [])
        names = tuple(variable.names[0] for variable in node.pipe.variables)
        put = _assign_turn if node.pipe.is_assignment else _declare_turn

        def walk(run: Run, dot: Any) -> int:
            outer, mark = run.element, len(run.slots)
            value = pipe(run, dot)
            element, turns = _turns(run, value, len(names))
            inner, ran, signal = len(run.slots), False, 0
            for key, item in turns:
                ran = True
                run.element = element
                put(run, names, key, item, element)
                signal = body(run, item)
                del run.slots[inner:]
                if signal == BREAK:
                    break
            run.element = outer
            signal = 0 if ran else otherwise(run, dot)
            del run.slots[mark:]
            return signal

        return walk

    def template(self, node: tree.Call) -> Walk:
        """``template``; a ``block`` has left one, too."""
        pipe = None if node.pipe is None else self.pipe(node.pipe)
        name = node.name

        def walk(run: Run, dot: Any) -> int:
            run.node = node
            compiled = run.templates.get(name)
            if compiled is None:
                raise run.error(f"template {quote(name)} not defined")
            if run.depth == MAX_DEPTH:
                raise run.error(TOO_DEEP)
            value = INVALID if pipe is None else pipe(run, dot)
            outer = run.tree, run.slots, run.node, run.element
            run.tree = compiled.tree
            run.slots = [Slot("$", value)]
            run.depth += 1
            compiled.walk(run, value)
            run.depth -= 1
            run.tree, run.slots, run.node, run.element = outer
            return 0

        return walk


def _text(value: str) -> Walk:
    def walk(run: Run, dot: Any) -> int:
        run.out.append(value)
        return 0

    return walk


def _break(run: Run, dot: Any) -> int:
    return BREAK


def _continue(run: Run, dot: Any) -> int:
    return CONTINUE


def _turns(
    run: Run, value: Any, count: int
) -> tuple[GoType | None, Iterable[tuple[Any, Any]]]:
    """What a loop goes through: keys and values, and the values' static type.

    :param count: of the loop's variables.
    """
    kind = kind_of(value)
    if kind == "slice":
        return type_of(value).element, enumerate(value)
    if kind == "map":
        return type_of(value).element, sorted(value.items(), key=_key)
    if kind == "invalid":
        return None, ()
    if kind in INTEGERS:
        if count > 1:
            raise run.error(f"can't use {value} to iterate over more than one variable")
        class_ = type(value)
        return None, ((INVALID, class_(turn)) for turn in range(value))
    raise run.error(f"range can't iterate over {show(value)}")


def _key(item: tuple[str, Any]) -> str:
    return item[0]


def _declare_turn(
    run: Run, names: tuple[str, ...], key: Any, item: Any, element: GoType | None
) -> None:
    """Put a turn's key and value into the variables that the loop has."""
    if names:
        slot = run.slots[-1]
        slot.value, slot.element = item, element
        if len(names) > 1:
            run.slots[-2].value = key


def _assign_turn(
    run: Run, names: tuple[str, ...], key: Any, item: Any, element: GoType | None
) -> None:
    """The same with variables that exist already."""
    if len(names) > 1:
        slot = run.slot(names[0])
        slot.value, slot.element = key, None
    slot = run.slot(names[-1])
    slot.value, slot.element = item, element
