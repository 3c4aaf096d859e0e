"""Tests of flexible configuration."""

from __future__ import annotations

import os
import stat
import sys
from io import StringIO
from typing import TYPE_CHECKING

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.template import (
    OUT,
    PARTIALS,
    SETTINGS,
    TEMPLATES,
    Partials,
    marshal,
    render_source,
)
from krakendtw.errors import ConfigError
from krakendtw.template.failure import Failure

if TYPE_CHECKING:
    from krakendtw.config.source import Source


class FlexibleTestCase(SynchronousTestCase):
    """Files in a folder of their own."""

    def setUp(self) -> None:
        self.folder = self.mktemp()
        os.mkdir(self.folder)
        self.errors = StringIO()
        self.patch(sys, "stderr", self.errors)

    def path(self, name: str) -> str:
        """Where a file is."""
        return os.path.join(self.folder, name)

    def write(self, name: str, content: str | bytes) -> str:
        """A file with a content; folders come into being."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        raw = content if isinstance(content, bytes) else content.encode()
        with open(path, "wb") as file:
            file.write(raw)
        return path

    def render(self, text: str | bytes, **environ: str) -> Source:
        """What a file called ``krakend.json`` makes."""
        return render_source(self.write("krakend.json", text), environ)


class RenderTests(FlexibleTestCase):
    """What a template makes."""

    def test_settings(self) -> None:
        """Each file of settings is an object by the file's name."""
        self.write("settings/urls.json", '{"users": "http://u", "n": 8080}')
        self.write("settings/b.json", '{"list": [1, 2.5]}')
        self.write("settings/none.json", "null")
        self.write("settings/c.yaml", "no: settings")
        source = self.render(
            '{"host": "{{ .urls.users }}:{{ .urls.n }}", "l": {{ marshal .b.list }}, '
            '"none": {{ len .none }}, "c": "{{ .c }}"}',
            **{SETTINGS: self.path("settings")},
        )
        self.assertEqual(
            source.content,
            b'{"host": "http://u:8080", "l": [1,2.5], "none": 0, "c": "<no value>"}',
        )
        self.assertEqual((source.extension, source.is_rendered), (".json", True))
        self.assertEqual((source.kept, source.failure), ("", ""))

    def test_templates(self) -> None:
        """Files of templates are called by their whole names."""
        self.write("templates/one.tmpl", "<{{ . }}>")
        self.write("templates/two.tmpl", '{{ define "inner" }}!{{ end }}2')
        self.write("templates/no.txt", "{{ broken")
        source = self.render(
            '{{ template "one.tmpl" 5 }}{{ template "two.tmpl" }}'
            '{{ template "inner" }}',
            **{TEMPLATES: self.path("templates")},
        )
        self.assertEqual(source.content, b"<5>2!")

    def test_partials(self) -> None:
        """What is included is taken as it is, and what is not there is told."""
        self.write("partials/deep/a.txt", b"{{ no template }}\xff")
        source = self.render(
            '{{ include "deep/a.txt" }}|{{ include "no.txt" }}|{{ include "deep" }}',
            **{PARTIALS: self.path("partials")},
        )
        self.assertEqual(source.content, b"{{ no template }}\xff||")
        self.assertEqual(source.missing, (self.path("partials/no.txt"),))

    def test_functions(self) -> None:
        """All of the language is there."""
        source = self.render("{{ range $i := until 3 }}{{ mul $i 2 }},{{ end }}")
        self.assertEqual(source.content, b"0,2,4,")

    def test_depth(self) -> None:
        """Templates may call themselves deeply."""
        source = self.render(
            '{{ define "n" }}{{ if lt . 5000 }}{{ template "n" (add1 .) }}'
            '{{ else }}{{ . }}{{ end }}{{ end }}{{ template "n" 0 }}'
        )
        self.assertEqual(source.content, b"5000")


class OutTests(FlexibleTestCase):
    """Where the document is kept."""

    def test_kept(self) -> None:
        """The document is written for its owner alone, and tells its language."""
        out = self.path("out.yml")
        source = self.render("version: {{ 3 }}", **{OUT: out})
        self.assertEqual((source.extension, source.kept), (".yml", out))
        with open(out, "rb") as file:
            self.assertEqual(file.read(), b"version: 3")
        self.assertEqual(stat.S_IMODE(os.stat(out).st_mode), 0o600)

    def test_not_kept(self) -> None:
        """A template that fails leaves nothing behind."""
        out = self.path("out.json")
        source = self.render("{{ fail `x` }}", **{OUT: out})
        self.assertFalse(os.path.exists(out))
        self.assertEqual((source.kept, source.is_rendered), ("", False))

    def test_nowhere(self) -> None:
        """Where nothing can be written the start ends."""
        out = self.path("no/out.json")
        error: ConfigError = self.assertRaises(
            ConfigError, self.render, "{}", **{OUT: out}
        )
        self.assertEqual(
            error.message, f"'{out}': open {out}: no such file or directory"
        )


class FailureTests(FlexibleTestCase):
    """Templates that do not work."""

    def fails(self, text: str, wanted: str, **environ: str) -> None:
        """The file is taken as it stands, and the reason is logged."""
        source = self.render(text, **environ)
        self.assertEqual(source.content, text.encode())
        self.assertEqual((source.extension, source.is_rendered), (".json", False))
        self.assertEqual(source.failure, wanted)
        self.assertRegex(
            self.errors.getvalue(), r"\A\d{4}/\d\d/\d\d \d\d:\d\d:\d\d [A-Z].*\n\Z"
        )
        self.assertIn(wanted, self.errors.getvalue())

    def test_parsing(self) -> None:
        """A file that is no template is the document."""
        self.fails(
            '{"a": "{{ nope }}"}',
            "Unable to parse configuration file: template: krakend.json:1: "
            'function "nope" not defined',
        )

    def test_executing(self) -> None:
        """So is one that fails while it writes."""
        self.fails(
            "\n{{ .a.b.c | upper }}",
            "Found error while executing template: template: krakend.json:2:12: "
            'executing "krakend.json" at <upper>: invalid value; expected string',
        )

    def test_parts(self) -> None:
        """A part that cannot be read fails the whole."""
        self.write("templates/bad.tmpl", "{{ if }}")
        self.fails(
            "{}",
            "Error parsing sub-templates: template: bad.tmpl:1: missing value for if",
            **{TEMPLATES: self.path("templates")},
        )

    def test_folders(self) -> None:
        """A folder that is called like a template cannot be read."""
        os.makedirs(self.path("templates/dir.tmpl"))
        path = self.path("templates/dir.tmpl")
        self.fails(
            "{}",
            f"Error parsing sub-templates: read {path}: is a directory",
            **{TEMPLATES: self.path("templates")},
        )

    def test_settings(self) -> None:
        """Settings that cannot be read end the start, all of them being told."""
        self.write("settings/a.json", "[1]")
        self.write("settings/b.json", "{")
        self.write("settings/c.json", '{"n": 1e400}')
        self.write("settings/d.json", '"x"')
        self.write("settings/e.json", "1")
        self.write("settings/f.json", "true")
        no = self.path("no")
        error: ConfigError = self.assertRaises(
            ConfigError,
            self.render,
            "{}",
            **{SETTINGS: self.path("settings"), TEMPLATES: no},
        )
        of = "json: cannot unmarshal {} into Go value of type map[string]interface {{}}"
        self.assertEqual(
            error.message.split("\n\t- "),
            [
                "loading flexible-config settings:",
                f"a.json: {of.format('array')}",
                "b.json: unexpected end of JSON input",
                "c.json: json: cannot unmarshal number 1e400 into Go value of type "
                "float64",
                f"d.json: {of.format('string')}",
                f"e.json: {of.format('number')}",
                f"f.json: {of.format('bool')}",
                f"{no}: open {no}: no such file or directory",
            ],
        )

    def test_missing(self) -> None:
        """A file that is not there cannot even be taken as it stands."""
        error: ConfigError = self.assertRaises(
            ConfigError, render_source, self.path("no.json"), {}
        )
        self.assertIn("no such file or directory", error.message)


class FunctionTests(SynchronousTestCase):
    """KrakenD's own functions."""

    def test_include(self) -> None:
        """Only a text names a file."""
        partials = Partials("")
        for name, found in ((None, "nil"), (5, "int"), ([], "[]interface {}")):
            error = self.assertRaises(Failure, partials.include, name)
            self.assertEqual(
                str(error),
                f"interface conversion: interface {{}} is {found}, not string",
            )
        self.assertEqual(partials.include("a\0b"), "")

    def test_marshal(self) -> None:
        """A value is JSON as Go writes it, or nothing."""
        self.assertEqual(
            marshal({"b": "<", "a": [1.0, None]}), '{"a":[1,null],"b":"\\u003c"}'
        )
        self.assertEqual(marshal(float("inf")), "")
