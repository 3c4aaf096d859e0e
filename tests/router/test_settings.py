"""Tests of :mod:`krakendtw.router.settings`."""

from __future__ import annotations

from typing import Any

from attrs import evolve, fields
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.gojson.number import Float, Number
from krakendtw.router.settings import RouterSettings, configure

READ_APART = {"not_found_body", "method_not_allowed_body", "others"}


def read(raw: Any) -> RouterSettings:
    """The settings of a namespace."""
    return configure(raw, ConfigPath())


class ConfigureTests(SynchronousTestCase):
    """``configure``: what the namespace says."""

    def test_defaults(self) -> None:
        """Nothing at all, or what is no object, leaves the defaults."""
        for raw in ({}, None, "text", []):
            self.assertEqual(RouterSettings(), read(raw))

    def test_every_option(self) -> None:
        """Every option of its type is taken over."""
        raw: dict[str, Any] = {}
        for option in fields(RouterSettings):
            kind = option.type
            if kind == "bool":
                raw[option.name] = not option.default
            elif kind == "str":
                raw[option.name] = "/x"
            elif kind == "int":
                raw[option.name] = Number("8.0")
            elif option.name not in READ_APART:
                raw[option.name] = ["X-One"]
        settings = read(raw)
        for name, value in raw.items():
            wanted = ("X-One",) if isinstance(value, list) else value
            wanted = 8 if isinstance(value, Number) else wanted
            self.assertEqual(wanted, getattr(settings, name), name)

    def test_null_is_nothing(self) -> None:
        """``null`` leaves the default, and is no wrong type."""
        raw = {"remove_extra_slash": None, "return_error_msg": True}
        self.assertEqual(RouterSettings(return_error_msg=True), read(raw))

    def test_empty_is_default(self) -> None:
        """Empty lists and texts leave the defaults."""
        raw = {"trusted_proxies": [], "remote_ip_headers": [], "health_path": ""}
        self.assertEqual(RouterSettings(), read(raw))

    def test_names_in_any_case(self) -> None:
        """Go takes the options' names in any case, but ``auto_options``."""
        settings = read({"Return_Error_Msg": True, "Auto_Options": True})
        self.assertTrue(settings.return_error_msg)
        self.assertFalse(settings.auto_options)

    def test_headers_are_canonical(self) -> None:
        """Header names are spelled as Go spells them."""
        settings = read({"remote_ip_headers": ["x-client-ip", "CF"]})
        self.assertEqual(("X-Client-Ip", "Cf"), settings.remote_ip_headers)

    def test_others_are_kept(self) -> None:
        """Keys of other editions are there for those who know them."""
        self.assertEqual({"max_payload": 1}, read({"max_payload": 1}).others)


class WrongTypeTests(SynchronousTestCase):
    """One wrong type drops the options."""

    def test_all_go(self) -> None:
        """A text for a boolean makes KrakenD forget the rest."""
        for wrong in (
            {"hide_version_header": "true"},
            {"remove_extra_slash": 1},
            {"logger_skip_paths": "/a"},
            {"logger_skip_paths": [1]},
            {"max_multipart_memory": 1.5},
            {"max_multipart_memory": True},
        ):
            raw = {"return_error_msg": True, "trusted_proxies": ["1.1.1.1"], **wrong}
            self.assertEqual(RouterSettings(), read(raw), wrong)

    def test_read_apart(self) -> None:
        """``auto_options`` and ``error_body`` do not go with them."""
        raw = {"auto_options": True, "use_h2c": "no", "error_body": {"404": {}}}
        wanted = RouterSettings(auto_options=True, not_found_body={})
        self.assertEqual(wanted, read(raw))

    def test_used_before(self) -> None:
        """Four options are in use whatever the others are."""
        kept = {
            "disable_health": True,
            "health_path": "/up",
            "disable_access_log": True,
            "disable_path_decoding": True,
        }
        wanted = evolve(RouterSettings(), **kept)
        self.assertEqual(wanted, read({**kept, "app_engine": 1}))


class ErrorBodyTests(SynchronousTestCase):
    """``error_body``."""

    def test_both(self) -> None:
        """Each status has its own."""
        settings = read({"error_body": {"404": "a", "405": ["b", None]}})
        self.assertEqual("a", settings.not_found_body)
        self.assertEqual(["b", None], settings.method_not_allowed_body)

    def test_numbers_are_floats(self) -> None:
        """Numbers are printed as Go's float64."""
        body = read({"error_body": {"404": {"n": [1, Number("1e3"), True]}}})
        numbers = body.not_found_body["n"]
        self.assertEqual([1.0, 1000.0, True], numbers)
        self.assertEqual([Float, Float, bool], list(map(type, numbers)))

    def test_no_object(self) -> None:
        """Anything but an object is ignored."""
        self.assertEqual(RouterSettings(), read({"error_body": "x"}))
