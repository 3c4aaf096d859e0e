"""``krakendtw run``: starts the gateway and serves until it is told to stop."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from krakendtw.config.explain import explain
from krakendtw.config.load import load
from krakendtw.errors import ConfigError
from krakendtw.flags import suggest
from krakendtw.workers import Place, Supervisor, wanted_workers

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from krakendtw.config.load import Loaded

NO_CONFIG: Final = (
    "Please, provide the path to the configuration file with --config or see all "
    "the options with --help\n"
)

_BAD_CONFIG = 255

_PROGRAM = "import sys; from krakendtw.cli import main; sys.exit(main())"
"""What a worker runs that cannot be a fork, with its supervisor's arguments."""


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
        workers = parser.add_argument(
            "--workers",
            type=wanted_workers,
            default=1,
            help="How many processes share the port; auto for one a core",
        )
        suggest(workers, "auto")

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

        place = Place.of_process()
        if place is None and options.workers > 1:
            return self._supervise(options, loaded)
        return service.run(loaded, options.registry, place)

    def _supervise(self, options: Namespace, loaded: Loaded) -> int:
        """Let workers do the same with one port between them."""
        from krakendtw import service

        config = loaded.config
        command = [sys.executable, "-c", _PROGRAM, *options.arguments]

        def work(place: Place) -> int:
            if _has_reactor():
                place.become(command)
            return service.run(loaded, options.registry, place)

        try:
            supervisor = Supervisor(
                work,
                options.workers,
                service.interfaces(config.listen_ip),
                config.port,
            )
        except (OSError, OverflowError) as error:
            sys.stderr.write(f"ERROR listen tcp :{config.port}: bind: {error}\n")
            return 1
        return supervisor.run()


def _has_reactor() -> bool:
    """Whether a plugin has brought a reactor, which processes cannot share."""
    return "twisted.internet.reactor" in sys.modules


command = RunCommand()
