"""Go's regular expressions, on the library that has their syntax.

``google-re2`` is needed only where a template uses them; it is loaded then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from krakendtw.go_quote import quote
from krakendtw.gojson.text import decode_raw, encode_raw
from krakendtw.template.failure import Failure
from krakendtw.template.verbs import can_backquote

_REASONS: Final = {
    "no argument for repetition operator": "missing argument to repetition operator",
    "bad repetition operator": "invalid nested repetition operator",
    "trailing \\": "trailing backslash at end of expression",
    "invalid perl operator": "invalid or unsupported Perl syntax",
    "missing )": "missing closing )",
    "missing ]": "missing closing ]",
    "invalid named capture group": "invalid named capture",
    "invalid repetition size": "invalid repeat count",
}
"""What Go says where RE2 says it otherwise."""

_NAMES: Final = ("invalid perl operator", "invalid named capture group")
_REPETITIONS: Final = (
    "no argument for repetition operator",
    "bad repetition operator",
    "invalid repetition size",
)
_COUNTS = re.compile(r"(\{([0-9]+)(,([0-9]*))?\})\??\Z")
_MOST: Final = 1000
"""How often something may be repeated."""

_MEMORY: Final = 64 << 20
"""Bytes that a pattern's program and its cache may take."""

_NO_ESCAPES: Final = tuple(f"\\{char}" for char in "yegjklmoquFGHIJKLMNORTUVXYZ")
"""Escape sequences that mean nothing."""

_ESCAPED = re.compile(r"\\Q.*?(?:\\E|\Z)|\\.", re.DOTALL)
"""What begins with a backslash; what is quoted as a whole."""

_SIZES: Final = (1,) * 0xC0 + (2,) * 0x20 + (3,) * 0x10 + (4,) * 0x10
"""Of characters by their first byte."""

_SHIFT: Final = 0x10FF00 - 0xDC00
_STAND_INS: Final = {code: chr(code + _SHIFT) for code in range(0xDC80, 0xDD00)}
"""Characters of nobody's for bytes that are no UTF-8; to Go each of them is one."""

_STAND_IN = re.compile("[\U0010ff80-\U0010ffff]")

_FOREIGN = re.compile("[\ud800-\udfff]")

_REFERENCE = re.compile(
    rb"\$(?:(\$)|([0-9A-Za-z_\x80-\xff]+)|\{([0-9A-Za-z_\x80-\xff]+)\})"
)


class Pattern:
    """A regular expression.

    :raises Failure: it is none by Go's rules, or the library is missing.
    """

    def __init__(self, text: str) -> None:
        self._compiled = _compile(text)
        self.text = text

    def matches(self, text: str) -> bool:
        """Whether it matches somewhere in a text."""
        return self._search(_mend(text)) is not None

    def find(self, text: str) -> str:
        """The first match; empty if there is none."""
        match = self._search(_mend(text))
        return "" if match is None else _unmend(match.group())

    def find_all(self, text: str, count: int) -> list[str]:
        """The matches, at most ``count`` of them unless that is negative."""
        raw = _mend(text)
        return [_unmend(raw[start:end]) for start, end in self._spans(raw, count)]

    def _search(self, raw: bytes, place: int = 0) -> Any:
        """The first match from a place on; ``None`` if there is none."""
        while True:
            match = self._compiled.search(raw, place)
            if match is None or not _is_inside(raw, match.start()):
                return match
            # To the library there is something between a character's bytes.
            place = match.start() + 1

    def _spans(self, raw: bytes, count: int) -> Iterator[tuple[int, int]]:
        """Where the matches lie; an empty one does not touch the one before."""
        place, before = 0, -1
        while count and place <= len(raw):
            match = self._search(raw, place)
            if match is None:
                return
            start, end = match.span()
            is_good = not (end == place and start == before)
            place = end if end != place else place + _width(raw, place)
            before = end
            if is_good:
                count -= 1
                yield start, end

    def replace(self, text: str, replacement: str, *, is_literal: bool) -> str:
        """``text`` with its matches replaced.

        :param is_literal: whether ``$1`` means nothing but itself.
        """
        raw, new = _mend(text), encode_raw(replacement)
        out: list[bytes] = []
        place = last = 0
        while place <= len(raw):
            match = self._search(raw, place)
            if match is None:
                break
            start, end = match.span()
            out.append(raw[last:start])
            if end > last or start == 0:
                out.append(new if is_literal else _expand(new, match))
            last = end
            place = max(end, place + _width(raw, place))
        out.append(raw[last:])
        return _unmend(b"".join(out))

    def split(self, text: str, count: int) -> list[str] | None:
        """What lies between the matches; ``None`` for no parts at all."""
        if count == 0:
            return None
        if self.text and not text:
            return [""]
        raw = _mend(text)
        parts: list[bytes] = []
        start = end = 0
        for low, high in self._spans(raw, count):
            if 0 < count == len(parts) + 1:
                break
            end = low
            if high != 0:
                parts.append(raw[start:end])
            start = high
        if end != len(raw):
            parts.append(raw[start:])
        return list(map(_unmend, parts))


@lru_cache(maxsize=256)
def compile_pattern(text: str) -> Pattern:
    """The pattern that a text spells.

    :raises Failure: it spells none.
    """
    return Pattern(text)


def _compile(text: str) -> Any:
    try:
        import re2  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise Failure("regular expressions need the package google-re2") from None
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    # What Go does not know is written as what nobody knows.
    unknown = next(each for each in _NO_ESCAPES if each not in text)
    shown = _ESCAPED.sub(lambda found: unknown if found[0] == r"\C" else found[0], text)
    try:
        return re2.compile(encode_raw(shown), options)
    except re2.error as error:
        words = _words(error, shown).replace(unknown, r"\C")
        raise Failure(f"error parsing regexp: {words}") from None


def _words(error: Exception, pattern: str) -> str:
    """RE2's complaint in Go's words."""
    reason = error.args[0] if error.args else b""
    text = (
        reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    )
    name, _, part = text.partition(": ")
    if name == "invalid UTF-8":
        foreign = _FOREIGN.search(pattern)
        part = pattern[foreign.start() :] if foreign else pattern
    counts = _COUNTS.search(part) if name in _REPETITIONS else None
    if counts is not None and _is_bad_count(counts):
        # Go looks at the numbers before it looks at what is repeated.
        name, part = "invalid repetition size", counts[1]
    if name in _NAMES and part.startswith("(?<"):
        # What looks behind in other languages begins with a name in Go's eyes.
        rest = pattern[pattern.index(part) :]
        name, part = "invalid named capture", rest[: rest.find(">") + 1] or rest
    return f"{_REASONS.get(name, name)}: `{part}`"


def _is_bad_count(counts: re.Match[str]) -> bool:
    """Whether something cannot be repeated so often."""
    low = int(counts[2])
    high = int(counts[4]) if counts[4] else low
    return high > _MOST or low > (high if counts[4] else _MOST)


def must_compile(text: str) -> Pattern:
    """The pattern, where Go gives up the whole call if there is none.

    :raises Failure: the text spells none.
    """
    try:
        return compile_pattern(text)
    except Failure as failure:
        shown = f"`{text}`" if can_backquote(text) else quote(text)
        raise Failure(f"regexp: Compile({shown}): {failure}") from None


def quote_meta(text: str) -> str:
    """A pattern for nothing but ``text``."""
    return re.sub(r"[\\.+*?()|\[\]{}^$]", r"\\\g<0>", text)


def _mend(text: str) -> bytes:
    """A text to be searched, each byte that is no UTF-8 as a character of its own."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.translate(_STAND_INS).encode("utf-8", "replace")


def _unmend(raw: bytes) -> str:
    """What is found in such a text, with its own bytes."""
    text = decode_raw(raw)
    if not _STAND_IN.search(text):
        return text
    return decode_raw(encode_raw(_STAND_IN.sub(_byte, text)))


def _byte(match: re.Match[str]) -> str:
    return chr(ord(match[0]) - _SHIFT)


def _width(raw: bytes, place: int) -> int:
    """How many bytes the character at a place has; 1 at the end."""
    return _SIZES[raw[place]] if place < len(raw) else 1


def _is_inside(raw: bytes, place: int) -> bool:
    """Whether a place is between the bytes of one character."""
    return place < len(raw) and raw[place] & 0xC0 == 0x80


def _expand(template: bytes, match: Any) -> bytes:
    """A replacement with the groups put in that it names."""
    names = match.re.groupindex

    def value(found: re.Match[bytes]) -> bytes:
        dollar, bare, braced = found.groups()
        if dollar:
            return b"$"
        name: bytes = bare or braced
        if name.isdigit():
            has_zeros = len(name) > 1 and name.startswith(b"0")
            place = int(name) if len(name) < 6 and not has_zeros else -1
        else:
            place = names.get(name, names.get(decode_raw(name), -1))
        if not 0 <= place <= match.re.groups:
            return b""
        return match.group(place) or b""

    return _REFERENCE.sub(value, template)
