"""``check -l``, ``-n`` and ``-s``: a document against a JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from attrs import frozen

from krakendtw.compat import KRAKEND_VERSION
from krakendtw.config.json_source import parse_json
from krakendtw.config.references import has_reference_at
from krakendtw.config.schema.review import Reviewer, reviewer
from krakendtw.config.schema.whole import whole_schema
from krakendtw.config.syntax import find_fault
from krakendtw.config.where import ConfigPath
from krakendtw.jsonschema.build import compile_at, compile_schema
from krakendtw.jsonschema.location import SchemaError
from krakendtw.jsonschema.problems import Problem, describe, quote
from krakendtw.jsonschema.run import validate
from krakendtw.jsonschema.values import as_read_by_go
from krakendtw.plugin import MiddlewareMaker

if TYPE_CHECKING:
    from argparse import Namespace

    from krakendtw.config.finding import Finding
    from krakendtw.jsonschema.model import Schema
    from krakendtw.plugin import Registry

FLAGS: Final = ("lint", "lint-no-network", "lint-schema")
"""The flags of which one may be set, sorted."""

_OFFICIAL: Final = "https://www.krakend.io/schema/v{}/krakend.json#"
_TIMEOUT_S: Final = 10
_OURS: Final = "krakendtw."


class LintError(Exception):
    """A document that does not fit, or cannot be compared.

    :param heading: what failed, as KrakenD's heading has it.
    :param message: why.
    :ivar findings: the same for people.
    """

    def __init__(
        self, heading: str, message: str, findings: tuple[Finding, ...] = ()
    ) -> None:
        super().__init__(message)
        self.heading = heading
        self.findings = findings


def clash(options: Namespace) -> str:
    """What is wrong with the flags; empty if nothing is."""
    given = [name for name in FLAGS if getattr(options, name.replace("-", "_"))]
    if len(given) < 2:
        return ""
    return (
        f"if any flags in the group [{' '.join(FLAGS)}] are set none of the others "
        f"can be; [{' '.join(given)}] were all set"
    )


@frozen
class Linter:
    """A schema, ready to be asked.

    :ivar schema: compiled.
    :ivar name: what KrakenD's text calls it.
    :ivar review: what makes findings; ``None`` for a schema of the user's.
    """

    schema: Schema
    name: str
    review: Reviewer | None

    def check(self, content: bytes) -> None:
        """Have a document fit.

        :param content: JSON.
        :raises LintError: it does not.
        """
        data = _data(content)
        problem = validate(self.schema, as_read_by_go(data))
        if problem is None:
            return
        findings = self._findings(problem, data)
        if self.review is None or findings:
            message = (
                f"jsonschema validation failed with {quote(self.name)}\n"
                f"{describe(problem)}"
            )
            raise LintError(
                "ERROR linting the configuration file:",
                message,
                findings,
            )

    def findings(self, data: Any) -> tuple[Finding, ...]:
        """What is wrong with plain data of whichever language.

        Nothing is known of data with numbers that JSON has not: YAML's ``.inf``.
        """
        try:
            problem = validate(self.schema, as_read_by_go(data))
        except ValueError:
            return ()
        return () if problem is None else self._findings(problem, data)

    def _findings(self, problem: Problem, data: Any) -> tuple[Finding, ...]:
        """All of them, but for references: what they stand for may be right."""
        if self.review is None:
            return ()
        return tuple(
            finding
            for finding in self.review.findings(problem, data)
            if not has_reference_at(data, finding.steps)
        )


def wanted_linter(options: Namespace, registry: Registry) -> Linter | None:
    """What the flags ask for; ``None`` if they ask for nothing.

    :raises LintError: there is no such schema, or it is none.
    """
    if options.lint_schema:
        try:
            schema = compile_at(options.lint_schema, fetch)
        except SchemaError as error:
            raise LintError("ERROR compiling the schema:", str(error)) from error
        return Linter(schema, schema.location, None)
    if not options.lint and not options.lint_no_network:
        return None
    linter = own_linter(registry)
    if options.lint_no_network:
        return linter
    # The same schema, known by the address at which KrakenD has its own.
    version = ".".join(KRAKEND_VERSION.split(".")[:2])
    return Linter(linter.schema, _OFFICIAL.format(version), linter.review)


def own_linter(registry: Registry) -> Linter:
    """The schema that the plugins of a registry make up.

    :raises LintError: what one of them declares is no schema.
    """
    whole = whole_schema(registry)
    try:
        schema = compile_schema(as_read_by_go(whole), is_known=_is_ours(registry))
    except SchemaError as error:
        raise LintError("ERROR compiling the schema:", str(error)) from error
    return Linter(schema, schema.location, reviewer(whole, _renamed(registry)))


def _is_ours(registry: Registry) -> bool:
    """Whether all that is declared comes with the program, and is known to be good."""
    return all(
        isinstance(plugin, MiddlewareMaker) and plugin.module.startswith(_OURS)
        for plugin in registry.middlewares().values()
    )


def _renamed(registry: Registry) -> Mapping[str, str]:
    return {
        alias: namespace
        for namespace, plugin in registry.middlewares().items()
        for alias in plugin.aliases
    }


def _data(content: bytes) -> Any:
    """The document as Go's JSON reader has it.

    :raises LintError: it is in another language.
    """
    fault = find_fault(content.decode("utf-8", "replace"))
    if fault is not None:
        raise LintError(
            "ERROR converting configuration content to JSON:", fault.message
        )
    return parse_json(content, ConfigPath())


def fetch(url: str) -> bytes:
    """What is at a URL.

    :raises OSError: it cannot be had within ten seconds.
    """
    try:
        with urlopen(url, timeout=_TIMEOUT_S) as answer:  # noqa: S310
            if answer.status != 200:
                raise OSError(f"{url} returned status code {answer.status}")
            body: bytes = answer.read()
            return body
    except HTTPError as error:
        raise OSError(f"{url} returned status code {error.code}") from error
    except URLError as error:
        raise OSError(f'Get "{url}": {error.reason}') from error
