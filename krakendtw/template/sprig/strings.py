"""Sprig's functions for texts."""

from __future__ import annotations

import secrets
from typing import Any, Final

from krakendtw.gojson.text import REPLACEMENT, replace_surrogates
from krakendtw.template import bytewise, letters, naming
from krakendtw.template.convert import read_decimal, to_text, to_texts, without_nil
from krakendtw.template.failure import Failure
from krakendtw.template.printing import show
from krakendtw.template.signature import Function, declare_all
from krakendtw.template.values import StringMap, Strings
from krakendtw.template.verbs import quote_text

_FOREIGN: Final = "".join(map(chr, range(0xDC80, 0xDD00)))
"""What bytes are that are no UTF-8."""

_LONGEST: Final = 1 << 30
"""Bytes of the longest text that is made by repeating."""


def trim(text: str) -> str:
    """``text`` without white space around it."""
    return text.strip(letters.SPACES)


def upper(text: str) -> str:
    """``text`` in capitals."""
    return letters.upper(replace_surrogates(text))


def lower(text: str) -> str:
    """``text`` in small letters."""
    return letters.lower(replace_surrogates(text))


def title(text: str) -> str:
    """``text`` with each word's first letter as in titles."""
    return letters.title(replace_surrogates(text))


def untitle(text: str) -> str:
    """``text`` with each word's first letter small."""
    return letters.uncapitalize(replace_surrogates(text))


def swap_case(text: str) -> str:
    """``text`` with capitals small, and small letters large."""
    return letters.swap(replace_surrogates(text))


def substring(start: int, end: int, text: str) -> str:
    """The bytes from ``start`` to ``end``; a negative one stands for the edge.

    :raises Failure: there are no such bytes.
    """
    if start < 0:
        return bytewise.cut(text, None, end)
    if end < 0 or end > bytewise.size(text):
        return bytewise.cut(text, start)
    return bytewise.cut(text, start, end)


def truncate(count: int, text: str) -> str:
    """The first bytes, or with a negative count the last ones."""
    size = bytewise.size(text)
    if count < 0 < size + count:
        return bytewise.cut(text, size + count)
    return bytewise.cut(text, None, count) if 0 <= count < size else text


def repeat(count: int, text: str) -> str:
    """``text`` several times.

    :raises Failure: a negative number of times, or too often.
    """
    if count < 0:
        raise Failure("strings: negative Repeat count")
    if count * len(text) > _LONGEST:
        raise Failure("strings: Repeat output length overflow")
    return text * count


def trim_all(chars: str, text: str) -> str:
    """``text`` without any of ``chars`` around it."""
    chars = replace_surrogates(chars)
    # To Go all bytes that are no UTF-8 are the same character.
    return text.strip(chars + _FOREIGN if REPLACEMENT in chars else chars)


def trim_suffix(suffix: str, text: str) -> str:
    """``text`` without an ending."""
    return text.removesuffix(suffix)


def trim_prefix(prefix: str, text: str) -> str:
    """``text`` without a beginning."""
    return text.removeprefix(prefix)


def delete_space(text: str) -> str:
    """``text`` without white space; if there is some, each byte is a letter."""
    letters_ = bytewise.latin(text)
    kept = "".join(char for char in letters_ if not letters.is_space(char))
    return text if len(kept) == len(letters_) else kept


def initials(text: str) -> str:
    """The first byte of each word."""
    words = bytewise.latin(text).translate(dict.fromkeys(map(ord, letters.SPACES), " "))
    return "".join(word[0] for word in words.split(" ") if word)


def wrap(width: int, text: str) -> str:
    """Lines of at most ``width`` bytes, or one long word."""
    return bytewise.wrap(text, width, "\n", breaks_words=False)


def wrap_with(width: int, divider: str, text: str) -> str:
    """Lines of at most ``width`` bytes with ``divider`` between them."""
    return bytewise.wrap(text, width, divider or "\n", breaks_words=True)


def abbreviate(width: int, text: str) -> str:
    """At most ``width`` bytes with dots at the end."""
    return text if width < 4 else bytewise.abbreviate(text, 0, width)


def abbreviate_both(start: int, width: int, text: str) -> str:
    """At most ``width`` bytes with dots at both ends."""
    if width < 4 or (start > 0 and width < 7):
        return text
    return bytewise.abbreviate(text, start, width)


def contains(part: str, text: str) -> bool:
    """Whether ``part`` is in ``text``."""
    return part in text


def has_prefix(prefix: str, text: str) -> bool:
    """Whether ``text`` begins with ``prefix``."""
    return text.startswith(prefix)


def has_suffix(suffix: str, text: str) -> bool:
    """Whether ``text`` ends with ``suffix``."""
    return text.endswith(suffix)


def quote(*values: Any) -> str:
    """Values in double quotes, those that are not nil."""
    return " ".join(quote_text(to_text(value)) for value in without_nil(values))


def single_quote(*values: Any) -> str:
    """Values in single quotes, those that are not nil."""
    return " ".join(f"'{show(value)}'" for value in without_nil(values))


def concatenate(*values: Any) -> str:
    """Values with spaces between them, those that are not nil."""
    return " ".join(map(show, without_nil(values)))


def indent(spaces: int, text: str) -> str:
    """``text`` with spaces before each line."""
    pad = repeat(spaces, " ")
    return pad + text.replace("\n", f"\n{pad}")


def indent_below(spaces: int, text: str) -> str:
    """The same on a new line."""
    return f"\n{indent(spaces, text)}"


def replace(old: str, new: str, text: str) -> str:
    """``text`` with ``new`` in place of ``old``."""
    return text.replace(old, new)


def plural(one: str, many: str, count: int) -> str:
    """The word for one, or that for any other number."""
    return one if count == 1 else many


def to_string(value: Any) -> str:
    """A value as text."""
    return to_text(value)


def to_strings(value: Any) -> Strings:
    """A list's members as texts."""
    texts = to_texts(value)
    return texts if isinstance(texts, Strings) else Strings(texts)


def join(divider: str, value: Any) -> str:
    """A list's members with ``divider`` between them."""
    return divider.join(to_texts(value))


def split_list(divider: str, text: str) -> Strings:
    """The parts of a text."""
    return Strings(text.split(divider) if divider else text)


def split(divider: str, text: str) -> StringMap:
    """The parts of a text as ``_0``, ``_1`` and so on."""
    return _numbered(split_list(divider, text))


def split_limited(divider: str, count: int, text: str) -> StringMap:
    """At most so many parts, the last one whole."""
    if count == 0:
        return StringMap()
    if count < 0:
        return split(divider, text)
    if divider:
        return _numbered(text.split(divider, count - 1))
    chars = list(text)
    if count < len(chars):
        chars[count - 1 :] = ["".join(chars[count - 1 :])]
    return _numbered(chars)


def _numbered(parts: list[str]) -> StringMap:
    return StringMap((f"_{place}", part) for place, part in enumerate(parts))


def shuffle(text: str) -> str:
    """The letters of a text in any order."""
    chars = list(replace_surrogates(text))
    secrets.SystemRandom().shuffle(chars)
    return "".join(chars)


def atoi(text: str) -> int:
    """The decimal number that a text is; 0 if it is none."""
    return read_decimal(text)


FUNCTIONS: Final[dict[str, Function]] = declare_all(
    {
        "abbrev": abbreviate,
        "abbrevboth": abbreviate_both,
        "atoi": atoi,
        "camelcase": naming.camel_case,
        "cat": concatenate,
        "contains": contains,
        "hasPrefix": has_prefix,
        "hasSuffix": has_suffix,
        "indent": indent,
        "initials": initials,
        "join": join,
        "kebabcase": naming.kebab_case,
        "lower": lower,
        "nindent": indent_below,
        "nospace": delete_space,
        "plural": plural,
        "quote": quote,
        "repeat": repeat,
        "replace": replace,
        "shuffle": shuffle,
        "snakecase": naming.snake_case,
        "split": split,
        "splitList": split_list,
        "splitn": split_limited,
        "squote": single_quote,
        "substr": substring,
        "swapcase": swap_case,
        "title": title,
        "toString": to_string,
        "toStrings": to_strings,
        "trim": trim,
        "trimAll": trim_all,
        "trimPrefix": trim_prefix,
        "trimSuffix": trim_suffix,
        "trimall": trim_all,
        "trunc": truncate,
        "untitle": untitle,
        "upper": upper,
        "wrap": wrap,
        "wrapWith": wrap_with,
    }
)
"""The functions by name."""
