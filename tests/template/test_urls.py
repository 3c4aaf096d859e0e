"""Tests of URLs."""

from __future__ import annotations

from tests.template.rendering import TemplateTestCase


class UrlsTests(TemplateTestCase):
    """URLs read and written."""

    def test_reading(self) -> None:
        """The parts of URLs of all shapes."""
        self.assert_all(
            (
                (
                    '{{ urlParse "//h/p" }}',
                    (
                        "map[fragment: host:h hostname:h opaque: path:/p query: "
                        "scheme: userinfo:]"
                    ),
                ),
                (
                    '{{ urlParse "" }}',
                    (
                        "map[fragment: host: hostname: opaque: path: query: scheme: "
                        "userinfo:]"
                    ),
                ),
                (
                    '{{ urlParse "http://[::1]:80/x" }}',
                    (
                        "map[fragment: host:[::1]:80 hostname:::1 opaque: path:/x "
                        "query: scheme:http userinfo:]"
                    ),
                ),
                (
                    '{{ urlParse "*" }}',
                    (
                        "map[fragment: host: hostname: opaque: path:* query: scheme: "
                        "userinfo:]"
                    ),
                ),
                (
                    '{{ urlParse "http://h?" }}',
                    (
                        "map[fragment: host:h hostname:h opaque: path: query: "
                        "scheme:http userinfo:]"
                    ),
                ),
                (
                    '{{ urlParse "HTTP://H" }}',
                    (
                        "map[fragment: host:H hostname:H opaque: path: query: "
                        "scheme:http userinfo:]"
                    ),
                ),
                (
                    '{{ urlParse "http://a@b@c/" }}',
                    (
                        "map[fragment: host:c hostname:c opaque: path:/ query: "
                        "scheme:http userinfo:a%40b]"
                    ),
                ),
                (
                    '{{ urlParse "x:/a" }}',
                    (
                        "map[fragment: host: hostname: opaque: path:/a query: "
                        "scheme:x userinfo:]"
                    ),
                ),
                (
                    '{{ urlParse "http:///p" }}',
                    (
                        "map[fragment: host: hostname: opaque: path:/p query: "
                        "scheme:http userinfo:]"
                    ),
                ),
                (
                    '{{ urlParse "///p" }}',
                    (
                        "map[fragment: host: hostname: opaque: path:///p query: "
                        "scheme: userinfo:]"
                    ),
                ),
                (
                    '{{ urlParse "http://é/ü?ä#ö" }}',
                    (
                        "map[fragment:ö host:é hostname:é opaque: path:/ü query:ä "
                        "scheme:http userinfo:]"
                    ),
                ),
                (
                    '{{ urlParse "a:b:c" }}',
                    (
                        "map[fragment: host: hostname: opaque:b:c path: query: "
                        "scheme:a userinfo:]"
                    ),
                ),
                (
                    '{{ urlParse "http://a:1:2/" }}',
                    (
                        "map[fragment: host:a:1:2 hostname:a:1 opaque: path:/ query: "
                        "scheme:http userinfo:]"
                    ),
                ),
            )
        )

    def test_refusals(self) -> None:
        """What is no URL is told in Go's words."""
        self.assert_all(
            (
                (
                    '{{ urlParse ":x" }}',
                    (
                        'ERROR 1:3: executing "t" at <urlParse ":x">: error calling '
                        'urlParse: unable to parse url: parse ":x": missing protocol '
                        "scheme"
                    ),
                ),
                (
                    '{{ urlParse "http://a b/" }}',
                    (
                        'ERROR 1:3: executing "t" at <urlParse "http://a b/">: error '
                        'calling urlParse: unable to parse url: parse "http://a b/": '
                        'invalid character " " in host name'
                    ),
                ),
                (
                    '{{ urlParse "http://h:x/" }}',
                    (
                        'ERROR 1:3: executing "t" at <urlParse "http://h:x/">: error '
                        'calling urlParse: unable to parse url: parse "http://h:x/": '
                        'invalid port ":x" after host'
                    ),
                ),
                (
                    '{{ urlParse "http://a\\nb" }}',
                    (
                        'ERROR 1:3: executing "t" at <urlParse "http://a\\nb">: '
                        "error calling urlParse: unable to parse url: parse "
                        '"http://a\\nb": net/url: invalid control character in URL'
                    ),
                ),
                (
                    '{{ urlParse "http://[::1" }}',
                    (
                        'ERROR 1:3: executing "t" at <urlParse "http://[::1">: error '
                        'calling urlParse: unable to parse url: parse "http://[::1": '
                        "missing ']' in host"
                    ),
                ),
                (
                    '{{ urlParse "http://[zz]/" }}',
                    (
                        'ERROR 1:3: executing "t" at <urlParse "http://[zz]/">: '
                        "error calling urlParse: unable to parse url: parse "
                        '"http://[zz]/": invalid host: ParseAddr("zz"): unable to '
                        "parse IP"
                    ),
                ),
                (
                    '{{ urlParse "http://h/a#%zz" }}',
                    (
                        'ERROR 1:3: executing "t" at <urlParse "http://h/a#%zz">: '
                        "error calling urlParse: unable to parse url: parse "
                        '"http://h/a#%zz": invalid URL escape "%zz"'
                    ),
                ),
                (
                    '{{ urlParse "http://u er@h" }}',
                    (
                        'ERROR 1:3: executing "t" at <urlParse "http://u er@h">: '
                        "error calling urlParse: unable to parse url: parse "
                        '"http://u er@h": net/url: invalid userinfo'
                    ),
                ),
                (
                    '{{ urlParse "http://h/%2" }}',
                    (
                        'ERROR 1:3: executing "t" at <urlParse "http://h/%2">: error '
                        'calling urlParse: unable to parse url: parse "http://h/%2": '
                        'invalid URL escape "%2"'
                    ),
                ),
                (
                    '{{ urlParse "http://%41/" }}',
                    (
                        'ERROR 1:3: executing "t" at <urlParse "http://%41/">: error '
                        'calling urlParse: unable to parse url: parse "http://%41/": '
                        'invalid URL escape "%41"'
                    ),
                ),
                (
                    '{{ urlParse "http://x[::1]/" }}',
                    (
                        'ERROR 1:3: executing "t" at <urlParse "http://x[::1]/">: '
                        "error calling urlParse: unable to parse url: parse "
                        '"http://x[::1]/": invalid IP-literal'
                    ),
                ),
                (
                    '{{ urlParse "http://[1.2.3.4]/" }}',
                    (
                        'ERROR 1:3: executing "t" at <urlParse "http://[1.2.3.4]/">: '
                        "error calling urlParse: unable to parse url: parse "
                        '"http://[1.2.3.4]/": invalid IP-literal'
                    ),
                ),
            )
        )

    def test_writing(self) -> None:
        """Parts are escaped as their place in the URL asks."""
        self.assert_all(
            (
                (
                    (
                        '{{ urlJoin (dict "path" "a:b") }} {{ urlJoin (dict "host" '
                        '"h" "path" "p") }} {{ urlJoin (dict "scheme" "mailto" '
                        '"opaque" "x@y") }} {{ urlJoin (dict "scheme" "x" "path" '
                        '"p") }} {{ urlJoin (dict "scheme" "x") }} {{ urlJoin (dict '
                        '"path" "*") }} {{ urlJoin (dict "path" "/;,@:&=+$!\'()*[]") '
                        '}} {{ urlJoin (dict "host" "a b<>" ) }} {{ urlJoin (dict '
                        '"scheme" "s" "userinfo" "a" ) }} {{ urlJoin (dict '
                        '"fragment" "a b!()*" ) }}'
                    ),
                    (
                        "./a:b //h/p mailto:x@y x://p x: * "
                        "/;,@:&=+$%21%27%28%29%2A%5B%5D //a%20b<> s://a@ #a%20b!()*"
                    ),
                ),
            )
        )

    def test_hosts(self) -> None:
        """What must not stand in a host is told from left to right."""
        self.assert_all(
            (
                (
                    '{{ urlParse "http://|%zz" }}',
                    (
                        'ERROR 1:3: executing "t" at <urlParse "http://|%zz">: '
                        "error calling urlParse: unable to parse url: parse "
                        '"http://|%zz": invalid character "|" in host name'
                    ),
                ),
                (
                    '{{ urlParse "http://%zz|" }}',
                    (
                        'ERROR 1:3: executing "t" at <urlParse "http://%zz|">: '
                        "error calling urlParse: unable to parse url: parse "
                        '"http://%zz|": invalid URL escape "%zz"'
                    ),
                ),
                (
                    '{{ urlParse "http://a%41" }}',
                    (
                        'ERROR 1:3: executing "t" at <urlParse "http://a%41">: '
                        "error calling urlParse: unable to parse url: parse "
                        '"http://a%41": invalid URL escape "%41"'
                    ),
                ),
                (
                    '{{ urlParse "http://a%c3%a9/" }}',
                    (
                        "map[fragment: host:aé hostname:aé opaque: path:/ "
                        "query: scheme:http userinfo:]"
                    ),
                ),
                (
                    '{{ urlParse "http://[[" }}',
                    (
                        'ERROR 1:3: executing "t" at <urlParse "http://[[">: '
                        "error calling urlParse: unable to parse url: parse "
                        '"http://[[": invalid IP-literal'
                    ),
                ),
                (
                    '{{ urlParse "http://[::1%25%20a]/" }}',
                    (
                        "map[fragment: host:[::1% a] hostname:::1% a opaque: "
                        "path:/ query: scheme:http userinfo:]"
                    ),
                ),
                (
                    '{{ urlParse "http://[::1%25%5e]/" }}',
                    (
                        'ERROR 1:3: executing "t" at <urlParse '
                        '"http://[::1%25%5e]/">: error calling urlParse: '
                        'unable to parse url: parse "http://[::1%25%5e]/": '
                        'invalid URL escape "%5e"'
                    ),
                ),
                (
                    '{{ urlParse "http://[::1%25a^]/" }}',
                    (
                        'ERROR 1:3: executing "t" at <urlParse '
                        '"http://[::1%25a^]/">: error calling urlParse: unable '
                        'to parse url: parse "http://[::1%25a^]/": invalid '
                        'character "^" in host name'
                    ),
                ),
                (
                    '{{ urlParse "http://a:1:2/" }}',
                    (
                        "map[fragment: host:a:1:2 hostname:a:1 opaque: path:/ "
                        "query: scheme:http userinfo:]"
                    ),
                ),
            )
        )
