"""Tests of keys and certificates."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class KeysTests(TemplateTestCase):
    """What is asked of the makers of certificates."""

    def test_refusals(self) -> None:
        """Addresses and names must be texts in lists, keys must be known."""
        self.assert_all(
            (
                ('{{ genPrivateKey "foo" }}', "Unknown type foo"),
                (
                    '{{ genSelfSignedCert "x" (list 5) nil 5 }}',
                    (
                        'ERROR 1:3: executing "t" at <genSelfSignedCert "x" (list 5) '
                        "nil 5>: error calling genSelfSignedCert: error parsing ip: "
                        "5 is not a string"
                    ),
                ),
                (
                    '{{ genSelfSignedCert "x" (list "zz") nil 5 }}',
                    (
                        'ERROR 1:3: executing "t" at <genSelfSignedCert "x" (list '
                        '"zz") nil 5>: error calling genSelfSignedCert: error '
                        "parsing ip: zz"
                    ),
                ),
                (
                    '{{ genSelfSignedCert "x" nil (list 5) 5 }}',
                    (
                        'ERROR 1:3: executing "t" at <genSelfSignedCert "x" nil '
                        "(list 5) 5>: error calling genSelfSignedCert: error "
                        "processing alternate dns name: 5 is not a string"
                    ),
                ),
                (
                    '{{ genSelfSignedCert "x" (splitList "," "a") nil 5 }}',
                    (
                        'ERROR 1:40: executing "t" at <"a">: wrong type for value; '
                        "expected []interface {}; got []string"
                    ),
                ),
                (
                    '{{ genSelfSignedCert "x" nil nil "5" }}',
                    ('ERROR 1:33: executing "t" at <"5">: expected integer; found "5"'),
                ),
                (
                    '{{ buildCustomCert "###" "x" }}',
                    (
                        'ERROR 1:3: executing "t" at <buildCustomCert "###" "x">: '
                        "error calling buildCustomCert: unable to decode base64 "
                        "certificate"
                    ),
                ),
                (
                    '{{ buildCustomCert "YQ==" "###" }}',
                    (
                        'ERROR 1:3: executing "t" at <buildCustomCert "YQ==" "###">: '
                        "error calling buildCustomCert: unable to decode base64 "
                        "private key"
                    ),
                ),
            )
        )

    def test_signing(self) -> None:
        """A certificate has fields, and signs others."""
        self.assert_all(
            (
                (
                    (
                        '{{ $ca := genCA "ca" 5 }}{{ $ca.Cert | trunc 27 }}{{ $c := '
                        'genSignedCert "x" (list "1.2.3.4") (list "a.b") 5 $ca }}{{ '
                        "$c.Key | trunc 31 }} {{ typeOf $c }} {{ kindOf $c }}"
                    ),
                    (
                        "-----BEGIN CERTIFICATE----------BEGIN RSA PRIVATE KEY----- "
                        "sprig.certificate struct"
                    ),
                ),
                (
                    '{{ (genCA "ca" 5).Foo }}',
                    (
                        'ERROR 1:15: executing "t" at <5>: can\'t evaluate field Foo '
                        "in type sprig.certificate"
                    ),
                ),
            )
        )
