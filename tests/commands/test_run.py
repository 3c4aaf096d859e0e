"""Tests of ``krakendtw run``."""

from __future__ import annotations

import io
import os
from argparse import ArgumentParser
from types import ModuleType
from typing import TYPE_CHECKING, Any

from twisted.trial.unittest import SynchronousTestCase

import krakendtw
from krakendtw.commands import run
from krakendtw.plugin import Registry
from krakendtw.workers import ENVIRONMENT, Place

if TYPE_CHECKING:
    from krakendtw.config.load import Loaded


class RunTests(SynchronousTestCase):
    """The command, with a service that only remembers."""

    def setUp(self) -> None:
        self.started: list[tuple[Loaded, Registry]] = []
        # What the command imports is found as the package's attribute.
        before = vars(krakendtw).get("service")
        if before is None:
            self.addCleanup(delattr, krakendtw, "service")
        else:
            self.addCleanup(setattr, krakendtw, "service", before)
        service: Any = ModuleType("krakendtw.service")
        service.run = self.serve
        krakendtw.service = service  # type: ignore[attr-defined]
        self.registry = Registry()

    def serve(
        self, loaded: Loaded, registry: Registry, place: Place | None = None
    ) -> int:
        """The service's part."""
        self.place = place
        self.started.append((loaded, registry))
        return 7

    def run_command(self, *arguments: str) -> tuple[int, str]:
        """Exit code and errors of the command."""
        parser = ArgumentParser()
        run.command.options(parser)
        options = parser.parse_args(arguments)
        options.registry = self.registry
        options.arguments = ["run", *arguments]
        err = io.StringIO()
        self.patch(run.sys, "stderr", err)
        return run.command.run(options), err.getvalue()

    def write(self, content: str) -> str:
        """A configuration file."""
        path = self.mktemp() + ".json"
        with open(path, "w") as file:
            file.write(content)
        return path

    def test_worker(self) -> None:
        """A worker serves on what its supervisor has given it."""
        path = self.write('{"version": 3}')
        self.patch(os, "environ", {**os.environ, ENVIRONMENT: "0,2,7,8,9,10"})
        self.assertEqual(7, self.run_command("-c", path, "--workers", "2")[0])
        self.assertEqual(Place(0, 2, 7, 8, 9, (10,)), self.place)

    def test_supervises(self) -> None:
        """Several workers get a supervisor that forks them."""
        made: list[tuple[Any, ...]] = []

        class FakeSupervisor:
            def __init__(self, *arguments: Any) -> None:
                made.append(arguments)

            def run(self) -> int:
                return 5

        self.patch(run, "Supervisor", FakeSupervisor)
        krakendtw.service.interfaces = lambda ip: (ip,)  # type: ignore[attr-defined]
        path = self.write('{"version": 3, "port": 1234, "listen_ip": "127.0.0.1"}')
        self.assertEqual(5, self.run_command("-c", path, "--workers", "2")[0])
        ((work, count, addresses, port),) = made
        self.assertEqual((2, ("127.0.0.1",), 1234), (count, addresses, port))
        self.assertEqual([], self.started)
        place = Place(0, 2, 7, 8, 9, (10,))
        self.patch(run, "_has_reactor", lambda: False)
        self.assertEqual(7, work(place))
        self.assertEqual(place, self.place)

    def test_reactor_of_a_plugin(self) -> None:
        """A reactor cannot be shared: then a worker is another program."""
        works: list[Any] = []

        class FakeSupervisor:
            def __init__(self, work: Any, *_: Any) -> None:
                works.append(work)

            def run(self) -> int:
                return 0

        self.patch(run, "Supervisor", FakeSupervisor)
        krakendtw.service.interfaces = lambda ip: (ip,)  # type: ignore[attr-defined]
        became: list[Any] = []
        self.patch(Place, "become", lambda place, command: became.append(command))
        path = self.write('{"version": 3}')
        self.run_command("-c", path, "--workers", "2")
        self.assertTrue(run._has_reactor())  # the one of this test's program
        works[0](Place(0, 2, 7, 8))
        self.assertEqual(["run", "-c", path, "--workers", "2"], became[0][-5:])

    def test_serves(self) -> None:
        """A good configuration is served, and the service's code is the command's."""
        path = self.write('{"version": 3, "port": 1}')
        self.assertEqual((7, ""), self.run_command("-c", path))
        ((loaded, registry),) = self.started
        self.assertIs(self.registry, registry)
        self.assertEqual(1, loaded.config.port)
        self.assertFalse(loaded.config.debug_endpoint)

    def test_port_and_debug(self) -> None:
        """The flags stand above the file."""
        path = self.write('{"version": 3, "port": 1}')
        self.run_command("-d", "-p", "2", "-c", path)
        config = self.started[0][0].config
        self.assertEqual((2, True), (config.port, config.debug_endpoint))

    def test_environment(self) -> None:
        """The process's environment is heeded."""
        self.patch(os, "environ", {**os.environ, "KRAKEND_NAME": "n"})
        self.run_command("-c", self.write('{"version": 3}'))
        self.assertEqual("n", self.started[0][0].config.name)

    def test_no_file_named(self) -> None:
        """Without a file there is a hint, and a code that is not 0."""
        code, err = self.run_command()
        self.assertEqual((1, run.NO_CONFIG), (code, err))

    def test_refused(self) -> None:
        """A configuration that is refused ends with 255."""
        path = self.write('{"version": 2}')
        self.assertEqual(
            (
                255,
                f"ERROR parsing the configuration file: '{path}': "
                "unsupported version: 2 (want: 3) (at $.version)\n",
            ),
            self.run_command("-c", path),
        )
        self.assertEqual([], self.started)

    def test_lenient(self) -> None:
        """A guard that nobody owns can be done without."""
        path = self.write('{"version": 3, "extra_config": {"auth/nobodys": {}}}')
        self.assertEqual(255, self.run_command("-c", path)[0])
        self.assertEqual(7, self.run_command("--lenient", "-c", path)[0])
