"""Tests of reading files and of the environment above them."""

from __future__ import annotations

import contextlib
import io
import os
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.explain import explain
from krakendtw.config.source import (
    overlay_environment,
    parse_document,
    read_file,
    read_source,
)
from krakendtw.config.structure import structure
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError


class ReadTests(SynchronousTestCase):
    """Files and what is none."""

    def test_content(self) -> None:
        """The bytes of the file."""
        path = self.mktemp()
        with open(path, "wb") as file:
            file.write(b"\xffx")
        self.assertEqual(b"\xffx", read_file(path))

    def test_missing(self) -> None:
        """A missing file is told in Go's words."""
        error: ConfigError = self.assertRaises(ConfigError, read_file, "./no.json")
        self.assertEqual("open no.json: no such file or directory", error.message)

    def test_folder(self) -> None:
        """So is a folder."""
        error: ConfigError = self.assertRaises(ConfigError, read_file, ".")
        self.assertEqual("read .: is a directory", error.message)
        self.assertTrue(os.path.isdir("."))


class DocumentTests(SynchronousTestCase):
    """Documents by their file's extension."""

    def test_extension(self) -> None:
        """YAML has two extensions in small letters; everything else is JSON."""
        for path in ("k.yml", "k.yaml", "dir.json/k.yaml"):
            self.assertEqual({"version": 3}, parse_document(b"version: 3", path))
        for path in ("k.json", "k.conf", "k", "k.hcl", "k.YAML"):
            self.assertEqual({"version": 3}, parse_document(b'{"version":3}', path))
            self.assertRaises(ConfigError, parse_document, b"version: 3", path)

    def test_null_is_empty(self) -> None:
        """A document that is null has nothing in it."""
        self.assertEqual({}, parse_document(b"null", "k.json"))
        self.assertEqual({}, parse_document(b"", "k.yaml"))

    def test_root_is_an_object(self) -> None:
        """Anything but an object is refused, and named."""
        for content, kind in {
            b"[]": "array",
            b"3": "number",
            b"1.5": "number",
            b'"x"': "string",
            b"true": "bool",
        }.items():
            error: ConfigError = self.assertRaises(
                ConfigError, parse_document, content, "k.json"
            )
            self.assertEqual(
                f"json: cannot unmarshal {kind} into Go value of type "
                "map[string]interface {}",
                error.message,
            )


class OverlayTests(SynchronousTestCase):
    """``KRAKEND_*`` variables."""

    def overlay(self, document: dict[str, Any], **environ: str) -> dict[str, Any]:
        """The document below these variables."""
        return overlay_environment(document, environ)

    def test_replaces_and_creates(self) -> None:
        """A variable stands above its key, whether that is there or not."""
        self.assertEqual(
            {"port": "9000", "name": "x", "cache_ttl": "1s"},
            self.overlay(
                {"port": 1, "name": "x"}, KRAKEND_PORT="9000", KRAKEND_CACHE_TTL="1s"
            ),
        )

    def test_prefix(self) -> None:
        """Only variables with the prefix count, in capitals and with a rest."""
        self.assertEqual(
            {},
            self.overlay({}, krakend_PORT="1", PORT="2", KRAKEND_="3", XKRAKEND_A="4"),
        )

    def test_dots_reach_deeper(self) -> None:
        """A dot leads into an object, the rest of which stays."""
        document = {"extra_config": {"router": {"a": 1, "health_path": "/x"}}}
        self.assertEqual(
            {"extra_config": {"router": {"a": 1, "health_path": "/y"}, "new": "1"}},
            self.overlay(
                document,
                **{
                    "KRAKEND_EXTRA_CONFIG.ROUTER.HEALTH_PATH": "/y",
                    "KRAKEND_EXTRA_CONFIG.NEW": "1",
                },
            ),
        )

    def test_document_is_not_changed(self) -> None:
        """Objects that the document shares with itself keep their values."""
        shared = {"x": 1}
        document = {"a": shared, "b": shared}
        merged = self.overlay(document, **{"KRAKEND_A.X": "2"})
        self.assertEqual({"a": {"x": "2"}, "b": {"x": 1}}, merged)

    def test_text_above_an_object(self) -> None:
        """A text replaces a whole object, and of two variables the deeper one."""
        self.assertEqual(
            {"a": "t"},
            self.overlay({"a": {"b": 1}}, **{"KRAKEND_A": "t", "KRAKEND_A.B": "2"}),
        )

    def test_object_above_a_text(self) -> None:
        """A deeper variable replaces what is no object."""
        self.assertEqual(
            {"a": {"b": "2"}}, self.overlay({"a": [1]}, **{"KRAKEND_A.B": "2"})
        )


TOKENS = (
    *"{}[]:,-&*|>'\"#\\\n\t\0",
    "<<: ",
    "&a ",
    "*a",
    "!!binary ",
    "!!int ",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "version: 3\n",
    "version = 3\n",
    '{"version": 3}',
    "[[endpoints]]\n",
    "1e400",
    "2001-01-01",
    "${env:",
    "{{",
    "}}",
    "{{ range ",
    "{{ end }}",
    "{{ . }}",
    "{{ index . 1 }}",
    '{{ template "x" }}',
    "{{/*",
)


class AnythingTests(SynchronousTestCase):
    """Whatever a file holds, it is data or a :exc:`ConfigError`."""

    pieces = st.lists(
        st.sampled_from(TOKENS)
        | st.text(st.characters(exclude_categories=("Cs",)), max_size=5),
        max_size=12,
    )

    @settings(max_examples=150, deadline=None)
    @given(st.sampled_from((".json", ".yaml", ".toml")), pieces)
    def test_documents(self, extension: str, pieces: list[str]) -> None:
        """A document in any language."""
        self.read("".join(pieces).encode(), extension)

    @settings(max_examples=100, deadline=None)
    @given(st.sampled_from((".json", ".yaml", ".toml")), st.binary(max_size=30))
    def test_bytes(self, extension: str, content: bytes) -> None:
        """Bytes that may be no text."""
        self.read(content, extension)

    @settings(max_examples=100, deadline=None)
    @given(pieces)
    def test_templates(self, pieces: list[str]) -> None:
        """A template, which is read as it is where it fails."""
        path = os.path.join(self.folder, "k.json")
        content = "".join(pieces).encode()
        with open(path, "wb") as file:
            file.write(content)
        with contextlib.redirect_stderr(io.StringIO()):
            source = read_source(path, {"FC_ENABLE": "1"})
        if source.failure:
            self.assertEqual(content, source.content)
        self.read(source.content, source.extension)

    def setUp(self) -> None:
        self.folder = self.mktemp()
        os.makedirs(self.folder)

    def read(self, content: bytes, extension: str) -> None:
        """Read and type a document."""
        try:
            data = parse_document(content, "k", extension=extension)
            structure(overlay_environment(data, {}), ConfigPath())
        except ConfigError as error:
            self.assertNotIn("Traceback", explain("k", error))
