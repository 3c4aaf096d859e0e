"""Tests of references in documents, and of the mask of what they stand for."""

from __future__ import annotations

import json
import os
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.references import (
    Mask,
    has_reference,
    has_reference_at,
    may_have_references,
    resolve_references,
)
from krakendtw.config.structure import DecodingErrors
from krakendtw.config.where import ConfigPath
from krakendtw.errors import ConfigError, ConfigErrors

ROOT = ConfigPath(file="k.json")


class ReferenceTestCase(SynchronousTestCase):
    """Resolves references."""

    def resolve(self, data: Any, **environ: str) -> Any:
        """The data with its references resolved."""
        resolved, self.mask = resolve_references(data, environ, ROOT)
        return resolved

    def refused(self, data: Any, **environ: str) -> list[str]:
        """What is said of references to nothing."""
        error: ConfigErrors = self.assertRaises(
            ConfigErrors, resolve_references, data, environ, ROOT
        )
        return [str(each) for each in error.errors]

    def file(self, content: bytes) -> str:
        """A file."""
        path = self.mktemp()
        with open(path, "wb") as file:
            file.write(content)
        return path


class ResolveTests(ReferenceTestCase):
    """What references stand for."""

    def test_none(self) -> None:
        """Without references it is the same data, and there is nothing to hide."""
        data = {"a": ["${nothing}", "$env:A", "${env}", {"b": 1}], "c": None}
        self.assertIs(data, self.resolve(data))
        self.assertFalse(self.mask)

    def test_environment(self) -> None:
        """A variable, as a whole text or within one, at any depth."""
        self.assertEqual(
            {"a": [{"b": "Bearer s3cret!"}, "s3cret!s3cret!"], "c": ""},
            self.resolve(
                {"a": [{"b": "Bearer ${env:T}"}, "${env:T}${env:T}"], "c": "${env:E}"},
                T="s3cret!",
                E="",
            ),
        )

    def test_default(self) -> None:
        """A variable that is not set may have a default, which is no secret."""
        data = ["${env:T:-none}", "${env:U:-}", "${env:V:-x}"]
        self.assertEqual(["none", "", "v"], self.resolve(data, V="v"))
        self.assertEqual("none ${env:V:-x}", self.mask("none v"))

    def test_file(self) -> None:
        """A file, without the line break at its end."""
        for content, wanted in (
            (b"s3cret", "s3cret"),
            (b"s3cret\n", "s3cret"),
            (b"s3cret\r\n", "s3cret"),
            (b"a\nb\n\n", "a\nb\n"),
        ):
            path = self.file(content)
            self.assertEqual(wanted, self.resolve({"a": f"${{file:{path}}}"})["a"])

    def test_escape(self) -> None:
        """A dollar more makes plain text of it."""
        self.assertEqual("${env:A} x", self.resolve("$${env:A} ${env:B}", B="x"))

    def test_not_resolved_twice(self) -> None:
        """What a reference stands for is taken as it is."""
        self.assertEqual("${env:B}", self.resolve("${env:A}", A="${env:B}", B="x"))

    def test_comments_and_keys(self) -> None:
        """Keys and comments are left alone."""
        data = {"@comment": "${env:A}", "#x": {"a": "${env:B}"}, "${env:C}": 1}
        self.assertEqual(data, self.resolve(data))

    def test_undefined(self) -> None:
        """Every reference to nothing is told, with its place."""
        bad = self.file(b"\xff")
        missing = os.path.join(os.path.dirname(bad), "missing")
        self.assertEqual(
            [
                "k.json: $.a[1]: ${env:NOPE}: no environment variable 'NOPE' is set",
                f"k.json: $.b: ${{file:{missing}}}: open {missing}: no such file or "
                "directory",
                f"k.json: $.c: ${{file:{bad}}}: {bad} is no text",
                "k.json: $.d: ${env:}: no environment variable '' is set",
            ],
            self.refused(
                {
                    "a": ["x", "${env:NOPE}"],
                    "b": f"${{file:{missing}}}",
                    "c": f"${{file:{bad}}}",
                    "d": "${env:}",
                }
            ),
        )

    def test_worth_looking(self) -> None:
        """A document without any is told at a glance."""
        for content in (b"a ${env:B}", b"${file:x}"):
            self.assertTrue(may_have_references(content, {}))
        self.assertTrue(may_have_references(b"", {"KRAKEND_NAME": "${env:B}"}))
        self.assertFalse(may_have_references(b"${x} $env:", {"NAME": "${env:B}"}))

    def test_asking(self) -> None:
        """A value can be asked whether it has a reference."""
        self.assertTrue(has_reference("a ${env:B}"))
        for value in ("$${env:B}", "${x}", 3, None, ["${env:B}"]):
            self.assertFalse(has_reference(value))

    def test_asking_for_a_place(self) -> None:
        """So can a document at a place."""
        data = {"a": ["x", "${env:B}"]}
        self.assertTrue(has_reference_at(data, ("a", 1)))
        for steps in (("a", 0), ("a", 2), ("a",), ("b", "c"), ("a", 1, "x"), ()):
            self.assertFalse(has_reference_at(data, steps), steps)


class MaskTests(ReferenceTestCase):
    """What is hidden."""

    def masked(self, text: str, **values: str) -> str:
        """A text without some values."""
        mask = Mask()
        for name, value in values.items():
            mask.add(value, f"${{{name}}}")
        return mask(text)

    def test_anywhere(self) -> None:
        """A value is hidden within longer texts, the longest first."""
        self.assertEqual(
            "x${B}x ${A}", self.masked("xsecretsx secret", A="secret", B="secrets")
        )

    def test_short(self) -> None:
        """A short one is hidden where it is a word of its own."""
        self.assertEqual("${A} 3s v3 (${A}) 33", self.masked("3 3s v3 (3) 33", A="3"))

    def test_spellings(self) -> None:
        """It is hidden as JSON, Go, Python and URLs spell it, too."""
        value = 'a"b\\c é/d'
        for text in (
            value,
            json.dumps(value),
            json.dumps(value, ensure_ascii=False),
            repr(value),
            "a%22b%5Cc%20%C3%A9%2Fd",
        ):
            self.assertNotIn("b", self.masked(text, A=value).replace("${A}", ""))

    def test_lines(self) -> None:
        """Of several lines each long one is hidden by itself."""
        value = "-----BEGIN KEY-----\nMIIEvQIBADANBg\nab\n"
        self.assertEqual(
            "line 2: ${A}: ab", self.masked("line 2: MIIEvQIBADANBg: ab", A=value)
        )

    def test_nothing(self) -> None:
        """Nothing, or white space, is no secret."""
        self.assertEqual("a  b", self.masked("a  b", A="", B=" "))

    @given(st.text(min_size=4), st.text(), st.text())
    def test_any(self, value: str, before: str, behind: str) -> None:
        """Whatever stands around it, a value is not seen."""
        reference = "${A}"
        if value.strip() and value not in reference:
            masked = self.masked(before + value + behind, A=value)
            kept = masked.replace(reference, "")
            self.assertIn(reference, masked)
            self.assertLess(len(kept), len(before + value + behind))

    def test_errors(self) -> None:
        """Errors keep their kind and place, and lose the value."""
        self.resolve("${env:T}", T="s3cret!")
        where = ConfigPath(("a",))
        error = self.mask.error(ConfigError(where, "'s3cret!' is wrong"))
        self.assertEqual(where, error.where)
        self.assertEqual("'${env:T}' is wrong", error.message)
        self.assertNotIn("s3cret", repr(error) + str(error))
        several = self.mask.error(DecodingErrors([ConfigError(where, "no s3cret!")]))
        assert isinstance(several, DecodingErrors)
        self.assertEqual("no ${env:T}", several.errors[0].message)
        self.assertNotIn("s3cret", repr(several) + str(several))

    def test_no_references(self) -> None:
        """Without references an error is as it was."""
        error = ConfigError(None, "x")
        self.assertIs(error, Mask().error(error))
