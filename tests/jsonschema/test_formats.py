"""Tests of ``krakendtw.jsonschema.formats``."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.jsonschema.formats import FORMATS


class FormatTests(SynchronousTestCase):
    """Each format's complaints, as KrakenD's library has them."""

    def assert_all(self, name: str, words: dict[str, str]) -> None:
        """Each text has its complaint."""
        complain = FORMATS[name]
        self.assertEqual({text: complain(text) for text in words}, words)

    def test_table(self) -> None:
        """The formats that are judged, and no others."""
        self.assertEqual(len(FORMATS), 19)
        self.assertNotIn("idn-email", FORMATS)

    def test_uuid(self) -> None:
        """Five groups of hexadecimal digits."""
        self.assert_all(
            "uuid",
            {
                "123e4567-e89b-12d3-a456-426614174000": "",
                "nope": "must have 5 elements",
                "1-2-3-4-5": "element 1 must be 8 characters long",
                "123e4567-e89b-12d3-a456-42661417400g": "non-hex character 'g'",
            },
        )

    def test_pointers(self) -> None:
        """JSON pointers, and relative ones."""
        self.assert_all(
            "json-pointer",
            {
                "": "",
                "/a~0~1": "",
                "a": "not starting with /",
                "/~2": "~ must be followed by 0 or 1",
            },
        )
        self.assert_all(
            "relative-json-pointer",
            {
                "0": "",
                "1/a": "",
                "0#": "",
                "/a": "must start with non-negative integer",
                "01": "starts with zero",
                "1a": "not starting with /",
            },
        )

    def test_uri(self) -> None:
        """URLs by Go's rules, in its words."""
        self.assert_all(
            "uri",
            {
                "http://a/b": "",
                "urn:x:y": "",
                "http://[::1]:80/": "",
                "/rel": "relative url",
                "://a": 'parse "://a": missing protocol scheme',
                "http://a b/": (
                    'parse "http://a b/": invalid character " " in host name'
                ),
                "http://a/%zz": 'parse "http://a/%zz": invalid URL escape "%zz"',
                "http://a:x/": 'parse "http://a:x/": invalid port ":x" after host',
                "http://::1/": "ipv6 address not enclosed in brackets",
            },
        )
        self.assert_all(
            "uri-reference",
            {
                "/a": "",
                "": "",
                "\\a": "contains \\",
                ":a": 'parse ":a": missing protocol scheme',
            },
        )

    def test_uri_template(self) -> None:
        """Braces that go together."""
        self.assert_all(
            "uri-template",
            {
                "/a/{b}": "",
                "http://x/{a}": "",
                "/a/b": "",
                "/a?x={b": "",
                "/a/{b": "no matching closing brace",
                "/a/}b": "nested curly braces",
                "http://h/{": "no matching closing brace",
            },
        )

    def test_regex(self) -> None:
        """Patterns of RE2."""
        self.assert_all(
            "regex",
            {
                "^a$": "",
                "(?!x)": "error parsing regexp: invalid or unsupported Perl syntax: "
                "`(?!`",
            },
        )

    def test_semver(self) -> None:
        """Semantic versions."""
        self.assert_all(
            "semver",
            {
                "1.2.3-a.1+b": "",
                "1.2": "versionCore must have 3 numbers separated by dot",
                "01.2.3": "major starts with zero",
                "1..3": "minor is empty",
                "1.2.x": "patch contains non-digit",
                "1.2.3-": "pre-release identifier is empty",
                "1.2.3-01": "pre-release numeric identifier starts with zero",
                "1.2.3-a_b": "invalid character '_' in pre-release identifier",
                "1.2.3+": "build is empty",
                "1.2.3+a..b": "build identifier is empty",
            },
        )
