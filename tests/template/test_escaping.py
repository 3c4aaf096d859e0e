"""Tests of escapes."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class EscapingTests(TemplateTestCase):
    """Texts for HTML, scripts and URLs."""

    def test_html(self) -> None:
        """Five characters mean something in HTML."""
        self.assert_all(
            (
                (
                    '{{ html "<a href=\'x\'>&\\"" }}',
                    "&lt;a href=&#39;x&#39;&gt;&amp;&#34;",
                ),
                ("{{ html nil }}", "&lt;no value&gt;"),
                ('{{ html 1 "a" }}', "1a"),
                ("{{ html .nope }}", "&lt;no value&gt;"),
                ("{{ html }}", ""),
                ('{{ html "\\x00" }}', "�"),
            )
        )

    def test_scripts(self) -> None:
        """Quotes and what is not seen are escaped in scripts."""
        self.assert_all(
            (
                (
                    '{{ js "a\'b\\"c\\\\d<>&=\\n é \\u2028" }}',
                    "a\\'b\\\"c\\\\d\\u003C\\u003E\\u0026\\u003D\\u000A é \\u2028",
                ),
                ("{{ js 1 2 }}", "1 2"),
                ('{{ js "" }}', ""),
            )
        )

    def test_queries(self) -> None:
        """All that means something in a query is escaped."""
        self.assert_all(
            (
                ('{{ urlquery "a b&c=d/é?~" }}', "a+b%26c%3Dd%2F%C3%A9%3F~"),
                ("{{ urlquery }}", ""),
                ('{{ urlquery 1 "x" }}', "1x"),
            )
        )
