"""Tests of ``krakendtw audit``."""

from __future__ import annotations

import io
import json
from argparse import ArgumentParser

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.commands import audit
from krakendtw.plugin import Registry

DOCUMENT = {
    "version": 3,
    "host": ["h"],
    "endpoints": [{"endpoint": "/a", "backend": [{"url_pattern": "/x"}]}],
}
RULES = "{{ range .Recommendations }}{{ .Rule }},{{ end }}."


class AuditTestCase(SynchronousTestCase):
    """Runs the command."""

    def audit(self, *arguments: str, err: io.StringIO | None = None) -> tuple[int, str]:
        """Exit code and errors of the command."""
        parser = ArgumentParser()
        audit.command.options(parser)
        options = parser.parse_args(arguments)
        options.registry = Registry()
        err = io.StringIO() if err is None else err
        self.patch(audit.sys, "stderr", err)
        return audit.command.run(options), err.getvalue()

    def write(self, content: str) -> str:
        """The path of a file."""
        path = self.mktemp()
        with open(path, "w") as file:
            file.write(content)
        return path

    def config(self) -> str:
        """The path of a configuration with much to say about."""
        return self.write(json.dumps(DOCUMENT))


class SelectionTests(AuditTestCase):
    """Which rules are told."""

    def test_severity(self) -> None:
        """Severities select, by commas and with spaces."""
        self.assertEqual(
            (1, "2.2.1,3.1.1,4.1.1,4.2.1,4.3.1,5.2.2,."),
            self.audit("-c", self.config(), "-s", "LOW, MEDIUM", "-f", RULES),
        )

    def test_unknown_severity(self) -> None:
        """A severity in small letters is none, and nothing is no failure."""
        self.assertEqual((0, ""), self.audit("-c", self.config(), "-s", "low"))

    def test_ignore(self) -> None:
        """Rules are left out by a list and by the lines of a file."""
        path = self.write("2.2.1\n\n 3.1.1\n")
        self.assertEqual(
            (1, "4.2.1,5.2.2,."),
            self.audit(
                *("-c", self.config(), "-s", "LOW,MEDIUM", "-f", RULES),
                *("-i", "4.1.1, 4.3.1", "-I", path),
            ),
        )


class OutputTests(AuditTestCase):
    """How they are told."""

    def test_lines(self) -> None:
        """A line has rule, severity and message."""
        self.assertEqual(
            (1, "3.1.1\t[LOW]   \tEnable a bot detector.\n"),
            self.audit("-c", self.config(), "-s", "LOW", "-i", "5.2.2"),
        )

    def test_colours(self) -> None:
        """On a terminal the severity is coloured."""
        err = io.StringIO()
        self.patch(err, "isatty", lambda: True)
        arguments = ("-c", self.config(), "-s", "LOW", "-i", "5.2.2")
        self.assertIn("[\033[32;1mLOW\033[0m]", self.audit(*arguments, err=err)[1])

    def test_json(self) -> None:
        """The results marshal as KrakenD's do, in the same order."""
        self.assertEqual(
            (
                1,
                '{"recommendations":[{"rule":"3.1.1","severity":"LOW",'
                '"message":"Enable a bot detector."}],"stats":{}}1""',
            ),
            self.audit(
                *("-c", self.config(), "-s", "LOW", "-i", "5.2.2"),
                *("-f", '{{ marshal . }}{{ marshal 1 }}{{ marshal "" }}'),
            ),
        )

    def test_unknown_colour(self) -> None:
        """What is no severity has no colour."""
        template = '{{ colored "NO" }}'
        self.assertEqual(
            (0, "NO"), self.audit("-c", self.config(), "-s", "", "-f", template)
        )


class FailureTests(AuditTestCase):
    """What keeps it from saying anything."""

    def test_no_file_named(self) -> None:
        """Without a file there is a hint."""
        self.assertEqual((1, audit.NO_CONFIG + "\n"), self.audit())

    def test_bad_file(self) -> None:
        """What cannot be read is told."""
        code, err = self.audit("-c", self.write("{"))
        self.assertEqual(1, code)
        self.assertTrue(err.startswith("ERROR parsing the configuration file:\t"))

    def test_ignore_file_missing(self) -> None:
        """So is a missing file of rules."""
        self.assertEqual(
            (
                1,
                "ERROR accessing the ignore file:\topen nowhere: no such file or "
                "directory\n\n",
            ),
            self.audit("-c", self.config(), "-I", "nowhere"),
        )

    def test_bad_template(self) -> None:
        """A template may be wrong, or fail."""
        for template, heading in (
            ("{{ nope", "ERROR parsing the template:\t"),
            ("{{ .Nope }}", "ERROR rendering the results:\t"),
        ):
            code, err = self.audit("-c", self.config(), "-f", template)
            self.assertEqual(1, code)
            self.assertTrue(err.startswith(heading), err)
