r"""Regular expressions by RE2's rules, in time linear in the text.

KrakenD's patterns are written for Go's ``regexp``, which is RE2's syntax
without ``\C``.  Python's own engine reads another syntax and may take for ever
over a text that a client chose, so patterns run on the RE2 library itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import re2  # type: ignore[import-untyped,unused-ignore]

_MEMORY = 64 << 20
"""Bytes that one pattern's program and its cache may take."""

_SMALL = 2_000
"""Instructions of a program that surely runs within that memory."""

_LITERAL_OR_ESCAPE = re.compile(
    r"\\Q.*?(?:\\E|\Z)|\\([pP])(?:\{(\^?)([^}]*)\}|([a-z]))|\\(.)", re.DOTALL
)

_CATEGORIES = {
    "letter": "L",
    "uppercaseletter": "Lu",
    "lowercaseletter": "Ll",
    "titlecaseletter": "Lt",
    "modifierletter": "Lm",
    "otherletter": "Lo",
    "mark": "M",
    "combiningmark": "M",
    "nonspacingmark": "Mn",
    "spacingmark": "Mc",
    "enclosingmark": "Me",
    "number": "N",
    "decimalnumber": "Nd",
    "digit": "Nd",
    "letternumber": "Nl",
    "othernumber": "No",
    "punctuation": "P",
    "punct": "P",
    "connectorpunctuation": "Pc",
    "dashpunctuation": "Pd",
    "openpunctuation": "Ps",
    "closepunctuation": "Pe",
    "initialpunctuation": "Pi",
    "finalpunctuation": "Pf",
    "otherpunctuation": "Po",
    "symbol": "S",
    "mathsymbol": "Sm",
    "currencysymbol": "Sc",
    "modifiersymbol": "Sk",
    "othersymbol": "So",
    "separator": "Z",
    "spaceseparator": "Zs",
    "lineseparator": "Zl",
    "paragraphseparator": "Zp",
    "other": "C",
    "control": "Cc",
    "cntrl": "Cc",
    "format": "Cf",
    "surrogate": "Cs",
    "privateuse": "Co",
}
"""Long names of Unicode's categories, which Go knows and RE2 does not."""


class RegexError(ValueError):
    """A pattern that Go's ``regexp`` refuses."""


@lru_cache(maxsize=512)
def compile_regex(pattern: str) -> Callable[[str], bool]:
    """A function that says whether ``pattern`` matches somewhere in a text.

    :raises RegexError: the pattern is none by RE2's rules.
    """
    options = _options()
    try:
        encoded = _LITERAL_OR_ESCAPE.sub(_translate, pattern).encode()
        compiled = re2.compile(encoded, options)
    except (re2.error, UnicodeEncodeError) as error:
        raise RegexError(f"error parsing regexp: {_words(error, pattern)}") from None
    if compiled.programsize <= _SMALL:
        quick = _as_set(encoded, options)
        if quick is not None:
            return quick
    search = compiled.search

    def matches(text: str) -> bool:
        return search(_bytes(text)) is not None

    return matches


def _options() -> re2.Options:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.never_capture = True
    options.log_errors = False
    return options


def _as_set(encoded: bytes, options: re2.Options) -> Callable[[str], bool] | None:
    """The pattern as a set of one: a fifth of the time of a search for places."""
    single = re2.Set.SearchSet(options)
    try:
        single.Add(encoded)
        single.Compile()
    except re2.error:
        return None
    match = single.Match

    def matches(text: str) -> bool:
        return bool(match(_bytes(text)))

    return matches


def _bytes(text: str) -> bytes:
    """``text`` for the library; a byte that was no UTF-8 is one U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return (
            text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
        )


def _translate(found: re.Match[str]) -> str:
    """A part of a pattern that Go and RE2 read differently, as RE2 reads it."""
    if found[4] is not None:
        return f"\\{found[1]}{found[4].upper()}"
    if found[3] is not None:
        name = re.sub(r"[_ -]", "", found[3]).capitalize()
        return f"\\{found[1]}{{{found[2]}{_CATEGORIES.get(name.lower(), name)}}}"
    if found[5] == "C":
        raise RegexError("error parsing regexp: invalid escape sequence: `\\C`")
    return found[0]


_WORDS = {
    "invalid perl operator": "invalid or unsupported Perl syntax",
    "no argument for repetition operator": "missing argument to repetition operator",
    "bad repetition operator": "invalid nested repetition operator",
    "invalid repetition size": "invalid repeat count",
    "missing ]": "missing closing ]",
    "missing )": "missing closing )",
    "trailing \\": "trailing backslash at end of expression",
    "invalid named capture group": "invalid named capture",
}
"""RE2's complaints that Go has other words for."""


def _words(error: Exception, pattern: str) -> str:
    """RE2's complaint in Go's words."""
    reason = error.args[0] if error.args else ""
    if isinstance(reason, bytes):
        reason = reason.decode("utf-8", "replace")
    what, _, about = str(reason).partition(": ")
    if about in ("(?<=", "(?<!"):  # the beginning of a name, to Go
        start = pattern.index(about)
        end = pattern.find(">", start) + 1
        return f"invalid named capture: `{pattern[start : end or None]}`"
    if about[:2] in ("\\p", "\\P"):
        about = _as_written(about, pattern)
    what = _WORDS.get(what, what)
    return f"{what}: `{about}`"


def _as_written(group: str, pattern: str) -> str:
    """A group of characters as the pattern has it, by what became of it."""
    for found in _LITERAL_OR_ESCAPE.finditer(pattern):
        if found[1] is not None and _translate(found) == group:
            return found[0]
    return group
