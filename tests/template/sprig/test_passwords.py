"""Tests of passwords and ciphers."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class PasswordsTests(TemplateTestCase):
    """What is derived, hashed and encrypted."""

    def test_derivation(self) -> None:
        """A site's password is always the same."""
        self.assert_all(
            (
                (
                    '{{ derivePassword 1 "long" "password" "user" "example.com" }}',
                    "ZedaFaxcZaso9*",
                ),
                ('{{ derivePassword 2 "pin" "p" "u" "s" }}', "8889"),
                (
                    '{{ derivePassword 1 "maximum" "é" "u" "s" }}',
                    "U3_n4l5@yyOzWTE9sihu",
                ),
                ('{{ derivePassword 1 "medium" "p" "u" "s" }}', "Rud1@Nel"),
                ('{{ derivePassword 1 "short" "p" "u" "s" }}', "Rud1"),
                ('{{ derivePassword 1 "basic" "p" "u" "s" }}', "tGf1NEr0"),
                (
                    '{{ derivePassword 1 "nope" "p" "u" "s" }}',
                    "cannot find password template nope",
                ),
                (
                    '{{ derivePassword -1 "long" "p" "u" "s" }}',
                    (
                        'ERROR 1:18: executing "t" at <-1>: expected unsigned '
                        "integer; found -1"
                    ),
                ),
            )
        )

    def test_hashes(self) -> None:
        """A hash tells its kind; a user has no colon."""
        self.assert_all(
            (
                ('{{ bcrypt "x" | len }}', "60"),
                ('{{ bcrypt "x" | trunc 7 }}', "$2a$10$"),
                ('{{ htpasswd "u" "p" | trunc 9 }}', "u:$2a$10$"),
                ('{{ htpasswd "a:b" "x" }}', "invalid username: a:b"),
            )
        )

    def test_ciphers(self) -> None:
        """What is encrypted is decrypted with the same password."""
        self.assert_all(
            (
                ('{{ encryptAES "k" "hello" | decryptAES "k" }}', "hello"),
                ('{{ decryptAES "k" "" }}', ""),
                ('{{ encryptAES "k" "" }}', ""),
                (
                    (
                        '{{ decryptAES "key" '
                        '"30tEfhuJSVRhpG97XCuWgz2okj7L8vQ1s6V9zVUPeDQ=" }}'
                    ),
                    (
                        'ERROR 1:3: executing "t" at <decryptAES "key" '
                        '"30tEfhuJSVRhpG97XCuWgz2okj7L8vQ1s6V9zVUPeDQ=">: error '
                        "calling decryptAES: runtime error: slice bounds out of "
                        "range [:-34]"
                    ),
                ),
                (
                    '{{ decryptAES "k" "xx" }}',
                    (
                        'ERROR 1:3: executing "t" at <decryptAES "k" "xx">: error '
                        "calling decryptAES: illegal base64 data at input byte 0"
                    ),
                ),
                (
                    '{{ decryptAES "k" "AAAA" }}',
                    (
                        'ERROR 1:3: executing "t" at <decryptAES "k" "AAAA">: error '
                        "calling decryptAES: runtime error: slice bounds out of "
                        "range [:16] with capacity 3"
                    ),
                ),
                (
                    '{{ decryptAES "k" "AAAAAAAAAAAAAAAAAAAAAA==" }}',
                    (
                        'ERROR 1:3: executing "t" at <decryptAES "k" '
                        '"AAAAAAAAAAAAAAAAAAAAAA==">: error calling decryptAES: '
                        "runtime error: index out of range [-1]"
                    ),
                ),
                (
                    '{{ decryptAES "k" "AAAAAAAAAAAAAAAAAAAAAAA=" }}',
                    (
                        'ERROR 1:3: executing "t" at <decryptAES "k" '
                        '"AAAAAAAAAAAAAAAAAAAAAAA=">: error calling decryptAES: '
                        "crypto/cipher: input not full blocks"
                    ),
                ),
            )
        )

    def test_too_short(self) -> None:
        """What is too short is told with the size that it was given."""
        self.assert_all(
            (
                (
                    '{{ decryptAES "k" "YWI=" }}',
                    (
                        'ERROR 1:3: executing "t" at <decryptAES "k" "YWI=">: '
                        "error calling decryptAES: runtime error: slice bounds "
                        "out of range [:16] with capacity 3"
                    ),
                ),
                (
                    '{{ decryptAES "k" "YW\\nJj" }}',
                    (
                        'ERROR 1:3: executing "t" at <decryptAES "k" '
                        '"YW\\nJj">: error calling decryptAES: runtime error: '
                        "slice bounds out of range [:16] with capacity 3"
                    ),
                ),
            )
        )
