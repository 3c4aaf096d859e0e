"""``krakendtw run``: starts the gateway and serves until it is told to stop."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from krakendtw.config.explain import explain
from krakendtw.config.load import load
from krakendtw.errors import ConfigError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

NO_CONFIG: Final = (
    "Please, provide the path to the configuration file with --config or see all "
    "the options with --help\n"
)

_BAD_CONFIG = 255


class RunCommand:
    """The command ``run``."""

    def options(self, parser: ArgumentParser) -> None:
        """See :class:`~krakendtw.interfaces.ICommandPlugin`."""
        parser.add_argument(
            "-c", "--config", default="", help="Path to the configuration file"
        )
        parser.add_argument(
            "-d", "--debug", action="count", default=0, help="Adds the debug endpoint"
        )
        parser.add_argument(
            "-p", "--port", type=int, default=0, help="Port to listen on"
        )
        parser.add_argument(
            "--lenient",
            action="store_true",
            help="Starts without the unsupported components that guard something",
        )

    def run(self, options: Namespace) -> int:
        """Load the configuration and serve.

        :returns: 255 if the configuration is refused, 1 if none is named, else
            what the service ends with.
        """
        if not options.config:
            sys.stderr.write(NO_CONFIG)
            return 1
        try:
            loaded = load(
                options.config,
                options.registry,
                environ=os.environ,
                lenient=options.lenient,
                port=options.port,
                debug=options.debug > 0,
            )
        except ConfigError as error:
            reason = explain(options.config, error)
            sys.stderr.write(f"ERROR parsing the configuration file: {reason}\n")
            return _BAD_CONFIG
        # Here, so that the other commands need neither router nor reactor.
        from krakendtw import service

        return service.run(loaded, options.registry)


command = RunCommand()
