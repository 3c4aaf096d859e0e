"""Tests of errors' places in their files."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.commands._faults import Faults, faults_of_template
from krakendtw.config.source import Source
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, ConfigErrors
from krakendtw.plugin import Registry

TEXT = b'{\n  "version": 2,\n  "timeout": "soon"\n}'


def faults(content: bytes = TEXT, extension: str = ".json", **source: object) -> Faults:
    """The faults of a file."""
    made = Source(content, extension, **source)  # type: ignore[arg-type]
    return Faults("k" + extension, made, Registry())


class FaultsTests(SynchronousTestCase):
    """An error has its place."""

    def test_error(self) -> None:
        """An error is told of with line, column, path and a hint."""
        error = ConfigError(ConfigPath() / "version", "unsupported version: 2")
        self.assertEqual(
            ['k.json:2:3: $.version: unsupported version: 2; write "version": 3'],
            list(map(str, faults().of(error))),
        )

    def test_several(self) -> None:
        """Several errors are several lines."""
        errors = [
            ConfigError(ConfigPath() / "timeout", "time: invalid"),
            ConfigError(ConfigPath() / "version", "unsupported version: 2"),
        ]
        found = faults().of(ConfigErrors(errors))
        self.assertEqual(["$.version", "$.timeout"], [each.path for each in found])

    def test_unreadable(self) -> None:
        """A text that cannot be read has the reader's line and a guess."""
        for content, place, guess in (
            (b'{"a": 1\n "b": 2}', "k.json:2:2", "is a comma missing before it?"),
            (b'{"a": 1,}', "k.json:1:9", "a comma too many"),
            (b'{"a" 1}', "k.json:1:6", '":" missing'),
            (b'{"a": x}', "k.json:1:7", "quotes of a text"),
            (b'{"a": 1', "k.json:1:8", "not closed"),
            (b"{} {}", "k.json:1:4", "something follows"),
        ):
            [found] = faults(content).of(ConfigError(None, "whatever"))
            self.assertTrue(str(found).startswith(f"{place}: $: "), found)
            self.assertIn(guess, found.hint)

    def test_other_language(self) -> None:
        """YAML has lines too."""
        [found] = faults(b"a: [1\nb: 2", ".yaml").of(ConfigError(None, "x"))
        self.assertIn("k.yaml:", str(found))
        self.assertIn("language", found.hint)

    def test_rendered(self) -> None:
        """What was rendered is said to be, and where it is kept named."""
        error = ConfigError(ConfigPath() / "version", "unsupported version: 2")
        [found] = faults(is_rendered=True).of(error)
        self.assertEqual("k.json (rendered)", found.file)
        [found] = faults(is_rendered=True, kept="out.json").of(error)
        self.assertEqual("out.json", found.file)


class TemplateTests(SynchronousTestCase):
    """A template's failure has its place in the template."""

    def test_place(self) -> None:
        """Line and column are the template's."""
        failure = 'Unable: template: k.tmpl:3: function "upperr" not defined'
        [found] = faults_of_template("conf/k.tmpl", failure)
        self.assertEqual(
            'conf/k.tmpl:3:1: $: function "upperr" not defined; did you mean "upper"?',
            str(found),
        )
        [found] = faults_of_template("k.tmpl", "template: p.tmpl:1:5: executing")
        self.assertTrue(str(found).startswith("p.tmpl:1:6: $: executing; "))

    def test_hints(self) -> None:
        """Common failures are guessed at."""
        [found] = faults_of_template("k", "template: k:1: unexpected EOF")
        self.assertIn("end", found.hint)
        [found] = faults_of_template("k", 'template: k:1: function "q0" not defined')
        self.assertEqual("there is no such function", found.hint)

    def test_no_place(self) -> None:
        """A failure without a place is told of elsewhere."""
        self.assertEqual((), tuple(faults_of_template("k", "whatever")))
