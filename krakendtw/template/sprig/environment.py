"""Sprig's functions that look at the world outside: environment, network, flow."""

from __future__ import annotations

import os
import re
import secrets
import socket
from typing import Final, NoReturn

from krakendtw.template.failure import Failure
from krakendtw.template.signature import Function, declare_all

_REFERENCE = re.compile(
    r"\$(?:\{([^}]*)\}|(\{)|([*#$@!?\-0-9])|([A-Za-z_][A-Za-z0-9_]*))"
)


def env(name: str) -> str:
    """An environment variable; empty if it is not set."""
    return os.environ.get(name, "")


def expand_env(text: str) -> str:
    """``text`` with the variables put in that it names: ``$HOME``, ``${HOME}``."""
    return _REFERENCE.sub(_value, text)


def _value(match: re.Match[str]) -> str:
    braced, broken, special, name = match.groups()
    if broken or braced == "":
        return ""  # what is no reference is swallowed
    return os.environ.get(braced or special or name or "", "")


def host_address(name: str) -> str:
    """One of a host's addresses.

    :raises Failure: it has none.
    """
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise Failure("invalid argument to Intn")
    return str(secrets.choice(found)[4][0])


def fail(message: str) -> NoReturn:
    """Stop with a message.

    :raises Failure: always.
    """
    raise Failure(message)


def hello() -> str:
    """A greeting."""
    return "Hello!"


FUNCTIONS: Final[dict[str, Function]] = declare_all(
    {
        "env": env,
        "expandenv": expand_env,
        "getHostByName": host_address,
        "fail": fail,
        "hello": hello,
    }
)
"""The functions by name."""
