"""``krakendtw audit``: says what in a configuration could be better."""

from krakendtw.plugin import CommandMaker

audit = CommandMaker(
    "audit",
    module="krakendtw.commands.audit",
    summary="Says what in a configuration could be safer or better.",
)
