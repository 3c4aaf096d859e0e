"""Sprig's functions for URLs."""

from __future__ import annotations

from typing import Final

from krakendtw.template.failure import Failure
from krakendtw.template.signature import Function, Map, declare_all
from krakendtw.template.urls import URL, parse
from krakendtw.template.values import NO_VALUE, kind_of


def url_parse(text: str) -> Map:
    """The parts of a URL by name.

    :raises Failure: it is none.
    """
    try:
        url = parse(text)
    except Failure as failure:
        raise Failure(f"unable to parse url: {failure}") from None
    return {
        "scheme": url.scheme,
        "host": url.host,
        "hostname": url.host_name,
        "path": url.path,
        "query": url.query,
        "opaque": url.opaque,
        "fragment": url.fragment,
        "userinfo": url.user_info,
    }


def url_join(parts: Map) -> str:
    """The URL of such parts.

    :raises Failure: a part is no text.
    """
    user, password = None, None
    info = _text(parts, "userinfo")
    if info:
        try:
            owner = parse(f"proto://{info}@host")
        except Failure as failure:
            raise Failure(f"unable to parse userinfo in dict: {failure}") from None
        user, password = owner.user, owner.password
    return str(
        URL(
            scheme=_text(parts, "scheme"),
            opaque=_text(parts, "opaque"),
            user=user,
            password=password,
            host=_text(parts, "host"),
            path=_text(parts, "path"),
            query=_text(parts, "query"),
            fragment=_text(parts, "fragment"),
        )
    )


def _text(parts: Map, key: str) -> str:
    value = parts.get(key, "")
    if value is None:
        raise Failure(NO_VALUE)
    if kind_of(value) != "string":
        raise Failure(
            f"unable to parse {key} key, must be of type string, "
            f"but {kind_of(value)} found"
        )
    return str(value)


FUNCTIONS: Final[dict[str, Function]] = declare_all(
    {"urlParse": url_parse, "urlJoin": url_join}
)
"""The functions by name."""
