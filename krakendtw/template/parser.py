"""A template's text to trees, one for each template that it defines."""

from __future__ import annotations

from typing import NoReturn, TypeVar

from attrs import frozen

from krakendtw.go_quote import quote
from krakendtw.template import tree
from krakendtw.template.failure import TemplateError
from krakendtw.template.lexer import Kind, Lexer, Token
from krakendtw.template.literals import LiteralError, parse_constant, unquote

_MAX_DEPTH = 10_000
"""How many brackets may be open at a time."""

_OPERANDS = frozenset(
    (
        Kind.BOOL,
        Kind.CHAR_CONSTANT,
        Kind.COMPLEX,
        Kind.DOT,
        Kind.FIELD,
        Kind.IDENTIFIER,
        Kind.NUMBER,
        Kind.RAW_STRING,
        Kind.STRING,
        Kind.VARIABLE,
        Kind.LEFT_PAREN,
    )
)
_BranchT = TypeVar("_BranchT", tree.If, tree.With, tree.Range)


@frozen
class Tree:
    """A template that was read.

    :ivar source: the name of the text that it stands in, for messages.
    :ivar text: that text.
    """

    name: str
    source: str
    text: str
    body: tree.Body


def parse(name: str, text: str, functions: frozenset[str]) -> dict[str, Tree]:
    """The trees of a text by name; the text as a whole is called ``name``.

    :param functions: the names that may be called.
    :raises TemplateError: with Go's words.
    """
    trees: dict[str, Tree] = {}
    parser = _Parser(name, name, Lexer(text), text, functions, trees)
    try:
        parser.parse_text()
    except RecursionError:
        # Go's own limit is higher than what Python's stack holds.
        parser.fail("max expression depth exceeded")
    return trees


class _Parser:
    """Reads one template; those inside it are read by parsers of their own."""

    def __init__(
        self,
        name: str,
        source: str,
        lexer: Lexer,
        text: str,
        functions: frozenset[str],
        trees: dict[str, Tree],
    ) -> None:
        self.name = name
        self.source = source
        self.lexer = lexer
        self.text = text
        self.functions = functions
        self.trees = trees
        self.waiting: list[Token] = []  # tokens that were put back, the next one last
        self.variables = ["$"]
        self.action_line = 0
        self.loops = 0
        self.depth = 0

    # Tokens

    def next(self) -> Token:
        return self.waiting.pop() if self.waiting else self.lexer.next()

    def put_back(self, *tokens: Token) -> None:
        """Make ``tokens`` the next ones."""
        self.waiting.extend(reversed(tokens))

    def peek(self) -> Token:
        token = self.next()
        self.waiting.append(token)
        return token

    def next_non_space(self) -> Token:
        token = self.next()
        while token.kind is Kind.SPACE:
            token = self.next()
        return token

    def peek_non_space(self) -> Token:
        token = self.next_non_space()
        self.waiting.append(token)
        return token

    def expect(self, kind: Kind, context: str) -> Token:
        token = self.next_non_space()
        if token.kind is not kind:
            self.unexpected(token, context)
        return token

    # Errors

    def failure(self, message: str) -> TemplateError:
        line = self.lexer.last.line
        whole = f"template: {self.source}:{line}: {message}"
        return TemplateError(whole, self.source, line)

    def fail(self, message: str) -> NoReturn:
        raise self.failure(message)

    def unexpected(self, token: Token, context: str) -> NoReturn:
        if token.kind is not Kind.ERROR:
            self.fail(f"unexpected {token} in {context}")
        extra = ""
        if self.action_line not in (0, token.line):
            extra = f" in action started at {self.source}:{self.action_line}"
            if token.value.endswith(" action"):
                extra = extra.removeprefix(" in action")
        self.fail(f"{token}{extra}")

    # Bodies

    def parse_text(self) -> None:
        """Read to the end of the text."""
        body: tree.Body = []
        while self.peek().kind is not Kind.END:
            token = self.next()
            if token.kind is Kind.LEFT_DELIM:
                word = self.next_non_space()
                if word.is_keyword("define"):
                    self.parse_definition()
                    continue
                self.put_back(token, word)
            else:
                self.put_back(token)
            node = self.statement()
            if isinstance(node, tree.End | tree.Else):
                self.fail(f"unexpected {node}")
            body.append(node)
        self.add(body)

    def parse_definition(self) -> None:
        """Read what follows the word ``define``."""
        inner = self.inner("definition")
        context = "define clause"
        token = inner.next_non_space()
        if token.kind not in (Kind.STRING, Kind.RAW_STRING):
            inner.unexpected(token, context)
        inner.name = inner.string(token)
        inner.expect(Kind.RIGHT_DELIM, context)
        inner.parse_body(context)

    def inner(self, name: str) -> _Parser:
        """A parser for a template that begins here."""
        return _Parser(
            name, self.source, self.lexer, self.text, self.functions, self.trees
        )

    def parse_body(self, context: str) -> None:
        """Read the body of a ``define`` or a ``block`` with its end."""
        body, end = self.body()
        if not isinstance(end, tree.End):
            self.fail(f"unexpected {end} in {context}")
        self.add(body)

    def add(self, body: tree.Body) -> None:
        """Keep a template, unless there is one of its name with more in it."""
        known = self.trees.get(self.name)
        if known is None or tree.is_empty(known.body):
            self.trees[self.name] = Tree(self.name, self.source, self.text, body)
        elif not tree.is_empty(body):
            self.fail(f"template: multiple definition of template {quote(self.name)}")

    def body(self) -> tuple[tree.Body, tree.End | tree.Else]:
        """Statements up to an ``end`` or ``else``."""
        body: tree.Body = []
        while self.peek_non_space().kind is not Kind.END:
            node = self.statement()
            if isinstance(node, tree.End | tree.Else):
                return body, node
            body.append(node)
        raise self.failure("unexpected EOF")

    def statement(self) -> tree.Statement | tree.End | tree.Else:
        token = self.next_non_space()
        if token.kind is Kind.TEXT:
            return tree.Text(token.position, token.value)
        if token.kind is not Kind.LEFT_DELIM:
            self.unexpected(token, "input")
        self.action_line = token.line
        node = self.action()
        self.action_line = 0
        return node

    # Actions

    def action(self) -> tree.Statement | tree.End | tree.Else:
        token = self.next_non_space()
        if token.kind is Kind.KEYWORD:
            match token.value:
                case "if":
                    return self.branch(tree.If, "if")
                case "with":
                    return self.branch(tree.With, "with")
                case "range":
                    return self.branch(tree.Range, "range")
                case "end":
                    return tree.End(self.expect(Kind.RIGHT_DELIM, "end").position)
                case "else":
                    return self.otherwise()
                case "template":
                    return self.call()
                case "block":
                    return self.block()
                case "break" | "continue":
                    return self.jump(token)
        self.put_back(token)
        return tree.Action(token.position, self.pipe("command", Kind.RIGHT_DELIM))

    def jump(self, token: Token) -> tree.Break | tree.Continue:
        """``break`` or ``continue``."""
        name = f"{{{{{token.value}}}}}"
        self.expect(Kind.RIGHT_DELIM, name)
        if not self.loops:
            self.fail(f"{name} outside {{{{range}}}}")
        node = tree.Break if token.value == "break" else tree.Continue
        return node(token.position)

    def otherwise(self) -> tree.Else:
        """``else``; an ``if`` or ``with`` behind it is left for the branch."""
        following = self.peek_non_space()
        if following.is_keyword("if") or following.is_keyword("with"):
            return tree.Else(following.position)
        return tree.Else(self.expect(Kind.RIGHT_DELIM, "else").position)

    def branch(self, kind: type[_BranchT], word: str) -> _BranchT:
        """All that belongs to an ``if``, ``with`` or ``range``."""
        known = len(self.variables)
        pipe = self.pipe(word, Kind.RIGHT_DELIM)
        self.loops += word == "range"
        body, end = self.body()
        self.loops -= word == "range"
        other: tree.Body | None = None
        if isinstance(end, tree.Else):
            other = self.other_body(word)
        del self.variables[known:]
        return kind(pipe.position, pipe, body, other)

    def other_body(self, word: str) -> tree.Body:
        """What follows an ``else``; ``else if`` is a branch inside of it."""
        following = self.peek()
        if word == "if" and following.is_keyword("if"):
            self.next()
            return [self.branch(tree.If, "if")]
        if word == "with" and following.is_keyword("with"):
            self.next()
            return [self.branch(tree.With, "with")]
        body, end = self.body()
        if not isinstance(end, tree.End):
            self.fail(f"expected end; found {end}")
        return body

    def call(self) -> tree.Call:
        """What follows the word ``template``."""
        context = "template clause"
        token = self.next_non_space()
        name = self.template_name(token, context)
        pipe = None
        following = self.next_non_space()
        if following.kind is not Kind.RIGHT_DELIM:
            self.put_back(following)
            pipe = self.pipe(context, Kind.RIGHT_DELIM)
        return tree.Call(token.position, name, pipe)

    def block(self) -> tree.Call:
        """What follows the word ``block``."""
        context = "block clause"
        token = self.next_non_space()
        name = self.template_name(token, context)
        pipe = self.pipe(context, Kind.RIGHT_DELIM)
        self.inner(name).parse_body(context)
        return tree.Call(token.position, name, pipe)

    def template_name(self, token: Token, context: str) -> str:
        if token.kind not in (Kind.STRING, Kind.RAW_STRING):
            self.unexpected(token, context)
        return self.string(token)

    def string(self, token: Token) -> str:
        try:
            return unquote(token.value)
        except LiteralError as error:
            self.fail(str(error))

    # Pipes

    def pipe(self, context: str, end: Kind) -> tree.Pipe:
        """Variables and commands up to the token ``end``."""
        pipe = tree.Pipe(self.peek_non_space().position)
        while self.declares(pipe, context):
            continue
        while True:
            token = self.next_non_space()
            if token.kind is end:
                self.check_pipe(pipe, context)
                return pipe
            if token.kind not in _OPERANDS and not token.is_keyword("nil"):
                self.unexpected(token, context)
            self.put_back(token)
            pipe.commands.append(self.command())

    def declares(self, pipe: tree.Pipe, context: str) -> bool:
        """Read a variable that is set, if one is; whether there may be another."""
        token = self.peek_non_space()
        if token.kind is not Kind.VARIABLE:
            return False
        self.next()
        behind = self.peek()
        following = self.peek_non_space()
        if following.kind in (Kind.ASSIGN, Kind.DECLARE):
            pipe.is_assignment = following.kind is Kind.ASSIGN
            self.next_non_space()
            self.declare(pipe, token)
            return False
        if following.kind is Kind.CHAR and following.value == ",":
            self.next_non_space()
            self.declare(pipe, token)
            if context == "range" and len(pipe.variables) < 2:
                if self.peek_non_space().kind not in (
                    Kind.VARIABLE,
                    Kind.RIGHT_DELIM,
                    Kind.RIGHT_PAREN,
                ):
                    self.fail("range can only initialize variables")
                return True
            self.fail(f"too many declarations in {context}")
        # It is an argument: the space behind it, which was skipped, counts.
        if behind.kind is Kind.SPACE:
            self.put_back(token, behind)
        else:
            self.put_back(token)
        return False

    def declare(self, pipe: tree.Pipe, token: Token) -> None:
        pipe.variables.append(tree.Variable(token.position, (token.value,)))
        self.variables.append(token.value)

    def check_pipe(self, pipe: tree.Pipe, context: str) -> None:
        if not pipe.commands:
            self.fail(f"missing value for {context}")
        for place, command in enumerate(pipe.commands[1:], 2):
            if isinstance(
                command.arguments[0],
                tree.Bool | tree.Dot | tree.Nil | tree.Number | tree.String,
            ):
                self.fail(f"non executable command in pipeline stage {place}")

    def command(self) -> tree.Command:
        """Operands up to a pipe's sign, which is read, or the end of the pipe."""
        command = tree.Command(self.peek_non_space().position)
        while True:
            self.peek_non_space()
            operand = self.operand()
            if operand is not None:
                command.arguments.append(operand)
            token = self.next()
            if token.kind is Kind.SPACE:
                continue
            if token.kind in (Kind.RIGHT_DELIM, Kind.RIGHT_PAREN):
                self.put_back(token)
            elif token.kind is not Kind.PIPE:
                self.unexpected(token, "operand")
            break
        if not command.arguments:
            self.fail("empty command")
        return command

    def operand(self) -> tree.Operand | None:
        """A term and the fields that follow it."""
        node = self.term()
        if node is None or self.peek().kind is not Kind.FIELD:
            return node
        position = self.peek().position
        names: list[str] = []
        while self.peek().kind is Kind.FIELD:
            names.append(self.next().value[1:])
        match node:
            case tree.Field():
                return tree.Field(position, (*node.names, *names))
            case tree.Variable():
                return tree.Variable(position, (*node.names, *names))
            case tree.Bool() | tree.String() | tree.Number() | tree.Nil() | tree.Dot():
                raise self.failure(f"unexpected . after term {quote(str(node))}")
            case _:
                return tree.Chain(position, node, tuple(names))

    def term(self) -> tree.Operand | None:
        """A simple expression; ``None`` if there is none."""
        token = self.next_non_space()
        position = token.position
        match token.kind:
            case Kind.IDENTIFIER:
                if token.value not in self.functions:
                    self.fail(f"function {quote(token.value)} not defined")
                return tree.Identifier(position, token.value)
            case Kind.DOT:
                return tree.Dot(position)
            case Kind.VARIABLE:
                if token.value not in self.variables:
                    self.fail(f"undefined variable {quote(token.value)}")
                return tree.Variable(position, (token.value,))
            case Kind.FIELD:
                return tree.Field(position, (token.value[1:],))
            case Kind.BOOL:
                return tree.Bool(position, token.value == "true")
            case Kind.CHAR_CONSTANT | Kind.COMPLEX | Kind.NUMBER:
                return self.number(token)
            case Kind.LEFT_PAREN:
                return self.brackets()
            case Kind.STRING | Kind.RAW_STRING:
                return tree.String(position, token.value, self.string(token))
        if token.is_keyword("nil"):
            return tree.Nil(position)
        self.put_back(token)
        return None

    def number(self, token: Token) -> tree.Number:
        try:
            constant = parse_constant(
                token.value, is_complex=token.kind is Kind.COMPLEX
            )
        except LiteralError as error:
            self.fail(str(error))
        return tree.Number(token.position, constant)

    def brackets(self) -> tree.Pipe:
        if self.depth >= _MAX_DEPTH:
            self.fail("max expression depth exceeded")
        self.depth += 1
        pipe = self.pipe("parenthesized pipeline", Kind.RIGHT_PAREN)
        self.depth -= 1
        return pipe
