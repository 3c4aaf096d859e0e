"""``krakendtw check``: says what is wrong with a configuration."""

from krakendtw.plugin import CommandMaker

check = CommandMaker(
    "check",
    module="krakendtw.commands.check",
    summary="Checks that a configuration can be started.",
)

validate = CommandMaker(
    "validate",
    module="krakendtw.commands.check",
    summary="The same as check.",
)
