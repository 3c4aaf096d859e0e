"""Tests of folders of configuration files."""

from __future__ import annotations

import json
import os
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.explain import explain
from krakendtw.config.folder import file_names
from krakendtw.config.load import load, read_service
from krakendtw.config.source import Source, read_source
from krakendtw.errors import ConfigError, ConfigErrors
from krakendtw.plugin import Registry

BACKEND = {"url_pattern": "/x", "host": ["http://h"]}


def entry(path: str, **more: Any) -> str:
    """An endpoint as JSON."""
    return json.dumps({"endpoint": path, "backend": [BACKEND], **more})


def document(*entries: str) -> str:
    """A document with endpoints."""
    return f'{{"version": 3, "endpoints": [{", ".join(entries)}]}}'


class FolderTestCase(SynchronousTestCase):
    """Makes folders."""

    def folder(self, **files: str) -> str:
        """A folder; in the names ``_`` stands for the dot."""
        path = self.mktemp()
        os.makedirs(path)
        for name, content in files.items():
            name = "-".join(name.split("__")).replace("_", ".")
            with open(os.path.join(path, name), "w", encoding="utf-8") as file:
                file.write(content)
        return path

    def merged(self, path: str, **environ: str) -> Any:
        """The document of a folder."""
        return json.loads(read_source(path, environ).content)

    def message(self, path: str, **environ: str) -> str:
        """What is said of a folder that cannot be used."""
        try:
            load(path, Registry(), environ=environ)
        except ConfigError as error:
            return explain(path, error).replace(path, "F")
        raise AssertionError("nothing is wrong")


class MergeTests(FolderTestCase):
    """What files make together."""

    def test_order(self) -> None:
        """Names decide the order; endpoints and agents are appended, in any format."""
        path = self.folder(
            c30_toml="[[endpoints]]\nendpoint = '/c'\n",
            c10_json='{"version": 3, "endpoints": [{"endpoint": "/a"}]}',
            c20_yaml="endpoints: [{endpoint: /b1}, {endpoint: /b2}]\n",
            c40_yml="async_agent: [{name: x}]\nendpoints: []\n",
            c50_json='{"async_agent": [{"name": "y"}]}',
        )
        self.assertEqual(
            {
                "version": 3,
                "endpoints": [{"endpoint": f"/{it}"} for it in ("a", "b1", "b2", "c")],
                "async_agent": [{"name": "x"}, {"name": "y"}],
            },
            self.merged(path),
        )

    def test_objects(self) -> None:
        """Objects are merged key by key, and what is equal may stand twice."""
        path = self.folder(
            a_json='{"host": ["h"], "extra_config": {"router": {"a": 1}, "x": [1]}}',
            b_json='{"host": ["h"], "extra_config": {"router": {"b": 2}, "x": [1]}}',
        )
        self.assertEqual(
            {"host": ["h"], "extra_config": {"router": {"a": 1, "b": 2}, "x": [1]}},
            self.merged(path),
        )

    def test_capitals(self) -> None:
        """Keys of the document are the same in any mixture of capitals, others not."""
        path = self.folder(
            a_json='{"Endpoints": [1], "tls": {"Disabled": true}, "extra_config": '
            '{"x": {"a": 1}}}',
            b_json='{"endpoints": [2], "TLS": {"disabled": true}, "extra_config": '
            '{"x": {"A": 2}}}',
        )
        self.assertEqual(
            {
                "Endpoints": [1, 2],
                "tls": {"Disabled": True},
                "extra_config": {"x": {"a": 1, "A": 2}},
            },
            self.merged(path),
        )

    def test_collision(self) -> None:
        """What two files say differently is an error that names both."""
        path = self.folder(
            a_json='{"port": 1, "tls": {"disabled": true}, "name": "x"}',
            b_json="{}",
            c_yaml="port: 2\ntls: {disabled: 1}\nname: x\n",
        )
        error: ConfigErrors = self.assertRaises(ConfigErrors, read_source, path, {})
        self.assertEqual(
            [
                f"$.port is not the same in {path}/a.json and {path}/c.yaml",
                f"$.tls.disabled is not the same in {path}/a.json and {path}/c.yaml",
            ],
            [each.message for each in error.errors],
        )

    def test_files(self) -> None:
        """Hidden files, folders and other files are none of it."""
        path = self.folder(a_json="{}", b_md="no", c_tmpl="no")
        os.makedirs(os.path.join(path, "sub.json"))
        with open(os.path.join(path, ".b.json"), "w", encoding="utf-8") as file:
            file.write("no")
        self.assertEqual([os.path.join(path, "a.json")], file_names(path))
        self.assertEqual({}, self.merged(path))

    def test_nothing(self) -> None:
        """A folder without files is no configuration."""
        self.assertEqual(
            "'F': the folder has no configuration file (.json, .toml, .yaml, .yml)",
            self.message(self.folder()),
        )

    def test_templates(self) -> None:
        """Each file is a template in its own language; FC_OUT gets the whole."""
        path = self.folder(
            a_json='{"version": {{ add 1 2 }}}', b_yaml="port: {{ mul 9 9 }}\n"
        )
        out = self.mktemp()
        source = read_source(path, {"FC_ENABLE": "1", "FC_OUT": out})
        self.assertEqual({"version": 3, "port": 81}, json.loads(source.content))
        with open(out, "rb") as file:
            self.assertEqual(source.content, file.read())

    def test_failing_template(self) -> None:
        """A template that fails is read as it is, and remembered."""
        self.patch(os, "environ", {})
        path = self.folder(a_json='{"name": "{{ nope }}"}', b_json="{{/* x */}}{}")
        source = read_source(path, {"FC_ENABLE": "1"})
        self.assertEqual({"name": "{{ nope }}"}, json.loads(source.content))
        self.assertIn('function "nope" not defined', source.failure)

    def test_loads(self) -> None:
        """A gateway's configuration comes of it."""
        path = self.folder(
            a_json='{"version": 3, "timeout": "9s"}',
            b_json=document(entry("/a")),
        )
        _, service = read_service(path, {})
        self.assertEqual(("/a", 9.0), (service.endpoints[0].path, service.timeout))


class PlaceTests(FolderTestCase):
    """Errors name the file that they are in."""

    def test_syntax(self) -> None:
        """A file that cannot be read is named, with the place in it."""
        path = self.folder(a_json='{"version": 3}', b_json="{\n  x}")
        self.assertEqual(
            "'F/b.json': invalid character 'x' looking for beginning of object key "
            "string (line 2, column 3)",
            self.message(path),
        )

    def test_types(self) -> None:
        """A wrong type leads to the entry in its own file."""
        path = self.folder(
            a_json=document(entry("/a")),
            b_json=document(entry("/b"), entry("/c", timeout="soon")),
        )
        message = self.message(path)
        self.assertIn("'endpoints[2].timeout' time: invalid duration", message)
        self.assertIn("F/b.json", message)
        self.assertIn("$.endpoints[1].timeout)", message)

    def test_checks(self) -> None:
        """So does an entry that is no endpoint."""
        path = self.folder(
            a_json=document(entry("/a")),
            b_json='{"endpoints": [{"endpoint": "/b"}]}',
        )
        message = self.message(path)
        self.assertIn("' /b' endpoint, since it has 0 backends", message)
        self.assertIn("(at F/b.json", message)
        self.assertIn("$.endpoints[0]", message)

    def test_origin(self) -> None:
        """What is nowhere leads to the file with most of the way."""
        path = self.folder(
            a_json='{"version": 3, "tls": {"disabled": true}}',
            b_json='{"extra_config": {"router": {}}}',
        )
        source: Source = read_source(path, {})
        root = source.root(path)
        for steps, wanted in (
            (("tls", "keys"), f"{path}/a.json:1:16: $.tls.keys"),
            (
                ("extra_config", "router", "x"),
                f"{path}/b.json:1:19: $.extra_config.router.x",
            ),
            (("nope",), f"{path}: $.nope"),
            ((), f"{path}/a.json: $"),
        ):
            where = root
            for step in steps:
                where /= step
            self.assertEqual(wanted, str(where.written))
