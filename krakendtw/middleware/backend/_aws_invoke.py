"""AWS' API for calling a Lambda function, with the retries of its Go library."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING
from urllib.parse import quote

import treq
from attrs import field, frozen
from botocore.auth import SigV4Auth  # type: ignore[import-untyped,unused-ignore]
from botocore.awsrequest import AWSRequest  # type: ignore[import-untyped,unused-ignore]
from botocore.credentials import Credentials  # type: ignore[import-untyped,unused-ignore]
from twisted.internet.defer import CancelledError, Deferred
from twisted.web.http_headers import Headers

from krakendtw.errors import Canceled, DeadlineExceeded
from krakendtw.middleware._whole_body import WholeBody
from krakendtw.middleware.backend._aws_refusal import AWSError, first, refusal

if TYPE_CHECKING:
    from treq.client import HTTPClient

    from krakendtw.middleware.backend._aws_credentials import CredentialSource
    from krakendtw.transport.deadline import TimerWheel

RETRIES = 3
_DELAY_S, _THROTTLED_DELAY_S = 0.03, 0.5
_HEADERS = {"X-Amz-Invocation-Type": "RequestResponse", "X-Amz-Log-Type": "None"}


@frozen
class Result:
    """What a function answered.

    :ivar version: of the function that ran; empty if AWS does not say.
    """

    status: int
    payload: bytes
    version: str


@frozen
class Invoker:
    """Calls functions of one region.

    :ivar endpoint: AWS' address, without a slash at its end.
    """

    endpoint: str
    region: str
    client: HTTPClient = field(repr=False)
    credentials: CredentialSource = field(repr=False)
    wheel: TimerWheel = field(repr=False)

    async def invoke(self, function: str, payload: bytes) -> Result:
        """Call a function and wait for its answer.

        :raises AWSError: it could not be called, the retries included.
        """
        if not function:
            raise AWSError(
                "InvalidParameter",
                "1 validation error(s) found.\n"
                "- minimum field size of 1, InvokeInput.FunctionName.\n",
            )
        name = quote(function, safe="-._~", encoding="utf-8", errors="surrogateescape")
        url = f"{self.endpoint}/2015-03-31/functions/{name}/invocations"
        for attempt in range(RETRIES + 1):
            try:
                return await self._ask(url, payload)
            except AWSError as error:
                if attempt == RETRIES or not error.may_pass:
                    raise
                least = _THROTTLED_DELAY_S if error.is_throttled else _DELAY_S
                jitter = 1 + random.random()  # noqa: S311 - no secret
                await self._pause(least * jitter * 2**attempt)
        raise AssertionError("the last attempt returns or raises")

    async def _ask(self, url: str, payload: bytes) -> Result:
        """One attempt."""
        headers = await self._signed(url, payload)
        try:
            answer = await self.client.request(
                "POST",
                url,
                headers=headers,
                data=WholeBody(payload),
                allow_redirects=False,
            )
            body = await treq.content(answer)
        except (CancelledError, Canceled, DeadlineExceeded):
            raise
        except Exception as error:  # the connection, whatever is wrong with it
            reason = getattr(error, "message", "") or str(error)
            raise AWSError(
                "RequestError",
                f'send request failed\ncaused by: Post "{url}": {reason}',
            ) from error
        status = answer.code
        if not 200 <= status < 300:
            raise refusal(status, answer.headers, body)
        version = first(answer.headers, "X-Amz-Executed-Version")
        return Result(status, body, version)

    async def _signed(self, url: str, payload: bytes) -> Headers:
        """The header fields with AWS' signature, version 4."""
        frozen_keys = await self.credentials.get()
        keys = Credentials(
            frozen_keys.access_key, frozen_keys.secret_key, frozen_keys.token
        )
        fields = dict(_HEADERS)
        if payload:
            fields["Content-Length"] = str(len(payload))
        request = AWSRequest("POST", url, headers=fields, data=payload)
        SigV4Auth(keys, "lambda", self.region).add_auth(request)
        return Headers(
            {
                name: [value.decode() if isinstance(value, bytes) else str(value)]
                for name, value in request.headers.items()
                if name.lower() != "content-length"
            }
        )

    def _pause(self, seconds: float) -> Deferred[None]:
        """Fires after a while."""
        waiting: Deferred[None] = Deferred(lambda _: timer.cancel())
        timer = self.wheel.call_later(seconds, waiting.callback, None)
        return waiting
