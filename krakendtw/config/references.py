"""References in a document: ``${env:NAME}`` and ``${file:path}``, resolved at start.

They stand in any text of the document, whole or as a part, so that secrets need not
be written into it.  What they stand for is never printed: :class:`Mask` puts the
reference back wherever a text is about to leave the process.

``${env:NAME:-text}`` has a default for a variable that is not set, and
``$${env:NAME}`` is the text ``${env:NAME}`` itself.  Keys, and the values of keys
that are comments, are left as they are.  KrakenD knows none of this.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from attrs import define, field

from krakendtw.config.source import ENVIRONMENT_PREFIX
from krakendtw.errors import ConfigError, ConfigErrors
from krakendtw.go_quote import quote as go_quote

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath

_REFERENCE = re.compile(r"(\$?)\$\{(env|file):([^}]*)\}")
_MARKS = (b"{env:", b"{file:")
_COMMENTS = ("@", "$", "_", "#")
_SHORT = 4
_LINE = 8


@define
class Mask:
    """Puts references in the place of what they stand for.

    Short values are looked for as words of their own only, all others anywhere,
    also as JSON, Go or a URL would spell them, and line by line.
    """

    _references: dict[str, str] = field(factory=dict)
    _pattern: re.Pattern[str] | None = None

    def add(self, value: str, reference: str) -> None:
        """From now on ``reference`` stands for ``value``."""
        for spelling in _spellings(value):
            self._references.setdefault(spelling, reference)
        self._pattern = None

    def __bool__(self) -> bool:
        return bool(self._references)

    def __call__(self, text: str) -> str:
        """``text`` without any of the values."""
        if not self._references:
            return text
        if self._pattern is None:
            longest = sorted(self._references, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(_expression, longest)))
        references = self._references
        return self._pattern.sub(lambda found: references[found[0]], text)

    def error(self, error: ConfigError) -> ConfigError:
        """The same error without any of the values."""
        if not self._references:
            return error
        # Not by copy(), which makes an exception anew of its arguments.
        masked = type(error).__new__(type(error))
        masked.__dict__.update(error.__dict__)
        masked.message = self(error.message)
        masked.args = tuple(
            self(each) if isinstance(each, str) else each for each in error.args
        )
        if isinstance(masked, ConfigErrors):
            masked.errors = tuple(self.error(each) for each in masked.errors)
        return masked


def resolve_references(
    data: Any, environ: Mapping[str, str], where: ConfigPath
) -> tuple[Any, Mask]:
    """The data with its references resolved, and the mask of what they stand for.

    :param data: plain data; it is not changed.
    :returns: beside the mask; the data itself where there is no reference.
    :raises ConfigErrors: every reference to what is not there.
    """
    resolver = _Resolver(environ)
    resolved = resolver.value(data, where)
    if resolver.errors:
        raise ConfigErrors(resolver.errors)
    return resolved, resolver.mask


def may_have_references(content: bytes, environ: Mapping[str, str]) -> bool:
    """Whether it is worth looking for references in a document.

    :param content: its text.
    :param environ: the environment, which may have put texts over it.
    """
    if any(mark in content for mark in _MARKS):
        return True
    return any(
        "${" in value
        for name, value in environ.items()
        if name.startswith(ENVIRONMENT_PREFIX)
    )


def has_reference(value: Any) -> bool:
    """Whether a value is a text with a reference in it."""
    return isinstance(value, str) and any(
        not found[1] for found in _REFERENCE.finditer(value)
    )


def has_reference_at(data: Any, steps: Sequence[str | int]) -> bool:
    """Whether the value at a place of plain data is a text with a reference in it."""
    for step in steps:
        try:
            data = data[step]
        except (LookupError, TypeError):
            return False
    return has_reference(data)


@define
class _Resolver:
    environ: Mapping[str, str]
    mask: Mask = field(factory=Mask)
    errors: list[ConfigError] = field(factory=list)

    def value(self, value: Any, where: ConfigPath) -> Any:
        """A value of the document; the same object if it has no reference."""
        if isinstance(value, str):
            return self.text(value, where) if "${" in value else value
        if isinstance(value, dict):
            resolved = {
                key: inner
                if key.startswith(_COMMENTS)
                else self.value(inner, where / key)
                for key, inner in value.items()
            }
            is_same = all(resolved[key] is inner for key, inner in value.items())
            return value if is_same else resolved
        if isinstance(value, list):
            items = [self.value(item, where / at) for at, item in enumerate(value)]
            is_same = all(new is old for new, old in zip(items, value, strict=True))
            return value if is_same else items
        return value

    def text(self, text: str, where: ConfigPath) -> str:
        def resolve(found: re.Match[str]) -> str:
            if found[1]:
                return found[0][1:]
            try:
                return self.look_up(found[2], found[3], found[0])
            except ConfigError as error:
                self.errors.append(ConfigError(where, error.message))
                return ""

        resolved = _REFERENCE.sub(resolve, text)
        return text if resolved == text else resolved

    def look_up(self, kind: str, name: str, reference: str) -> str:
        """What a reference stands for.

        :raises ConfigError: it stands for nothing.
        """
        if kind == "file":
            value = _read(name, reference)
        else:
            variable, has_default, default = name.partition(":-")
            found = self.environ.get(variable)
            if found is None:
                if has_default:
                    return default  # it is written in the document, and no secret
                message = f"{reference}: no environment variable {variable!r} is set"
                raise ConfigError(None, message)
            value = found
        self.mask.add(value, reference)
        return value


def _read(path: str, reference: str) -> str:
    """What a file holds, without the line break at its end.

    :raises ConfigError: it cannot be read, or is no text.
    """
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().removesuffix("\n").removesuffix("\r")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(None, f"{reference}: open {path}: {reason}") from error
    except ValueError as error:
        raise ConfigError(None, f"{reference}: {path} is no text") from error


def _spellings(value: str) -> Iterator[str]:
    """How a value may appear in what is printed."""
    if not value.strip():
        return
    yield value
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield repr(value)[1:-1]
    yield go_quote(value)[1:-1]
    yield quote(value, safe="")
    lines = [line.strip() for line in value.split("\n")]
    if len(lines) > 1:
        yield from (line for line in lines if len(line) >= _LINE)


def _expression(spelling: str) -> str:
    escaped = re.escape(spelling)
    return rf"(?<!\w){escaped}(?!\w)" if len(spelling) < _SHORT else escaped
