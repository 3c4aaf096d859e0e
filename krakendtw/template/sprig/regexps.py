"""Sprig's functions for regular expressions."""

from __future__ import annotations

from typing import Final

from krakendtw.template.failure import Failure
from krakendtw.template.regexp import Pattern, compile_pattern, must_compile, quote_meta
from krakendtw.template.signature import Function, declare_all
from krakendtw.template.values import NilStrings, Strings


def must_match(pattern: str, text: str) -> bool:
    """Whether a pattern matches somewhere in a text.

    :raises Failure: it is no pattern.
    """
    return compile_pattern(pattern).matches(text)


def match(pattern: str, text: str) -> bool:
    """The same; what is no pattern matches nothing."""
    try:
        return must_match(pattern, text)
    except Failure:
        return False


def find(pattern: str, text: str) -> str:
    """The first match.

    :raises Failure: it is no pattern.
    """
    return must_compile(pattern).find(text)


def must_find(pattern: str, text: str) -> str:
    """The first match.

    :raises Failure: it is no pattern.
    """
    return compile_pattern(pattern).find(text)


def find_all(pattern: str, text: str, count: int) -> Strings:
    """The matches, at most so many.

    :raises Failure: it is no pattern.
    """
    return _all(must_compile(pattern), text, count)


def must_find_all(pattern: str, text: str, count: int) -> Strings:
    """The matches, at most so many.

    :raises Failure: it is no pattern.
    """
    return _all(compile_pattern(pattern), text, count)


def _all(pattern: Pattern, text: str, count: int) -> Strings:
    found = pattern.find_all(text, count)
    return Strings(found) if found else NilStrings()


def replace_all(pattern: str, text: str, replacement: str) -> str:
    """A text with the matches replaced; ``$1`` is a group.

    :raises Failure: it is no pattern.
    """
    return must_compile(pattern).replace(text, replacement, is_literal=False)


def must_replace_all(pattern: str, text: str, replacement: str) -> str:
    """A text with the matches replaced; ``$1`` is a group.

    :raises Failure: it is no pattern.
    """
    return compile_pattern(pattern).replace(text, replacement, is_literal=False)


def replace_literal(pattern: str, text: str, replacement: str) -> str:
    """A text with the matches replaced by what stands there.

    :raises Failure: it is no pattern.
    """
    return must_compile(pattern).replace(text, replacement, is_literal=True)


def must_replace_literal(pattern: str, text: str, replacement: str) -> str:
    """A text with the matches replaced by what stands there.

    :raises Failure: it is no pattern.
    """
    return compile_pattern(pattern).replace(text, replacement, is_literal=True)


def split(pattern: str, text: str, count: int) -> Strings:
    """What lies between the matches, at most so many parts.

    :raises Failure: it is no pattern.
    """
    return _parts(must_compile(pattern), text, count)


def must_split(pattern: str, text: str, count: int) -> Strings:
    """What lies between the matches, at most so many parts.

    :raises Failure: it is no pattern.
    """
    return _parts(compile_pattern(pattern), text, count)


def _parts(pattern: Pattern, text: str, count: int) -> Strings:
    parts = pattern.split(text, count)
    return NilStrings() if parts is None else Strings(parts)


def quote(text: str) -> str:
    """A pattern for nothing but a text."""
    return quote_meta(text)


FUNCTIONS: Final[dict[str, Function]] = declare_all(
    {
        "regexMatch": match,
        "mustRegexMatch": must_match,
        "regexFindAll": find_all,
        "mustRegexFindAll": must_find_all,
        "regexFind": find,
        "mustRegexFind": must_find,
        "regexReplaceAll": replace_all,
        "mustRegexReplaceAll": must_replace_all,
        "regexReplaceAllLiteral": replace_literal,
        "mustRegexReplaceAllLiteral": must_replace_literal,
        "regexSplit": split,
        "mustRegexSplit": must_split,
        "regexQuoteMeta": quote,
    }
)
"""The functions by name."""
