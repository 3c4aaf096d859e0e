"""CEL's grammar: from text to a syntax tree, macros expanded.

Binary operators by precedence climbing; what cel-go's own parser bounds is
bounded the same way (:data:`._cel_reader.MAX_DEPTH`), so that no text can
exhaust the stack.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

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
from krakendtw.middleware.validation._cel_issues import CelSyntaxError, Issue
from krakendtw.middleware.validation._cel_literals import LITERALS, Literals
from krakendtw.middleware.validation._cel_reader import MAX_DEPTH, Reader

if TYPE_CHECKING:
    from krakendtw.middleware.validation._cel_lexer import Token

_RESERVED = frozenset(
    (
        *("as", "break", "const", "continue", "else", "false", "for", "function"),
        *("if", "import", "in", "let", "loop", "namespace", "null", "package"),
        *("return", "true", "var", "void", "while"),
    )
)
_START = (
    "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, "
    "NUM_UINT, STRING, BYTES, IDENTIFIER}"
)
_PRECEDENCE = {
    "||": 1,
    "&&": 2,
    **dict.fromkeys(("<", "<=", ">=", ">", "==", "!=", "in"), 3),
    **dict.fromkeys("+-", 4),
    **dict.fromkeys("*/%", 5),
}
_QUANTIFIERS = ("all", "exists", "exists_one")
_QUALIFIED = re.compile(r"\.?\w+(\.\w+)*")


def parse(source: str) -> Node:
    """The syntax tree of an expression.

    :raises CelSyntaxError: it is none.
    """
    return _Parser(source).parse()


class _Parser(Reader):
    def __init__(self, source: str) -> None:
        super().__init__(source)
        self._literals = Literals(self._issue)

    def parse(self) -> Node:
        node = self._expr()
        token = self._tokens[self._at]
        if token.kind != "end":
            last = self._tokens[self._at + 1].kind == "end"
            word = "extraneous" if last else "mismatched"
            self._syntax(token, f"{word} input '{token.text}' expecting <EOF>")
        if self._issues:
            raise CelSyntaxError(self._source, self._issues)
        return node

    # --- the grammar, from the loosest to the tightest

    def _expr(self) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            issue = Issue(-1, f"expression recursion limit exceeded: {MAX_DEPTH}")
            raise CelSyntaxError(self._source, [*self._issues, issue])
        node = self._binary(1)
        mark = self._tokens[self._at]
        if self._take("?"):
            chosen = self._binary(1)
            self._want(":")
            other = self._expr()
            call = Call(mark.offset, "_?_:_", None, [node, chosen, other])
            node = self._deeper(call, node, chosen, other)
        self._depth -= 1
        return node

    def _binary(self, least: int) -> Node:
        """Operators that bind at least as tightly as ``least`` says."""
        left = self._unary()
        chain: Call | None = None  # an && or || that may take another operand
        while True:
            mark = self._tokens[self._at]
            precedence = _PRECEDENCE.get(mark.kind, 0)
            if precedence < least:
                return left
            self._at += 1
            right = self._binary(precedence + 1)
            function = "@in" if mark.kind == "in" else f"_{mark.kind}_"
            if precedence > 2:
                call = Call(mark.offset, function, None, [left, right])
                left = self._deeper(call, left, right)
            elif chain is not None and chain.function == function:
                chain.args.append(right)
                chain.height = max(chain.height, right.height)
            else:
                chain = Call(mark.offset, function, None, [left, right])
                chain.height = max(left.height, right.height)
                left = chain

    def _unary(self) -> Node:
        token = self._tokens[self._at]
        if token.kind not in ("!", "-"):
            return self._member()
        if token.kind == "-" and self._tokens[self._at + 1].kind in ("int", "float"):
            return self._member()  # the sign is a part of the literal
        count = 0
        while self._take(token.kind):
            count += 1
        operand = self._tokens[self._at]
        following = self._tokens[min(self._at + 1, len(self._tokens) - 1)]
        if operand.kind == "!" or (
            operand.kind == "-" and following.kind not in ("int", "float")
        ):
            self._syntax(
                operand,
                f"no viable alternative at input '{token.text}{operand.text}'",
            )
        node = self._member()
        if count % 2 == 0:
            return node
        call = Call(token.offset, f"{token.kind}_", None, [node])
        call.height = node.height
        return call

    def _member(self) -> Node:
        start = self._at
        node = self._primary()
        while True:
            mark = self._tokens[self._at]
            if mark.kind == ".":
                self._at += 1
                node = self._field(node, mark)
            elif mark.kind == "[":
                self._at += 1
                self._optional("[", mark.offset)
                index = self._expr()
                self._want("]")
                call = Call(mark.offset, "_[_]", None, [node, index])
                node = self._deeper(call, node, index)
            elif mark.kind == "{" and (name := self._qualified(start)):
                self._at += 1
                node = self._message(name, mark)
            else:
                return node

    def _qualified(self, start: int) -> str:
        """The tokens since ``start`` as a dotted name; empty if they are none."""
        text = "".join(token.text for token in self._tokens[start : self._at])
        return text if _QUALIFIED.fullmatch(text) else ""

    def _field(self, operand: Node, mark: Token) -> Node:
        """What follows a dot: a field, or a method's call."""
        self._optional(".", mark.offset)
        token = self._next()
        if token.kind == "quoted":
            self._issue(token.offset, "unsupported syntax: '`'")
        elif token.kind != "word":
            self._syntax(token, f"mismatched input '{token.text}' expecting IDENTIFIER")
        parenthesis = self._tokens[self._at]
        if token.kind == "word" and self._take("("):
            args = self._arguments()
            node = self._method(operand, token.text, args, parenthesis.offset)
            return self._deeper(node, operand, *args)
        return self._deeper(Select(mark.offset, operand, token.text), operand)

    def _primary(self) -> Node:
        token = self._next()
        kind = token.kind
        if kind in LITERALS:
            return Literal(token.offset, self._literals.value(token))
        if kind == "-":
            number = self._literals.value(self._next(), sign="-")
            return Literal(token.offset, number)
        if kind == "(":
            node = self._expr()
            self._want(")")
            return node
        if kind == "[":
            return self._list(token)
        if kind == "{":
            return self._map(token)
        if kind not in ("word", "."):
            self._syntax(token, f"mismatched input '{token.text}' expecting {_START}")
        return self._named(token)

    def _named(self, token: Token) -> Node:
        """A name, or the call of a function."""
        dot = ""
        if token.kind == ".":
            dot, token = ".", self._want("word", "IDENTIFIER")
        if token.text in _RESERVED:
            self._issue(token.offset, f"reserved identifier: {token.text}")
        name = dot + token.text
        parenthesis = self._tokens[self._at]
        if not self._take("("):
            return Ident(token.offset, name)
        args = self._arguments()
        if name == "has" and len(args) == 1:
            node = self._has(args[0], parenthesis.offset)
        else:
            node = Call(parenthesis.offset, name, None, args)
        node.height = max((arg.height for arg in args), default=0)
        return node

    def _arguments(self) -> list[Node]:
        """What stands in a call's parentheses, up to the closing one."""
        if self._take(")"):
            return []
        args = [self._expr()]
        while self._take(","):
            args.append(self._expr())
        self._want(")")
        return args

    def _list(self, mark: Token) -> Node:
        items: list[Node] = []
        while not self._take("]"):
            if self._take(",") and not items:  # the comma of an empty list
                self._want("]")
                break
            if items and self._take("]"):
                break
            self._optional("", self._tokens[self._at].offset)
            items.append(self._expr())
            if self._tokens[self._at].kind not in (",", "]"):
                self._want("]")
        node = ListOf(mark.offset, items)
        node.height = max((item.height for item in items), default=0)
        return node

    def _map(self, mark: Token) -> Node:
        entries: list[tuple[Node, Node]] = []

        def entry() -> None:
            self._optional("", self._tokens[self._at].offset)
            key = self._expr()
            self._want(":")
            entries.append((key, self._expr()))

        self._entries(entry)
        node = MapOf(mark.offset, entries)
        node.height = max((n.height for pair in entries for n in pair), default=0)
        return node

    def _message(self, name: str, mark: Token) -> Node:
        fields: list[tuple[int, str, Node]] = []

        def entry() -> None:
            self._optional("", self._tokens[self._at].offset)
            field = self._want("word", "IDENTIFIER")
            colon = self._want(":")
            fields.append((colon.offset, field.text, self._expr()))

        self._entries(entry)
        node = Message(mark.offset, name, fields)
        node.height = max((value.height for _, _, value in fields), default=0)
        return node

    def _entries(self, entry: Callable[[], None]) -> None:
        """What stands in braces; a comma may stand before the closing one."""
        if self._take("}"):
            return
        if self._take(","):
            self._want("}")
            return
        while True:
            entry()
            if not self._take(","):
                self._want("}")
                return
            if self._take("}"):
                return

    # --- macros

    def _has(self, arg: Node, offset: int) -> Node:
        if isinstance(arg, Select):
            return Has(offset, arg.operand, arg.name)
        self._issue(arg.offset, "invalid argument to has() macro")
        return arg

    def _method(self, target: Node, name: str, args: list[Node], offset: int) -> Node:
        """A method's call, or the macro of this name and number of arguments."""
        if name in _QUANTIFIERS and len(args) == 2:
            variable = self._variable(args[0], "argument must be a simple name")
            return Fold(offset, name, target, variable, args[1])
        if name == "filter" and len(args) == 2:
            variable = self._variable(args[0], "argument is not an identifier")
            return Fold(offset, name, target, variable, args[1])
        if name == "map" and len(args) in (2, 3):
            variable = self._variable(args[0], "argument is not an identifier")
            test = args[1] if len(args) == 3 else None
            return Fold(offset, name, target, variable, test, args[-1])
        return Call(offset, name, target, args)

    def _variable(self, arg: Node, complaint: str) -> str:
        if not isinstance(arg, Ident):
            self._issue(arg.offset, complaint)
            return ""
        if arg.name == "__result__":
            message = "iteration variable overwrites accumulator variable"
            self._issue(arg.offset, message)
        return arg.name
