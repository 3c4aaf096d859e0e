"""Tests of AWS' refusals."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase
from twisted.web.http_headers import Headers

from krakendtw.middleware.backend._aws_refusal import AWSError, dump, first, refusal

TYPE, REQUEST = "X-Amzn-Errortype", "X-Amzn-Requestid"


class RefusalTests(SynchronousTestCase):
    """The words for an answer."""

    def assert_words(
        self, words: str, body: bytes, status: int = 400, **fields: str
    ) -> None:
        """An answer with this body stands for an error with these words."""
        names = {name.replace("_", "-"): [value] for name, value in fields.items()}
        error = refusal(status, Headers(names), body)
        self.assertEqual((words, status), (str(error), error.status))

    def test_unknown(self) -> None:
        """An error without a type of its own has its name, text and identity."""
        for body, words in (
            (b'{"message":"bad"}', ": bad"),
            (b'{"__type":"com.amazon#Foo","code":"Bar"}', "Foo: "),
            (b'{"code":"Bar:http://x"}', "Bar: "),
            (b'{"MESSAGE":"m"}', ": m"),
            (b"", ": "),
            (b"null", ": "),
            (b'{"message":"m"} and more', ": m"),
        ):
            self.assert_words(f"{words}\n\tstatus code: 400, request id: ", body)

    def test_fields(self) -> None:
        """What the fields say counts more than the body."""
        self.assert_words(
            "Denied: no\n\tstatus code: 403, request id: r",
            b"<html>",
            403,
            X_Amzn_Errortype="a#Denied:http://x",
            X_Amzn_Error_Message="no",
            X_Amz_Request_Id="r",
        )

    def test_modelled(self) -> None:
        """An error with a type of its own is printed with its fields."""
        self.assert_words(
            "ResourceNotFoundException: gone\n"
            "{\n  RespMetadata: {\n    StatusCode: 404,\n"
            '    RequestID: "r"\n  },\n  Message_: "gone",\n  Type: "User"\n}',
            b'{"Type":"User","Message":"gone"}',
            404,
            X_Amzn_Errortype="ResourceNotFoundException",
            X_Amzn_Requestid="r",
        )
        self.assert_words(
            "TooManyRequestsException: slow\n"
            "{\n  RespMetadata: {\n    StatusCode: 429,\n"
            '    RequestID: ""\n  },\n  Message_: "slow",\n  Reason: "R",\n'
            '  RetryAfterSeconds: "3"\n}',
            b'{"message":"slow","Reason":"R"}',
            429,
            X_Amzn_Errortype="TooManyRequestsException",
            Retry_After="3",
        )

    def test_unreadable(self) -> None:
        """What is no answer of AWS is shown, with what is wrong with it."""
        start = (
            "SerializationError: failed to unmarshal response error\n"
            "\tstatus code: 404, request id: \n"
            "caused by: UnmarshalError: failed to decode response body\n\t"
        )
        for body, reason in (
            (b"<html>", "invalid character '<' looking for beginning of value"),
            (b'{"a"', "unexpected EOF"),
            (
                b"[]",
                "json: cannot unmarshal array into Go value of type "
                "restjson.jsonErrorResponse",
            ),
            (
                b'{"message":1}',
                "json: cannot unmarshal number into Go struct field "
                "jsonErrorResponse.message of type string",
            ),
        ):
            self.assert_words(f"{start}{dump(body)}\ncaused by: {reason}", body, 404)

    def test_may_pass(self) -> None:
        """It is known what is worth another attempt, and what another pace."""
        for code, status, may_pass, is_throttled in (
            ("A", 400, False, False),
            ("A", 500, True, False),
            ("A", 501, False, False),
            ("A", 503, True, True),
            ("TooManyRequestsException", 400, True, True),
            ("SerializationError", 404, True, False),
            ("RequestError", 0, True, False),
        ):
            error = AWSError(code, "", status)
            found = (error.may_pass, error.is_throttled)
            self.assertEqual((may_pass, is_throttled), found, code)

    def test_dump(self) -> None:
        """Bytes are shown as ``hexdump -C`` shows them."""
        self.assertEqual("", dump(b""))
        self.assertEqual(
            "00000000  3c 68 74 6d 6c 3e                                 |<html>|\n",
            dump(b"<html>"),
        )
        self.assertEqual(
            "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66"
            "  |0123456789abcdef|\n"
            "00000010  00 ff                                             |..|\n",
            dump(b"0123456789abcdef\x00\xff"),
        )

    def test_first(self) -> None:
        """Of several values the first counts."""
        headers = Headers({"A": ["1", "2"]})
        self.assertEqual(("1", ""), (first(headers, "a"), first(headers, "b")))
