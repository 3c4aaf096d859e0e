"""Tests of shaping a backend's data."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.model import BackendConfig
from krakendtw.proxy.flatmap import compile_flatmap
from krakendtw.proxy.formatter import compile_formatter


def document() -> dict[str, Any]:
    """Data of every shape."""
    return {
        "id": 7,
        "name": "n",
        "a": {"b": {"c": 1, "d": 2}, "x": 5, "l": [{"k": 1}, {"k": 3}]},
        "l": [1, 2],
        "o": {},
        "nil": None,
        "dot.key": "dotted",
    }


def shape(data: dict[str, Any] | None, **config: Any) -> dict[str, Any] | None:
    """``data`` shaped by a backend of this configuration."""
    formatter = compile_formatter(BackendConfig(**config), None)
    return data if formatter is None else formatter(data)


class TargetTests(SynchronousTestCase):
    """``target``."""

    def test_path(self) -> None:
        """The object at the path becomes the data."""
        self.assertEqual({"c": 1, "d": 2}, shape(document(), target="a.b"))

    def test_no_object(self) -> None:
        """Where there is no object the data is empty."""
        for target in ("nope", "a.nope.x", "l", "id", "nil", "a.l.0", "dot.key"):
            self.assertEqual({}, shape(document(), target=target))

    def test_no_data(self) -> None:
        """No data has no target."""
        self.assertEqual({}, shape(None, target="a"))


class AllowTests(SynchronousTestCase):
    """``allow``."""

    def test_flat(self) -> None:
        """Only the named keys stay, those that exist."""
        self.assertEqual(
            {"id": 7, "nil": None, "o": {}},
            shape(document(), allow=("id", "nil", "o", "nope")),
        )

    def test_nested(self) -> None:
        """Dotted paths keep what is below."""
        self.assertEqual(
            {"a": {"b": {"c": 1}, "x": 5}, "id": 7},
            shape(document(), allow=("a.b.c", "a.x", "id")),
        )

    def test_parents(self) -> None:
        """Of a path and its parent the later one decides."""
        whole = {"a": {"b": {"c": 1, "d": 2}}}
        self.assertEqual(whole, shape(document(), allow=("a.b.c", "a.b")))
        self.assertEqual(
            {"a": {"b": {"c": 1}}}, shape(document(), allow=("a.b", "a.b.c"))
        )

    def test_nothing_below(self) -> None:
        """Objects left empty, scalars and lists on the way are removed."""
        self.assertEqual(
            {}, shape(document(), allow=("a.nope", "id.x", "l.0", "a.l.k", "o.x"))
        )

    def test_dotted_key(self) -> None:
        """A dot always goes down: a key with a dot cannot be named."""
        self.assertEqual({}, shape(document(), allow=("dot.key",)))

    def test_wins_over_deny(self) -> None:
        """With both lists only the allowed keys count."""
        self.assertEqual({"id": 7}, shape(document(), allow=("id",), deny=("id",)))


class DenyTests(SynchronousTestCase):
    """``deny``."""

    def test_nested(self) -> None:
        """Dotted paths remove what is below; emptied objects stay."""
        self.assertEqual(
            {"a": {"b": {}, "x": 5}, "id": 7, "o": {}, "dot.key": "dotted"},
            shape(document(), deny=("a.b.c", "a.b.d", "a.l", "name", "l", "nil")),
        )

    def test_parents(self) -> None:
        """A parent goes whole, in whatever order the two are named."""
        rest = {"a": {"x": 1}}
        for deny in (("a.b", "a.b.c"), ("a.b.c", "a.b")):
            data = {"a": {"b": {"c": 1, "d": 2}, "x": 1}}
            self.assertEqual(rest, shape(data, deny=deny))

    def test_not_below(self) -> None:
        """Lists and scalars are not looked into."""
        deny = ("l.0", "a.l.k", "id.x", "nil.x", "dot.key")
        self.assertEqual(document(), shape(document(), deny=deny))


class MappingTests(SynchronousTestCase):
    """``mapping``."""

    def test_rename(self) -> None:
        """Top-level keys get new names, over existing ones too."""
        self.assertEqual(
            {"uid": 1, "b": 2},
            shape(
                {"id": 1, "a": 2, "b": 3}, mapping={"id": "uid", "a": "b", "no": "x"}
            ),
        )

    def test_new_name_is_cut(self) -> None:
        """The new name ends at its first dot, the old one is taken as it is."""
        self.assertEqual({"x": 1}, shape({"a.b": 1}, mapping={"a.b": "x.y"}))

    def test_same_name(self) -> None:
        """A key renamed to itself is gone."""
        self.assertEqual({}, shape({"id": 1}, mapping={"id": "id"}))

    def test_after_filter(self) -> None:
        """Filters see the old names."""
        self.assertEqual(
            {"uid": 7}, shape(document(), allow=("id",), mapping={"id": "uid"})
        )


class GroupTests(SynchronousTestCase):
    """``group``."""

    def test_group(self) -> None:
        """All data goes under one key, even if there is none."""
        self.assertEqual({"g": {"id": 1}}, shape({"id": 1}, group="g"))
        self.assertEqual({"g": {}}, shape({"id": 1}, allow=("x",), group="g"))
        self.assertEqual({"g": None}, shape(None, group="g"))


class OrderTests(SynchronousTestCase):
    """The steps together."""

    def test_all(self) -> None:
        """Target, filter, mapping and group come in this order."""
        self.assertEqual(
            {"g": {"z": {"c": 1, "d": 2}}},
            shape(document(), target="a", allow=("b",), mapping={"b": "z"}, group="g"),
        )

    def test_nothing_to_do(self) -> None:
        """Without any of them there is no formatter."""
        self.assertIsNone(compile_formatter(BackendConfig(), None))

    def test_no_data(self) -> None:
        """Filters and mapping leave no data alone."""
        for config in ({"allow": ("a",)}, {"deny": ("a",)}, {"mapping": {"a": "b"}}):
            self.assertIsNone(shape(None, **config))

    def test_flatmap(self) -> None:
        """Flatmap takes the place of filter and mapping, not of target and group."""
        backend = BackendConfig(
            target="a", allow=("x",), deny=("b",), mapping={"b": "z"}, group="g"
        )
        flatmap = compile_flatmap([{"type": "del", "args": ["b", "l.*.k"]}])
        formatter = compile_formatter(backend, flatmap)
        assert formatter is not None
        self.assertEqual({"g": {"x": 5, "l": [None, None]}}, formatter(document()))
