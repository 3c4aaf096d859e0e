"""Pipes and what they are made of, compiled to functions.

Go's evaluation is followed to the letter where it can be seen: in the order in
which things are evaluated, and in which part an error is said to be in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import evolve

from krakendtw.template import tree
from krakendtw.template.assigning import constant, fit, zero
from krakendtw.template.failure import Failure, TemplateError
from krakendtw.template.fields import element_of, get_field
from krakendtw.template.run import Run, Slot
from krakendtw.template.values import INTERFACE, INVALID, VALUE, GoType

if TYPE_CHECKING:
    from krakendtw.template.signature import Function, Functions

Evaluate: TypeAlias = Callable[[Run, Any], Any]
"""Gives the value of a part for a cursor."""

Stage: TypeAlias = Callable[[Run, Any, Any], Any]
"""Gives a command's value for a cursor and what the command before it gave."""

_Chain: TypeAlias = Callable[[Run, Any, Any, "GoType | None", Any], Any]
"""Gives fields of a value: run, cursor, the value, the type by which messages call
it if that is not its own, and the last argument."""


class Expressions:
    """Compiles pipes.

    :ivar functions: those that can be called.
    :ivar is_loop: whether the cursor is what a loop goes through.
    """

    def __init__(self, functions: Functions) -> None:
        self.functions = functions
        self.is_loop = False

    def pipe(self, pipe: tree.Pipe) -> Evaluate:
        """The value of a pipe, which may be put into variables."""
        stages = tuple(
            self.command(command, has_final=place > 0)
            for place, command in enumerate(pipe.commands)
        )

        def evaluate(run: Run, dot: Any) -> Any:
            run.node = pipe
            value: Any = INVALID
            for stage in stages:
                value = stage(run, dot, value)
                if value is None:
                    value = INVALID
            return value

        if not pipe.variables:
            return evaluate
        names = tuple(variable.names[0] for variable in pipe.variables)
        keep = _assign if pipe.is_assignment else _declare

        def evaluate_and_keep(run: Run, dot: Any) -> Any:
            value = evaluate(run, dot)
            for name in names:
                keep(run, name, value)
            return value

        return evaluate_and_keep

    def command(self, command: tree.Command, *, has_final: bool) -> Stage:
        """The value of a command.

        :param has_final: whether another command's value is its last argument.
        """
        first, *operands = command.arguments
        match first:
            case tree.Identifier():
                function = self.functions[first.name]
                return self.call(
                    function, first.name, command, first, operands, has_final
                )
            case tree.Field() | tree.Chain():
                return self.field_stage(first, operands, has_final)
            case tree.Variable():
                return self.variable_stage(first, operands, has_final)
            case tree.Pipe():
                if operands or has_final:
                    return _failing(None, _no_function(first))
                return _as_stage(self.pipe(first))
            case tree.Nil() if not operands and not has_final:
                return _failing(first, "nil is not a command")
            case _:
                if operands or has_final:
                    return _failing(first, _no_function(first))
                return _as_stage(self.argument(first, VALUE))

    # Fields

    def field_stage(
        self,
        node: tree.Field | tree.Chain,
        operands: Sequence[tree.Operand],
        has_final: bool,
    ) -> Stage:
        """Fields of the cursor, or of what is in brackets."""
        chain = self.chain(node, node.names, operands, has_final)
        if isinstance(node, tree.Chain):
            receiver = self.argument(node.node, VALUE)

            def of_value(run: Run, dot: Any, final: Any) -> Any:
                run.node = node
                return chain(run, dot, receiver(run, dot), None, final)

            return of_value
        is_loop = self.is_loop

        def of_dot(run: Run, dot: Any, final: Any) -> Any:
            run.node = node
            return chain(run, dot, dot, run.element if is_loop else None, final)

        return of_dot

    def variable_stage(
        self, node: tree.Variable, operands: Sequence[tree.Operand], has_final: bool
    ) -> Stage:
        """A variable, or fields of it."""
        name, *fields = node.names
        if fields:
            chain = self.chain(node, fields, operands, has_final)

            def fields_of(run: Run, dot: Any, final: Any) -> Any:
                run.node = node
                slot = run.slot(name)
                return chain(run, dot, slot.value, slot.element, final)

            return fields_of
        wrong = _no_function(node) if operands or has_final else ""

        def value_of(run: Run, dot: Any, final: Any) -> Any:
            run.node = node
            slot = run.slot(name)
            if wrong:
                raise run.error(wrong)
            return slot.value

        return value_of

    def chain(
        self,
        node: tree.Node,
        names: Sequence[str],
        operands: Sequence[tree.Operand],
        has_final: bool,
    ) -> _Chain:
        """Fields of fields; the last one gets the arguments."""
        has_arguments = bool(operands) or has_final
        steps = [
            self.step(node, name, (), False, has_arguments=False) for name in names
        ]
        if has_arguments:
            steps[-1] = self.step(
                node, names[-1], operands, has_final, has_arguments=True
            )
        walk = tuple(steps)

        def evaluate(
            run: Run, dot: Any, receiver: Any, shown: GoType | None, final: Any
        ) -> Any:
            for step in walk:
                value = step(run, dot, receiver, shown, final)
                shown = (
                    INTERFACE if receiver.__class__ is dict else element_of(receiver)
                )
                receiver = value
            return receiver

        return evaluate

    def step(
        self,
        node: tree.Node,
        name: str,
        operands: Sequence[tree.Operand],
        has_final: bool,
        *,
        has_arguments: bool,
    ) -> _Chain:
        """One field."""

        def evaluate(
            run: Run, dot: Any, receiver: Any, shown: GoType | None, final: Any
        ) -> Any:
            if receiver.__class__ is dict and not has_arguments:
                return receiver.get(name, INVALID)

            def call(run: Run, method: Function, owner: Any) -> Any:
                bound = evolve(method, call=partial(method.call, owner))
                stage = self.call(bound, name, node, None, operands, has_final)
                return stage(run, dot, final)

            return get_field(
                run, receiver, name, call, shown=shown, has_arguments=has_arguments
            )

        return evaluate

    # Functions

    def call(
        self,
        function: Function,
        name: str,
        place: tree.Node,
        identifier: tree.Identifier | None,
        operands: Sequence[tree.Operand],
        has_final: bool,
    ) -> Stage:
        """What a function gives.

        :param place: the part that is blamed for the function's failure.
        :param identifier: the part that is blamed for missing arguments; for
            methods it is the one that is blamed already.
        """
        wrong = _wrong_count(function, name, len(operands), has_final)
        wrong = wrong or function.fault
        if wrong:
            return _failing(identifier, wrong)
        arguments = tuple(
            self.argument(operand, function.type_at(at))
            for at, operand in enumerate(operands)
        )
        if function.is_builtin and name in ("and", "or"):
            return _short_circuit(identifier, arguments, has_final, name == "or")
        target = function.call
        if function.is_builtin and name == "call":
            target = partial(target, str(operands[0]) if operands else "")
        last = function.type_at(len(operands)) if has_final else INTERFACE

        def evaluate(run: Run, dot: Any, final: Any) -> Any:
            if identifier is not None:
                run.node = identifier
            values = [argument(run, dot) for argument in arguments]
            if has_final:
                values.append(fit(run, final, last))
            try:
                return target(*values)
            except Failure as failure:
                run.node = place
                raise run.error(f"error calling {name}: {failure}") from None

        return evaluate

    def argument(self, node: tree.Operand, type_: GoType) -> Evaluate:
        """The value of an argument, which must fit the parameter's type."""
        match node:
            case tree.Dot():
                evaluate: Evaluate = _dot
            case tree.Nil():
                return _nil(node, type_)
            case tree.Field() | tree.Chain():
                evaluate = _as_evaluate(self.field_stage(node, (), False))
            case tree.Variable():
                evaluate = _as_evaluate(self.variable_stage(node, (), False))
            case tree.Pipe():
                evaluate = self.pipe(node)
            case tree.Identifier():
                function = self.functions[node.name]
                evaluate = _as_evaluate(
                    self.call(function, node.name, node, node, (), False)
                )
            case _:
                return _constant(node, type_)

        def checked(run: Run, dot: Any) -> Any:
            run.node = node
            return fit(run, evaluate(run, dot), type_)

        return checked


def _declare(run: Run, name: str, value: Any) -> None:
    run.slots.append(Slot(name, value))


def _assign(run: Run, name: str, value: Any) -> None:
    slot = run.slot(name)
    slot.value = value
    slot.element = None


def _dot(run: Run, dot: Any) -> Any:
    return dot


def _nil(node: tree.Nil, type_: GoType) -> Evaluate:
    """The word ``nil`` as an argument."""

    def evaluate(run: Run, dot: Any) -> Any:
        run.node = node
        if type_ is VALUE:
            return INVALID
        try:
            return zero(type_)
        except Failure:
            raise run.error(f"cannot assign nil to {type_}") from None

    return evaluate


def _constant(node: tree.Bool | tree.Number | tree.String, type_: GoType) -> Evaluate:
    """A literal as an argument."""
    value: Any = None
    wrong = ""
    try:
        value = constant(node, type_)
    except Failure as failure:
        wrong = str(failure)

    def evaluate(run: Run, dot: Any) -> Any:
        run.node = node
        if wrong:
            raise run.error(wrong)
        return value

    return evaluate


def _short_circuit(
    identifier: tree.Node | None,
    arguments: Sequence[Evaluate],
    has_final: bool,
    ends_on: bool,
) -> Stage:
    """The first argument whose truth is ``ends_on``, or the last one."""

    def evaluate(run: Run, dot: Any, final: Any) -> Any:
        run.node = identifier
        value: Any = INVALID
        for argument in arguments:
            value = argument(run, dot)
            if bool(value) is ends_on:
                return value
        return final if has_final else value

    return evaluate


def _wrong_count(function: Function, name: str, count: int, has_final: bool) -> str:
    """What is wrong with the number of arguments; empty if nothing is."""
    wanted, given = len(function.fixed), count + has_final
    if function.variadic is not None:
        if given >= wanted:
            return ""
        return f"wrong number of args for {name}: want at least {wanted} got {count}"
    if given == wanted:
        return ""
    return f"wrong number of args for {name}: want {wanted} got {given}"


def _no_function(node: tree.Operand) -> str:
    return f"can't give argument to non-function {node}"


def _failing(node: tree.Node | None, message: str) -> Stage:
    """A stage that is wrong whatever the values are."""

    def fail(run: Run, dot: Any, final: Any) -> TemplateError:
        if node is not None:
            run.node = node
        raise run.error(message)

    return fail


def _as_stage(evaluate: Evaluate) -> Stage:
    def stage(run: Run, dot: Any, final: Any) -> Any:
        return evaluate(run, dot)

    return stage


def _as_evaluate(stage: Stage) -> Evaluate:
    def evaluate(run: Run, dot: Any) -> Any:
        return stage(run, dot, INVALID)

    return evaluate
