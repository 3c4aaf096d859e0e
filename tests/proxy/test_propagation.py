"""Tests of earlier answers as parameters of later calls."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.model import BackendConfig, EndpointConfig
from krakendtw.errors import ConfigError
from krakendtw.gojson.number import Float, Number
from krakendtw.proxy.message import Body, Response
from krakendtw.proxy.propagation import Plan, compile_replacements
from krakendtw.proxy.settings import SEQUENTIAL, ProxySettings


def plan(*patterns: str, propagated: tuple[Any, ...] = ()) -> Plan:
    """The plan of backends with these patterns."""
    endpoint = EndpointConfig(
        "/x", backends=tuple(BackendConfig(url_pattern=text) for text in patterns)
    )
    settings = ProxySettings(merger=SEQUENTIAL, sequential_propagated_params=propagated)
    return compile_replacements(endpoint, settings)


def fill(made: Plan, *data: Any, bodies: tuple[Body, ...] = ()) -> dict[str, str]:
    """The params for the step behind answers with this data."""
    parts: list[Response | None] = [Response(answer, True) for answer in data]
    for part, body in zip(parts, bodies, strict=False):
        assert part is not None
        part.io = body
    params: dict[str, str] = {}
    step = made.fills[len(parts)]
    if step is not None:
        step(parts, params, {})
    return params


def value(data: Any, path: str = "v") -> str | None:
    """What the variable at ``path`` of the first answer becomes."""
    made = plan("/", f"/{{{{.Resp0_{path}}}}}")
    return fill(made, data).get(f"Resp0_{path}")


class ValueTests(SynchronousTestCase):
    """Values as text."""

    def test_scalars(self) -> None:
        """Text and decoded numbers are as they were, floats have an exponent."""
        for data, text in (
            ("a b/%", "a b/%"),
            ("", ""),
            (42, "42"),
            (12345678901234567890, "12345678901234567890"),
            (Number("10.50"), "10.50"),
            (Number("1E5"), "1E5"),
            (Float(42), "4.2E+01"),
            (True, "true"),
            (False, "false"),
            (None, "<nil>"),
        ):
            self.assertEqual(text, value({"v": data}))

    def test_lists(self) -> None:
        """Elements are joined by commas."""
        listed = [1, "b", True, None, Number("2.5"), Float(2.5), [1, "x"], {"k": 1}]
        self.assertEqual("1,b,true,<nil>,2.5,2.5,[1 x],map[k:1]", value({"v": listed}))
        self.assertEqual("", value({"v": []}))

    def test_objects(self) -> None:
        """Objects are printed as Go's maps."""
        self.assertEqual("map[k:v n:1]", value({"v": {"n": 1, "k": "v"}}))


class PathTests(SynchronousTestCase):
    """Where values are looked up."""

    def test_nested(self) -> None:
        """Dots lead down objects."""
        self.assertEqual("1", value({"a": {"b": {"c": 1}}}, "a.b.c"))

    def test_missing(self) -> None:
        """Without the key, or any data, there is no parameter."""
        for data in ({"w": 1}, {}, None):
            self.assertIsNone(value(data))
        self.assertIsNone(value({"a": {"b": 1}}, "a.c"))

    def test_missing_parent(self) -> None:
        """Where the way ends early, the last name is looked up there."""
        self.assertEqual("7", value({"id": 7}, "nope.id"))
        self.assertEqual("8", value({"id": 7, "a": {"id": 8, "b": []}}, "a.b.id"))


class PlanTests(SynchronousTestCase):
    """What each step reads."""

    def test_only_earlier_steps(self) -> None:
        """No step reads itself or a later one."""
        made = plan("/{{.Resp0_a}}", "/{{.Resp1_a}}/{{.Resp2_a}}", "/{{.Resp9_a}}")
        self.assertEqual((None, None, None), made.fills)

    def test_several(self) -> None:
        """A pattern may hold any number of variables."""
        made = plan("/", "/", "/{{.Resp0_a-b}}/{{.Resp1_x_y}}?{{.Id}}={{.Resp0_a-b}}")
        self.assertEqual(
            {"Resp0_a-b": "1", "Resp1_x_y": "2"}, fill(made, {"a-b": 1}, {"x_y": 2})
        )

    def test_odd_indexes(self) -> None:
        """Leading zeros belong to the name; numbers beyond reason to nobody."""
        made = plan("/", "/{{.Resp00_a}}/{{.Resp%s_a}}" % ("9" * 5000))
        self.assertEqual({"Resp00_a": "1"}, fill(made, {"a": 1}))

    def test_propagated(self) -> None:
        """Propagated values reach every later step, several from one entry."""
        made = plan("/", "/", "/", propagated=("resp0_a, Resp0_b.c", "resp1d", "none"))
        first = fill(made, {"a": 1, "b": {"c": 2}})
        self.assertEqual({"Resp0_a": "1", "Resp0_b.c": "2"}, first)
        later = fill(made, {"a": 1}, {"d": 3})
        self.assertEqual({"Resp0_a": "1", "Resp1_d": "3"}, later)
        self.assertIsNone(made.fills[0])

    def test_not_text(self) -> None:
        """Entries that are no text are refused at start."""
        self.assertRaises(ConfigError, plan, "/", "/", propagated=(1,))

    def test_no_answer(self) -> None:
        """A step that gave no response is passed over."""
        step = plan("/", "/{{.Resp0_a}}").fills[1]
        assert step is not None
        params: dict[str, str] = {}
        step([None], params, {})
        self.assertEqual({}, params)


class BodyTests(SynchronousTestCase):
    """``respN``: the undecoded body."""

    def test_body(self) -> None:
        """The whole body becomes the parameter, also if it is no UTF-8."""
        made = plan("/", "/", propagated=("resp0",))
        self.assertEqual(frozenset({0}), made.bodies)
        self.assertEqual({"Resp0": "a\udcff"}, fill(made, {}, bodies=(b"a\xff",)))
        self.assertEqual({"Resp0": ""}, fill(made, {}, bodies=(b"",)))

    def test_no_body(self) -> None:
        """A decoded answer has no such body."""
        made = plan("/", "/", propagated=("resp0_",))
        self.assertEqual({}, fill(made, {"a": 1}))

    def test_nobody_reads(self) -> None:
        """Bodies that no later step reads need not be whole."""
        made = plan("/", "/{{.Resp0_a}}", propagated=("resp1", "resp0_a"))
        self.assertEqual(frozenset(), made.bodies)


class CacheTests(SynchronousTestCase):
    """One value for a name during one request."""

    def test_first_value_stays(self) -> None:
        """What was read once is used again, unless it was empty."""
        made = plan("/", "/", "/", propagated=("resp0_a", "resp0_b"))
        parts: list[Response | None] = [Response({"a": 1, "b": ""}, True)]
        params: dict[str, str] = {}
        cache: dict[str, str] = {}
        assert made.fills[1] is not None
        assert made.fills[2] is not None
        made.fills[1](parts, params, cache)
        self.assertEqual({"Resp0_a": "1", "Resp0_b": ""}, params)
        # The next answer was laid over the first one's data.
        parts[0] = Response({"a": 2, "b": "3"}, True)
        made.fills[2]([*parts, None], params, cache)
        self.assertEqual({"Resp0_a": "1", "Resp0_b": "3"}, params)

    def test_params_are_written_again(self) -> None:
        """A parameter that somebody changed gets the value back."""
        made = plan("/", "/{{.Resp0_a}}")
        params = {"Resp0_a": "changed"}
        assert made.fills[1] is not None
        made.fills[1]([Response({"a": 9})], params, {"Resp0_a": "first"})
        self.assertEqual({"Resp0_a": "first"}, params)
