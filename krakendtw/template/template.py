"""Templates: read once, executed as often as wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from krakendtw.go_quote import quote
from krakendtw.template.evaluator import compile_tree
from krakendtw.template.failure import TemplateError
from krakendtw.template.functions import BUILTINS
from krakendtw.template.parser import parse
from krakendtw.template.run import TOO_DEEP, Compiled, Run
from krakendtw.template.tree import is_empty

if TYPE_CHECKING:
    from krakendtw.template.signature import Functions


class Templates:
    """Templates that can call each other.

    :param functions: what they can call beyond Go's own functions, see
        :func:`krakendtw.template.signature.declare_all`.
    """

    def __init__(self, functions: Functions) -> None:
        self._functions = {**BUILTINS, **functions}
        self._names = frozenset(self._functions)
        self._compiled: dict[str, Compiled] = {}

    def add(self, text: str, name: str) -> None:
        """Read a text and what it defines; a later one replaces an earlier one.

        One that holds nothing but white space replaces nothing.

        :raises TemplateError: with Go's words.
        """
        for parsed in parse(name, text, self._names).values():
            if parsed.name in self._compiled and is_empty(parsed.body):
                continue
            try:
                self._compiled[parsed.name] = compile_tree(parsed, self._functions)
            except RecursionError:
                message = f"template: {name}: max expression depth exceeded"
                raise TemplateError(message, name) from None

    def execute(self, name: str, data: Any) -> str:
        """What a template writes for ``data``.

        :raises TemplateError: with Go's words.
        """
        compiled = self._compiled.get(name)
        if compiled is None:
            raise TemplateError(
                f"template: no template {quote(name)} associated with template "
                f"{quote(name)}"
            )
        run = Run(compiled, self._compiled, data)
        try:
            compiled.walk(run, data)
        except RecursionError:
            # Python's stack is smaller; see krakendtw.template.room.
            raise run.error(TOO_DEEP) from None
        return "".join(run.out)


class Template:
    """One template with what is defined inside of it."""

    def __init__(self, templates: Templates, name: str) -> None:
        self._templates = templates
        self.name = name

    def execute(self, data: Any) -> str:
        """What the template writes for ``data``.

        :raises TemplateError: with Go's words.
        """
        return self._templates.execute(self.name, data)


def compile(text: str, name: str, functions: Functions | None = None) -> Template:
    """A template that is ready to be executed.

    :param name: what messages call it.
    :param functions: what it can call beyond Go's own functions.
    :raises TemplateError: it cannot be read; with Go's words.
    """
    no_functions: Functions = {}
    templates = Templates(functions or no_functions)
    templates.add(text, name)
    return Template(templates, name)
