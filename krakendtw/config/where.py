"""Places in a configuration document."""

from __future__ import annotations

import re

from attrs import field, frozen

_PLAIN = re.compile(r"[A-Za-z_$][\w$-]*\Z")


@frozen
class ConfigPath:
    """A place in a document, printed as ``$.endpoints[3].backend[0].host``.

    :param steps: keys and indexes from the root.
    :param file: the document's name, empty where there is none.
    """

    steps: tuple[str | int, ...] = ()
    file: str = field(default="", eq=False)

    def __truediv__(self, step: str | int) -> ConfigPath:
        return ConfigPath((*self.steps, step), self.file)

    def __str__(self) -> str:
        text = "$" + "".join(_print(step) for step in self.steps)
        return f"{self.file}: {text}" if self.file else text


def _print(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _PLAIN.match(step) else f'."{step}"'
