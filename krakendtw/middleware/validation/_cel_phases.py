"""When an expression of ``validation/cel`` runs, and on which variables.

The phase is found as KrakenD finds it, by letters anywhere in the text: ``req``
before the backend is asked, ``resp`` after it has answered, ``JWT`` on a token.
One expression may run in several phases, and fails where its variables are not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from krakendtw.middleware.validation._cel_issues import (
    CelCheckError,
    CelProgramError,
    CelSyntaxError,
)
from krakendtw.middleware.validation._cel_program import Expression
from krakendtw.middleware.validation._cel_types import (
    BOOL,
    DYN,
    INT,
    STRING,
    list_of,
    map_of,
)
from krakendtw.middleware.validation._cel_values import (
    Lift,
    lift_claims,
    lift_data,
    raw,
)

if TYPE_CHECKING:
    from krakendtw.middleware.validation._cel_definitions import Definition

_NOW = "now"
_LISTS = map_of(STRING, list_of(STRING))

VARIABLES: Final = MappingProxyType(
    {
        _NOW: STRING,
        "req_method": STRING,
        "req_path": STRING,
        "req_params": map_of(STRING, STRING),
        "req_headers": _LISTS,
        "req_querystring": _LISTS,
        "resp_completed": BOOL,
        "resp_metadata_status": INT,
        "resp_metadata_headers": _LISTS,
        "resp_data": map_of(STRING, DYN),
        "JWT": map_of(STRING, DYN),
    }
)
"""The names that every expression may use, whatever its phase."""


@frozen
class Stamped:
    """What expressions that ask for the time are evaluated on.

    :ivar subject: the request, the response or the claims.
    :ivar now: the time, the same for all of them.
    """

    subject: Any
    now: str


@frozen
class Kind:
    """One of the three phases.

    :ivar letters: what an expression of it has in its text.
    :ivar readers: its variables, read from its subject.
    """

    letters: str
    readers: Mapping[str, Callable[[Any], Any]]
    lift: Lift


BEFORE: Final = Kind(
    "req",
    {
        "req_method": lambda request: request.method,
        "req_path": lambda request: request.path,
        "req_params": lambda request: request.params,
        "req_headers": lambda request: request.headers,
        "req_querystring": lambda request: request.query,
    },
    raw,
)
AFTER: Final = Kind(
    "resp",
    {
        "resp_completed": lambda response: response.is_complete,
        "resp_metadata_status": lambda response: response.metadata.status,
        "resp_metadata_headers": lambda response: response.metadata.headers,
        "resp_data": lambda response: {} if response.data is None else response.data,
    },
    lift_data,
)
ON_TOKEN: Final = Kind("JWT", {"JWT": dict}, lift_claims)


@frozen
class Phase:
    """The expressions of one phase.

    :ivar programs: what is evaluated, in order.
    :ivar needs_time: whether they want a :class:`Stamped` subject.
    :ivar lines: what is logged while they are read.
    :ivar dropped: expressions that do not count, and why.
    :ivar failure: why none of them counts; empty if they do.
    """

    programs: tuple[Callable[[Any], Any], ...]
    needs_time: bool
    lines: tuple[str, ...]
    dropped: tuple[tuple[Definition, str], ...]
    failure: str


def compile_phase(definitions: Sequence[Definition], kind: Kind) -> Phase:
    """The phase's part of a list.

    A mistake of names or types drops one expression, any other one all of them.
    """
    chosen = [one for one in definitions if kind.letters in one.text]
    expressions: list[Expression] = []
    programs: list[Callable[[Any], Any]] = []
    lines: list[str] = []
    dropped: list[tuple[Definition, str]] = []
    failure = reason = ""
    guilty: Definition | None = None
    for one in chosen:
        lines.append(f"Parsing expression: {one.text}")
        try:
            expression = Expression.of(one.text, VARIABLES)
            programs.append(expression.program(kind.readers, kind.lift))
            expressions.append(expression)
        except CelCheckError as error:
            lines.append(f"error parsing the expression {error}")
            dropped.append((one, error.summary))
        except CelSyntaxError as error:
            failure, reason = f"error parsing the expression {error}", error.summary
            guilty = one
            break
        except CelProgramError as error:
            failure = reason = str(error)
            guilty = one
            break
    if failure:
        beside = "off because of a mistake beside it"
        dropped = [(one, reason if one is guilty else beside) for one in chosen]
        return Phase((), False, tuple(lines), tuple(dropped), failure)
    needs_time = any(expression.reads(_NOW) for expression in expressions)
    if needs_time:
        readers = _stamped(kind.readers)
        programs = [each.program(readers, kind.lift) for each in expressions]
    return Phase(tuple(programs), needs_time, tuple(lines), tuple(dropped), "")


def _stamped(
    readers: Mapping[str, Callable[[Any], Any]],
) -> dict[str, Callable[[Any], Any]]:
    """The readers for a :class:`Stamped` subject."""

    def inside(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda stamped: read(stamped.subject)

    return {
        _NOW: lambda stamped: stamped.now,
        **{name: inside(read) for name, read in readers.items()},
    }
