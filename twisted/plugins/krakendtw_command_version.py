"""``krakendtw version``: the versions of all that is involved."""

from krakendtw.plugin import CommandMaker

version = CommandMaker(
    "version",
    module="krakendtw.commands.version",
    summary="Shows the version.",
)
