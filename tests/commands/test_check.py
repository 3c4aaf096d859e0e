"""Tests of ``krakendtw check``."""

from __future__ import annotations

import io
import json
import os
from argparse import ArgumentParser

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.commands import check
from krakendtw.flags import UsageError
from krakendtw.plugin import CommandMaker, MiddlewareMaker, Registry

GOOD = """{"version": 3, "host": ["h:80"], "endpoints": [
    {"endpoint": "/a/{x}", "backend": [{"url_pattern": "/b/{x}"}]}
]}"""


class Terminal(io.StringIO):
    """Text that somebody looks at."""

    def isatty(self) -> bool:
        """Somebody does."""
        return True


class CheckTests(SynchronousTestCase):
    """The command."""

    def setUp(self) -> None:
        self.registry = Registry()

    def check(self, *arguments: str, err: io.StringIO | None = None) -> tuple[int, str]:
        """Exit code and errors of the command."""
        parser = ArgumentParser()
        check.command.options(parser)
        options = parser.parse_args(arguments)
        options.registry = self.registry
        err = io.StringIO() if err is None else err
        self.patch(check.sys, "stderr", err)
        return check.command.run(options), err.getvalue()

    def write(self, content: str) -> str:
        """A configuration file."""
        path = self.mktemp() + ".json"
        with open(path, "w") as file:
            file.write(content)
        return path

    def test_good(self) -> None:
        """A good configuration is named and praised."""
        path = self.write(GOOD)
        self.assertEqual(
            (0, f"Parsing configuration file: {path}\nSyntax OK!\n"),
            self.check("-c", path),
        )

    def test_bad(self) -> None:
        """A bad one is told of behind a heading."""
        path = self.write('{"version": 3')
        self.assertEqual(
            (
                1,
                f"Parsing configuration file: {path}\n"
                f"ERROR parsing the configuration file:\t'{path}': "
                "unexpected end of JSON input (line 1, column 14)\n\n"
                f"\t- {path}:1:14: $: unexpected end of JSON input; a bracket or a "
                "quote is not closed\n",
            ),
            self.check("-c", path),
        )

    def test_no_file_named(self) -> None:
        """Without a file there is a hint."""
        self.assertEqual((1, check.NO_CONFIG + "\n"), self.check())

    def test_environment(self) -> None:
        """The process's environment is heeded."""
        self.patch(os, "environ", {**os.environ, "KRAKEND_TIMEOUT": "soon"})
        code, err = self.check("-c", self.write(GOOD))
        self.assertEqual(1, code)
        self.assertIn("'timeout' time: invalid duration \"soon\"", err)

    def test_dump(self) -> None:
        """With -d the endpoints and their backends are listed, indented at will."""
        _, err = self.check("-d", "-i", "~", "-c", self.write(GOOD))
        self.assertIn(
            "~Port: 8080\n~Default backend hosts: [http://h:80]\n"
            "1 API endpoint(s):\n~- GET /a/:x\n~Timeout: 2s\n"
            "~Connecting to 1 backend(s):\n~~[+] GET /b/{{.X}}\n~~Timeout: 2s\n"
            "~~Hosts: [http://h:80]\n\n0 async agent(s):\n",
            err,
        )

    def test_explanation(self) -> None:
        """Behind it stands the gateway that is built, or why there is none."""
        path = self.write(GOOD)
        code, err = self.check("-d", "-c", path)
        self.assertEqual(0, code)
        reason = "no service discovery driver named 'static'"
        self.assertIn(f"No gateway can be built of it: {reason}\nSyntax OK!\n", err)
        self.patch(Registry, "find", Registry.discover().find)
        _, err = self.check("-d", "-i", "~", "-c", path)
        self.assertIn("The gateway that is built of it:\n~Listens on *:8080\n", err)
        self.assertIn("~GET /a/:x\n~~Answers within 2s, as json\n", err)
        self.assertTrue(err.endswith("decoder: json\nSyntax OK!\n"), err)

    def test_references(self) -> None:
        """What references stand for is used, and never printed."""
        self.patch(os, "environ", {**os.environ, "HOST_NAME": "s3cret", "PORT": "81"})
        path = self.write(
            '{"version": 3, "port": "${env:PORT}", "host": ["http://${env:HOST_NAME}"],'
            '"endpoints": [{"endpoint": "/a", "backend": [{"url_pattern": "/x", '
            '"extra_config": {"some/thing": {"k": "Bearer ${env:HOST_NAME}"}}}]}],'
            '"extra_config": {"${env:HOST_NAME}": 1, "other/thing": "${env:PORT}"}}'
        )
        self.patch(Registry, "find", Registry.discover().find)
        for level in ("-d", "-dd", "-ddd", "-t"):
            code, err = self.check(level, "-c", path)
            self.assertEqual(0, code)
            self.assertNotIn("s3cret", err)
            self.assertNotIn("81", err)
        _, err = self.check("-dd", "-i", "~", "-c", path)
        for line in (
            "~Port: ${env:PORT}\n",
            "~~Hosts: [http://${env:HOST_NAME}]\n",
            "k: Bearer ${env:HOST_NAME}\n",
            "~Listens on *:${env:PORT}\n",
        ):
            self.assertIn(line, err)

    def test_wrong_references(self) -> None:
        """Nor is it in errors, and a reference to nothing is one."""
        self.patch(os, "environ", {**os.environ, "SOME": "s3cret/x"})
        for key, value, message in (
            ("host", "${env:SOME}", "host ${env:SOME} not valid: invalid host"),
            ("timeout", "${env:SOME}", 'invalid duration "${env:SOME}"'),
            ("name", "${env:NOT_SET}", "no environment variable 'NOT_SET' is set"),
        ):
            code, err = self.check(
                "-c", self.write(f'{{"version": 3, "{key}": "{value}"}}')
            )
            self.assertEqual(1, code)
            self.assertIn(message, err)
            self.assertNotIn("s3cret", err)
        self.assertIn("(at $.name)", err)

    def test_places_in_a_folder(self) -> None:
        """What is wrong in a folder has its file, line and column."""
        path = self.mktemp()
        os.makedirs(path)
        files = {
            "a.json": GOOD,
            "b.yaml": "endpoints:\n- endpoint: /b\n  timeout: soon\n  backend: []\n",
        }
        for name, content in files.items():
            with open(os.path.join(path, name), "w", encoding="utf-8") as file:
                file.write(content)
        code, err = self.check("-c", path)
        self.assertEqual(1, code)
        place = f"{path}/b.yaml:3:3: $.endpoints[0].timeout"
        self.assertIn(f'invalid duration "soon" (at {place})', err)
        self.assertIn(f"\t- {place}: time: invalid duration", err)

    def test_lint_of_references(self) -> None:
        """The linter says nothing of values that are references."""
        self.patch(os, "environ", {**os.environ, "T": "3s"})
        path = self.write('{"version": 3, "timeout": "${env:T}", "port": "${env:T}"}')
        _, err = self.check("-l", "-c", path)
        self.assertNotIn("linting", err)
        self.patch(os, "environ", {**os.environ, "T": "3"})
        path = self.write('{"version": 3, "timeout": "${env:T}s", "port": "x"}')
        _, err = self.check("-l", "-c", path)
        self.assertNotIn("$.timeout", err)

    def test_folder(self) -> None:
        """A folder is checked as a whole."""
        path = self.mktemp()
        os.makedirs(path)
        for name, content in (("a.json", GOOD), ("b.json", '{"version": 2}')):
            with open(os.path.join(path, name), "w", encoding="utf-8") as file:
                file.write(content)
        code, err = self.check("-c", path)
        self.assertEqual(1, code)
        self.assertIn(f"$.version is not the same in {path}/a.json and", err)

    def test_routes(self) -> None:
        """With -t routes that conflict are an error, behind a heading."""
        endpoint = '{"endpoint": "/a", "backend": [{"url_pattern": "/b"}]}'
        twice = f"{endpoint}, {endpoint}"
        path = self.write(f'{{"version": 3, "host": ["h"], "endpoints": [{twice}]}}')
        self.assertEqual(0, self.check("-c", path)[0])
        code, err = self.check("-t", "-c", path)
        self.assertEqual(1, code)
        self.assertIn(
            "ERROR testing the configuration file:\thandlers are already registered "
            "for path '/a'\n\n",
            err,
        )
        self.assertIn(": $.endpoints[1]: handlers are already registered", err)
        self.assertEqual(0, self.check("-t", "-c", self.write(GOOD))[0])

    def test_findings(self) -> None:
        """What would be ignored or left out is listed."""
        path = self.write(
            '{"version": 3, "extra_config": {"a/b": {}}, "plugin": {"folder": "/no"}}'
        )
        code, err = self.check("-c", path)
        self.assertEqual(0, code)
        self.assertIn(
            "Unknown namespaces, to be ignored:\n"
            f'\t- a/b (at {path}: $.extra_config."a/b")\n',
            err,
        )
        self.assertIn("Left out:\n\t- cannot read the plugin folder", err)

    def test_without_effect(self) -> None:
        """What has no effect is a mistake, though the gateway would start."""
        name = "validation/json-schema"
        module = "krakendtw.middleware.validation.json_schema"
        self.registry.add(MiddlewareMaker(name, module=module))
        path = self.write(
            '{"version": 3, "host": ["h"], "endpoints": [{"endpoint": "/a", '
            '"extra_config": {"validation/json-schema": {"type": "nope"}}, '
            '"backend": [{"url_pattern": "/b"}]}]}'
        )
        code, err = self.check("-c", path)
        self.assertEqual(1, code)
        self.assertIn("ERROR: without effect:\n\t- ", err)
        self.assertNotIn("Syntax OK!", err)
        code, err = self.check("-n", "-c", path)
        self.assertEqual(0, code)
        self.assertIn("Without effect:\n\t- ", err)

    def test_lint(self) -> None:
        """With -n a document must fit the schema; findings follow KrakenD's text."""
        path = self.write('{"version": 3, "nmae": "x"}')
        self.assertEqual(
            (
                1,
                f"Parsing configuration file: {path}\n"
                "ERROR linting the configuration file:\tjsonschema validation failed "
                f"with 'file://{os.getcwd()}/schema.json#'\n"
                "- at '': additional properties 'nmae' not allowed\n\n"
                f'\t- {path}:1:16: $.nmae: unknown key; did you mean "name"?\n',
            ),
            self.check("-n", "-c", path),
        )
        self.assertEqual(0, self.check("-l", "-c", self.write(GOOD))[0])

    def test_lint_before_components(self) -> None:
        """The schema is asked before the components are."""
        path = self.write('{"version": 3, "extra_config": {"auth/nobodys": {}}}')
        self.assertIn("ERROR linting", self.check("-n", "-c", path)[1])

    def test_worth_a_look(self) -> None:
        """Without flags what does not fit the schema is told of, and no mistake."""
        path = self.write('{"version": 3, "nmae": "x"}')
        self.assertEqual(
            (
                0,
                f"Parsing configuration file: {path}\nWorth a look:\n"
                f'\t- {path}:1:16: $.nmae: unknown key; did you mean "name"?\n'
                "Syntax OK!\n",
            ),
            self.check("-c", path),
        )

    def test_format(self) -> None:
        """Findings may be lines of JSON on the standard output."""
        out = io.StringIO()
        self.patch(check.sys, "stdout", out)
        path = self.write('{"version": 3, "nmae": "x"}')
        _, err = self.check("-n", "--format", "json", "-c", path)
        self.assertNotIn("did you mean", err)
        self.assertEqual("$.nmae", json.loads(out.getvalue())["path"])

    def test_clash(self) -> None:
        """Of the flags that lint one may be set."""
        error = self.assertRaises(UsageError, self.check, "-l", "-n")
        self.assertIn("[lint lint-no-network] were all set", str(error))
        self.registry.add(CommandMaker("check", module=check.__name__, summary=""))
        error = self.assertRaises(UsageError, self.check, "-l", "-s", "x")
        self.assertIn("--lint-no-network", error.usage)

    def test_lenient(self) -> None:
        """A guard that nobody owns can be done without."""
        path = self.write('{"version": 3, "extra_config": {"auth/nobodys": {}}}')
        code, err = self.check("-c", path)
        self.assertEqual(1, code)
        self.assertIn("auth/nobodys is not supported by this version", err)
        self.assertEqual(0, self.check("--lenient", "-c", path)[0])

    def test_colours(self) -> None:
        """On a terminal good is green and bad is red."""
        _, err = self.check("-c", self.write(GOOD), err=Terminal())
        self.assertTrue(err.endswith("\033[32;1mSyntax OK!\033[0m\n"), err)
        _, err = self.check("-c", self.write("{"), err=Terminal())
        self.assertIn("\033[31;1mERROR parsing the configuration file:\033[0m\t", err)

    def test_alias_in_help(self) -> None:
        """The help names the other way to call it."""
        parser = ArgumentParser()
        check.command.options(parser)
        self.assertIn("validate", parser.format_help())
