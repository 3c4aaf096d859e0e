"""``security/bot-detector``: refuses clients by their User-Agent.

At service level it guards everything behind routing, at endpoint level one
endpoint.  Of several User-Agent fields the first one counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import field, frozen
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET
from zope.interface import implementer

from krakendtw.errors import NotConfigured
from krakendtw.interfaces import IHandlerMiddleware, IRouterMiddleware
from krakendtw.middleware._place import BACKEND, level_of, stands_in
from krakendtw.middleware.auth._go_struct import Mismatch, decode_struct
from krakendtw.regex import RegexError, compile_regex
from krakendtw.router.answer import Answer

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred
    from twisted.web.resource import IResource

    from krakendtw.config.where import ConfigPath
    from krakendtw.interfaces import Handler
    from krakendtw.log import Log
    from krakendtw.scope import HandlerScope, ServiceScope
    from krakendtw.transport.server.request import GatewayRequest

IsBot: TypeAlias = "Callable[[bytes], bool]"
"""Judges a User-Agent; an empty one if there is none."""

_LONGEST = 1024
"""Bytes of a User-Agent whose decision is kept: longer ones would fill the
memory with what a client makes up."""

_FIELDS = {
    "deny": ("[]string", ()),
    "allow": ("[]string", ()),
    "patterns": ("[]string", ()),
    "cache_size": ("int", 0),
    "empty_user_agent_is_bot": ("bool", False),
}


@implementer(IRouterMiddleware, IHandlerMiddleware)
@frozen
class BotDetector:
    """Who is refused.

    :ivar is_bot: the decision.
    """

    router_order = 600
    handler_order = 150
    is_bot: IsBot = field(repr=False)

    def wrap_leaf(self, scope: ServiceScope, resource: IResource) -> IResource:
        """See :class:`~krakendtw.interfaces.IRouterMiddleware`."""
        log = scope.log.child("[SERVICE: Gin][Botdetector]")
        return HumanResource(self.is_bot, resource, log)

    def wrap_handler(self, scope: HandlerScope, handler: Handler) -> Handler:
        """See :class:`~krakendtw.interfaces.IHandlerMiddleware`."""
        if not stands_in(self, scope.config.extra):
            return handler
        is_bot = self.is_bot
        log = scope.service.log.child(f"[ENDPOINT: {scope.config.path}][Botdetector]")
        log.debug("The bot detector has been registered successfully")

        def guarded(request: GatewayRequest) -> Answer | Deferred[Answer]:
            if is_bot(request.field(b"user-agent") or b""):
                _report(log)
                return Answer(403)
            return handler(request)

        return guarded


class HumanResource(Resource):
    """A leaf for everybody but bots."""

    isLeaf = True

    def __init__(self, is_bot: IsBot, leaf: Any, log: Log) -> None:
        Resource.__init__(self)
        self._is_bot = is_bot
        self._leaf = leaf
        self._log = log
        self.streams_body = getattr(leaf, "streams_body", False)
        self.answers_later = getattr(leaf, "answers_later", False)

    def render(self, request: Any) -> Any:
        """See :class:`twisted.web.resource.IResource`."""
        if self._is_bot(request.field(b"user-agent") or b""):
            _report(self._log)
            request.answer(403, b"", b"")
            return NOT_DONE_YET
        return self._leaf.render(request)


def _report(log: Log) -> None:
    if log.error_on:
        log.error("bot rejected")


def configure(raw: Any, where: ConfigPath) -> BotDetector:
    """The detector.

    :raises NotConfigured: a value of a wrong type, a pattern that is none, or a
        backend's part.
    """
    if level_of(where) == BACKEND:
        raise NotConfigured("security/bot-detector has no effect in a backend's part")
    try:
        options = decode_struct(raw, "Config", _FIELDS, package="botdetector")
        is_bot = compile_detector(
            options["allow"],
            options["deny"],
            compile_patterns(options["patterns"]),
            refuses_empty=options["empty_user_agent_is_bot"],
        )
    except Mismatch as error:
        raise NotConfigured(str(error)) from error
    except RegexError as error:
        raise NotConfigured(f"Unable to create the bot detector: {error}") from error
    size = options["cache_size"]
    if size < 0:
        raise NotConfigured(
            "Unable to create the bot detector: must provide a positive size"
        )
    return BotDetector(remembering(is_bot, size) if size else is_bot)


def compile_detector(
    allow: Sequence[str],
    deny: Sequence[str],
    matches: Callable[[str], bool],
    *,
    refuses_empty: bool,
) -> IsBot:
    """The decision: empty ones, then ``allow``, then ``deny``, then patterns."""
    allowed = {agent.encode() for agent in allow}
    denied = {agent.encode() for agent in deny}

    def is_bot(agent: bytes) -> bool:
        if not agent:
            return refuses_empty
        if agent in allowed:
            return False
        return agent in denied or matches(agent.decode("utf-8", "surrogateescape"))

    return is_bot


def compile_patterns(patterns: Sequence[str]) -> Callable[[str], bool]:
    """A function that says whether any of ``patterns`` matches within a text.

    :raises krakendtw.regex.RegexError: one is none.
    """
    single = [compile_regex(pattern) for pattern in patterns]
    if not single:
        return lambda text: False
    if len(single) == 1:
        return single[0]
    # One pass over the text for all of them, where they can be joined: a quote
    # that is left open would swallow the patterns behind it.
    if not any("\\Q" in pattern for pattern in patterns):
        try:
            return compile_regex("|".join(f"(?:{pattern})" for pattern in patterns))
        except RegexError:
            pass  # too large, or names that clash: one after the other then
    return lambda text: any(matches(text) for matches in single)


def remembering(is_bot: IsBot, size: int) -> IsBot:
    """The same decisions, the last ``size`` of them from memory."""
    remembered = lru_cache(maxsize=size)(is_bot)

    def decide(agent: bytes) -> bool:
        return remembered(agent) if len(agent) <= _LONGEST else is_bot(agent)

    return decide
