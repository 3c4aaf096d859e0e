"""Scripts as a step of a pipe: around what is below, or before it only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, fail, succeed

from krakendtw.errors import Rejected
from krakendtw.go_quote import quote
from krakendtw.middleware.modifier.lua._fields import is_token
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

Leave = Callable[[Work], None]
"""What is done with a request when ``pre`` has run."""


def script_part(
    settings: LuaSettings,
    scope: ServiceScope,
    log: Log,
    name: str,
    leave: Leave,
) -> Hooks | Wrap:
    """The step that runs the scripts of ``settings``.

    :param name: the namespace.
    :param leave: what is done with the request that ``pre`` has left.
    """
    scripts = open_scripts(settings, "request", scope, log)
    if settings.after or settings.skip_next:
        return _around(scripts, leave, skip_next=settings.skip_next)

    def before(request: Request) -> Deferred[None] | None:
        work = Work(request)
        waits = scripts.start(work)
        if waits is None:
            leave(work)
            return None
        return waits.addCallback(lambda _: leave(work))

    return Hooks(request=before, response=_prepare, name=name)


def leave_to_backends(work: Work) -> None:
    """What ``pre`` of an endpoint says of the URL means nothing: backends have it."""
    work.request.url = ""
    if work.names_host:
        work.request.headers.pop("Host", None)


def leave_to_client(work: Work) -> None:
    """Of a backend's ``pre`` method and URL count.

    :raises Rejected: Go's client would not take the method.
    """
    request = work.request
    if work.names_host:
        request.headers.pop("Host", None)
    request.method = method = request.method.upper() or "GET"
    if not is_token(method):
        raise Rejected(f"net/http: invalid method {quote(method)}")


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


def _around(scripts: Scripts, leave: Leave, *, skip_next: bool) -> Wrap:
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
                    leave(work)
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
