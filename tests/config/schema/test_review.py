"""Tests of making findings of a validator's problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.schema.review import reviewer
from krakendtw.config.schema.whole import whole_schema
from krakendtw.jsonschema.build import compile_schema
from krakendtw.jsonschema.run import validate
from krakendtw.jsonschema.values import as_read_by_go
from krakendtw.plugin import Registry

if TYPE_CHECKING:
    from krakendtw.config.finding import Finding

WHOLE = whole_schema(Registry.discover())
COMPILED = compile_schema(as_read_by_go(WHOLE))


def findings(**document: Any) -> list[Finding]:
    """What is wrong with a document of version 3."""
    data = {"version": 3, **document}
    problem = validate(COMPILED, as_read_by_go(data))
    assert problem is not None
    return list(reviewer(WHOLE, {}).findings(problem, data))


class ReviewTests(SynchronousTestCase):
    """A problem becomes a finding at its own place."""

    def test_unknown_keys(self) -> None:
        """Each unknown key is one finding, at the key."""
        found = findings(timeuot="1s", nmae="x")
        self.assertEqual([("timeuot",), ("nmae",)], [each.steps for each in found])
        self.assertEqual('did you mean "timeout"?', found[0].hint)

    def test_missing(self) -> None:
        """Each missing key is one finding, at the object."""
        found = findings(endpoints=[{"endpoint": "/", "backend": [{"host": ["h"]}]}])
        [finding] = found
        self.assertEqual(("endpoints", 0, "backend", 0), finding.steps)
        self.assertEqual('"url_pattern" is missing', finding.message)

    def test_mistyped(self) -> None:
        """A missing key that is there, but mistyped, is one finding."""
        backend = {"urlPattern": "/"}
        [finding] = findings(endpoints=[{"endpoint": "/", "backend": [backend]}])
        self.assertEqual('did you mean "url_pattern"?', finding.hint)

    def test_value(self) -> None:
        """A wrong value is told of in the validator's words."""
        [finding] = findings(port="80")
        self.assertEqual("got string, want integer", finding.message)
        self.assertEqual("write 80, without quotes", finding.hint)

    def test_choice(self) -> None:
        """Where there are ways to write something the hint names them."""
        endpoint = {"endpoint": "/", "backend": [{"url_pattern": "/"}]}
        limit: dict[str, Any] = {"qos/ratelimit/router": {}}
        [finding] = findings(endpoints=[{**endpoint, "extra_config": limit}])
        self.assertEqual(
            'either "max_rate" or "client_max_rate" is wanted', finding.hint
        )

    def test_exclusion(self) -> None:
        """Two ways at once exclude each other."""
        http = {"return_error_code": True, "return_error_details": "x"}
        backend = {"url_pattern": "/", "extra_config": {"backend/http": http}}
        [finding] = findings(endpoints=[{"endpoint": "/", "backend": [backend]}])
        self.assertEqual("these keys exclude each other", finding.message)

    def test_several(self) -> None:
        """Of several things wrong each is found, at any depth."""
        endpoint = {"endpoint": "a", "backend": [{"url_pattern": 1, "x": 1}]}
        found = findings(port="x", endpoints=[endpoint])
        self.assertEqual(4, len(found), found)
