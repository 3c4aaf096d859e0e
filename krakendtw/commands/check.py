"""``krakendtw check``: loads a configuration and says what is wrong with it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from krakendtw.commands._dump import Dump
from krakendtw.config.explain import explain
from krakendtw.config.extra import grouped
from krakendtw.config.load import load, read_service
from krakendtw.errors import ConfigError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from krakendtw.config.load import Loaded
    from krakendtw.config.model import ServiceConfig

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
            "--lenient",
            action="store_true",
            help="Accepts unsupported components that guard something",
        )
        parser.epilog = "Aliases:\n  check, validate"

    def run(self, options: Namespace) -> int:
        """Check the configuration.

        :returns: 0 if the gateway would start with all of it, else 1.
        """
        if not options.config:
            _say(_coloured(_RED, NO_CONFIG))
            return 1
        _say(f"Parsing configuration file: {options.config}")
        try:
            loaded = load(
                options.config,
                options.registry,
                environ=os.environ,
                lenient=options.lenient,
            )
        except ConfigError as error:
            heading = _coloured(_RED, "ERROR parsing the configuration file:")
            _say(f"{heading}\t{explain(options.config, error)}\n")
            return 1
        for line in _findings(loaded):
            _say(line)
        if options.debug:
            for line in (*_outline(options, loaded), *_built(options, loaded)):
                _say(line)
        if options.test_gin_routes:
            fault = _route_fault(loaded.config)
            if fault is not None:
                heading = _coloured(_RED, "ERROR testing the configuration file:")
                _say(f"{heading}\t{explain(options.config, fault)}\n")
                return 1
        source = loaded.source
        if source is not None and source.failure:
            heading = _coloured(_RED, "ERROR rendering the configuration file:")
            _say(f"{heading}\t{source.failure}; it would be used as it stands\n")
            return 1
        if loaded.doubts:
            _say(_coloured(_RED, "ERROR: without effect:"))
            for line in grouped(loaded.doubts):
                _say(f"\t- {line}")
            return 1
        _say(_coloured(_GREEN, "Syntax OK!"))
        return 0


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


def _outline(options: Namespace, loaded: Loaded) -> Iterator[str]:
    """The configuration as it is understood."""
    document, service = read_service(options.config, os.environ, loaded.source)
    dump = Dump(options.debug, options.indent, is_colored=sys.stderr.isatty())
    return dump.lines(document, service)


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
