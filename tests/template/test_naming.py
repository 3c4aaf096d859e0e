"""Tests of styles of names."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class NamingTests(TemplateTestCase):
    """Words of names."""

    def test_snakes(self) -> None:
        """Words are divided by underscores."""
        self.assert_all(
            (
                ('{{ snakecase "FirstName" }}', "first_name"),
                ('{{ snakecase "HTTPServer" }}', "http_server"),
                ('{{ snakecase "NoHTTPS" }}', "no_https"),
                ('{{ snakecase "GO_PATH" }}', "go_path"),
                ('{{ snakecase "GO PATH" }}', "go_path"),
                ('{{ snakecase "GO-PATH" }}', "go_path"),
                ('{{ snakecase "http2xx" }}', "http_2xx"),
                ('{{ snakecase "HTTP20xOK" }}', "http_20x_ok"),
                ('{{ snakecase "Duration2m3s" }}', "duration_2m3s"),
                ('{{ snakecase "Bld4Floor3rd" }}', "bld4_floor_3rd"),
                ('{{ snakecase "" }}', ""),
                ('{{ snakecase "ab12" }}', "ab12"),
                ('{{ snakecase "12ab" }}', "12ab"),
                ('{{ snakecase "a.b.C" }}', "a.b.c"),
                ('{{ snakecase "__a__" }}', "__a__"),
                ('{{ snakecase "ÄpfelBaum" }}', "äpfel_baum"),
                ('{{ snakecase "中文Ab" }}', "中文_ab"),
                ('{{ snakecase "a1 B2" }}', "a1_b2"),
                ('{{ snakecase "AB1C" }}', "ab1_c"),
                ('{{ snakecase "€A" }}', "€_a"),
            )
        )

    def test_kebabs(self) -> None:
        """Words are divided by minus signs."""
        self.assert_all(
            (
                ('{{ kebabcase "FirstName" }}', "first-name"),
                ('{{ kebabcase "HTTP_Server x" }}', "http-server-x"),
            )
        )

    def test_camels(self) -> None:
        """Words begin with capitals."""
        self.assert_all(
            (
                ('{{ camelcase "http_server" }}', "HttpServer"),
                ('{{ camelcase "_complex__case_" }}', "_Complex_Case_"),
                ('{{ camelcase "some words" }}', "SomeWords"),
                ('{{ camelcase "a" }}', "A"),
                ('{{ camelcase "_" }}', "__"),
                ('{{ camelcase "" }}', ""),
                ('{{ camelcase "--a" }}', "--A"),
                ('{{ camelcase "a-" }}', "A-"),
                ('{{ camelcase "a__b" }}', "A_B"),
                ('{{ camelcase "__" }}', "___"),
                ('{{ camelcase "_a_b c-D" }}', "_ABCD"),
            )
        )

    def test_bytes(self) -> None:
        """What is no character belongs to the one behind it."""
        self.assert_all(
            (
                ('{{ snakecase "a\\x80b" | printf "%+q" }}', '"a\\x80b"'),
                ('{{ snakecase "\\x80" | printf "%+q" }}', '"\\x80"'),
                (
                    '{{ snakecase "Ab\\xffCd\\xff" | printf "%+q" }}',
                    '"ab_\\ufffdcd\\ufffd"',
                ),
                ('{{ kebabcase "a�B" }}', "a-�b"),
            )
        )
