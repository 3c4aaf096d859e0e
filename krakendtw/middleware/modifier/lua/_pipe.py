"""Scripts as a step of a pipe: around what is below, or before it only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, fail, succeed

from krakendtw.middleware.modifier.lua._response import prepare
from krakendtw.middleware.modifier.lua._scripts import Scripts
from krakendtw.middleware.modifier.lua._texts import Texts
from krakendtw.middleware.modifier.lua._work import Work
from krakendtw.proxy.message import Request, Response
from krakendtw.proxy.pipe import Hooks

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.interfaces import Proxy, Wrap
    from krakendtw.log import Log
    from krakendtw.middleware.modifier.lua._settings import LuaSettings
    from krakendtw.scope import ServiceScope


def script_part(
    settings: LuaSettings, scope: ServiceScope, log: Log, name: str
) -> Hooks | Wrap:
    """The step that runs the scripts of ``settings``.

    :param name: the namespace.
    """
    scripts = open_scripts(settings, "request", scope, log)
    if settings.after or settings.skip_next:
        return _around(scripts, skip_next=settings.skip_next)

    def before(request: Request) -> Deferred[None] | None:
        return scripts.start(Work(request))

    return Hooks(request=before, response=_prepare, name=name)


def open_scripts(
    settings: LuaSettings, subject: str, scope: ServiceScope, log: Log
) -> Scripts:
    """The scripts ready to run; sources that are not there are logged."""
    for problem in settings.problems:
        log.child("[Lua]").error(f"Opening the source file: {problem}")
    return Scripts(settings, subject, scope.client, scope.clock)


def doubts_of(settings: LuaSettings) -> Sequence[tuple[ConfigPath, str]]:
    """What every request is going to fail with; see ``IDoubtful``."""
    return [
        (settings.where, f"a script that fails: {flaw}")
        for flaw in Texts(settings).flaws()
    ]


def _prepare(request: Request, response: Response) -> None:
    prepare(response)


def _around(scripts: Scripts, *, skip_next: bool) -> Wrap:
    """A wrap: one session before and after what is below."""

    def wrap(below: Proxy) -> Proxy:
        def proxy(request: Request) -> Deferred[Response]:
            work = Work(request)
            try:
                waits = scripts.start(work, keeps=True)
            except Exception:
                return fail()
            if waits is None:
                return go_on(None, work)
            return waits.addCallback(go_on, work)

        def go_on(_: None, work: Work) -> Deferred[Response]:
            if skip_next:
                answer: Any = succeed(Response())
            else:
                try:
                    answer = below(work.request)
                except Exception:
                    return fail()
            found: Deferred[Response] = answer.addCallback(finish, work)
            return found

        def finish(response: Any, work: Work) -> Any:
            prepare(response)
            work.response = response
            waits = scripts.finish(work)
            if waits is None:
                return response
            return waits.addCallback(lambda _: response)

        return proxy

    return wrap
