"""``krakendtw test-plugin``: says whether plugin files load."""

from krakendtw.plugin import CommandMaker

test_plugin = CommandMaker(
    "test-plugin",
    module="krakendtw.commands.test_plugin",
    summary="Tests that plugin files can be loaded.",
)
