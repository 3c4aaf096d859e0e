"""Tests of looking at the world outside."""

from __future__ import annotations

import os
import socket

from tests.template.rendering import TemplateTestCase, outcome


class EnvironmentTests(TemplateTestCase):
    """Environment, network, flow."""

    def test_environment(self) -> None:
        """What is not set is empty, and what is no reference stays or goes."""
        self.assert_all(
            (
                (
                    (
                        '{{ env "KRAKENDTW_NOT_SET" }}|{{ expandenv '
                        '"a$KRAKENDTW_NOT_SET-${KRAKENDTW_NOT_SET}b" }}|{{ expandenv '
                        '"$" }}|{{ expandenv "${} ${ $é" }}|{{ expandenv "$1x" }}'
                    ),
                    "|a-b|$|  $é|x",
                ),
            )
        )

    def test_variables(self) -> None:
        """What is set is there by name, and in texts by its reference."""
        self.patch(os, "environ", {"PLACE": "here", "1": "one"})
        self.assert_all(
            (
                ('{{ env "PLACE" }}', "here"),
                (
                    '{{ expandenv "$PLACE ${PLACE}! $PLACES ${1}$1" }}',
                    "here here!  oneone",
                ),
            )
        )

    def test_addresses(self) -> None:
        """A host has one of its addresses, and an unknown one is no host."""
        self.patch(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("::9", 0))])
        self.assert_all((('{{ getHostByName "here" }}', "::9"),))
        self.patch(socket, "getaddrinfo", lambda *_, **__: [])
        self.assertIn("invalid argument to Intn", outcome('{{ getHostByName "x" }}'))

    def test_flow(self) -> None:
        """A template may fail on purpose."""
        self.assert_all(
            (
                ("{{ hello }}", "Hello!"),
                (
                    '{{ fail "stop" }}',
                    (
                        'ERROR 1:3: executing "t" at <fail "stop">: error calling '
                        "fail: stop"
                    ),
                ),
                (
                    "{{ fail }}",
                    (
                        'ERROR 1:3: executing "t" at <fail>: wrong number of args '
                        "for fail: want 1 got 0"
                    ),
                ),
            )
        )
