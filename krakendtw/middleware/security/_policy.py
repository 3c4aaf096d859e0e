"""Policies: CEL expressions, with macros, that must be true.

Unlike the expressions of ``validation/cel`` they are told when they run, know their
variables for sure, and end the start if they cannot be compiled.  A policy that
fails while it is evaluated, or gives anything but true, is not satisfied.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from attrs import frozen

from krakendtw.errors import ConfigError, ConfigErrors
from krakendtw.go_time import compile_layout
from krakendtw.middleware.validation._cel_issues import (
    CelError,
    CelProgramError,
    CelSourceError,
)
from krakendtw.middleware.validation._cel_macros import COOKIES, cookies_of, expand
from krakendtw.middleware.validation._cel_program import Expression
from krakendtw.middleware.validation._cel_types import (
    BOOL,
    DYN,
    INT,
    STRING,
    Type,
    list_of,
    map_of,
)
from krakendtw.middleware.validation._cel_values import (
    Lift,
    lift_claims,
    lift_numbers,
    raw,
    show,
)

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.proxy.message import Request, Response

BODY: Final = "req_body"
_LISTS = map_of(STRING, list_of(STRING))
_TEXTS = map_of(STRING, STRING)

_time_text = compile_layout("2006-01-02T15:04:05.999Z07:00")


class Exchange(NamedTuple):
    """What policies of answers are about."""

    request: Request
    response: Response


Variables = Mapping[str, tuple[Type, Callable[[Any], Any]]]
"""The type of each variable, and how it is read from what the policies are about."""


@frozen
class Phase:
    """When policies run, and what they know then."""

    variables: Variables
    lift: Lift


def _text_of(body: Any) -> str:
    return body.decode("utf-8", "replace") if type(body) is bytes else ""


_REQUEST: Variables = {
    "req_method": (STRING, lambda request: request.method),
    "req_path": (STRING, lambda request: request.path),
    "req_params": (_TEXTS, lambda request: request.params),
    "req_headers": (_LISTS, lambda request: request.headers),
    "req_querystring": (_LISTS, lambda request: request.query),
    BODY: (STRING, lambda request: _text_of(request.body)),
    COOKIES: (_TEXTS, lambda request: cookies_of(request.headers)),
}
_RESPONSE: Variables = {
    "resp_completed": (BOOL, lambda response: bool(response.is_complete)),
    "resp_metadata_status": (INT, lambda response: response.metadata.status),
    "resp_metadata_headers": (_LISTS, lambda response: response.metadata.headers),
    "resp_data": (
        map_of(STRING, DYN),
        lambda response: {} if response.data is None else response.data,
    ),
}
_NOW: Variables = {"now": (STRING, lambda subject: _time_text(time.time()))}


def _of(part: Callable[[Any], Any], variables: Variables) -> Variables:
    """Variables of a part of what the policies are about."""

    def read_of(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda subject: read(part(subject))

    return {name: (kind, read_of(read)) for name, (kind, read) in variables.items()}


ON_REQUEST: Final = Phase({**_REQUEST, **_NOW}, raw)
ON_RESPONSE: Final = Phase(
    {
        **_of(lambda exchange: exchange.request, _REQUEST),
        **_of(lambda exchange: exchange.response, _RESPONSE),
        **_NOW,
    },
    lift_numbers,
)
ON_TOKEN: Final = Phase({"JWT": (map_of(STRING, DYN), dict), **_NOW}, lift_claims)


@frozen
class Policy:
    """One policy.

    :ivar needs_body: whether the request's body must be whole.
    """

    text: str
    evaluate: Callable[[Any], Any]
    needs_body: bool

    def unmet(self, subject: Any) -> str:
        """Why the policy is not satisfied; empty if it is."""
        try:
            result = self.evaluate(subject)
        except CelError as error:
            return f"failed: {error}"
        return "" if result is True else f"result: {show(result)}"


def compile_policy(
    text: str, where: ConfigPath, phase: Phase, *, macros: bool = True
) -> Policy:
    """One policy, compiled.

    :raises ConfigError: it is no CEL, has names that are not there in this phase, or
        gives something else than a truth value.
    """
    variables = {name: kind for name, (kind, _) in phase.variables.items()}
    readers = {name: read for name, (_, read) in phase.variables.items()}
    try:
        expression = Expression.of(text, variables, expand if macros else None)
        evaluate = expression.program(readers, phase.lift)
    except (CelSourceError, CelProgramError) as error:
        raise ConfigError(where, str(error)) from error
    if expression.type not in (BOOL, DYN):
        raise ConfigError(where, f"gives {expression.type}, true or false is wanted")
    return Policy(text, evaluate, expression.reads(BODY))


def compile_policies(
    texts: Sequence[str],
    where: ConfigPath,
    phase: Phase,
    *,
    macros: bool = True,
    join: bool = False,
) -> tuple[Policy, ...]:
    """Several policies.

    :param join: whether they become one.
    :raises ConfigErrors: all that is wrong with them.
    """
    errors: list[ConfigError] = []
    found: list[Policy] = []
    for index, text in enumerate(texts):
        try:
            found.append(compile_policy(text, where / index, phase, macros=macros))
        except ConfigError as error:
            errors.append(error)
    if errors:
        raise ConfigErrors(errors)
    if join and len(found) > 1:
        joined = " && ".join(f"({text})" for text in texts)
        return (compile_policy(joined, where, phase, macros=macros),)
    return tuple(found)
