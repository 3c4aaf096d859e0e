"""The URL of a call to a backend: from ``url_pattern`` to the request's target.

Go parses ``host + path`` and prints it again before it goes on the wire.  What
that leaves alone, nearly every URL, is known by one look (:func:`is_plain`);
the rest goes through :func:`parse_target`, which does as Go does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from krakendtw.proxy.escape import EscapeError, to_text, unescape
from krakendtw.proxy.query import Query, encode_query, parse_query
from krakendtw.proxy.target import Target, parse_target

__all__ = [
    "Aim",
    "BuildPath",
    "Target",
    "compile_path",
    "compile_target",
    "encode_query",
    "is_plain",
    "parse_query",
    "parse_target",
    "split_plain",
    "unescape_path",
]

BuildPath: TypeAlias = Callable[[dict[str, str]], str]
"""Puts parameters into a pattern."""

Aim: TypeAlias = Callable[[str, str, Query], str]
"""From a host, a path and forwarded query strings to the whole URL."""

_MARKER = re.compile(r"\{\{\.([^{}]*)\}\}")

_SEGMENTS = r"[A-Za-z0-9_$&+,./:;=@~!'()*\[\]-]*"
_PATH = rf"/{_SEGMENTS}(?:%[0-9A-Fa-f]{{2}}{_SEGMENTS})*"
_QUERY = r"(?:\?[!\"$-~]+)?"
_HOST = r"https?://[a-z0-9._-]+(?::[0-9]+)?"

_match_plain = re.compile(_PATH + _QUERY).fullmatch
_match_host = re.compile(f"{_HOST}(?:{_PATH})?").fullmatch
_match_url = re.compile(f"({_HOST})({_PATH}{_QUERY})").fullmatch
_match_literal = re.compile(rb"[!-$&-~]*").fullmatch
_search_control = re.compile(rb"[\x00-\x1f\x7f]").search

_MAX_HOSTS = 1024
"""How many hosts are remembered as plain before forgetting all of them."""


def compile_path(url_pattern: str) -> BuildPath:
    """The function that puts parameters into ``url_pattern``.

    Markers (``{{.Id}}``) are replaced by the values as they are; a marker
    without a value stays.  Without markers, or without any parameter, the
    result is the very ``url_pattern``.
    """
    pieces = _MARKER.split(url_pattern)
    if len(pieces) == 1:
        return lambda params: url_pattern
    if len(pieces) == 3:
        return _compile_single(url_pattern, *pieces)
    return _compile_several(url_pattern, pieces)


def _compile_single(url_pattern: str, head: str, name: str, tail: str) -> BuildPath:
    def build_path(params: dict[str, str]) -> str:
        value = params.get(name)
        return url_pattern if value is None else head + value + tail

    return build_path


def _compile_several(url_pattern: str, pieces: list[str]) -> BuildPath:
    first = pieces[0]
    rest = tuple(
        (name, "{{." + name + "}}", text)
        for name, text in zip(pieces[1::2], pieces[2::2], strict=True)
    )

    def build_path(params: dict[str, str]) -> str:
        if not params:
            return url_pattern
        path = first
        for name, marker, text in rest:
            path += params.get(name, marker) + text
        return path

    return build_path


def is_plain(text: str) -> bool:
    """Whether Go sends this path, with or without a query, exactly as it is."""
    return _match_plain(text) is not None


def compile_target(url_pattern: str) -> Aim:
    """The function that makes the URLs of one backend.

    It takes the chosen host, the path as :func:`compile_path` made it and the
    forwarded query strings, which come after the path's own; the result is the
    URL as Go prints it.  It raises :exc:`~krakendtw.errors.PipeError` with Go's
    words for what is no URL.
    """
    constant = url_pattern if is_plain(url_pattern) else None
    hosts: set[str] = set()

    def aim(host: str, path: str, query: Query) -> str:
        if (path is constant or _match_plain(path)) and (
            host in hosts or _remember(hosts, host)
        ):
            if not query:
                return host + path
            mark = "&" if "?" in path else "?"
            return host + path + mark + encode_query(query)
        encoded = encode_query(query) if query else None
        return parse_target(host, path, encoded).url

    return aim


def _remember(hosts: set[str], host: str) -> bool:
    """Whether ``host`` needs no parsing; if so it is kept in ``hosts``."""
    if _match_host(host) is None:
        return False
    if len(hosts) >= _MAX_HOSTS:  # a discovery that never stops finding new ones
        hosts.clear()
    hosts.add(host)
    return True


def split_plain(url: str) -> tuple[str, bytes] | None:
    """Origin (``http://name:port``) and request target of a URL.

    :returns: ``None`` if the URL takes more than a look; see
        :func:`~krakendtw.proxy.target.parse_target`.
    """
    match = _match_url(url)
    if match is None:
        return None
    origin, target = match.groups()
    return origin, target.encode("ascii")


def unescape_path(raw: bytes) -> str:
    """The decoded path of a request line, as Go's server sees it.

    :param raw: the path alone, without a query.
    :raises ValueError: for an invalid escape or a control character.
    """
    if _match_literal(raw):
        return raw.decode("ascii")
    if _search_control(raw):
        raise EscapeError("net/url: invalid control character in URL")
    return to_text(unescape(raw))
