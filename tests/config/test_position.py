"""Tests of finding places in texts."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.position import Position, locate

TEXT = """{
  "a": [1, {"b": "x, ]}\\" {"}],
  "\\u00e9": {
    "c": null
  }
}
"""

YAML = """# first
version: 3
endpoints:
  - endpoint: /a
    backend:
      - url_pattern: /b
"""

TOML = """version = 3
tls.disabled = true
[extra_config."a/b"]
  c = 1

[[endpoints]]
endpoint = "/a"
[[endpoints.backend]]
url_pattern = "/b"
[[endpoints]]
endpoint = "/b"
backend = [{url_pattern = "/b"}]
"""

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=10,
)


class JSONTests(SynchronousTestCase):
    """``locate`` in JSON."""

    def test_root(self) -> None:
        """No steps are the root, behind white space."""
        self.assertEqual(Position(2, 3), locate("\n  {}", ()))

    def test_key(self) -> None:
        """A key is where its member begins."""
        self.assertEqual(Position(2, 3), locate(TEXT, ("a",)))
        self.assertEqual(Position(4, 5), locate(TEXT, ("é", "c")))

    def test_item(self) -> None:
        """An item is where it begins; texts with brackets are passed over."""
        self.assertEqual(Position(2, 9), locate(TEXT, ("a", 0)))
        self.assertEqual(Position(2, 13), locate(TEXT, ("a", 1, "b")))

    def test_missing(self) -> None:
        """What is not there is where the steps end."""
        self.assertEqual(Position(2, 12), locate(TEXT, ("a", 1, "no")))
        self.assertEqual(Position(2, 9), locate(TEXT, ("a", 0, "b")))

    def test_broken(self) -> None:
        """A text that is no JSON has no places."""
        for text in ("", '{"a" 1}', "{1: 2}", '{"a": [}', '{"a": 1'):
            self.assertIsNone(locate(text, ("b",)), text)

    @settings(
        max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    @given(st.dictionaries(st.text(), values, min_size=1, max_size=4), st.data())
    def test_every_place(self, document: dict[str, Any], data: Any) -> None:
        """Each member of a document is found where its key is written."""
        text = json.dumps(document, indent=1)
        key = data.draw(st.sampled_from(sorted(document)))
        place = locate(text, (key,))
        assert place is not None
        line = text.split("\n")[place.line - 1]
        self.assertTrue(line[place.column - 1 :].startswith(json.dumps(key)))


class YAMLTests(SynchronousTestCase):
    """``locate`` in YAML."""

    def test_yaml(self) -> None:
        """Keys and items of YAML are found."""
        self.assertEqual(Position(2, 1), locate(YAML, ("version",), ".yaml"))
        steps = ("endpoints", 0, "backend", 0, "url_pattern")
        self.assertEqual(Position(6, 9), locate(YAML, steps, ".yml"))
        self.assertEqual(Position(4, 5), locate(YAML, ("endpoints", 0), ".yml"))

    def test_yaml_missing(self) -> None:
        """What is not there is where the steps end."""
        self.assertEqual(Position(4, 5), locate(YAML, ("endpoints", 0, "no"), ".yaml"))
        self.assertEqual(Position(3, 1), locate(YAML, ("endpoints", 7), ".yaml"))

    def test_yaml_broken(self) -> None:
        """A text that is no YAML, or empty, has no places."""
        self.assertIsNone(locate("a: [", ("a",), ".yaml"))
        self.assertIsNone(locate("", ("a",), ".yaml"))


class TOMLTests(SynchronousTestCase):
    """``locate`` in TOML."""

    def at(self, *steps: str | int) -> Position | None:
        """Where the steps lead."""
        return locate(TOML, steps, ".toml")

    def test_keys(self) -> None:
        """Keys of the root and of tables are found, quoted and dotted ones too."""
        self.assertEqual(Position(1, 1), self.at("version"))
        self.assertEqual(Position(4, 3), self.at("extra_config", "a/b", "c"))
        self.assertEqual(Position(2, 1), self.at("tls", "disabled"))

    def test_lists_of_tables(self) -> None:
        """Tables of lists are counted, those inside of them anew."""
        self.assertEqual(Position(6, 1), self.at("endpoints", 0))
        self.assertEqual(Position(11, 1), self.at("endpoints", 1, "endpoint"))
        self.assertEqual(
            Position(9, 1), self.at("endpoints", 0, "backend", 0, "url_pattern")
        )

    def test_inline(self) -> None:
        """What is inside of a value is where the value's key is."""
        self.assertEqual(Position(12, 1), self.at("endpoints", 1, "backend", 0, "x"))

    def test_missing(self) -> None:
        """What is not there is where the steps end."""
        self.assertEqual(Position(10, 1), self.at("endpoints", 1, "no"))
        self.assertEqual(Position(1, 1), self.at("no"))
