"""Header fields as scripts read and write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from krakendtw.config.canonical import canonical_header
from krakendtw.middleware.modifier.lua._values import Listed, from_lua, header_text


def all_headers(headers: Mapping[str, list[str]]) -> dict[str, Any]:
    """A copy of header fields as data: lists of text, ``null`` for empty ones."""
    return {name: list(values) or None for name, values in headers.items()}


class HeaderFunctions:
    """The functions that read and write header fields, over a dictionary.

    :cvar prefix: begins the names by which Lua knows the functions.
    """

    prefix: ClassVar[str]

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

    def _put(self, name: str, value: str) -> None:
        """``headers(name, value)``."""
        self._headers()[canonical_header(from_lua(name))] = [from_lua(value)]

    def _list(self, name: str) -> Listed:
        """``headerList(name)``: a copy."""
        values = self._headers().get(canonical_header(from_lua(name)), [])
        return Listed(list(values), len(values))

    def _put_list(self, name: str, listed: Listed) -> None:
        """``headerList(name, list)``."""
        values = [header_text(value) for value in listed.value()]
        self._headers()[canonical_header(from_lua(name))] = values
