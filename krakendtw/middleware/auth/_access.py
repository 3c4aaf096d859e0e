"""Roles and scopes: what a valid token is good for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from krakendtw.middleware.auth._claims import Claims, compile_holder

ALLOWED, FORBIDDEN, BROKEN = 0, 403, 500
"""Nothing against it; not enough; a claim that KrakenD breaks down on."""

Judge: TypeAlias = Callable[[Claims], int]
"""Says one of the three."""


def compile_roles(required: tuple[str, ...], key: str, *, is_nested: bool) -> Judge:
    """At least one of the roles, in a list or a text with spaces.

    A list element that is no string, met before a match, is :data:`BROKEN`.
    """
    if not required:
        return _allow
    holder, name = compile_holder(key, is_nested=is_nested)

    def judge(claims: Claims) -> int:
        found = holder(claims).get(name)
        if type(found) is str:
            found = found.split(" ")
        if type(found) is not list:
            return FORBIDDEN
        for role in required:
            for each in found:
                if type(each) is not str:
                    return BROKEN
                if each == role:
                    return ALLOWED
        return FORBIDDEN

    return judge


def compile_scopes(required: tuple[str, ...], key: str, *, need_all: bool) -> Judge:
    """One or all of the scopes; dots in the key lead through objects.

    A list element that is no string is :data:`BROKEN` in any case.
    """
    if not required or not key:
        return _allow
    holder, name = compile_holder(key, is_nested=True)
    enough = all if need_all else any

    def judge(claims: Claims) -> int:
        found: Any = holder(claims).get(name)
        if type(found) is str:
            found = found.split(" ")
        if type(found) is not list or not found:
            return FORBIDDEN
        if not all(type(each) is str for each in found):
            return BROKEN
        return ALLOWED if enough(scope in found for scope in required) else FORBIDDEN

    return judge


def _allow(claims: Claims) -> int:
    return ALLOWED
