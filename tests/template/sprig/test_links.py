"""Tests of the functions for URLs."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class LinksTests(TemplateTestCase):
    """URLs in parts."""

    def test_parts(self) -> None:
        """A URL is taken apart."""
        self.assert_all(
            (
                (
                    "{{ urlParse .url }}",
                    (
                        "map[fragment:fr ag host:host:80 hostname:host opaque: "
                        "path:/p/a/th query:q=1&r=2 scheme:http "
                        "userinfo:user:pa%20ss]"
                    ),
                ),
                (
                    '{{ urlParse "a/b?c#d" }}',
                    (
                        "map[fragment:d host: hostname: opaque: path:a/b query:c "
                        "scheme: userinfo:]"
                    ),
                ),
                (
                    '{{ urlParse "mailto:x@y" }}',
                    (
                        "map[fragment: host: hostname: opaque:x@y path: query: "
                        "scheme:mailto userinfo:]"
                    ),
                ),
                (
                    '{{ urlParse "http://h/%zz" }}',
                    (
                        'ERROR 1:3: executing "t" at <urlParse "http://h/%zz">: '
                        "error calling urlParse: unable to parse url: parse "
                        '"http://h/%zz": invalid URL escape "%zz"'
                    ),
                ),
                (
                    '{{ urlParse "1a:b/c" }}',
                    (
                        'ERROR 1:3: executing "t" at <urlParse "1a:b/c">: error '
                        'calling urlParse: unable to parse url: parse "1a:b/c": '
                        "first path segment in URL cannot contain colon"
                    ),
                ),
            )
        )

    def test_joining(self) -> None:
        """A URL is put together of texts."""
        self.assert_all(
            (
                (
                    "{{ urlJoin (urlParse .url) }}",
                    "http://user:pa%20ss@host:80/p/a/th?q=1&r=2#fr%20ag",
                ),
                (
                    (
                        '{{ urlJoin (dict "scheme" "http" "host" "h:80" "path" "/a '
                        'b/ü?" "query" "x=1" "fragment" "f g" "userinfo" "u:p") }}'
                    ),
                    "http://u:p@h:80/a%20b/%C3%BC%3F?x=1#f%20g",
                ),
                ("{{ urlJoin (dict) }}", ""),
                (
                    '{{ urlJoin (dict "path" 5) }}',
                    (
                        'ERROR 1:3: executing "t" at <urlJoin (dict "path" 5)>: '
                        "error calling urlJoin: unable to parse path key, must be of "
                        "type string, but int found"
                    ),
                ),
                (
                    '{{ urlJoin (dict "path" nil) }}',
                    (
                        'ERROR 1:3: executing "t" at <urlJoin (dict "path" nil)>: '
                        "error calling urlJoin: runtime error: invalid memory "
                        "address or nil pointer dereference"
                    ),
                ),
                (
                    '{{ urlJoin (dict "userinfo" "%zz") }}',
                    (
                        'ERROR 1:3: executing "t" at <urlJoin (dict "userinfo" '
                        '"%zz")>: error calling urlJoin: unable to parse userinfo in '
                        'dict: parse "proto://%zz@host": invalid URL escape "%zz"'
                    ),
                ),
            )
        )
