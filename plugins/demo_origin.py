"""``example/demo-origin``: a backend to play with, inside the gateway.

``{"port": 8081}`` in the service's ``extra_config`` serves, on loopback only,
``/users``, ``/users/N``, ``/users/N/posts``, ``/company.xml`` and ``/slow``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from attrs import frozen
from twisted.application.internet import TCPServer
from twisted.internet.task import deferLater
from twisted.plugin import IPlugin
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Site
from twisted.web.static import Data
from zope.interface import implementer

from krakendtw.errors import ConfigError
from krakendtw.interfaces import IMiddlewarePlugin, IServiceMiddleware

if TYPE_CHECKING:
    from twisted.internet.interfaces import IReactorTime
    from twisted.web.http import Request

    from krakendtw.config.where import ConfigPath
    from krakendtw.scope import ServiceScope

USERS = [
    {"id": number, "name": name, "token": f"secret-{number}"}
    for number, name in enumerate(("Ada", "Grace", "Radia"), 1)
]
COMPANY = b"<company><name>Analytical Engines</name><city>London</city></company>"


class Slow(Resource):
    """Answers after two seconds, unless the caller has left."""

    isLeaf = True

    def __init__(self, clock: IReactorTime) -> None:
        Resource.__init__(self)
        self.clock = clock

    def render_GET(self, request: Request) -> int:
        """Begin to wait."""
        waiting = deferLater(self.clock, 2.0, self._answer, request)
        waiting.addErrback(lambda _: None)  # the caller has left: nobody to tell
        request.notifyFinish().addErrback(lambda _: waiting.cancel())
        return NOT_DONE_YET

    def _answer(self, request: Request) -> None:
        request.setHeader("Content-Type", "application/json")
        request.write(b'{"late": true}')
        request.finish()


class DemoSite(Site):
    """A site without an access log of its own: the gateway has one."""

    noisy = False

    def __init__(self, root: Resource) -> None:
        Site.__init__(self, root)

    def log(self, request: Request) -> None:
        """Nothing."""


def build_root(clock: IReactorTime) -> Resource:
    """The origin's resources."""
    users = _json(USERS)
    for user in USERS:
        posts = [{"id": n, "title": f"Post {n} of {user['name']}"} for n in (1, 2)]
        page = _json(user)
        page.putChild(b"posts", _json(posts))
        users.putChild(str(user["id"]).encode(), page)
    root = Resource()
    root.putChild(b"users", users)
    root.putChild(b"company.xml", Data(COMPANY, "application/xml"))
    root.putChild(b"slow", Slow(clock))
    return root


def _json(value: Any) -> Data:
    return Data(json.dumps(value).encode(), "application/json")


@implementer(IServiceMiddleware)
@frozen
class DemoOrigin:
    """The origin on one port of the loopback interface."""

    port: int

    def service(self, scope: ServiceScope) -> TCPServer:
        """Listens as long as the gateway lives."""
        site = DemoSite(build_root(scope.clock))
        return TCPServer(self.port, site, interface="127.0.0.1")


@implementer(IPlugin, IMiddlewarePlugin)
class DemoOriginPlugin:
    """The owner of the namespace."""

    namespace = "example/demo-origin"
    aliases = ()

    def configure(self, raw: Any, where: ConfigPath) -> DemoOrigin:
        """Read the port.

        :raises ConfigError: there is no port.
        """
        port = raw.get("port") if isinstance(raw, dict) else None
        if type(port) is not int:
            raise ConfigError(where / "port", "a port number is wanted")
        return DemoOrigin(port)


demo_origin = DemoOriginPlugin()
