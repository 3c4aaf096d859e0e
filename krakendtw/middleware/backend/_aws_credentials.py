"""AWS credentials from where AWS' tools look for them, without stopping the gateway.

Most sources are asked once, and at once: the environment.  The others may ask the
network, by botocore's own means, so they are asked in a thread: at the first
request, and when what they gave is about to expire.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from botocore.credentials import Credentials, ReadOnlyCredentials  # type: ignore[import-untyped,unused-ignore]
from botocore.session import Session  # type: ignore[import-untyped,unused-ignore]
from twisted.internet.defer import Deferred, succeed
from twisted.internet.threads import deferToThread

from krakendtw.errors import PipeError

_NONE = (
    "NoCredentialProviders: no valid providers in chain. Deprecated.\n"
    "\tFor verbose messaging see aws.Config.CredentialsChainVerboseErrors"
)


class CredentialSource:
    """The credentials of one account.

    :param environment: the process's own unless given.
    :param run: runs a function in a thread.
    """

    def __init__(
        self, environment: Mapping[str, str] | None = None, run: Any = deferToThread
    ) -> None:
        self._run = run
        self._found: Any = _from_environment(
            os.environ if environment is None else environment
        )
        self._pending: list[Deferred[ReadOnlyCredentials]] | None = None

    def get(self) -> Deferred[ReadOnlyCredentials]:
        """Credentials that are good now; fails with :exc:`PipeError` for none."""
        found = self._found
        if found is not None and not _expires(found):
            return succeed(found.get_frozen_credentials())
        waiting: Deferred[ReadOnlyCredentials] = Deferred()
        if self._pending is not None:
            self._pending.append(waiting)
            return waiting
        self._pending = [waiting]
        asked = self._run(self._ask)
        asked.addCallbacks(self._answered, self._failed)
        return waiting

    def _ask(self) -> ReadOnlyCredentials:
        """Find the credentials, or renew them; in a thread."""
        if self._found is None:
            self._found = Session().get_credentials()
        if self._found is None:
            raise PipeError(_NONE)
        frozen: ReadOnlyCredentials = self._found.get_frozen_credentials()
        return frozen

    def _answered(self, frozen: ReadOnlyCredentials) -> None:
        pending, self._pending = self._pending or [], None
        for waiting in pending:
            if not waiting.called:
                waiting.callback(frozen)

    def _failed(self, failure: Any) -> None:
        pending, self._pending = self._pending or [], None
        error = failure.value
        if not isinstance(error, PipeError):
            error = PipeError(f"{_NONE}\ncaused by: {error}")
        for waiting in pending:
            if not waiting.called:
                waiting.errback(error)


def _from_environment(environment: Mapping[str, str]) -> Credentials | None:
    """The credentials in the environment, as AWS names them."""
    key = environment.get("AWS_ACCESS_KEY_ID") or environment.get("AWS_ACCESS_KEY")
    secret = environment.get("AWS_SECRET_ACCESS_KEY") or environment.get(
        "AWS_SECRET_KEY"
    )
    if not key or not secret:
        return None
    return Credentials(key, secret, environment.get("AWS_SESSION_TOKEN"))


def _expires(found: Any) -> bool:
    """Whether credentials must be renewed before they are used."""
    needed = getattr(found, "refresh_needed", None)
    return needed is not None and bool(needed())
