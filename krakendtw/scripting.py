"""What a script of ``modifier/python`` works with; public.

::

    from krakendtw.scripting import Reject, Request, Response


    def pre(request: Request) -> None:
        if "X-Tenant" not in request.headers:
            raise Reject("no tenant", 400)


    async def post(request: Request, response: Response) -> None:
        response.data["tenant"] = request.headers["X-Tenant"]

Names of header fields and of parameters are understood in any case here.  What
is written into a field is checked: a line break must not begin another one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from krakendtw import errors
from krakendtw.config.canonical import canonical_header
from krakendtw.proxy.message import Response as PipeResponse
from krakendtw.proxy.query import encode_query, parse_query

if TYPE_CHECKING:
    from treq.client import HTTPClient

    from krakendtw.proxy.message import Body
    from krakendtw.proxy.message import Request as PipeRequest
    from krakendtw.transport.server.request import GatewayRequest

_is_token = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_has_break = re.compile(r"[\r\n\0]").search

_LENGTH = "Content-Length"


class Reject(errors.Rejected):
    """Ends the request: the client gets this status and this text.

    :param text: the body of the answer.
    :param status: its status.
    :param content_type: of the text; by its looks unless given.
    :param headers: more header fields.
    :param is_public: whether the client sees the text in any case, and not only
        with ``return_error_msg``.
    """

    def __init__(
        self,
        text: str,
        status: int = 500,
        *,
        content_type: str = "",
        headers: Mapping[str, str] | None = None,
        is_public: bool = True,
    ) -> None:
        if not 200 <= status <= 999:
            raise ValueError(f"{status} is no final status")
        fields = {name: [value] for name, value in (headers or {}).items()}
        for name, (value,) in {"Content-Type": [content_type], **fields}.items():
            check_field(name, value)
        super().__init__(
            text,
            status,
            encoding=content_type,
            headers=fields or None,
            is_public=is_public,
        )


def check_field(name: str, value: str) -> None:
    """Hold a header field against RFC 9110 §5.

    :raises ValueError: it must not go out.
    """
    if not _is_token(name):
        raise ValueError(f"{name!r} is no name of a header field")
    if not isinstance(value, str):
        raise TypeError(f"{name} wants a text, not {value!r}")
    if _has_break(value):
        raise ValueError(f"a line break in {name}: {value!r}")


class Headers(MutableMapping[str, str]):
    """Header fields; of several values of one name the first, see :meth:`all`."""

    __slots__ = ("_fields",)

    def __init__(self, fields: dict[str, list[str]]) -> None:
        self._fields = fields

    def __getitem__(self, name: str) -> str:
        return self._fields[canonical_header(name)][0]

    def __setitem__(self, name: str, value: str) -> None:
        check_field(name, value)
        self._fields[canonical_header(name)] = [value]

    def __delitem__(self, name: str) -> None:
        del self._fields[canonical_header(name)]

    def __iter__(self) -> Iterator[str]:
        return (name for name, values in self._fields.items() if values)

    def __len__(self) -> int:
        return sum(1 for values in self._fields.values() if values)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and bool(self._fields.get(canonical_header(name)))

    def all(self, name: str) -> list[str]:
        """All values of a name; a copy."""
        return list(self._fields.get(canonical_header(name), ()))

    def add(self, name: str, value: str) -> None:
        """Add a value beside those that are there."""
        check_field(name, value)
        key = canonical_header(name)
        self._fields[key] = [*self._fields.get(key, ()), value]

    def __repr__(self) -> str:
        return f"Headers({self._fields!r})"


class Params(MutableMapping[str, str]):
    """Values of the path's parameters, ``{id}`` by ``id`` or ``Id``."""

    __slots__ = ("_values",)

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> str:
        return self._values[name[:1].upper() + name[1:]]

    def __setitem__(self, name: str, value: str) -> None:
        if not isinstance(value, str):
            raise TypeError(f"{name} wants a text, not {value!r}")
        self._values[name[:1].upper() + name[1:]] = value

    def __delitem__(self, name: str) -> None:
        del self._values[name[:1].upper() + name[1:]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Params({self._values!r})"


async def _whole(body: Body | Deferred[bytes]) -> bytes:
    """A body once all of it is there."""
    if isinstance(body, Deferred):
        return await body
    return body if type(body) is bytes else b""


def _encoded(body: bytes | str) -> bytes:
    return body.encode("utf-8", "surrogateescape") if isinstance(body, str) else body


class Request:
    """A request on its way to the backends: ``pre``, ``post``.

    :ivar state: for what a script wants to find again: the functions of all
        scripts of one place have the same for one request.
    """

    __slots__ = ("_headers", "_request", "http", "state")

    def __init__(self, request: PipeRequest, http: HTTPClient) -> None:
        self._request = request
        self._headers: dict[str, list[str]] | None = None
        self.http = http
        """The gateway's client, with treq's methods: ``await request.http.get(…)``."""
        self.state: dict[str, Any] = {}

    @property
    def method(self) -> str:
        """The method; it counts at a backend, where it may be set."""
        return self._request.method

    @method.setter
    def method(self, method: str) -> None:
        if not _is_token(method):
            raise ValueError(f"{method!r} is no method")
        self._request.method = method

    @property
    def path(self) -> str:
        """The path: at an endpoint the client's, at a backend the backend's."""
        return self._request.path

    @property
    def url(self) -> str:
        """The backend's URL; empty at an endpoint.  It may be set at a backend."""
        return self._request.url

    @url.setter
    def url(self, url: str) -> None:
        self._request.url = url

    @property
    def params(self) -> Params:
        """The path's parameters; a change counts at an endpoint."""
        return Params(self._request.params)

    @property
    def query(self) -> dict[str, list[str]]:
        """Query strings that the place lets pass; a change counts at an endpoint."""
        return self._request.query

    @query.setter
    def query(self, query: dict[str, list[str]]) -> None:
        self._request.query = query

    @property
    def headers(self) -> Headers:
        """Header fields, as the place lets them pass."""
        request = self._request
        fields = request.headers
        if fields is not self._headers:
            # The backends of one endpoint share a dictionary until one changes it.
            fields = self._headers = request.headers = dict(fields)
        return Headers(fields)

    async def read(self) -> bytes:
        """The body, once all of it is there."""
        return await _whole(self._request.read_body())

    async def json(self) -> Any:
        """The body, read as JSON.

        :raises ValueError: it is none.
        """
        return json.loads(await self.read())

    def replace_body(self, body: bytes | str) -> None:
        """Send another body; its length is seen to."""
        self._request.body = _encoded(body)
        self.headers.pop(_LENGTH, None)

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.url or self.path}>"


class Response:
    """A response on its way to the client: ``post``.

    Made by a ``pre`` and returned from it, it answers in place of what is below.

    :ivar data: what was decoded; numbers as :mod:`krakendtw.gojson.number` says.
    """

    __slots__ = ("_response",)

    def __init__(
        self, data: dict[str, Any] | None = None, *, is_complete: bool = True
    ) -> None:
        self._response = PipeResponse({} if data is None else data, is_complete)

    @classmethod
    def around(cls, response: PipeResponse) -> Response:
        """The script's view of a response of the pipe."""
        made = cls.__new__(cls)
        made._response = response
        if response.data is None:
            response.data = {}
        return made

    @property
    def inner(self) -> PipeResponse:
        """The response of the pipe."""
        return self._response

    @property
    def data(self) -> dict[str, Any]:
        """What was decoded, and is going to be rendered."""
        return self._response.data  # type: ignore[return-value]

    @data.setter
    def data(self, data: dict[str, Any]) -> None:
        self._response.data = data

    @property
    def is_complete(self) -> bool:
        """Whether all parts are there."""
        return self._response.is_complete

    @is_complete.setter
    def is_complete(self, value: bool) -> None:
        self._response.is_complete = value

    @property
    def status(self) -> int:
        """The status, which counts with ``no-op``; 0 where there is none."""
        return self._response.metadata.status

    @status.setter
    def status(self, status: int) -> None:
        self._response.metadata.status = status

    @property
    def headers(self) -> Headers:
        """Header fields for the client; they go out with data, or with ``no-op``."""
        return Headers(self._response.metadata.headers)

    async def read(self) -> bytes:
        """The undecoded body of a ``no-op`` backend, once all of it is there."""
        body = self._response.io
        if body is not None and type(body) is not bytes:
            body = await body.read_all()  # type: ignore[union-attr]
            self._response.io = body
        return await _whole(body)

    def replace_body(self, body: bytes | str) -> None:
        """Answer with another body (``no-op``); its length is seen to."""
        self._response.io = _encoded(body)
        self._response.metadata.headers.pop(_LENGTH, None)

    def __repr__(self) -> str:
        return f"<Response {self._response.data!r}>"


class Client:
    """The client's own request, in front of an endpoint: ``enter``.

    Header fields and query strings are there unfiltered, and what is changed is
    as if the client had sent it.
    """

    __slots__ = ("_request", "http")

    def __init__(self, request: GatewayRequest, http: HTTPClient) -> None:
        self._request = request
        self.http = http
        """The gateway's client, with treq's methods."""

    @property
    def method(self) -> str:
        """The method."""
        return self._request.method.decode("utf-8", "surrogateescape")

    @property
    def path(self) -> str:
        """The path, still escaped."""
        return self._request.path.decode("utf-8", "surrogateescape")

    @property
    def host(self) -> str:
        """The host that was asked for."""
        return self._request.host.decode("utf-8", "surrogateescape")

    @property
    def peer(self) -> str:
        """The address that the connection comes from."""
        return self._request.peer

    @property
    def params(self) -> Params:
        """The path's parameters; a copy."""
        return Params(dict(self._request.route_params))

    @property
    def query(self) -> dict[str, list[str]]:
        """The query strings; a copy, to be set."""
        return parse_query(self._request.query_string)

    @query.setter
    def query(self, query: dict[str, list[str]]) -> None:
        request = self._request
        request.query_string = encode_query(query).encode("ascii")
        mark = b"?" if request.query_string else b""
        request.uri = request.uri.partition(b"?")[0] + mark + request.query_string

    @property
    def headers(self) -> Headers:
        """The header fields; a copy, see :meth:`set_header`."""
        fields: dict[str, list[str]] = {}
        for name, value in self._request.headers:
            key = canonical_header(name.decode("latin-1"))
            fields.setdefault(key, []).append(value.decode("utf-8", "surrogateescape"))
        return Headers(fields)

    def set_header(self, name: str, value: str | None) -> None:
        """Replace a header field, or remove it."""
        check_field(name, value or "")
        key = name.lower().encode("ascii")
        # A new list: the old one may be the channel's.
        kept = [pair for pair in self._request.headers if pair[0].lower() != key]
        if value is not None:
            text = value.encode("utf-8", "surrogateescape")
            kept.append((canonical_header(name).encode("ascii"), text))
        self._request.headers = kept

    async def read(self) -> bytes:
        """The body, once all of it is there."""
        return await _whole(await self._request.whole_body())

    def __repr__(self) -> str:
        return f"<Client {self.method} {self.path}>"
