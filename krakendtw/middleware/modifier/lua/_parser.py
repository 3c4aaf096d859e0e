"""The grammar of Lua as gopher-lua has it, and what LuaJIT must be told.

:class:`Parser` reads a text and notes on its tokens how they have to change so
that LuaJIT does with them what gopher-lua does: concatenation prints numbers
the Go way, statements may be empty, a function called in a ``return`` keeps its
caller in error messages.  :mod:`._translate` writes the result.

Whether a text is refused, at which token and with which words is gopher-lua's
as well.
"""

from __future__ import annotations

import sys

from krakendtw.middleware.modifier.lua._lexer import (
    END,
    NAME,
    NUMBER,
    STRING,
    Lexer,
    LuaSyntaxError,
    Token,
)

HIDDEN = b"\xff"
"""Begins the names that the translation adds: no Lua text can hold them."""

CAT = HIDDEN + b"c"
LENGTH = HIDDEN + b"l"
KEEP = HIDDEN + b"k"
SET = HIDDEN + b"s"
ORDER = HIDDEN + b"o"
PAUSING = HIDDEN + b"w"
BOUND = HIDDEN + b"b"
STEP = HIDDEN + b"t"
ARITHMETIC = {
    operator: HIDDEN + name
    for operator, name in (
        (b"+", b"add"),
        (b"-", b"sub"),
        (b"*", b"mul"),
        (b"/", b"div"),
        (b"%", b"mod"),
        (b"^", b"pow"),
    )
}
NEGATIVE = HIDDEN + b"unm"
_SPARE = HIDDEN + b"z"

_MAY_PAUSE = b" if %b.now then %b.now()end" % (PAUSING, PAUSING)
"""Stands in every loop and function: where a script that has run for a while
stops to let others run."""

_LEFT = {
    b"or": 1,
    b"and": 2,
    **dict.fromkeys((b"<", b">", b"<=", b">=", b"==", b"~="), 3),
    b"..": 5,
    b"+": 6,
    b"-": 6,
    b"*": 7,
    b"/": 7,
    b"%": 7,
    b"^": 10,
}
"""How strongly an operator draws the operand on its left."""

_RIGHT = {**_LEFT, b"^": 9}
_UNARY = 8
_CONCAT = _LEFT[b".."]
_UNARY_OPERATORS = frozenset((b"-", b"not", b"#"))

# What an expression is, as far as a statement asks.
_VALUE, _NUMBER, _VARIABLE, _CALL, _IN_PARENTHESES = range(5)


class LuaCompileError(Exception):
    """A text that is Lua by its grammar only."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(line, message)
        self.line = line
        self.message = message

    def describe(self, source: bytes) -> bytes:
        """The words of gopher-lua.

        :param source: the name of the text.
        """
        return b"compile error near line(%d) %b: %b" % (
            self.line,
            source,
            self.message.encode(),
        )


class TextTooLongError(Exception):
    """A text has more tokens than it may have."""


class Change:
    """What becomes of a token.

    :ivar before: put in front of it.
    :ivar after: put behind it.
    :ivar text: written in its place; ``None`` for its own text.
    :ivar glued: whether it must stay on the line of the token before.
    """

    __slots__ = ("after", "before", "glued", "text")

    def __init__(self) -> None:
        self.before = b""
        self.after = b""
        self.text: bytes | None = None
        self.glued = False


class Parser:
    """Reads one text.

    :param tracks_order: whether tables remember the order of their keys.
    :param most_tokens: how many there may be.
    :ivar tokens: all that was read, the end included.
    :ivar changes: by index of the token.
    """

    def __init__(
        self,
        source: bytes,
        *,
        tracks_order: bool = False,
        most_tokens: int = sys.maxsize,
    ) -> None:
        self._lexer = Lexer(source)
        self._tracks = tracks_order
        self._most = most_tokens
        self.tokens: list[Token] = []
        self.changes: dict[int, Change] = {}
        self._names: list[bytes] = [b""]  # of the functions around
        self._varargs = [True]
        self._loops = [0]
        self._labels: list[dict[bytes, int]] = []  # of the blocks around
        self._flaw: LuaCompileError | None = None
        self._suffix = (0, 0, 0)  # of the variable just read: first, opening, closing
        self._kind = b""
        self._ahead: Token | None = None
        self._load()

    def parse(self) -> None:
        """Read all of it.

        :raises LuaSyntaxError: it is no Lua.
        :raises LuaCompileError: it cannot be compiled.
        :raises TextTooLongError: it has too many tokens.
        """
        self._block()
        if self._kind != END:
            raise self._wrong()
        if self._flaw is not None:
            raise self._flaw

    # --- tokens

    @property
    def _index(self) -> int:
        """The index of the token that is looked at."""
        return len(self.tokens) - 1

    def _load(self) -> None:
        token = self._ahead or self._lexer.next()
        self._ahead = None
        self.tokens.append(token)
        self._kind = token.kind
        if len(self.tokens) > self._most:
            raise TextTooLongError

    def _peek(self) -> bytes:
        """The kind of the token behind the one that is looked at."""
        if self._ahead is None:
            self._ahead = self._lexer.next()
        return self._ahead.kind

    def _take(self) -> int:
        """Go behind the token that is looked at; its index."""
        index = self._index
        self._load()
        return index

    def _accept(self, kind: bytes) -> bool:
        if self._kind != kind:
            return False
        self._load()
        return True

    def _expect(self, kind: bytes) -> int:
        if self._kind != kind:
            raise self._wrong()
        return self._take()

    def _wrong(self, message: str = "syntax error") -> LuaSyntaxError:
        token = self.tokens[-1]
        if token.kind == END:
            return LuaSyntaxError(token.line, b"", message)
        return LuaSyntaxError(token.end_line, token.text, message, token.column)

    def _compile_error(self, line: int, message: str) -> None:
        """Keep the first reason not to compile: grammar goes first."""
        if self._flaw is None:
            self._flaw = LuaCompileError(line, message)

    def change(self, index: int) -> Change:
        """What becomes of a token, to be added to."""
        found = self.changes.get(index)
        if found is None:
            found = self.changes[index] = Change()
        return found

    def _wrap(self, first: int, before: bytes, after: bytes) -> None:
        """Put something around all from ``first`` to the last token taken."""
        start, end = self.change(first), self.change(self._index - 1)
        start.before = before + start.before
        end.after += after

    # --- statements

    def _block(self) -> None:
        """Statements up to a token that begins none."""
        self._labels.append({})
        self._statements()
        self._labels.pop()

    def _statements(self) -> None:
        separable = False
        while True:
            kind = self._kind
            if kind == b";":
                if not separable:
                    self.change(self._index).text = b""
                separable = False
                self._take()
                continue
            if kind in (b"return", b"break"):
                self._last_statement()
                return
            parse = _STATEMENTS.get(kind)
            if parse is not None:
                parse(self)
            elif kind in (NAME, b"("):
                first = self._index
                self._expression_statement()
                if separable and kind == b"(":  # else it would call what is before
                    change = self.change(first)
                    change.before = b";" + change.before
            else:
                return
            separable = True

    def _last_statement(self) -> None:
        start = self._take()
        if self.tokens[start].kind == b"return":
            if self._kind not in (END, b"end", b"else", b"elseif", b"until", b";"):
                self._returned()
        elif not self._loops[-1]:
            self._compile_error(self.tokens[start].line, "no loop to break")
        self._accept(b";")

    def _returned(self) -> None:
        first = self._index
        kinds = self._expressions()
        if len(kinds) != 1 or kinds[0] != _CALL:
            return
        # A tail call takes the place of its caller, which messages shall name;
        # recursion by tail calls keeps them, so that it does not end in an error.
        if self.tokens[first].text != self._names[-1] or not self._names[-1]:
            self._wrap(first, KEEP + b"(", b")")

    def _expression_statement(self) -> None:
        first = self._index
        kind = self._suffixed()
        if kind == _VARIABLE and self._kind in (b"=", b","):
            self._assignment(first)
        elif kind not in (_CALL, _IN_PARENTHESES + _CALL):
            raise self._wrong("parse error")
        elif kind != _CALL:  # a call in parentheses is a statement here
            self._wrap(first, b"do local " + _SPARE + b"=", b" end")

    def _assignment(self, first: int) -> None:
        suffix = self._suffix
        single = True
        while self._accept(b","):
            single = False
            if self._suffixed() != _VARIABLE:
                raise self._wrong()
        equals = self._expect(b"=")
        single = len(self._expressions()) == 1 and single
        if self._tracks and single and suffix[0] == first and suffix[1]:
            self._call_set(first, suffix, equals)

    def _call_set(self, first: int, suffix: tuple[int, int, int], equals: int) -> None:
        """Write ``t.key = value`` as a call that keeps the order of the keys."""
        _, opening, closing = suffix
        self._wrap(first, SET + b"(", b")")
        self.change(opening).text = b","
        if self.tokens[opening].kind == b".":
            self.change(closing).text = quote(self.tokens[closing].text)
        else:
            self.change(closing).text = b""
        self.change(equals).text = b","

    def _do(self) -> None:
        self._take()
        self._block()
        self._expect(b"end")

    def _while(self) -> None:
        self._take()
        self._expression()
        self._loop(self._expect(b"do"))
        self._expect(b"end")

    def _repeat(self) -> None:
        self._loop(self._take())
        self._expect(b"until")
        self._expression()

    def _loop(self, opening: int) -> None:
        """The body of a loop, behind the token that opens it."""
        self.change(opening).after += _MAY_PAUSE
        self._loops[-1] += 1
        self._block()
        self._loops[-1] -= 1

    def _if(self) -> None:
        self._take()
        self._expression()
        self._expect(b"then")
        self._block()
        while self._accept(b"elseif"):
            self._expression()
            self._expect(b"then")
            self._block()
        if self._accept(b"else"):
            self._block()
        self._expect(b"end")

    def _for(self) -> None:
        self._take()
        self._expect(NAME)
        if self._accept(b"="):
            self._bound()
            self._expect(b",")
            self._bound()
            if self._accept(b","):
                first = self._index
                self._expression()
                self._wrap(first, STEP + b"(", b")")
        else:
            while self._accept(b","):
                self._expect(NAME)
            self._expect(b"in")
            self._expressions()
        self._loop(self._expect(b"do"))
        self._expect(b"end")

    def _function_statement(self) -> None:
        keyword = self._take()
        name = self._expect(NAME)
        dot = 0
        while self._kind == b".":
            dot = self._take()
            name = self._expect(NAME)
        is_method = self._kind == b":"
        if is_method:
            dot = self._take()
            name = self._expect(NAME)
        if not self._tracks or not dot:
            self._body(self.tokens[name].text)
            return
        self.change(keyword).text = SET + b"("
        self.change(dot).text = b","
        text = quote(self.tokens[name].text)
        self.change(name).text = text + b",function"
        self._body(b"", is_method=is_method)
        self.change(self._index - 1).after += b")"

    def _local(self) -> None:
        self._take()
        if self._accept(b"function"):
            name = self._expect(NAME)
            self._body(self.tokens[name].text)
            return
        self._expect(NAME)
        while self._accept(b","):
            self._expect(NAME)
        if self._accept(b"="):
            self._expressions()

    def _label(self) -> None:
        self._take()
        name = self.tokens[self._expect(NAME)]
        self._expect(b"::")
        known = self._labels[-1]
        if name.text in known:
            text = name.text.decode("latin-1")
            self._compile_error(
                name.line + 1,
                f"label '{text}' already defined on line {known[name.text]}",
            )
        known[name.text] = name.line

    def _goto(self) -> None:
        self.change(self._take()).before = _MAY_PAUSE + b" "
        self._expect(NAME)

    # --- expressions

    def _expressions(self) -> list[int]:
        """A list of expressions; what each of them is."""
        kinds = [self._expression()]
        while self._accept(b","):
            kinds.append(self._expression())
        return kinds

    def _expression(self, limit: int = 0) -> int:
        """An expression of operators that bind more than ``limit``."""
        first = self._index
        kind = self._unary() if self._kind in _UNARY_OPERATORS else self._simple()
        while _LEFT.get(self._kind, 0) > limit:
            if self._kind == b"..":
                self._concatenation(first)
                kind = _VALUE
            elif self._kind in ARITHMETIC:
                operator = self._take()
                symbol = self.tokens[operator].kind
                right = self._expression(_RIGHT[symbol])
                if (kind, right) != (_NUMBER, _NUMBER) or symbol == b"%":
                    self.change(operator).text = b","
                    self._wrap(first, b"(" + ARITHMETIC[symbol] + b"(", b"))")
                    kind = _VALUE
            else:
                self._expression(_RIGHT[self.tokens[self._take()].kind])
                kind = _VALUE
        return kind

    def _unary(self) -> int:
        """An operator with the operand behind it."""
        operator = self._take()
        kind = self.tokens[operator].kind
        inner = self._expression(_UNARY)
        if kind == b"-" and inner == _NUMBER:
            return _NUMBER
        if kind != b"not":  # in parentheses lest it be a tail call
            call = LENGTH if kind == b"#" else NEGATIVE
            self.change(operator).text = b"(" + call + b"("
            self.change(self._index - 1).after += b"))"
        return _VALUE

    def _bound(self) -> None:
        """The begin, end or step of a loop, for which no string will do."""
        first = self._index
        if self._expression() != _NUMBER:
            self._wrap(first, BOUND + b"(", b")")

    def _concatenation(self, first: int) -> None:
        """All of ``a .. b .. c`` behind its first operand, as one call."""
        while self._kind == b"..":
            self.change(self._take()).text = b","
            last = self._index
            self._expression(_CONCAT)
        self._wrap(last, b"(", b")")  # one value, should it be a call
        self._wrap(first, b"(" + CAT + b"(", b"))")

    def _simple(self) -> int:
        kind = self._kind
        if kind in (NAME, b"("):
            return self._suffixed()
        if kind == b"{":
            self._table()
        elif kind == b"function":
            self._take()
            self._body(b"")
        elif kind == NUMBER:
            self._take()
            return _NUMBER
        elif kind in (STRING, b"nil", b"true", b"false"):
            self._take()
        elif kind == b"...":
            index = self._take()
            if not self._varargs[-1]:
                self._compile_error(
                    self.tokens[index].line,
                    "cannot use '...' outside a vararg function",
                )
        else:
            raise self._wrong()
        return _VALUE

    def _suffixed(self) -> int:
        """A variable, a call, or an expression in parentheses."""
        first = self._index
        self._suffix = (first, 0, 0)
        if self._kind == NAME:
            self._take()
            kind = _VARIABLE
        else:
            self._expect(b"(")
            inner = self._expression()
            self._expect(b")")
            is_call = inner in (_CALL, _IN_PARENTHESES + _CALL)
            kind = _IN_PARENTHESES + (_CALL if is_call else 0)
        while True:
            opening = self._index
            if self._kind in (b".", b":", b"["):
                # As gopher-lua does, count it all to the line where it begins.
                self.change(opening).glued = True
            if self._kind == b".":
                self._take()
                closing = self._expect(NAME)
                self.change(closing).glued = True
            elif self._kind == b"[":
                self._take()
                self._expression()
                closing = self._expect(b"]")
            elif self._kind == b":":
                self._take()
                self.change(self._expect(NAME)).glued = True
                if not self._arguments():
                    raise self._wrong()
                kind = _CALL
                continue
            elif self._arguments():
                kind = _CALL
                continue
            else:
                return kind
            kind = _VARIABLE
            self._suffix = (first, opening, closing)

    def _arguments(self) -> bool:
        """The arguments of a call, if there are any."""
        if self._kind == b"(":
            # On a line of its own LuaJIT would find it ambiguous.
            self.change(self._take()).glued = True
            if self._kind != b")":
                self._expressions()
            self._expect(b")")
        elif self._kind == STRING:
            self._take()
        elif self._kind == b"{":
            self._table(is_argument=True)
        else:
            return False
        return True

    def _body(self, name: bytes, *, is_method: bool = False) -> None:
        """Parameters and block of a function."""
        opening = self._expect(b"(")
        has_varargs = False
        empty = self._kind == b")"
        if not empty:
            has_varargs = self._parameters()
        if is_method:
            self.change(opening).after = b"self" if empty else b"self,"
        self.change(self._expect(b")")).after += _MAY_PAUSE
        self._varargs.append(has_varargs)
        self._loops.append(0)
        self._names.append(name)
        self._block()
        self._names.pop()
        self._loops.pop()
        self._varargs.pop()
        self._expect(b"end")

    def _parameters(self) -> bool:
        """The names of parameters; whether more may come."""
        if self._accept(b"..."):
            return True
        self._expect(NAME)
        while self._accept(b","):
            if self._accept(b"..."):
                return True
            self._expect(NAME)
        return False

    def _table(self, *, is_argument: bool = False) -> None:
        first = self._take()
        keys: list[bytes] = []
        while self._kind != b"}":
            key = self._field()
            if key is not None:
                keys.append(key)
            if self._kind not in (b",", b";"):
                break
            self._take()
            while self._kind in (b",", b";"):  # any number of them will do
                self.change(self._take()).text = b""
        self._expect(b"}")
        if self._tracks and keys:
            before = ORDER + b"(" + quote(b"\0".join(dict.fromkeys(keys))) + b","
            parentheses = (b"(", b")") if is_argument else (b"", b"")
            self._wrap(first, parentheses[0] + before, b")" + parentheses[1])

    def _field(self) -> bytes | None:
        """One field; its key if that is a constant string."""
        if self._kind == b"[":
            self._take()
            first = self._index
            self._expression()
            is_string = self.tokens[first].kind == STRING and self._index == first + 1
            self._expect(b"]")
            self._expect(b"=")
            self._expression()
            return self.tokens[first].text if is_string else None
        if self._kind == NAME and self._peek() == b"=":
            key = self._take()
            self._take()
            self._expression()
            return self.tokens[key].text
        self._expression()
        return None


_STATEMENTS = {
    b"do": Parser._do,
    b"while": Parser._while,
    b"repeat": Parser._repeat,
    b"if": Parser._if,
    b"for": Parser._for,
    b"function": Parser._function_statement,
    b"local": Parser._local,
    b"::": Parser._label,
    b"goto": Parser._goto,
}
"""What begins with a word of its own."""


def quote(text: bytes) -> bytes:
    """A string literal that every Lua reads alike."""
    return b'"' + b"".join(_ESCAPED[byte] for byte in text) + b'"'


_ESCAPED = [
    bytes((byte,)) if 0x20 <= byte < 0x7F and byte not in b'"\\' else b"\\%03d" % byte
    for byte in range(256)
]
