"""Tests of encodings and checksums."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class EncodingTests(TemplateTestCase):
    """Bytes as letters."""

    def test_base64(self) -> None:
        """Base64 is written and read; what is none is said in the result."""
        self.assert_all(
            (
                ("{{ b64enc .s }}", "SGVsbG8gV8O2cmxk"),
                ('{{ b64enc "a" | b64dec }}', "a"),
                ('{{ b64dec "/w==" | quote }}', '"\\xff"'),
                ('{{ b64dec "YQ==\\n" }}', "a"),
                ('{{ b64dec "YW\\nJj" }}', "abc"),
                ('{{ b64dec "" }}', ""),
                ('{{ b64dec "####" }}', "illegal base64 data at input byte 0"),
                ('{{ b64dec "YQ" }}', "illegal base64 data at input byte 0"),
                ('{{ b64dec "YQ=" }}', "illegal base64 data at input byte 3"),
                ('{{ b64dec "Y===" }}', "illegal base64 data at input byte 1"),
                ('{{ b64dec "YWJj=" }}', "illegal base64 data at input byte 4"),
                ('{{ b64dec "YQ==YQ==" }}', "illegal base64 data at input byte 4"),
                ('{{ b64dec "YWJjY" }}', "illegal base64 data at input byte 4"),
                ('{{ b64dec "YQ=x" }}', "illegal base64 data at input byte 2"),
                ('{{ b64dec "YWI=x" }}', "illegal base64 data at input byte 4"),
                ('{{ b64dec "é" }}', "illegal base64 data at input byte 0"),
            )
        )

    def test_base32(self) -> None:
        """Base32 is written and read; what is none is said in the result."""
        self.assert_all(
            (
                ("{{ b32enc .s }}", "JBSWY3DPEBL4HNTSNRSA===="),
                ('{{ b32enc "a" | b32dec }}', "a"),
                ('{{ b32dec "MFRGG===" }}', "abc"),
                ('{{ b32dec "MFRGGZDF" }}', "abcde"),
                ('{{ b32dec "M\\nE======" }}', "a"),
                ('{{ b32dec "a" }}', "illegal base32 data at input byte 0"),
                ('{{ b32dec "ME" }}', "illegal base32 data at input byte 0"),
                ('{{ b32dec "ME=====" }}', "illegal base32 data at input byte 7"),
                ('{{ b32dec "MFR=====" }}', "illegal base32 data at input byte 3"),
                ('{{ b32dec "ME===x==" }}', "illegal base32 data at input byte 4"),
                ('{{ b32dec "=" }}', "illegal base32 data at input byte 0"),
                (
                    '{{ b32dec "ME======ME======" }}',
                    "illegal base32 data at input byte 2",
                ),
                ('{{ b32dec "ME=======" }}', "a"),
                ('{{ b32dec "MFRGGZ==" }}', "illegal base32 data at input byte 6"),
            )
        )

    def test_checksums(self) -> None:
        """Checksums are those of the text's bytes."""
        self.assert_all(
            (
                ('{{ sha1sum "x" }}', "11f6ad8ec52a2984abaafd7c3b516503785c2072"),
                (
                    '{{ sha256sum "é" }}',
                    (
                        "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f"
                        "1c3f6e2ba69c4c"
                    ),
                ),
                ('{{ adler32sum "hello" }}', "103547413"),
            )
        )
