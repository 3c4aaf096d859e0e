"""From what a validator says to findings: each at its own place, with a hint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from attrs import frozen

from krakendtw.config.finding import Finding
from krakendtw.config.schema.advice import (
    about_key,
    about_missing,
    about_value,
    quoted,
    stand_in,
)
from krakendtw.config.schema.shape import Shape, shape_of
from krakendtw.jsonschema.problems import quote

if TYPE_CHECKING:
    from krakendtw.config.position import Steps
    from krakendtw.jsonschema.problems import At, Problem

_CHOICES = ("'anyOf' failed", "'oneOf' failed")


@frozen
class Reviewer:
    """Makes findings of problems.

    :ivar shape: of the whole document.
    :ivar renamed: the names of namespaces by their older ones.
    """

    shape: Shape
    renamed: Mapping[str, str]

    def findings(self, problem: Problem, data: Any) -> Iterator[Finding]:
        """What a problem of the document comes down to."""
        for leaf in _leaves(problem):
            yield from self._of(leaf, data)

    def _of(self, leaf: Problem, data: Any) -> Iterator[Finding]:
        steps, value = _follow(data, leaf.at)
        words = "" if leaf.words is None else leaf.words()
        shape = self.shape.at(steps)
        if words.startswith("additional properties ") and isinstance(value, dict):
            for key in value:
                if not shape.takes(key):
                    others = [other for other in value if other != key]
                    hint = about_key(self.shape, steps, key, others, self.renamed)
                    yield Finding((*steps, key), "unknown key", hint)
        elif words.startswith("missing propert") and isinstance(value, dict):
            asked = [name for names in shape.values("required") for name in names]
            for name in dict.fromkeys(asked):
                if quote(name) not in words or name in value:
                    continue
                if not stand_in(shape, name, value):  # which is a finding itself
                    hint = about_missing(shape, name)
                    yield Finding(steps, f'"{name}" is missing', hint)
        elif words.startswith(_CHOICES):
            yield Finding(steps, _choice(words), _needed(shape, value))
        else:
            yield Finding(steps, words, about_value(shape, value))


def reviewer(whole: Mapping[str, Any], renamed: Mapping[str, str]) -> Reviewer:
    """What makes findings of problems with a schema."""
    return Reviewer(shape_of(whole), renamed)


def _leaves(problem: Problem) -> Iterator[Problem]:
    """The problems behind those that only hold others together."""
    words = "" if problem.words is None else problem.words()
    if problem.causes and not words.startswith(_CHOICES):
        for cause in problem.causes:
            yield from _leaves(cause)
    else:
        yield problem


def _follow(data: Any, at: At) -> tuple[Steps, Any]:
    """The steps of a place, indexes as numbers, and the value there."""
    tokens: list[str] = []
    while at is not None:
        at, token = at
        tokens.append(token)
    steps: list[str | int] = []
    for token in reversed(tokens):
        step = int(token) if isinstance(data, list) else token
        steps.append(step)
        data = data[step]
    return tuple(steps), data


def _choice(words: str) -> str:
    if "subschemas" in words:
        return "these keys exclude each other"
    return "none of the ways to write this"


def _needed(shape: Shape, value: Any) -> str:
    """What the alternatives ask for."""
    ways = []
    for keyword in ("oneOf", "anyOf"):
        for branches in shape.values(keyword):
            for branch in branches:
                if isinstance(branch, dict) and branch.get("required"):
                    names = (f'"{name}"' for name in branch["required"])
                    ways.append(" and ".join(names))
    if ways:
        return f"either {' or '.join(dict.fromkeys(ways))} is wanted"
    return about_value(shape, value) or quoted(sorted(shape.members()))
