"""Scripts that run in tests: around a backend's answer, on a clock of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from krakendtw.config.where import ConfigPath
from krakendtw.middleware.modifier.lua._errors import ScriptError
from krakendtw.middleware.modifier.lua._pipe import leave_to_client, script_part
from krakendtw.middleware.modifier.lua._scripts import Scripts
from krakendtw.middleware.modifier.lua._settings import LuaSettings, parse_settings
from krakendtw.middleware.modifier.lua._work import Work
from krakendtw.testing import (
    MemoryBackend,
    gateway_request,
    request,
    response,
    run_pipe,
    service_scope,
)

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from krakendtw.proxy.message import Request, Response
    from krakendtw.transport.server.request import GatewayRequest

MANY_TURNS = 10_000
"""More than any script here takes before it has come to its limits."""

SHOW = """
local function show(...)
  local texts = {}
  for i = 1, select('#', ...) do texts[i] = tostring((select(i, ...))) end
  request.load():params('Out', table.concat(texts, ' '))
end
"""


def settings(**config: Any) -> LuaSettings:
    """What a configuration says."""
    return parse_settings(config, ConfigPath())


class LuaTestCase(SynchronousTestCase):
    """Runs scripts.

    :ivar scope: the gateway's; its clock moves as long as scripts take turns.
    """

    def setUp(self) -> None:
        self.clock = Clock()
        self.scope = service_scope(clock=self.clock)

    def around(
        self, asked: Request | None = None, answer: Any = None, **config: Any
    ) -> Deferred[Response]:
        """Send a request through the scripts to a backend and back.

        :param answer: the backend's data, or its whole response.
        """
        part = script_part(
            settings(**config), self.scope, self.scope.log, "lua", leave_to_client
        )
        backend = MemoryBackend({} if answer is None else answer)
        found = run_pipe([part], backend, asked)
        self.take_turns()
        return found

    def take_turns(self) -> None:
        """Let scripts that have paused go on to their ends."""
        for _ in range(MANY_TURNS):
            if not self.clock.getDelayedCalls():
                return
            self.clock.advance(0)
        self.fail("there is no end to it")

    def done(
        self, asked: Request | None = None, answer: Any = None, **config: Any
    ) -> Response:
        """The response that the scripts leave."""
        return self.successResultOf(self.around(asked, answer, **config))

    def value(self, expression: str, **config: Any) -> str:
        """What an expression, or a script that calls ``show``, comes to as text."""
        script = expression if "show(" in expression else f"show({expression})"
        asked = request()
        self.done(asked, pre=f"{SHOW} {script}", **config)
        return str(asked.params["Out"])

    def open_value(self, expression: str) -> str:
        """The same with all libraries."""
        return self.value(expression, allow_open_libs=True)

    def error(self, script: str, **config: Any) -> ScriptError:
        """What a script fails with."""
        found = self.around(pre=script, **config)
        error = self.failureResultOf(found, ScriptError).value
        assert isinstance(error, ScriptError)
        return error

    def changed(self, script: str, data: Any = None, **config: Any) -> Any:
        """The data after a script, which finds them as ``d``."""
        head = "local d = response.load():data() "
        answer = response({} if data is None else data)
        return self.done(answer=answer, post=head + script, **config).data

    def context(self, asked: GatewayRequest, script: str, **config: Any) -> None:
        """Run a script on a client's request, which it finds as ``c``."""
        made = settings(pre=f"local c = ctx.load() {script}", **config)
        scripts = Scripts(made, "ctx", self.scope.client, self.clock)
        waits = scripts.start(Work(client=asked, names={}))
        self.take_turns()
        if waits is not None:
            self.successResultOf(waits)

    def context_value(self, expression: str, **options: Any) -> str:
        """What an expression about a client's request comes to as text."""
        asked = gateway_request(**options)
        self.context(asked, f"c:params('Out', tostring({expression}))")
        return asked.route_params["Out"]
