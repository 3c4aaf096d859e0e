"""Tests of comparing a configuration with a schema."""

from __future__ import annotations

import io
import json
import os
from argparse import Namespace
from email.message import Message
from typing import Any
from urllib.error import HTTPError, URLError

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.commands import _lint
from krakendtw.commands._lint import (
    LintError,
    clash,
    fetch,
    own_linter,
    wanted_linter,
)
from krakendtw.interfaces import IMiddlewarePlugin, ISchemaPlugin
from krakendtw.plugin import MiddlewareMaker, Registry

LINTER = own_linter(Registry.discover())
KEYS = (
    "version",
    "endpoints",
    "backend",
    "extra_config",
    "url_pattern",
    "async_agent",
    "tls",
    "timeout",
    "router",
    "proxy",
    "qos/ratelimit/router",
    "modifier/martian",
    "validation/cel",
    "telemetry/opentelemetry",
)


def flags(**given: Any) -> Namespace:
    """The options of the command."""
    options = {"lint": False, "lint_no_network": False, "lint_schema": "", **given}
    return Namespace(**options)


class LintTestCase(SynchronousTestCase):
    """Has a linter."""

    def error(self, content: str, **given: Any) -> LintError:
        """What is wrong with a document."""
        linter = wanted_linter(flags(**given), Registry())
        assert linter is not None
        return self.assertRaises(LintError, linter.check, content.encode())

    def write(self, content: str) -> str:
        """A file."""
        path = self.mktemp() + ".json"
        with open(path, "w") as file:
            file.write(content)
        return path


class FlagTests(LintTestCase):
    """The flags choose the schema."""

    def test_none(self) -> None:
        """Without them nothing is compared."""
        self.assertIsNone(wanted_linter(flags(), Registry()))

    def test_one_at_a_time(self) -> None:
        """Two of them are a mistake."""
        self.assertEqual("", clash(flags(lint=True)))
        self.assertEqual(
            "if any flags in the group [lint lint-no-network lint-schema] are set "
            "none of the others can be; [lint lint-schema] were all set",
            clash(flags(lint=True, lint_schema="x")),
        )

    def test_built_in(self) -> None:
        """With -n the schema has the name of a file, as in KrakenD."""
        here = f"file://{os.getcwd()}/schema.json#"
        error = self.error('{"version": 3, "nmae": 1}', lint_no_network=True)
        self.assertEqual("ERROR linting the configuration file:", error.heading)
        self.assertEqual(
            f"jsonschema validation failed with '{here}'\n"
            "- at '': additional properties 'nmae' not allowed",
            str(error),
        )
        self.assertEqual('did you mean "name"?', error.findings[0].hint)

    def test_official(self) -> None:
        """With -l it has that of KrakenD's, and comes from nowhere else."""
        error = self.error("{}", lint=True)
        self.assertIn("'https://www.krakend.io/schema/v2.13/krakend.json#'", str(error))

    def test_own(self) -> None:
        """With -s it is the user's, and there are no findings beside the text."""
        path = self.write('{"properties": {"name": {"pattern": "^team-"}}}')
        error = self.error('{"name": "x"}', lint_schema=path)
        self.assertIn("- at '/name': 'x' does not match pattern '^team-'", str(error))
        self.assertEqual((), error.findings)

    def test_other_language(self) -> None:
        """A document in another language is not compared."""
        error = self.error("version: 3", lint=True)
        self.assertEqual(
            "ERROR converting configuration content to JSON:", error.heading
        )
        self.assertEqual(
            "invalid character 'v' looking for beginning of value", str(error)
        )


class SchemaFaultTests(LintTestCase):
    """A schema that cannot be used."""

    def fault(self, location: str) -> str:
        """What is said of it."""
        options = flags(lint_schema=location)
        error = self.assertRaises(LintError, wanted_linter, options, Registry())
        self.assertEqual("ERROR compiling the schema:", error.heading)
        return str(error)

    def test_missing(self) -> None:
        """A file that is not there is named by its URL and its path."""
        path = os.path.abspath("nothing.json")
        self.assertEqual(
            f'failing loading "file://{path}": open {path}: no such file or directory',
            self.fault("nothing.json"),
        )

    def test_folder(self) -> None:
        """A folder cannot be read."""
        self.assertTrue(self.fault("/").endswith("read /: is a directory"))

    def test_scheme(self) -> None:
        """An address of another kind is not known."""
        self.assertEqual(
            'failing loading "ftp://a/x": no URLLoader registered for "ftp://a/x"',
            self.fault("ftp://a/x"),
        )

    def test_no_schema(self) -> None:
        """A schema must fit its metaschema."""
        self.assertIn(
            "is not valid against metaschema", self.fault(self.write('{"type": 1}'))
        )

    def test_place(self) -> None:
        """A schema may be a part of its document."""
        path = self.write(json.dumps({"$defs": {"a": {"minProperties": 1}}}))
        linter = wanted_linter(flags(lint_schema=f"{path}#/$defs/a"), Registry())
        assert linter is not None
        error = self.assertRaises(LintError, linter.check, b"{}")
        self.assertIn("minProperties: got 0, want 1", str(error))

    def test_plugin(self) -> None:
        """What a plugin declares must be a schema."""
        registry = Registry()
        maker = MiddlewareMaker("a/b", module="nowhere")
        registry.add(maker)
        self.patch(
            MiddlewareMaker, "schemas", lambda self: {"service": {"type": "nope"}}
        )
        self.assertTrue(ISchemaPlugin.providedBy(maker))
        self.assertTrue(IMiddlewarePlugin.providedBy(maker))
        self.assertRaises(LintError, own_linter, registry)


class FindingTests(LintTestCase):
    """Plain data is compared too."""

    def test_data(self) -> None:
        """Data of any language has findings, or none."""
        linter = own_linter(Registry())
        self.assertEqual((), linter.findings({"version": 3}))
        [finding] = linter.findings({"version": 3, "port": "x"})
        self.assertEqual(("port",), finding.steps)

    def test_no_json(self) -> None:
        """Data that is no JSON is not compared."""
        self.assertEqual((), own_linter(Registry()).findings({"port": float("inf")}))

    def test_renamed(self) -> None:
        """The older name of a namespace leads to the newer one."""
        registry = Registry()
        registry.add(MiddlewareMaker("a/b", module="nowhere", aliases=("old/b",)))
        self.patch(MiddlewareMaker, "schemas", lambda self: {"service": {}})
        data = {"version": 3, "extra_config": {"old/b": {}}}
        [finding] = own_linter(registry).findings(data)
        self.assertEqual('its name is "a/b" now', finding.hint)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(), inner, max_size=4)
    ),
    max_leaves=20,
)


class AnythingTests(LintTestCase):
    """Whatever a document holds, it is judged."""

    @settings(
        max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    @given(st.dictionaries(st.sampled_from(KEYS), json_values, max_size=6))
    def test_no_traceback(self, data: dict[str, Any]) -> None:
        """Each document has findings with a message, and may have none."""
        for finding in LINTER.findings(data):
            self.assertTrue(finding.message)


class FetchTests(SynchronousTestCase):
    """``fetch`` gets schemas of the network."""

    def answer(self, result: Any) -> None:
        """Have the network give or raise something."""

        def urlopen(url: str, timeout: float) -> Any:
            if isinstance(result, Exception):
                raise result
            return result

        self.patch(_lint, "urlopen", urlopen)

    def test_good(self) -> None:
        """The body is given."""
        body = io.BytesIO(b"{}")
        body.status = 200  # type: ignore[attr-defined]
        self.answer(body)
        self.assertEqual(b"{}", fetch("http://h/x"))

    def test_status(self) -> None:
        """Another status than 200 is told of."""
        for result in (
            HTTPError("http://h/x", 404, "Not Found", Message(), None),
            self.empty(204),
        ):
            self.answer(result)
            error = self.assertRaises(OSError, fetch, "http://h/x")
            self.assertIn("http://h/x returned status code ", str(error))

    def empty(self, status: int) -> Any:
        """An answer without a body."""
        body = io.BytesIO(b"")
        body.status = status  # type: ignore[attr-defined]
        return body

    def test_unreachable(self) -> None:
        """A host that does not answer is told of."""
        self.answer(URLError("refused"))
        error = self.assertRaises(OSError, fetch, "http://h/x")
        self.assertEqual('Get "http://h/x": refused', str(error))
