"""Tests of ``krakendtw.middleware.modifier._python_settings``."""

from __future__ import annotations

import hashlib
from typing import Any

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigErrors
from krakendtw.middleware._fields import Fields
from krakendtw.middleware.modifier._python_settings import (
    PythonSettings,
    parse_settings,
)
from tests.middleware.modifier.python_files import ScriptTestCase

ALL = ("enter", "pre", "post")


class SettingsTests(ScriptTestCase):
    """What may stand in the namespace."""

    def parse(self, raw: Any, uses: Any = ALL, **more: Any) -> PythonSettings:
        """The settings of a place."""
        return parse_settings(Fields(raw, ConfigPath()), uses, **more)

    def assert_refused(self, *expected: str, uses: Any = ALL, **raw: Any) -> None:
        """These are the errors."""
        error = self.assertRaises(ConfigErrors, self.parse, raw, uses)
        found = [str(each).replace(f"{self.folder}/", "") for each in error.errors]
        self.assertEqual(list(expected), found)

    def test_defaults(self) -> None:
        """Only the sources are needed."""
        path = self.script("def pre(request): pass")
        made = self.parse({"sources": [path]})
        self.assertEqual(
            ((path,), False, False),
            (tuple(it.path for it in made.sources), made.is_live, made.skip_next),
        )
        self.assertEqual({use: use for use in ALL}, dict(made.sources[0].names))

    def test_sources(self) -> None:
        """There must be some, and all must be there."""
        self.assert_refused("$.sources: is missing")
        self.assert_refused("$.sources: must not be empty", sources=[])
        self.assert_refused("$.sources: a list of texts is wanted", sources=[1])
        self.assert_refused(
            "$.sources[0]: a.py: No such file or directory",
            "$.sources[1]: b.py: No such file or directory",
            sources=[f"{self.folder}/a.py", f"{self.folder}/b.py"],
        )

    def test_optional(self) -> None:
        """At the service there may be none."""
        self.assertEqual((), self.parse({}, required=False).sources)

    def test_names(self) -> None:
        """A name must be one, and be there in one of the sources."""
        first = self.script("def stamp(request): pass", "a.py")
        second = self.script("def post(request, response): pass", "b.py")
        made = self.parse({"sources": [first, second], "pre": "stamp"})
        self.assertEqual(2, len(made.sources))
        self.assert_refused(
            "$.pre: no source has a function other",
            sources=[first, second],
            pre="other",
            enter="stamp",
        )
        self.assert_refused(
            "$.pre: 'return 1' found, the name of a function is wanted",
            "$.sources[0]: a.py: has no enter(client) or return 1(request) or "
            "post(request, response)",
            sources=[first],
            pre="return 1",
        )

    def test_out_of_place(self) -> None:
        """A function that the place never calls is no key of it."""
        path = self.script("def pre(request): pass")
        self.assert_refused(
            "$.enter: has no effect here",
            sources=[path],
            enter="pre",
            uses=("pre", "post"),
        )
        entering = self.script("def enter(client): pass", "enter.py")
        self.assert_refused(
            "$.skip_next: no such key",
            sources=[entering],
            skip_next=True,
            uses=("enter",),
        )

    def test_sums(self) -> None:
        """Sums pin sources, and nothing else."""
        text = "def pre(request): pass"
        path = self.script(text)
        digest = hashlib.md5(text.encode()).hexdigest()
        self.parse({"sources": [path], "md5": {path: digest}})
        self.assert_refused(
            f"$.sources[0]: script.py: its MD5 is {digest}, 00 is wanted",
            sources=[path],
            md5={path: "00"},
        )
        self.assert_refused(
            '$.md5."other.py": is none of the sources',
            sources=[path],
            md5={"other.py": "00"},
        )
        self.assert_refused(
            f'$.md5."{path}": a text is wanted'.replace(f"{self.folder}/", ""),
            sources=[path],
            md5={path: 1},
        )
        self.assert_refused(
            "$.md5: an object of paths and sums is wanted", sources=[path], md5="00"
        )

    def test_sums_of_what_changes(self) -> None:
        """A file cannot be pinned and live."""
        path = self.script("def pre(request): pass")
        digest = hashlib.md5(b"def pre(request): pass").hexdigest()
        self.assert_refused(
            "$.md5: cannot hold beside live",
            sources=[path],
            md5={path: digest},
            live=True,
        )

    def test_types(self) -> None:
        """All mistakes are found at once."""
        self.assert_refused(
            "$.sources: a list of texts is wanted",
            "$.live: a text found, true or false is wanted",
            "$.skip_next: a number found, true or false is wanted",
            "$.no: no such key",
            sources="a.py",
            live="yes",
            skip_next=1,
            no=1,
        )
