"""``krakendtw run``: serves a configuration."""

from krakendtw.plugin import CommandMaker

run = CommandMaker(
    "run",
    module="krakendtw.commands.run",
    summary="Runs the gateway.",
)
