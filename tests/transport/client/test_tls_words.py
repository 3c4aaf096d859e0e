"""Tests of :mod:`krakendtw.transport.client.tls_words`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from OpenSSL import SSL
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.transport.client.tls_words import (
    certificate_fault,
    first_record_fault,
    handshake_fault,
    is_address,
)
from tests.transport.certificates import Made, certificate

NO_ISSUER, EXPIRED, TOO_EARLY, PURPOSE = (20, 0), (10, 0), (9, 0), (26, 0)


class CertificateTests(SynchronousTestCase):
    """``certificate_fault``."""

    def fault(
        self, made: Made, host: str = "localhost", *faults: tuple[int, int]
    ) -> str:
        """The fault, without what it always begins with."""
        text = certificate_fault(made.certificate, host, faults)
        return text.removeprefix("tls: failed to verify certificate: x509: ")

    def test_good(self) -> None:
        """A good certificate has no fault."""
        self.assertEqual("", self.fault(certificate()))

    def test_names(self) -> None:
        """A certificate for others says for whom."""
        many = tuple(f"h{number}.test" for number in range(100))
        for names, host, expected in (
            (
                ("a.test", "b.test"),
                "c.test",
                "certificate is valid for a.test, b.test, ",
            ),
            (
                ("10.0.0.1",),
                "c.test",
                "certificate is not valid for any names, but wan",
            ),
            (
                many,
                "c.test",
                "certificate is valid for 100 names, but none matched c.t",
            ),
            (
                ("a.test",),
                "::1",
                "cannot validate certificate for ::1 because it doesn",
            ),
            (
                ("10.0.0.1", "::2"),
                "::1",
                "certificate is valid for 10.0.0.1, ::2, not ",
            ),
            (
                (),
                "c.test",
                "certificate is not valid for any names, but wanted to match",
            ),
        ):
            found = self.fault(certificate(names, common_name="x"), host)
            self.assertTrue(found.startswith(expected), found)

    def test_common_name(self) -> None:
        """A host in the common name alone does not count."""
        made = certificate((), common_name="Localhost")
        self.assertEqual(
            "certificate relies on legacy Common Name field, use SANs instead",
            self.fault(made),
        )

    def test_time(self) -> None:
        """The time is compared with the limit that is passed."""
        made = certificate(days=(-2, -1)).certificate
        now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        later = made.not_valid_after_utc + timedelta(days=1)
        for fault, present, relation, limit in (
            (TOO_EARLY, now, "before", made.not_valid_before_utc),
            (EXPIRED, later, "after", made.not_valid_after_utc),
        ):
            if relation == "before":
                present = made.not_valid_before_utc - timedelta(days=1)
            found = certificate_fault(made, "other", [fault, NO_ISSUER], present)
            form = "%Y-%m-%dT%H:%M:%SZ"
            self.assertTrue(
                found.endswith(
                    "certificate has expired or is not yet valid: current time "
                    f"{present.strftime(form)} is {relation} {limit.strftime(form)}"
                ),
                found,
            )

    def test_chain(self) -> None:
        """Faults of the chain come last."""
        unknown = "certificate signed by unknown authority"
        purpose = "certificate specifies an incompatible key usage"
        made = certificate()
        for faults, expected in (
            ([NO_ISSUER], unknown),
            ([(10, 1)], unknown),
            ([PURPOSE], purpose),
            ([PURPOSE, NO_ISSUER], unknown),
        ):
            self.assertEqual(expected, self.fault(made, "localhost", *faults))


class HandshakeTests(SynchronousTestCase):
    """``handshake_fault`` and ``first_record_fault``."""

    def test_alerts(self) -> None:
        """The other side's alerts have Go's names."""
        for reason, expected in (
            ("tls alert handshake failure", "handshake failure"),
            ("sslv3 alert bad certificate", "bad certificate"),
            ("tlsv1 alert unknown ca", "unknown certificate authority"),
            ("tlsv13 alert certificate required", "certificate required"),
            ("tlsv1 unrecognized name", "unrecognized name"),
        ):
            error = SSL.Error([("SSL routines", "", reason)])
            self.assertEqual(f"remote error: tls: {expected}", handshake_fault(error))

    def test_own(self) -> None:
        """What OpenSSL found itself keeps its words; nothing means the end."""
        error = SSL.Error([("SSL routines", "", "bad extension")])
        self.assertEqual("tls: bad extension", handshake_fault(error))
        self.assertEqual("EOF", handshake_fault(SSL.Error([])))
        self.assertEqual("EOF", handshake_fault(SSL.Error()))

    def test_first_record(self) -> None:
        """HTTP without TLS is known by its first bytes."""
        self.assertIn("HTTP response", first_record_fault(b"HTTP/1.0 200"))
        self.assertIn("first record", first_record_fault(b"SSH-2.0"))

    def test_addresses(self) -> None:
        """Addresses are told from names."""
        for host, expected in (("::1", True), ("1.2.3.4", True), ("1.test", False)):
            self.assertEqual(expected, is_address(host))
