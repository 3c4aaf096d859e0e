"""Tests of random texts."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class RandomsTests(TemplateTestCase):
    """Texts of which the length alone is known."""

    def test_lengths(self) -> None:
        """Every text has the length that was asked for."""
        self.assert_all(
            (
                ("{{ randAlpha 5 | len }}", "5"),
                ("{{ randAlphaNum 5 | len }}", "5"),
                ("{{ randNumeric 3 | len }}", "3"),
                ("{{ randAscii 3 | len }}", "3"),
                ("{{ randBytes 4 | len }}", "8"),
                ("{{ randAlpha -1 }}", ""),
                ("{{ uuidv4 | len }}", "36"),
                (
                    '{{ randAlpha "x" }}',
                    ('ERROR 1:13: executing "t" at <"x">: expected integer; found "x"'),
                ),
            )
        )

    def test_letters(self) -> None:
        """Letters are letters, and digits digits."""
        self.assert_all(
            (
                (
                    (
                        '{{ regexMatch "^[a-zA-Z]{50}$" (randAlpha 50) }} {{ '
                        'regexMatch "^[0-9]{50}$" (randNumeric 50) }} {{ regexMatch '
                        '"^[a-zA-Z0-9]{50}$" (randAlphaNum 50) }} {{ regexMatch "^[ '
                        '-~]{50}$" (randAscii 50) }} {{ regexMatch '
                        '"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a'
                        '-f]{3}-[0-9a-f]{12}$" uuidv4 }}'
                    ),
                    "true true true true true",
                ),
            )
        )
