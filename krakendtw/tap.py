"""``twistd krakendtw``: the gateway as a twistd plugin."""

from __future__ import annotations

import os
import sys
from typing import Any

from twisted.application.service import IService, MultiService
from twisted.python import usage

from krakendtw.config.load import load
from krakendtw.config.references import Mask
from krakendtw.errors import GatewayError
from krakendtw.plugin import Registry
from krakendtw.service import LogObserverService, build, log_settings


class Options(usage.Options):
    """What follows ``twistd krakendtw``."""

    synopsis = "[options]"
    longdesc = "An API gateway that is a drop-in for KrakenD."
    optParameters = [  # noqa: RUF012 - how usage.Options declares them
        ["config", "c", None, "The configuration file."],
        ["port", "p", None, "The port to listen on, over the configuration's.", int],
    ]
    optFlags = [  # noqa: RUF012 - how usage.Options declares them
        ["debug", "d", "Serve /__debug/ too."],
        ["lenient", None, "Start without components that are not there."],
    ]

    def postOptions(self) -> None:
        """Refuse to go on without a configuration."""
        if not self["config"]:
            raise usage.UsageError("--config is required")


def makeService(options: Any) -> IService:
    """The gateway of one configuration file.

    twistd keeps its own log; ``telemetry/logging`` adds its lines to it.

    :raises usage.UsageError: the configuration must not start.
    """
    from twisted.internet import reactor

    registry = Registry.discover()
    parent = MultiService()
    mask = Mask()
    try:
        loaded = load(
            options["config"],
            registry,
            environ=os.environ,
            lenient=bool(options["lenient"]),
            port=options["port"],
            debug=bool(options["debug"]),
        )
        mask = loaded.mask
        own = log_settings(loaded.config) is not None

        def begin(observer: Any) -> None:
            if own:
                parent.addService(LogObserverService(observer))

        gateway = build(loaded, registry, reactor, sys.stdout, begin)
    except GatewayError as error:
        raise usage.UsageError(mask(str(error))) from None
    parent.addService(gateway)
    return parent
