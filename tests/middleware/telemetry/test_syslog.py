"""Tests of the syslog daemon's client."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile

from twisted.trial.unittest import SynchronousTestCase

from krakendtw.middleware.telemetry._syslog import SyslogError, SyslogWriter, connect


class SyslogWriterTests(SynchronousTestCase):
    """Lines to a daemon on a socket of the test's own."""

    def setUp(self) -> None:
        folder = tempfile.mkdtemp()  # short, for a socket's name has little room
        self.addCleanup(shutil.rmtree, folder)
        self.path = os.path.join(folder, "log")

    def _listen(self, kind: socket.SocketKind = socket.SOCK_DGRAM) -> socket.socket:
        daemon = socket.socket(socket.AF_UNIX, kind)
        self.addCleanup(daemon.close)
        daemon.bind(self.path)
        daemon.settimeout(5)
        return daemon

    def _writer(self, paths: tuple[str, ...] | None = None) -> SyslogWriter:
        writer = SyslogWriter(155, "[GW]", paths or (self.path,))
        self.addCleanup(writer.close)
        return writer

    def test_line(self) -> None:
        """A line has the priority, a date, the tag and the process."""
        daemon = self._listen()
        self._writer()("ERROR > boom")
        self.assertRegex(
            daemon.recv(1024).decode(),
            rf"^<155>[A-Z][a-z]{{2}} [ \d]\d \d\d:\d\d:\d\d"
            rf" \[GW\]\[{os.getpid()}\]: ERROR > boom\n$",
        )

    def test_newline(self) -> None:
        """A line that ends in a newline gets no second one."""
        daemon = self._listen()
        self._writer()("x\n")
        self.assertTrue(daemon.recv(1024).endswith(b": x\n"))

    def test_stream(self) -> None:
        """A daemon that listens for streams is found as well."""
        daemon = self._listen(socket.SOCK_STREAM)
        daemon.listen()
        self._writer()("x")
        connection, _ = daemon.accept()
        self.addCleanup(connection.close)
        self.assertTrue(connection.recv(1024).endswith(b": x\n"))

    def test_first_that_answers(self) -> None:
        """Paths where nobody listens are passed over."""
        daemon = self._listen()
        self._writer((self.path + "-missing", self.path))("x")
        self.assertTrue(daemon.recv(1024).endswith(b": x\n"))

    def test_nobody(self) -> None:
        """Without a daemon there is no writer, and the words are Go's."""
        error = self.assertRaises(SyslogError, connect, (self.path,))
        self.assertEqual("Unix syslog delivery error", str(error))

    def test_restarted_daemon(self) -> None:
        """A daemon that was restarted gets the next line."""
        first = self._listen()
        writer = self._writer()
        first.close()
        os.unlink(self.path)
        second = self._listen()
        writer("x")
        self.assertTrue(second.recv(1024).endswith(b": x\n"))

    def test_lost_daemon(self) -> None:
        """A line to a daemon that is gone is lost, and nothing else."""
        daemon = self._listen()
        writer = self._writer()
        daemon.close()
        os.unlink(self.path)
        writer("x")
        writer("y")
