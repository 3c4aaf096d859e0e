"""Tests of the agent that keeps answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgent
from zope.interface import implementer
from zope.interface.verify import verifyObject

from krakendtw.errors import Canceled, TransportError
from krakendtw.memory import MemoryResponse
from krakendtw.middleware.qos._cache_agent import CachingAgent
from krakendtw.middleware.qos._cache_store import Store
from krakendtw.testing import WireAnswer, fetch

if TYPE_CHECKING:
    from krakendtw.middleware.qos._cache_entry import Entry

DATE = "Thu, 01 Jan 2026 00:00:00 GMT"
NOW = 1767225600.0 + 30


@implementer(IAgent)
class Backend:
    """Gives the answers that it was given, and keeps what it was asked.

    :ivar asked: methods, URLs and fields.
    """

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[bytes, bytes, dict[bytes, list[bytes]]]] = []

    def request(
        self,
        method: bytes,
        uri: bytes,
        headers: Any = None,
        bodyProducer: Any = None,
    ) -> Deferred[Any]:
        """The next answer."""
        self.asked.append((method, uri, dict(headers.getAllRawHeaders())))
        answer = self.answers.pop(0)
        return fail(answer) if isinstance(answer, Exception) else succeed(answer)


def answer(body: str = "one", status: int = 200, **more: str) -> MemoryResponse:
    """A backend's answer; underscores in names stand for dashes."""
    fields = {name.replace("_", "-"): [value] for name, value in more.items()}
    return MemoryResponse(status, fields, body.encode())


def fresh(body: str = "one", status: int = 200, **more: str) -> MemoryResponse:
    """One that is fresh."""
    return answer(body, status, **{"Date": DATE, "Cache_Control": "max-age=60", **more})


def stale(body: str = "one", status: int = 200, **more: str) -> MemoryResponse:
    """One that is stale."""
    return answer(body, status, **{"Date": DATE, "Cache_Control": "max-age=20", **more})


class AgentTestCase(SynchronousTestCase):
    """Asks an agent that keeps what its backend answers."""

    def serve(self, *answers: Any, reads: bool = True) -> None:
        """What the backend is going to answer."""
        self.backend = Backend(*answers)
        self.store: Store[Entry] = Store()
        self.agent = CachingAgent(
            self.backend, self.store, lambda response: reads, lambda: NOW
        )
        verifyObject(IAgent, self.agent)

    def ask(self, method: str = "GET", **headers: str) -> WireAnswer:
        """One answer; underscores in names stand for dashes."""
        fields = {name.replace("_", "-"): headers[name] for name in headers}
        return self.successResultOf(fetch(self.agent, method, headers=fields))

    def text(self, method: str = "GET", **headers: str) -> bytes:
        """Its body."""
        return self.ask(method, **headers).body

    def sent(self, index: int = -1) -> dict[bytes, list[bytes]]:
        """The fields that the backend saw."""
        return self.backend.asked[index][2]


class HitTests(AgentTestCase):
    """What is answered from the store."""

    def test_fresh(self) -> None:
        """A fresh answer is asked for once."""
        self.serve(fresh(X_A="1"))
        self.assertEqual((self.text(), self.text()), (b"one", b"one"))
        self.assertEqual(self.ask().headers["X-A"], ["1"])
        self.assertEqual(len(self.backend.asked), 1)

    def test_stale(self) -> None:
        """A stale one is asked for again, and replaced."""
        self.serve(stale(), fresh("two"))
        self.assertEqual([self.text() for _ in "123"], [b"one", b"two", b"two"])

    def test_any_status(self) -> None:
        """Failures are kept like others."""
        self.serve(fresh("no", 404))
        found = [self.ask() for _ in "12"]
        self.assertEqual([each.status for each in found], [404, 404])

    def test_url(self) -> None:
        """Each URL is an answer of its own."""
        self.serve(fresh("one"), fresh("two"))
        for url, text in (("a", b"one"), ("b", b"two"), ("a", b"one")):
            found = self.successResultOf(fetch(self.agent, url=f"http://h/{url}"))
            self.assertEqual(found.body, text)

    def test_no_store(self) -> None:
        """The answer's word keeps it out, the request's only from then on."""
        self.serve(answer("1", Cache_Control="no-store"), fresh("2"), fresh("3"))
        self.assertEqual([self.text() for _ in "123"], [b"1", b"2", b"2"])
        self.assertEqual(self.text(Cache_Control="no-store"), b"2")
        self.assertEqual(self.text(Cache_Control="no-store, max-age=0"), b"3")
        self.assertEqual(len(self.store), 0)

    def test_no_cache(self) -> None:
        """A request may insist on a new answer, which is kept."""
        self.serve(fresh("1", ETag='"v"'), fresh("2"))
        self.assertEqual(self.text(), b"1")
        self.assertEqual(self.text(Cache_Control="no-cache"), b"2")
        self.assertNotIn(b"If-None-Match", self.sent())
        self.assertEqual(self.text(), b"2")

    def test_unread(self) -> None:
        """What the gateway does not read is not kept."""
        self.serve(fresh(), fresh("two"), reads=False)
        self.assertEqual((self.text(), self.text()), (b"one", b"two"))

    def test_no_headers(self) -> None:
        """A request without any fields is one too."""
        self.serve(fresh())
        asked = self.agent.request(b"GET", b"http://h/")
        self.assertEqual(self.successResultOf(asked).code, 200)


class MethodTests(AgentTestCase):
    """What is not GET."""

    def test_post(self) -> None:
        """POST is never kept, and leaves what was kept."""
        self.serve(fresh("get"), fresh("1"), fresh("2"))
        self.assertEqual(self.text(), b"get")
        self.assertEqual((self.text("POST"), self.text("POST")), (b"1", b"2"))
        self.assertEqual(self.text(), b"get")

    def test_range(self) -> None:
        """A range is not kept and drops the whole; an empty one is none."""
        self.serve(fresh("1"), fresh("2"), fresh("3"))
        self.assertEqual(self.text(), b"1")
        self.assertEqual(self.text(Range="bytes=0-1"), b"2")
        self.assertEqual(self.text(Range=""), b"3")
        self.assertEqual(self.text(), b"3")

    def test_head(self) -> None:
        """HEAD has its own place, without a body and whether it is read or not."""
        self.serve(fresh("", X_A="1"), fresh("get"), reads=False)
        self.assertEqual(self.ask("HEAD").headers["X-A"], ["1"])
        self.assertEqual(self.ask("HEAD").headers["X-A"], ["1"])
        self.assertEqual(self.text(), b"get")

    def test_head_is_not_rescued(self) -> None:
        """A 304 to HEAD is passed on, and so is a failure."""
        kept = {"ETag": '"v"', "Cache_Control": "max-age=0, stale-if-error"}
        self.serve(
            stale("", **kept), answer("", 304), stale("", **kept), fresh("", 500)
        )
        self.assertEqual(
            [self.ask("HEAD").status for _ in "1234"], [200, 304, 200, 500]
        )


class OnlyIfCachedTests(AgentTestCase):
    """Requests that want nothing but what is there."""

    def test_nothing_there(self) -> None:
        """They get 504 where there is nothing, POST always."""
        self.serve()
        for method in ("GET", "POST"):
            found = self.ask(method, Cache_Control="only-if-cached")
            self.assertEqual((found.status, found.body), (504, b""))

    def test_something_there(self) -> None:
        """They get a stale answer too."""
        self.serve(stale())
        self.text()
        self.assertEqual(self.text(Cache_Control="only-if-cached"), b"one")

    def test_refusal_is_no_answer(self) -> None:
        """A refusal does not stand in the way of the next request."""
        self.serve(fresh())
        self.ask(Cache_Control="only-if-cached")
        self.assertEqual(self.text(), b"one")


class RevalidationTests(AgentTestCase):
    """Asking whether a stored answer still holds."""

    def test_not_modified(self) -> None:
        """304 makes it new, with the fields that came and the body that was there."""
        self.serve(
            stale(ETag='"v"', Last_Modified=DATE, X_A="1"),
            answer("", 304, Cache_Control="max-age=60", X_A="2", Content_Length="0"),
        )
        self.text()
        for _ in "12":
            found = self.ask()
            self.assertEqual((found.status, found.body), (200, b"one"))
            self.assertEqual(found.headers["X-A"], ["2"])
        self.assertEqual(len(self.backend.asked), 2)
        self.assertEqual(self.sent()[b"If-None-Match"], [b'"v"'])
        self.assertEqual(self.sent()[b"If-Modified-Since"], [DATE.encode()])

    def test_modified(self) -> None:
        """Another answer replaces it."""
        self.serve(stale(ETag='"v"'), fresh("two"))
        self.assertEqual([self.text() for _ in "123"], [b"one", b"two", b"two"])

    def test_failed(self) -> None:
        """A failure drops it, and is kept itself if it may be."""
        self.serve(stale(ETag='"v"'), answer("no", 500, Cache_Control="no-store"))
        self.text()
        self.assertEqual(self.ask().status, 500)
        self.assertEqual(len(self.store), 0)

    def test_broken(self) -> None:
        """So does a connection that fails."""
        self.serve(stale(), TransportError("refused"))
        self.text()
        self.failureResultOf(fetch(self.agent), TransportError)
        self.assertEqual(len(self.store), 0)

    def test_nothing_to_drop(self) -> None:
        """Where nothing is kept a failing connection is only that."""
        self.serve(TransportError("refused"))
        self.failureResultOf(fetch(self.agent), TransportError)

    def test_clients_own(self) -> None:
        """304 to conditions of the client's own is passed on and never kept."""
        self.serve(answer("", 304, Date=DATE, Cache_Control="max-age=60"), fresh())
        self.assertEqual(self.ask(If_None_Match='"c"').status, 304)
        self.assertEqual(self.text(), b"one")


class StaleIfErrorTests(AgentTestCase):
    """Stored answers that stand in for failures."""

    KEPT = "max-age=20, stale-if-error=60"

    def test_status(self) -> None:
        """A status from 500 on is covered, one below is not."""
        self.serve(stale(Cache_Control=self.KEPT), fresh("", 503), fresh("no", 404))
        self.text()
        self.assertEqual(self.text(), b"one")
        self.assertEqual(self.ask().status, 404)

    def test_connection(self) -> None:
        """A connection that fails is covered too, if the request says so as well."""
        self.serve(stale(), TransportError("refused"))
        self.text()
        self.assertEqual(self.text(Cache_Control="stale-if-error"), b"one")

    def test_nobody_waits(self) -> None:
        """A request whose time is over stays one; the answer stays there."""
        self.serve(stale(Cache_Control=self.KEPT), Canceled())
        self.text()
        self.failureResultOf(fetch(self.agent), Canceled)
        self.assertEqual(len(self.store), 1)


class VaryTests(AgentTestCase):
    """Answers that depend on the request."""

    def test_one_variant(self) -> None:
        """The variant asked for last is kept, and shows what it depended on."""
        one, two = (fresh(text, Vary="Accept") for text in ("one", "two"))
        self.serve(one, two, fresh("three", Vary="Accept"))
        self.assertEqual(self.ask(Accept="a").headers["X-Varied-Accept"], ["a"])
        self.assertEqual(self.text(Accept="a"), b"one")
        self.assertEqual(self.text(Accept="b"), b"two")
        self.assertEqual(self.text(Accept="b"), b"two")
        self.assertEqual(self.text(), b"three")

    def test_not_for_others(self) -> None:
        """What depended on another request never stands in for a 304."""
        self.serve(stale("secret", Vary="Authorization", ETag='"v"'), answer("", 304))
        self.assertEqual(self.text(Authorization="one"), b"secret")
        found = self.ask(Authorization="two", If_None_Match='"v"')
        self.assertEqual((found.status, found.body), (304, b""))

    def test_not_for_others_failures(self) -> None:
        """Nor does it stand in for a failure."""
        fields = {"Vary": "Authorization", "Cache_Control": "stale-if-error"}
        self.serve(stale("secret", **fields), fresh("no", 500))
        self.assertEqual(self.text(Authorization="one"), b"secret")
        self.assertEqual(self.text(Authorization="two"), b"no")
        self.serve(stale("secret", **fields), TransportError("refused"))
        self.assertEqual(self.text(Authorization="one"), b"secret")
        failed = fetch(self.agent, headers={"Authorization": "two"})
        self.failureResultOf(failed, TransportError)


class LateTests(AgentTestCase):
    """Answers that take their time."""

    def test_cancelled(self) -> None:
        """Who does not wait any more ends the backend's request."""
        self.serve()
        waiting: Deferred[Any] = Deferred()
        self.backend.request = lambda *_: waiting  # type: ignore[method-assign]
        asked = self.agent.request(b"GET", b"http://h/", Headers())
        asked.cancel()
        self.assertTrue(waiting.called)
        self.assertIsInstance(self.failureResultOf(asked), Failure)
