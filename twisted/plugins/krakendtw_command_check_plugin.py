"""``krakendtw check-plugin``: compares versions with those of a plugin."""

from krakendtw.plugin import CommandMaker

check_plugin = CommandMaker(
    "check-plugin",
    module="krakendtw.commands.check_plugin",
    summary="Checks that a plugin's requirements go with the gateway's.",
)
