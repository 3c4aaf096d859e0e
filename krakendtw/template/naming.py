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
    """Puts a connector between the words of one name."""

    def __init__(self, name: str, connector: str) -> None:
        self.rest = _letters(name)
        self.connector = connector
        self.out: list[str] = []
        self.kind = _Kind.NONE
        self.word = ""

    def divide(self) -> str:
        self.advance()
        while self.rest:
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
        if not self.rest:
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
        self.kind, size = _next_word(self.rest)
        self.word = "".join(written for written, _ in self.rest[:size])
        self.rest = self.rest[size:]
        return self.kind


def _letters(name: str) -> list[tuple[str, str]]:
    """The characters of a name: what is written, and what it counts as.

    What is no character belongs to the one behind it, or to that before the end.
    """
    letters: list[tuple[str, str]] = []
    written = char = ""
    for each in name:
        written += each
        if each != REPLACEMENT and not "\ud800" <= each < "\ue000":
            char = each
            letters.append((written, char))
            written = ""
    if written:
        letters.append((written, char))
    return letters


def _next_word(letters: list[tuple[str, str]]) -> tuple[_Kind, int]:
    """What the first word is, and how many characters it has."""
    if not letters:
        return _Kind.NONE, 0
    text = [char for _, char in letters]
    if not text[0]:
        return _Kind.NONE, 1
    kind = _kind(text[0])
    size = 1
    if kind is _Kind.CAPITALS:
        return kind, _capitals(text)
    while size < len(text) and _continues(kind, text[size]):
        size += 1
    return kind, size


def _capitals(text: list[str]) -> int:
    """How long a word is that begins with a capital: ``HTTP``, ``Http``."""
    size = 1
    if len(text) > 1 and is_upper(text[1]):
        while size < len(text) and is_upper(text[size]):
            size += 1
        if size < len(text) and _is_alphabetic(text[size]):
            return size - 1  # the last one begins the next word
        return size
    while size < len(text) and _continues(_Kind.LETTERS, text[size]):
        size += 1
    return size


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
