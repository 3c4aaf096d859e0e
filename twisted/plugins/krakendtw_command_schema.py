"""``krakendtw schema``: the JSON Schema of the configuration."""

from krakendtw.plugin import CommandMaker

schema = CommandMaker(
    "schema",
    module="krakendtw.commands.schema",
    summary="Prints the JSON Schema of the whole configuration, for editors.",
)
