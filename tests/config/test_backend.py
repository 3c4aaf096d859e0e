"""Tests of a backend's defaults and checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.backend import (
    Parent,
    clean_hosts,
    resolve_agent_backend,
    resolve_backend,
)
from krakendtw.config.document import BackendDocument
from krakendtw.config.model import BackendConfig
from krakendtw.config.where import ConfigPath

if TYPE_CHECKING:
    from krakendtw.errors import ConfigError

WHERE = ConfigPath(("endpoints", 0, "backend", 0))
PARENT = Parent(
    path="/a/:x",
    method="post",
    timeout=1.5,
    concurrent_calls=2,
    output_encoding="json",
    parameters=("x",),
    hosts=("http://root",),
)


class BackendTests(SynchronousTestCase):
    """Backends of endpoints."""

    def resolve(
        self, document: BackendDocument, parent: Parent = PARENT
    ) -> BackendConfig:
        """A backend without a fault."""
        errors: list[ConfigError] = []
        backend = resolve_backend(document, parent, WHERE, errors)
        self.assertEqual([], errors)
        return backend

    def test_inherits(self) -> None:
        """What is not written comes from the endpoint."""
        self.assertEqual(
            BackendConfig(
                url_pattern="/",
                hosts=("http://root",),
                method="POST",
                timeout=1.5,
                concurrent_calls=2,
                parent_endpoint="/a/:x",
                parent_method="POST",
            ),
            self.resolve(BackendDocument()),
        )

    def test_own_values(self) -> None:
        """What is written stays, in the model's spelling."""
        backend = self.resolve(
            BackendDocument(
                method="put",
                url_pattern="b/{x}",
                encoding="XML",
                host=("h:8080/",),
                input_headers=("x-foo",),
                sd="dns",
                sd_scheme="https",
                mapping={"a": "b"},
            )
        )
        self.assertEqual("PUT", backend.method)
        self.assertEqual("/b/{{.X}}", backend.url_pattern)
        self.assertEqual("XML", backend.encoding)
        self.assertEqual(("http://h:8080",), backend.hosts)
        self.assertEqual(("X-Foo",), backend.input_headers)
        self.assertEqual(("dns", "https"), (backend.sd, backend.sd_scheme))
        self.assertEqual({"a": "b"}, dict(backend.mapping))

    def test_timeout_is_the_endpoints(self) -> None:
        """A backend's own timeout and concurrency are overwritten."""
        backend = self.resolve(BackendDocument(timeout=9.0, concurrent_calls=9))
        self.assertEqual((1.5, 2), (backend.timeout, backend.concurrent_calls))

    def test_noop_goes_down(self) -> None:
        """A no-op endpoint's backend is no-op whatever is written."""
        parent = Parent(output_encoding="no-op")
        backend = self.resolve(BackendDocument(encoding="json"), parent)
        self.assertEqual("no-op", backend.encoding)

    def test_hosts_as_written(self) -> None:
        """Without sanitizing a host may be anything."""
        backend = self.resolve(
            BackendDocument(host=("amqp://u:p@h/x",), disable_host_sanitize=True)
        )
        self.assertEqual(("amqp://u:p@h/x",), backend.hosts)
        self.assertTrue(backend.host_sanitize_disabled)

    def test_later_parameters(self) -> None:
        """Earlier answers and claims need no parameter of the endpoint."""
        backend = self.resolve(BackendDocument(url_pattern="/{resp0_id}/{JWT.sub}"))
        self.assertEqual("/{{.Resp0_id}}/{{.JWT.sub}}", backend.url_pattern)


class FaultTests(SynchronousTestCase):
    """What a backend is refused for."""

    def faults(self, document: BackendDocument) -> list[str]:
        """What is said of a backend, with the places."""
        errors: list[ConfigError] = []
        resolve_backend(document, PARENT, WHERE, errors)
        return [str(error) for error in errors]

    def test_undefined_parameter(self) -> None:
        """A parameter that the endpoint lacks is named."""
        self.assertEqual(
            [
                "$.endpoints[0].backend[0].url_pattern: undefined output param 'y'! "
                "endpoint: post /a/:x, backend: 0. input: [x], output: [y]"
            ],
            self.faults(BackendDocument(url_pattern="/{y}")),
        )

    def test_case_of_parameter(self) -> None:
        """The case of a parameter counts."""
        (fault,) = self.faults(BackendDocument(url_pattern="/{X}"))
        self.assertIn("undefined output param 'X'!", fault)

    def test_too_many_parameters(self) -> None:
        """More than the endpoint has, the last one not counted."""
        (fault,) = self.faults(BackendDocument(url_pattern="/{x}/{y}/{z}"))
        self.assertIn(
            "input and output params do not match. endpoint: post /a/:x, backend: 0. "
            "input: [x], output: [x y z]",
            fault,
        )
        (fault,) = self.faults(BackendDocument(url_pattern="/{x}/{y}"))
        self.assertIn("undefined output param 'y'!", fault)

    def test_bad_hosts(self) -> None:
        """Each bad host is told, before the pattern."""
        faults = self.faults(
            BackendDocument(host=("h", "h/x", "ftp://h"), url_pattern="/{y}")
        )
        self.assertEqual(
            [
                "$.endpoints[0].backend[0].host[1]: host h/x not valid: invalid host",
                "$.endpoints[0].backend[0].host[2]: "
                "host ftp://h not valid: invalid host",
            ],
            faults[:2],
        )
        self.assertEqual(3, len(faults))


class AgentBackendTests(SynchronousTestCase):
    """Backends of async agents."""

    def test_as_written(self) -> None:
        """Pattern, header names and scheme stay; the method is GET."""
        errors: list[ConfigError] = []
        backend = resolve_agent_backend(
            BackendDocument(url_pattern="x/{y}", input_headers=("x-foo",)),
            Parent(timeout=3.0, hosts=("http://root",)),
            WHERE,
            errors,
        )
        self.assertEqual([], errors)
        self.assertEqual("x/{y}", backend.url_pattern)
        self.assertEqual(("x-foo",), backend.input_headers)
        self.assertEqual(("GET", ""), (backend.method, backend.sd_scheme))
        self.assertEqual((3.0, 1), (backend.timeout, backend.concurrent_calls))

    def test_hosts_are_checked(self) -> None:
        """Their hosts are sanitized too."""
        errors: list[ConfigError] = []
        resolve_agent_backend(BackendDocument(host=("h/x",)), Parent(), WHERE, errors)
        self.assertEqual(1, len(errors))


class CleanHostsTests(SynchronousTestCase):
    """Lists of hosts."""

    def test_order(self) -> None:
        """The hosts stay in their order, those that are none left out."""
        errors: list[ConfigError] = []
        self.assertEqual(
            ("http://b", "http://a"), clean_hosts(("b", "", "a"), WHERE, errors)
        )
        self.assertEqual(
            ["host  not valid: invalid host"], [error.message for error in errors]
        )
