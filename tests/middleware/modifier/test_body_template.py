"""Tests of templates of bodies: reading, what they may use, rendering."""

from __future__ import annotations

import os
from base64 import b64encode
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, PipeError
from krakendtw.middleware.modifier._body_template import (
    BodyTemplate,
    collect,
    compile_reads,
    read_template,
)
from krakendtw.testing import MemoryLog

WHERE = ConfigPath() / "here"


def made(text: str, **more: Any) -> BodyTemplate:
    """A template that stands in the document."""
    encoded = b64encode(text.encode("utf-8", "surrogateescape")).decode()
    return read_template({"template": encoded, **more}, WHERE, "name")


class ReadTests(SynchronousTestCase):
    """The keys of a template's namespace."""

    def test_defaults(self) -> None:
        """JSON, and nothing logged."""
        template = made("x")
        self.assertEqual(
            (template.content_type, template.is_debug, template.variables),
            ("application/json", False, {}),
        )

    def test_file(self) -> None:
        """A file is read at start, and lends its name to messages."""
        path = self.mktemp() + ".tmpl"
        with open(path, "w") as file:
            file.write("{{ .a.b }}")
        template = read_template({"path": path}, WHERE, "name")
        error = self.assertRaises(PipeError, template.render, {"a": 1}, MemoryLog())
        self.assertIn(f"template: {os.path.basename(path)}:1:5: executing", str(error))

    def test_mistakes(self) -> None:
        """What cannot be read is named with its place."""
        text = b64encode(b"x").decode()
        for raw, wanted in (
            ([], "$.here: a list found"),
            ({}, "$.here.template: neither is there"),
            ({"template": text, "path": "x"}, "$.here.template: both are there"),
            ({"template": "{{ x }}"}, "$.here.template: is no base64"),
            ({"template": 1}, "$.here.template: a number found"),
            ({"path": "/no/such/file"}, "$.here.path: /no/such/file: No such file"),
            (
                {"template": b64encode(b"{{ nope }}").decode()},
                '$.here.template: template: name:1: function "nope" not defined',
            ),
            ({"template": text, "content_type": "a\nb"}, "$.here.content_type: "),
            ({"template": text, "debug": "x"}, "$.here.debug: a text found"),
            ({"template": text, "variables": []}, "$.here.variables: an object"),
            ({"template": text, "more": 1}, "$.here.more: no such key"),
        ):
            error = self.assertRaises(ConfigError, read_template, raw, WHERE, "name")
            self.assertIn(wanted, str(error))

    def test_waiting_functions(self) -> None:
        """What would keep everybody waiting is not there."""
        for call in ('getHostByName "a"', 'genPrivateKey "rsa"', 'genCA "a" 1'):
            self.assertRaises(ConfigError, made, f"{{{{ {call} }}}}")


class RenderTests(SynchronousTestCase):
    """Texts that templates write."""

    def rendered(self, text: str, data: Any, **more: Any) -> bytes:
        """What a template writes."""
        return made(text, **more).render(data, MemoryLog())

    def test_variables(self) -> None:
        """Those of the configuration are there; whole numbers print as such."""
        self.assertEqual(
            self.rendered("{{ .variables.n }}", {}, variables={"n": 1e6}), b"1000000"
        )

    def test_changed_variables(self) -> None:
        """What a template does to the variables is forgotten after the request."""
        template = made(
            '{{ .variables.a }}{{ $_ := set .variables "a" "y" }}{{ .variables.a }}',
            variables={"a": "x"},
        )
        for _ in range(2):
            self.assertEqual(template.render({}, MemoryLog()), b"xy")

    def test_functions(self) -> None:
        """Sprig's functions and our own."""
        self.assertEqual(
            self.rendered(
                "{{ upper .a }}{{ marshal .b }}{{ toJson .b }}{{ xmlEscape .c }}",
                {"a": "x", "b": ['"'], "c": "<&\"'>"},
            ),
            b'X["\\""]["\\""]&lt;&amp;&#34;&#39;&gt;'.replace(
                b"&#34;&#39;", b"&quot;&#x27;"
            ),
        )

    def test_data_is_no_template(self) -> None:
        """Braces in data are text."""
        self.assertEqual(self.rendered("{{ .a }}", {"a": "{{ .b }}"}), b"{{ .b }}")

    def test_bytes(self) -> None:
        """Bytes that are no UTF-8 go out as they came."""
        self.assertEqual(self.rendered("\udcfe{{ .a }}", {"a": "\udcff"}), b"\xfe\xff")

    def test_failure(self) -> None:
        """A template that fails is an error of the pipe, in Go's words."""
        error = self.assertRaises(PipeError, self.rendered, "{{ fail .a }}", {"a": "x"})
        self.assertIn("at <fail .a>: error calling fail: x", str(error))

    def test_debug(self) -> None:
        """Data and text are logged where that is wanted."""
        log = MemoryLog()
        made("<{{ .a }}>", debug=True).render({"a": 1}, log)
        self.assertEqual(
            log.lines,
            ['DEBUG input:\n{"a":1,"variables":{}}', "DEBUG output:\n<1>"],
        )


class UseTests(SynchronousTestCase):
    """What a template may use."""

    def test_names(self) -> None:
        """A name that stands nowhere is not used, unless all of the data is."""
        for text, wanted in (
            ("{{ .req_body.a }}", True),
            ('{{ index $ "x" }}', True),
            ("{{ toJson . }}", True),
            ("{{ range .x }}{{ . }}{{ end }}", True),
            ("{{ $ }}", True),
            ("{{ .req_path }}. And $ or .", False),
            (
                "{{ $x := .req_path }}{{ $x }}{{ $.variables.a }}{{ (index .l 0).b }}",
                False,
            ),
            ("{{ 1.5 }}", False),
        ):
            self.assertEqual(compile_reads(text)("req_body"), wanted, text)

    def test_views(self) -> None:
        """Only what is used is made."""
        template = made("{{ .a }}")
        views = template.views({"a": lambda subject: subject + 1, "b": list})
        self.assertEqual(collect(views, 1), {"a": 2})
