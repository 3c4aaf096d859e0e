"""Words of names: ``HTTPServer`` as ``http_server`` and back."""

from __future__ import annotations

import unicodedata
from enum import Enum, auto
from typing import Final

from krakendtw.gojson.text import REPLACEMENT, replace_surrogates
from krakendtw.template.letters import is_space, is_upper, lower_letter, upper_letter


class _Kind(Enum):
    """What a word is made of."""

    NONE = auto()
    NUMBER = auto()
    CAPITALS = auto()
    LETTERS = auto()
    CONNECTOR = auto()
    PUNCTUATION = auto()
    OTHER = auto()


_WITH_NUMBERS: Final = (_Kind.LETTERS, _Kind.NUMBER)
_CHINESE: Final = (
    ("\u3400", "\u4d85"),
    ("\u4e00", "\u9fcc"),
    ("\U00020000", "\U0002b81d"),
)
_DIVIDERS: Final = (_Kind.CONNECTOR, _Kind.PUNCTUATION)


def snake_case(name: str) -> str:
    """``HTTPServer`` as ``http_server``."""
    return _Divider(name, "_").divide()


def kebab_case(name: str) -> str:
    """``HTTPServer`` as ``http-server``."""
    return _Divider(name, "-").divide()


def camel_case(name: str) -> str:
    """``http_server`` as ``HttpServer``."""
    name = replace_surrogates(name)
    start = 0
    while start < len(name) and _connects(name[start]):
        start += 1
    out = [name[:start]]
    rest = name[start:]
    if len(rest) == 1:
        return name[:start] + upper_letter(rest)
    if not rest:
        # The last connector is written twice.
        return name + name[-1:]
    current = upper_letter(rest[0])
    for char in rest[1:]:
        before, current = current, char
        if _connects(current) and _connects(before):
            out.append(before)
        elif _connects(before):
            current = upper_letter(current)
        else:
            out.append(before)
    out.append(current)
    return "".join(out)


class _Divider:
    """Puts a connector between the words of one name.

    :ivar written: the characters, what is none being with the one behind it.
    :ivar letters: what they count as.
    :ivar place: where the next word begins.
    """

    def __init__(self, name: str, connector: str) -> None:
        self.written, self.letters = _letters(name)
        self.place = 0
        self.connector = connector
        self.out: list[str] = []
        self.kind = _Kind.NONE
        self.word = ""

    def divide(self) -> str:
        self.advance()
        while self.place < len(self.letters):
            before, word = self.kind, self.word
            self.advance()
            if before is not _Kind.CONNECTOR:
                self.write(word, before)
            if before is _Kind.NUMBER:
                self.write_all(_WITH_NUMBERS)
                self.connect(_Kind.NONE)
            elif before is _Kind.CONNECTOR:
                self.write(word, before)
            elif before is not _Kind.PUNCTUATION:
                self.after_word()
        self.write()
        return "".join(self.out)

    def after_word(self) -> None:
        """Go on behind letters: a number may belong to them or to what follows."""
        if self.kind is not _Kind.NUMBER:
            self.connect()
            return
        if self.place == len(self.letters):
            return
        number = self.word
        if self.advance() is not _Kind.LETTERS:
            self.out.append(number)
            self.connect()
            return
        self.out += [self.connector, number]
        self.write_all(_WITH_NUMBERS)
        self.connect(_Kind.NONE)

    def connect(self, *others: _Kind) -> None:
        """Write a connector, unless the word that follows divides by itself."""
        if self.kind not in (*_DIVIDERS, *others):
            self.out.append(self.connector)

    def write_all(self, kinds: tuple[_Kind, ...]) -> None:
        """Write words as long as they are of some kinds."""
        while self.kind in kinds:
            self.write()
            self.advance()

    def write(self, word: str | None = None, kind: _Kind | None = None) -> None:
        """Write a word, the current one unless it is another."""
        word, kind = self.word if word is None else word, kind or self.kind
        if kind is _Kind.CAPITALS:
            word = "".join(
                lower_letter(char) if is_upper(char) else char
                for char in replace_surrogates(word)
            )
        elif kind is _Kind.CONNECTOR:
            word = "".join(
                self.connector if _connects(char) else char
                for char in replace_surrogates(word)
            )
        self.out.append(word)

    def advance(self) -> _Kind:
        """Take the next word; what kind it is."""
        start = self.place
        self.kind, self.place = _next_word(self.letters, start)
        self.word = "".join(self.written[start : self.place])
        return self.kind


def _letters(name: str) -> tuple[list[str], list[str]]:
    """The characters of a name: how they are written, and what they count as.

    What is no character belongs to the one behind it, or to that before the end.
    """
    written: list[str] = []
    letters: list[str] = []
    pending = ""
    for char in name:
        pending += char
        if char != REPLACEMENT and not "\ud800" <= char < "\ue000":
            written.append(pending)
            letters.append(char)
            pending = ""
    if pending:
        written.append(pending)
        letters.append(letters[-1] if letters else "")
    return written, letters


def _next_word(letters: list[str], start: int) -> tuple[_Kind, int]:
    """What the word is that begins at a place, and where it ends."""
    if start == len(letters):
        return _Kind.NONE, start
    if not letters[start]:
        return _Kind.NONE, start + 1
    kind = _kind(letters[start])
    if kind is _Kind.CAPITALS:
        return kind, _capitals(letters, start + 1)
    end = start + 1
    while end < len(letters) and _continues(kind, letters[end]):
        end += 1
    return kind, end


def _capitals(letters: list[str], end: int) -> int:
    """Where a word ends that begins with a capital: ``HTTP``, ``Http``.

    :param end: the place behind the capital.
    """
    if end < len(letters) and is_upper(letters[end]):
        while end < len(letters) and is_upper(letters[end]):
            end += 1
        if end < len(letters) and _is_alphabetic(letters[end]):
            return end - 1  # the last one begins the next word
        return end
    while end < len(letters) and _continues(_Kind.LETTERS, letters[end]):
        end += 1
    return end


def _kind(char: str) -> _Kind:
    """The kind of a word that begins with a character."""
    if _connects(char):
        return _Kind.CONNECTOR
    category = unicodedata.category(char)
    if category[0] == "P":
        return _Kind.PUNCTUATION
    if category == "Lu":
        return _Kind.CAPITALS
    if _is_alphabetic(char):
        return _Kind.LETTERS
    return _Kind.NUMBER if category[0] == "N" else _Kind.OTHER


def _continues(kind: _Kind, char: str) -> bool:
    """Whether a character belongs to the word before it."""
    if kind is _Kind.CONNECTOR:
        return _connects(char)
    category = unicodedata.category(char)
    if kind is _Kind.PUNCTUATION:
        return category[0] == "P"
    if kind is _Kind.LETTERS:
        return _is_alphabetic(char) and category != "Lu"
    if kind is _Kind.NUMBER:
        return category[0] == "N"
    return not (_connects(char) or _is_alphabetic(char) or category[0] in "NP")


def _is_alphabetic(char: str) -> bool:
    """Whether a character is a letter, and not a word as in Chinese."""
    return char.isalpha() and not any(low <= char <= high for low, high in _CHINESE)


def _connects(char: str) -> bool:
    return char in "-_" or is_space(char)
