"""The step that puts what a template writes into the place of a request's body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from krakendtw.middleware.modifier._body_template import BodyTemplate, collect
from krakendtw.middleware.modifier._template_data import request_views

if TYPE_CHECKING:
    from collections.abc import Callable

    from krakendtw.log import Log
    from krakendtw.middleware.modifier._formats import Formats
    from krakendtw.proxy.message import Request


def compile_generator(
    template: BodyTemplate, formats: Formats, log: Log
) -> Callable[[Request], Deferred[None] | None]:
    """The request hook that puts what the template writes into the body's place."""
    views = template.views(request_views(formats, log))
    needs_body = template.reads("req_body")
    content_type = [template.content_type]

    def generate(request: Request) -> None:
        body = template.render(collect(views, request), log)
        # A dictionary of its own: siblings may share the one that is there.
        headers = dict(request.headers)
        headers.pop("Content-Encoding", None)
        headers["Content-Length"] = [str(len(body))]
        headers["Content-Type"] = content_type.copy()
        request.headers = headers
        request.body = body

    if not needs_body:
        return generate

    def hook(request: Request) -> Deferred[None] | None:
        waits: Any = request.read_body()
        if isinstance(waits, Deferred):
            return waits.addCallback(lambda _: generate(request))
        generate(request)
        return None

    return hook
