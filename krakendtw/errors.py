"""Every exception of the gateway, public.

::

    GatewayError
     ├ ConfigError(where, message)       a configuration that must not start
     │  └ ConfigErrors(errors)           all that was found wrong in one file
     ├ PluginError(message)
     │  ├ NamespaceTaken                 two plugins own one name
     │  └ UnknownPlugin                  a name that no plugin answers
     ├ NotConfigured(reason)             a component stays out, the rest goes on
     └ PipeError(message)                raised while a request is served
        ├ Rejected                       a component refuses the request
        ├ BackendError
        │  ├ InvalidStatus               neither 200 nor 201
        │  ├ StatusError                 the same with ``return_error_code``
        │  ├ DecodeError                 the body is not what the encoding wants
        │  └ NoHosts                     service discovery knows nobody
        ├ TransportError                 the wire failed: connect, close, TLS
        │  └ ProtocolError               the peer broke HTTP
        ├ MergeError(errors)             some or all parts of a merge failed
        ├ DeadlineExceeded               the time of the request is over
        └ Canceled                       the client has left

What a failure means to the client is read from the attributes of
:class:`PipeError` by ``krakendtw.router.failure`` and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from krakendtw.config.where import ConfigPath
    from krakendtw.proxy.message import Response


class GatewayError(Exception):
    """The parent of all that the gateway raises on purpose."""


class ConfigError(GatewayError):
    """A configuration value that the gateway cannot work with.

    :param where: the place in the document.
    :param message: what was found and what is wanted.
    """

    def __init__(self, where: ConfigPath | None, message: str) -> None:
        super().__init__(where, message)
        self.where = where
        self.message = message

    def __str__(self) -> str:
        return self.message if self.where is None else f"{self.where}: {self.message}"


class ConfigErrors(ConfigError):
    """Everything that is wrong with one configuration, reported together."""

    def __init__(self, errors: Sequence[ConfigError]) -> None:
        super().__init__(None, "\n".join(str(error) for error in errors))
        self.errors = tuple(errors)


class PluginError(GatewayError):
    """A plugin that cannot be used."""


class NamespaceTaken(PluginError):
    """Two plugins claim the same namespace or name."""


class UnknownPlugin(PluginError):
    """A configured name that no plugin answers, where that is fatal."""


class NotConfigured(GatewayError):
    """A component leaves itself out; the reason is logged and the rest goes on."""


class PipeError(GatewayError):
    """A failure while a request is served.

    :param message: the text that the client sees with ``return_error_msg``.
    :ivar status: the status for the client when no response exists.
    :ivar headers: header fields added to the answer, name to values.
    :ivar encoding: the Content-Type of the error's text; empty for the default.
    :ivar response: a partial response that came about all the same.
    :ivar is_public: whether the client sees the text in any case.
    """

    status: int = 500
    headers: Mapping[str, Sequence[str]] | None = None
    encoding: str = ""
    response: Response | None = None
    is_public: bool = False

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message

    @property
    def parts(self) -> tuple[PipeError, ...]:
        """The errors to log one by one; this one alone unless it is a sum."""
        return (self,)


class Rejected(PipeError):
    """A component refuses the request.

    :param status: the status of the answer.
    :param encoding: the Content-Type of ``message``, empty for the default.
    :param headers: header fields added to the answer.
    :param is_public: whether the client sees ``message`` in any case.
    """

    def __init__(
        self,
        message: str,
        status: int = 500,
        *,
        encoding: str = "",
        headers: Mapping[str, Sequence[str]] | None = None,
        is_public: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.encoding = encoding
        self.headers = headers
        self.is_public = is_public


class BackendError(PipeError):
    """The backend answered, but not with something usable."""


class InvalidStatus(BackendError):
    """The backend's status is neither 200 nor 201."""


class StatusError(BackendError):
    """A failing status passed on: ``backend/http.return_error_code``.

    :param status: the backend's status.
    :param body: its body, which is the error's text.
    :param encoding: its Content-Type.
    """

    def __init__(self, status: int, body: str, encoding: str) -> None:
        super().__init__(body)
        self.status = status
        self.encoding = encoding


class DecodeError(BackendError):
    """The backend's body cannot be read as its encoding."""


class NoHosts(BackendError):
    """Service discovery has no host to offer."""

    def __init__(self) -> None:
        super().__init__("no hosts available")


class TransportError(PipeError):
    """The exchange with a backend failed below HTTP.

    :ivar url: where it was to go, if a component has changed that on the way.
    """

    url: str = ""


class ProtocolError(TransportError):
    """The backend's bytes are not HTTP."""


class MergeError(PipeError):
    """Parts of a merge failed; ``response`` holds what the others gave.

    :param errors: the failures in the order of their arrival.
    """

    def __init__(
        self, errors: Sequence[PipeError], response: Response | None = None
    ) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = tuple(errors)
        self.response = response

    @property
    def parts(self) -> tuple[PipeError, ...]:
        """The failures of the parts."""
        return self.errors


class DeadlineExceeded(PipeError):
    """The time that the endpoint grants is over."""

    def __init__(self) -> None:
        super().__init__("context deadline exceeded")


class Canceled(PipeError):
    """Nobody waits for the answer any more."""

    def __init__(self) -> None:
        super().__init__("context canceled")
