"""Header fields as scripts read and write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from krakendtw.config.canonical import canonical_header
from krakendtw.go_quote import quote
from krakendtw.middleware.modifier.lua._values import Listed, from_lua, header_text

_MOST_NAMES = 1024
_names: dict[str, str] = {}
"""Names that were found fit to go out, in canonical form."""

_is_token = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_has_break = re.compile(r"[\r\n\0]").search


def is_token(text: str) -> bool:
    """Whether ``text`` may be a method or a header's name (RFC 9110 §5.6.2)."""
    return _is_token(text) is not None


def one_line(value: str) -> str:
    """A header's value with its line breaks made blanks, as Go's server does."""
    return value.replace("\r", " ").replace("\n", " ").strip()


def header_flaw(name: str, values: Iterable[str]) -> str | None:
    """Why a field must not go out, in Go's words; ``None`` if it may.

    A line break from the data of a request must not begin another field.
    """
    if not is_token(name):
        return f"net/http: invalid header field name {quote(name)}"
    if any(map(_has_break, values)):
        return f"net/http: invalid header field value for {quote(name)}"
    return None


def all_headers(headers: Mapping[str, list[str]]) -> dict[str, Any]:
    """A copy of header fields as data: lists of text."""
    return {name: list(values) for name, values in headers.items()}


class HeaderFunctions:
    """The functions that read and write header fields, over a dictionary.

    :cvar prefix: begins the names by which Lua knows the functions.
    :cvar refuses: whether what must not go out is refused here.
    """

    prefix: ClassVar[str]
    refuses: ClassVar[bool] = True

    def _headers(self) -> dict[str, list[str]]:
        """The fields at hand, to be changed."""
        raise NotImplementedError

    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """All functions by the names that Lua knows."""
        fields = f"{self.prefix}header_"
        shared = {
            f"{fields}drop": self._drop,
            f"{fields}put": self._put,
            f"{fields}list": self._list,
            f"{fields}put_list": self._put_list,
        }
        own = {
            name: getattr(self, name)
            for name in dir(self)
            if name.startswith(self.prefix)
        }
        return {**shared, **own}

    def _drop(self, name: str) -> None:
        """``headers(name, nil)``."""
        self._headers().pop(canonical_header(from_lua(name)), None)

    def _put(self, name: str, value: str) -> str | None:
        """``headers(name, value)``; what is wrong with them."""
        known = _names.get(name)
        if known is None or not value.isprintable():
            return self._store(name, [from_lua(value)])
        self._write(known, [value if value.isascii() else from_lua(value)])
        return None

    def _put_list(self, name: str, listed: Listed) -> str | None:
        """``headerList(name, list)``; what is wrong with them."""
        return self._store(name, [header_text(value) for value in listed.value()])

    def _store(self, name: str, values: list[str]) -> str | None:
        known = canonical_header(from_lua(name))
        flaw = header_flaw(known, values)
        if flaw is None and len(_names) < _MOST_NAMES:
            _names[name] = known
        if flaw is not None and self.refuses:
            return flaw
        self._write(known, values)
        return None

    def _write(self, name: str, values: list[str]) -> None:
        self._headers()[name] = values

    def _list(self, name: str) -> Listed:
        """``headerList(name)``: a copy."""
        values = self._headers().get(canonical_header(from_lua(name)), [])
        return Listed(list(values), len(values))
