"""``krakendtw audit``: says what in a configuration could be safer or better."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, ClassVar, Final

from attrs import frozen

from krakendtw.commands._audit_facts import Facts
from krakendtw.commands._audit_rules import RULES
from krakendtw.config.explain import explain
from krakendtw.config.load import read_service
from krakendtw.errors import ConfigError
from krakendtw.flags import suggest
from krakendtw.template.failure import Failure, TemplateError
from krakendtw.template.json_text import write_json
from krakendtw.template.signature import declare_all
from krakendtw.template.template import compile as compile_template
from krakendtw.template.values import GoType, Named

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from krakendtw.commands._audit_rules import Rule

NO_CONFIG: Final = (
    "Please, provide the path to the configuration file with --config or see all "
    "the options with --help"
)

SEVERITIES: Final = "CRITICAL,HIGH,MEDIUM,LOW"

_PLAIN = (
    "{{ range .Recommendations }}"
    "{{ .Rule }}\t[{{ .Severity }}]   \t{{ .Message }}\n{{ end }}"
)
_COLOURED = _PLAIN.replace(".Severity", "colored .Severity")

_RED = "\033[31;1m"
_RESET = "\033[0m"
_COLOURS = {
    "LOW": "\033[32;1m",
    "MEDIUM": "\033[33;1m",
    "HIGH": _RED,
    "CRITICAL": "\033[41;1m",
}


@frozen
class Recommendation(Named):
    """What a rule says, for templates."""

    go_type = GoType("audit.Recommendation", "struct")
    FIELDS: ClassVar = {"Rule": "rule", "Severity": "severity", "Message": "message"}

    rule: str
    severity: str
    message: str

    def to_json(self) -> dict[str, str]:
        """Its fields by their names in JSON."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "message": self.message,
        }


@frozen
class Stats(Named):
    """Nothing yet, as in KrakenD."""

    go_type = GoType("audit.Stats", "struct")


@frozen
class Result(Named):
    """What a template gets as its data."""

    go_type = GoType("audit.AuditResult", "struct")
    FIELDS: ClassVar = {"Recommendations": "recommendations", "Stats": "stats"}

    recommendations: list[Recommendation]
    stats: Stats

    def to_json(self) -> dict[str, Any]:
        """Its fields by their names in JSON."""
        return {"recommendations": self.recommendations, "stats": self.stats}


class Refused(Exception):
    """What ends the command: a heading, and the reason."""

    def __init__(self, heading: str, reason: str) -> None:
        super().__init__(reason)
        self.heading = heading


class AuditCommand:
    """The command ``audit``."""

    def options(self, parser: ArgumentParser) -> None:
        """See :class:`~krakendtw.interfaces.ICommandPlugin`."""
        parser.add_argument(
            "-c", "--config", default="", help="Path to the configuration file"
        )
        parser.add_argument(
            "-f", "--format", default="", help="Go template for the results"
        )
        parser.add_argument(
            "-i", "--ignore", default="", help="Rules to leave out, by commas"
        )
        parser.add_argument(
            "-I",
            "--ignore-file",
            default="",
            help="Path to a file of rules to leave out, one a line",
        )
        severity = parser.add_argument(
            "-s",
            "--severity",
            default=SEVERITIES,
            help="Severities to tell of, by commas",
        )
        suggest(severity, *SEVERITIES.split(","))

    def run(self, options: Namespace) -> int:
        """Audit the configuration.

        :returns: 0 if there is nothing to say of it, else 1.
        """
        if not options.config:
            sys.stderr.write(_red(NO_CONFIG) + "\n")
            return 1
        try:
            result = _audit(options)
            sys.stderr.write(_render(options.format, result))
        except Refused as error:
            sys.stderr.write(f"{_red(error.heading)}\t{error}\n\n")
            return 1
        return 1 if result.recommendations else 0


def _audit(options: Namespace) -> Result:
    """What the rules that are wanted say.

    :raises Refused: a file cannot be read.
    """
    try:
        document, service = read_service(options.config, os.environ)
    except ConfigError as error:
        reason = explain(options.config, error)
        raise Refused("ERROR parsing the configuration file:", reason) from error
    ignored = {*_list(options.ignore), *_ignored_by_file(options.ignore_file)}
    severities = set(_list(options.severity))
    facts = Facts(document, service, options.registry)
    return Result(
        [
            Recommendation(rule.id, rule.severity, rule.message)
            for rule in RULES
            if _is_wanted(rule, ignored, severities) and rule.applies(facts)
        ],
        Stats(),
    )


def _is_wanted(rule: Rule, ignored: set[str], severities: set[str]) -> bool:
    return rule.id not in ignored and rule.severity in severities


def _ignored_by_file(path: str) -> list[str]:
    """The rules of a file, if there is one.

    :raises Refused: it cannot be read.
    """
    if not path:
        return []
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return [line.replace(" ", "") for line in file.read().split("\n")]
    except OSError as error:
        reason = f"open {path}: {(error.strerror or str(error)).lower()}"
        raise Refused("ERROR accessing the ignore file:", reason) from error


def _list(text: str) -> list[str]:
    return text.replace(" ", "").split(",")


def _render(text: str, result: Result) -> str:
    """What a template makes of the result; the own one if there is none.

    :raises Refused: the template is wrong.
    """
    functions = declare_all({"marshal": _marshal, "colored": _coloured})
    text = text or (_COLOURED if sys.stderr.isatty() else _PLAIN)
    try:
        template = compile_template(text, "audit", functions)
    except TemplateError as error:
        raise Refused("ERROR parsing the template:", str(error)) from error
    try:
        return template.execute(result)
    except TemplateError as error:
        raise Refused("ERROR rendering the results:", str(error)) from error


def _marshal(value: Any) -> str:
    """Go's JSON of a value: structs keep their order, and what has none is empty."""
    if isinstance(value, (Result, Recommendation, Stats)):
        items = value.to_json().items()
        return "{" + ",".join(f'"{key}":{_marshal(it)}' for key, it in items) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_marshal, value)) + "]"
    try:
        return write_json(value)
    except Failure:
        return ""


def _coloured(text: str) -> str:
    """A severity in its colour."""
    colour = _COLOURS.get(text)
    return f"{colour}{text}{_RESET}" if colour else text


def _red(text: str) -> str:
    return f"{_RED}{text}{_RESET}" if sys.stderr.isatty() else text


command = AuditCommand()
