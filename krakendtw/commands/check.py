"""``krakendtw check``: loads a configuration and says what is wrong with it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from krakendtw.cli import command_help
from krakendtw.commands._dump import Dump
from krakendtw.commands._faults import Faults, faults_of_template
from krakendtw.commands._lint import LintError, clash, own_linter, wanted_linter
from krakendtw.config.explain import explain
from krakendtw.config.extra import grouped
from krakendtw.config.finding import Finding, as_json
from krakendtw.config.load import draft
from krakendtw.config.references import Mask
from krakendtw.config.sense import doubtful
from krakendtw.config.source import read_source
from krakendtw.errors import ConfigError
from krakendtw.flags import UsageError
from krakendtw.interfaces import ICommandPlugin

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from krakendtw.config.finding import Placed
    from krakendtw.config.load import Draft, Loaded
    from krakendtw.config.model import ServiceConfig
    from krakendtw.config.source import Source
    from krakendtw.plugin import Registry

NO_CONFIG: Final = (
    "Please, provide the path to the configuration file with --config or see all "
    "the options with --help"
)

_RED = "\033[31;1m"
_GREEN = "\033[32;1m"
_RESET = "\033[0m"


class CheckCommand:
    """The command ``check``."""

    def options(self, parser: ArgumentParser) -> None:
        """See :class:`~krakendtw.interfaces.ICommandPlugin`."""
        parser.add_argument(
            "-c", "--config", default="", help="Path to the configuration file"
        )
        parser.add_argument(
            "-d",
            "--debug",
            action="count",
            default=0,
            help="Prints how the configuration is understood; more, if repeated",
        )
        parser.add_argument(
            "-i", "--indent", default="\t", help="What indents the lines of -d"
        )
        parser.add_argument(
            "-t",
            "--test-gin-routes",
            action="store_true",
            help="Tries whether the endpoints' routes go together",
        )
        parser.add_argument(
            "-l",
            "--lint",
            action="store_true",
            help="Lints with the JSON schema of this version",
        )
        parser.add_argument(
            "-n",
            "--lint-no-network",
            action="store_true",
            help="The same; the schema comes with the program in any case",
        )
        parser.add_argument(
            "-s",
            "--lint-schema",
            default="",
            help="Lints with another JSON schema, by its path or URL",
        )
        parser.add_argument(
            "--format",
            choices=("text", "json"),
            default="text",
            help="With json each finding is a line of JSON on the standard output",
        )
        parser.add_argument(
            "--lenient",
            action="store_true",
            help="Accepts unsupported components that guard something",
        )
        parser.epilog = "Aliases:\n  check, validate"

    def run(self, options: Namespace) -> int:
        """Check the configuration.

        :returns: 0 if the gateway would start with all of it, else 1.
        :raises UsageError: of the flags that lint more than one is there.
        """
        fault = clash(options)
        if fault:
            raise UsageError(fault, _usage(options.registry))
        if not options.config:
            _say(_coloured(_RED, NO_CONFIG))
            return 1
        _say(f"Parsing configuration file: {options.config}")
        return _Check(options).run()


class _Check:
    """One run of the command."""

    def __init__(self, options: Namespace) -> None:
        self._options = options
        self._registry: Registry = options.registry
        self._mask = Mask()

    def run(self) -> int:
        """The exit code."""
        options = self._options
        source = None
        try:
            source = read_source(options.config, os.environ)
            drafted = draft(
                options.config, self._registry, environ=os.environ, source=source
            )
        except ConfigError as error:
            return self._refuse("parsing", error, source)
        self._mask = drafted.mask
        if not self._lint(source):
            return 1
        try:
            loaded = drafted.configured(self._registry, lenient=options.lenient)
        except ConfigError as error:
            return self._refuse("parsing", error, source)
        for line in _findings(loaded):
            self._say(line)
        if options.debug:
            for line in (*_outline(options, drafted), *_built(options, loaded)):
                self._say(line)
        if options.test_gin_routes:
            fault = _route_fault(loaded.config)
            if fault is not None:
                return self._refuse("testing", fault, source)
        if source.failure:
            heading = _coloured(_RED, "ERROR rendering the configuration file:")
            self._say(f"{heading}\t{source.failure}; it would be used as it stands\n")
            self._tell(faults_of_template(options.config, source.failure))
            return 1
        faults = Faults(options.config, source, self._registry)
        self._advise(faults.placed(doubtful(loaded.config)))
        if loaded.doubts and not self._doubt(loaded, faults):
            return 1
        self._say(_coloured(_GREEN, "Syntax OK!"))
        return 0

    def _doubt(self, loaded: Loaded, faults: Faults) -> bool:
        """Tell of what has no effect; whether that may be.

        With the flags that lint the verdict is the schema's, as in KrakenD.
        """
        options = self._options
        is_linted = options.lint or options.lint_no_network or options.lint_schema
        heading = "Without effect:" if is_linted else "ERROR: without effect:"
        self._say(heading if is_linted else _coloured(_RED, heading))
        self._tell(
            faults.placed(
                Finding(where.steps, text, "mend it, or remove it")
                for where, text in loaded.doubts
            )
        )
        return bool(is_linted)

    def _refuse(self, doing: str, error: ConfigError, source: Source | None) -> int:
        """Tell of what is wrong, in KrakenD's words and then with its place."""
        heading = _coloured(_RED, f"ERROR {doing} the configuration file:")
        # The router, which KrakenD asks, knows of no file.
        is_router = doing == "testing"
        reason = error.message if is_router else explain(self._options.config, error)
        self._say(f"{heading}\t{reason}\n")
        if source is not None and source.failure:
            self._tell(faults_of_template(self._options.config, source.failure))
        elif source is not None:
            self._tell(Faults(self._options.config, source, self._registry).of(error))
        return 1

    def _lint(self, source: Source) -> bool:
        """Whether the document fits the schema that the flags ask for.

        Without them what does not fit the program's own is worth a look.
        """
        faults = Faults(self._options.config, source, self._registry)
        try:
            linter = wanted_linter(self._options, self._registry)
            if linter is not None:
                linter.check(source.content)
            else:
                linter = own_linter(self._registry)
                self._advise(faults.placed(linter.findings(faults.data)))
        except LintError as error:
            self._say(f"{_coloured(_RED, error.heading)}\t{error}\n")
            self._tell(faults.placed(error.findings))
            return False
        return True

    def _advise(self, placed: Sequence[Placed]) -> None:
        """Tell of what the gateway starts with all the same."""
        if placed:
            self._say("Worth a look:")
            self._tell(placed)

    def _tell(self, placed: Sequence[Placed]) -> None:
        if self._options.format == "json":
            for line in as_json(placed):
                sys.stdout.write(f"{self._mask(line)}\n")
            return
        for each in placed:
            self._say(f"\t- {each}")

    def _say(self, line: str) -> None:
        _say(self._mask(line))


def _usage(registry: Registry) -> str:
    """The command's help, as it follows an error of its flags."""
    check = registry.find(ICommandPlugin, "check")
    return "" if check is None else command_help(check)


def _findings(loaded: Loaded) -> Iterator[str]:
    """What the gateway would ignore or leave out."""
    if loaded.unknown:
        yield "Unknown namespaces, to be ignored:"
        yield from (f"\t- {line}" for line in grouped(loaded.unknown))
    if loaded.skipped:
        yield "Left out:"
        yield from (f"\t- {line}" for line in grouped(loaded.skipped))
    if loaded.source is not None and loaded.source.missing:
        yield "Included by templates, and not there:"
        yield from (f"\t- {path}" for path in loaded.source.missing)


def _outline(options: Namespace, drafted: Draft) -> Iterator[str]:
    """The configuration as it is understood."""
    dump = Dump(options.debug, options.indent, is_colored=sys.stderr.isatty())
    return dump.lines(drafted.document, drafted.service)


def _built(options: Namespace, loaded: Loaded) -> Iterator[str]:
    """The gateway that the configuration makes."""
    # Here, so that a plain check needs neither router nor transport.
    from krakendtw.commands._explain import Explanation, Unbuildable, build_gateway

    try:
        gateway = build_gateway(loaded, options.registry)
    except Unbuildable as reason:
        yield f"No gateway can be built of it: {reason}"
        return
    yield from Explanation(gateway, options.debug, options.indent).lines()


def _route_fault(config: ServiceConfig) -> ConfigError | None:
    """What keeps the routes from standing beside each other."""
    # Here, so that a plain check needs no router.
    from krakendtw.commands._routes import try_routes

    try:
        try_routes(config)
    except ConfigError as error:
        return error
    return None


def _coloured(colour: str, text: str) -> str:
    """``text`` in a colour if somebody looks on."""
    return f"{colour}{text}{_RESET}" if sys.stderr.isatty() else text


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


command = CheckCommand()
