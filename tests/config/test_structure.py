"""Tests of the whole document's decoding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.structure import DecodingErrors, structure
from krakendtw.config.where import ConfigPath

if TYPE_CHECKING:
    from krakendtw.config.document import ServiceDocument

WHERE = ConfigPath(file="k.json")


def read(data: dict[str, Any]) -> ServiceDocument:
    """The document of plain data."""
    return structure(data, WHERE)


class StructureTests(SynchronousTestCase):
    """Plain data to types."""

    def test_weakly_typed(self) -> None:
        """Texts stand for numbers, single values for lists, objects for endpoints."""
        document = read(
            {
                "Version": "3",
                "PORT": "9000",
                "host": "a",
                "endpoints": {"endpoint": "/a", "backend": {"allow": "x"}},
            }
        )
        self.assertEqual(
            (3, 9000, ("a",)), (document.version, document.port, document.host)
        )
        self.assertEqual(("x",), document.endpoints[0].backend[0].allow)

    def test_empty_endpoints(self) -> None:
        """Null, an empty list and an empty object are no endpoints."""
        for endpoints in (None, [], {}):
            self.assertEqual((), read({"endpoints": endpoints}).endpoints)

    def test_extra_config_is_raw(self) -> None:
        """Nothing in ``extra_config`` is touched."""
        raw = {"a/b": {"C": [1, "2", None]}, "null": None}
        self.assertEqual(raw, read({"extra_config": raw}).extra_config)

    def test_backend_timeout_must_be_one(self) -> None:
        """A backend's timeout has no effect, but its type is checked."""
        error: DecodingErrors = self.assertRaises(
            DecodingErrors, read, {"endpoints": [{"backend": [{"timeout": "x"}]}]}
        )
        self.assertEqual(
            'k.json: $.endpoints[0].backend[0].timeout: time: invalid duration "x"',
            str(error),
        )

    def test_all_errors(self) -> None:
        """Every error of the document is told at once."""
        error: DecodingErrors = self.assertRaises(
            DecodingErrors,
            read,
            {"port": "x", "timeout": "y", "endpoints": [{"cache_ttl": "1d"}, 3]},
        )
        self.assertEqual(
            ["$.endpoints[0].cache_ttl", "$.endpoints[1]", "$.timeout", "$.port"],
            [str(each.where).removeprefix("k.json: ") for each in error.errors],
        )

    def test_agents(self) -> None:
        """Async agents have their parts, written or not."""
        agent = read({"async_agent": [{"consumer": {"max_rate": "1.5"}}]}).async_agent[
            0
        ]
        self.assertEqual(1.5, agent.consumer.max_rate)
        self.assertEqual(0, agent.connection.max_retries)
