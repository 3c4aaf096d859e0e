"""Templates tried out on data.

What is expected in the tables of these tests is what Go 1.26 and sprig 3.2.3
were seen to answer, but where a test says that it is our own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.gojson.text import encode_raw
from krakendtw.template.failure import TemplateError
from krakendtw.template.sprig.table import FUNCTIONS
from krakendtw.template.template import Templates

NAME = "t"


def data() -> dict[str, Any]:
    """What the templates are executed for; templates may change it."""
    return {
        "s": "Hello Wörld",
        "l": [3.0, 1.0, 2.0, None, "x", True],
        "sl": ["b", "a", "c", "a"],
        "m": {"a": 1.0, "b": {"c": [1.0, 2.0], "d": None}, "e": "", "z": 0.0},
        "m2": {"a": 2.0, "b": {"c": [9.0], "x": "y"}, "n": None, "new": {"k": 1.0}},
        "n": 3.7,
        "neg": -2.5,
        "big": 1e6,
        "t": True,
        "f": False,
        "nil": None,
        "el": [],
        "em": {},
        "html": "<a&b>\u2028",
        "ver": "1.2.3-beta.1+b5",
        "url": "http://user:pa%20ss@host:80/p/a%2Fth?q=1&r=2#fr%20ag",
    }


def outcome(text: str, **others: str) -> str:
    """What a template writes, or what it says it fails by.

    :param others: further templates, ``.`` being spelt ``_``.
    """
    templates = Templates(FUNCTIONS)
    try:
        templates.add(text, NAME)
        for name, other in others.items():
            templates.add(other, name.replace("_", "."))
        written = templates.execute(NAME, data())
    except TemplateError as error:
        written = f"ERROR {str(error).removeprefix(f'template: {NAME}:')}"
    return encode_raw(written).decode("utf-8", "backslashreplace")


class TemplateTestCase(SynchronousTestCase):
    """Compares what templates write with what Go has written."""

    maxDiff = None  # noqa: N815

    def assert_all(self, rows: Iterable[tuple[str, str]]) -> None:
        """Every template has its outcome; all that differ are shown."""
        wrong = [
            f"{text}\n    wanted {wanted!r}\n    found  {found!r}"
            for text, wanted in rows
            if (found := outcome(text)) != wanted
        ]
        if wrong:
            self.fail("\n".join(["", *wrong]))
