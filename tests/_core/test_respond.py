from __future__ import annotations

import collections.abc as cabc
import sys
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response as WerkzeugResponse

from erlen import Response
from erlen._core import respond
from erlen._core.checks import InvalidResponse
from erlen._core.headers import EnvironHeaders
from tests.wsgi import Call, ask, make_environ


def chunks() -> cabc.Iterator[str | bytes]:
    yield "ä "
    yield b"b"


class Closing:
    def __init__(self) -> None:
        self.closed = 0

    def __iter__(self) -> cabc.Iterator[bytes]:
        yield b"body"

    def close(self) -> None:
        self.closed += 1


def with_dictionary(cls: t.Any) -> t.Any:
    rv = cls("hällo")
    rv.headers = {"location": "/größe", "X-A": "1"}
    return rv


def with_those_of_the_request(cls: t.Any) -> t.Any:
    rv = cls("hällo")
    rv.headers = EnvironHeaders({"HTTP_HOST": "localhost", "HTTP_X_A": "1", "CONTENT_TYPE": "a/b"})
    return rv


MAKERS: dict[str, cabc.Callable[[t.Any], t.Any]] = {
    "empty": lambda cls: cls(),
    "str": lambda cls: cls("hällo"),
    "bytes": lambda cls: cls(b"\xff\x00"),
    "bytearray": lambda cls: cls(bytearray(b"abc")),
    "list": lambda cls: cls(["ä", b"b", "c"]),
    "tuple": lambda cls: cls(("a", "b")),
    "generator": lambda cls: cls(chunks()),
    "passed through": lambda cls: cls(iter([b"a", b"b"]), direct_passthrough=True),
    "status": lambda cls: cls("x", status=201),
    "status line": lambda cls: cls("x", status="202 Fine By Me"),
    "unknown status": lambda cls: cls("x", status=799),
    "no content": lambda cls: cls("x", status=204),
    "not modified": lambda cls: cls("x", 304, {"Content-Language": "de", "ETag": '"1"'}),
    "informational": lambda cls: cls("x", status=103),
    "headers": lambda cls: cls("x", headers=[("X-A", "1"), ("X-A", "2"), ("X-B", "é")]),
    "own length": lambda cls: cls("x", headers={"content-length": "1"}),
    "mimetype": lambda cls: cls("x", mimetype="application/xml"),
    "no charset": lambda cls: cls("x", mimetype="application/json"),
    "content type": lambda cls: cls("x", content_type="text/plain; charset=latin-1"),
    "both types": lambda cls: cls("x", mimetype="text/css", content_type="text/plain"),
    "type in headers": lambda cls: cls("x", headers={"Content-Type": "a/b"}),
    "headers in a dictionary": with_dictionary,
    "headers of a request": with_those_of_the_request,
    "lower case": lambda cls: cls("", 302, {"location": "/a", "content-location": "/ä"}),
    "location": lambda cls: cls("", 302, {"Location": "/größe?q=ü", "Content-Location": "/ä"}),
}


def make_type(base: type[WerkzeugResponse]) -> type[WerkzeugResponse]:
    """Return Werkzeug's class with the defaults of Erlen's."""
    return type(
        "Peer", (base,), {"default_mimetype": "text/html", "autocorrect_location_header": False}
    )


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("name", MAKERS)
def test_what_is_sent_is_what_werkzeug_sends(name: str, method: str) -> None:
    make = MAKERS[name]
    expected = ask(make(make_type(WerkzeugResponse)), method=method)
    assert ask(make(Response), method=method) == expected


@given(
    st.one_of(st.none(), st.text(), st.binary(), st.lists(st.one_of(st.text(), st.binary()))),
    st.sampled_from([200, 204, 299, 302, 304, 404, 500]),
    st.sampled_from(["GET", "HEAD"]),
)
def test_any_body_and_status_are_sent_as_werkzeug_sends_them(
    body: t.Any, status: int, method: str
) -> None:
    expected = ask(make_type(WerkzeugResponse)(body, status), method=method)
    assert ask(Response(body, status), method=method) == expected


@pytest.mark.parametrize("status, method", [(200, "HEAD"), (204, "GET"), (304, "GET")])
def test_a_body_that_is_not_sent_is_closed(status: int, method: str) -> None:
    body = Closing()
    assert ask(Response(body, status), method=method).body == b""
    assert body.closed == 1


def test_a_body_that_is_sent_is_closed_with_its_callbacks() -> None:
    body, called = Closing(), []
    response = Response(body)
    response.call_on_close(lambda: called.append("callback"))
    call = Call(response, make_environ())
    assert called == []
    assert call.finish().body == b"body"
    assert (body.closed, called) == (1, ["callback"])


def test_the_callbacks_of_a_list_run_as_well() -> None:
    called: list[str] = []
    response = Response("text")
    response.call_on_close(lambda: called.append("callback"))
    assert ask(response).body == b"text"
    assert called == ["callback"]


def test_callbacks_that_take_the_place_of_others_run_as_well() -> None:
    called: list[str] = []
    response = Response("text")
    response._on_close = [lambda: called.append("first")]
    response.call_on_close(lambda: called.append("second"))
    assert ask(response).body == b"text"
    assert called == ["first", "second"]


def test_what_was_sent_once_can_be_sent_again() -> None:
    response = Response(["ä", b"b"])
    assert ask(response) == ask(response)
    assert "Content-Length" not in response.headers


def test_status_lines_are_werkzeugs() -> None:
    for code in (*range(100, 600), 799):
        response = WerkzeugResponse(status=code)
        assert respond.status_of(code) == response.status
        assert Response(status=code).status == response.status


def test_an_invalid_response_tells_the_server_nothing() -> None:
    told: list[t.Any] = []
    response = Response("x")
    response.headers._list.append(("X Y", "z"))
    with pytest.raises(InvalidResponse):
        response(make_environ(), lambda *args: told.append(args))  # type: ignore[arg-type]
    assert told == []


class Shouting(Response):
    def get_wsgi_headers(self, environ: t.Any) -> t.Any:
        headers = super().get_wsgi_headers(environ)
        headers["X-Loud"] = "YES"
        return headers


class Swallowing(Response):
    def get_app_iter(self, environ: t.Any) -> t.Any:
        return [b"swallowed"]


class Crooked(Response):
    def get_wsgi_headers(self, environ: t.Any) -> t.Any:
        headers = super().get_wsgi_headers(environ)
        headers._list.append(("X Y", "z"))
        return headers


def test_a_class_that_overrides_how_it_is_sent_is_asked() -> None:
    assert ask(Shouting("x")).header("x-loud") == "YES"
    assert ask(Swallowing("x")).body == b"swallowed"


def test_and_is_checked_all_the_same() -> None:
    with pytest.raises(InvalidResponse, match="'X Y'"):
        ask(Crooked("x"))


def test_headers_that_nobody_looked_at_are_sent_as_they_were_made() -> None:
    response = Response("hällo", 201)
    answer = ask(response)
    assert "headers" not in vars(response)
    assert answer.body == "hällo".encode()
    assert answer.headers == [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", "6"),
    ]


def test_a_server_that_adds_to_the_headers_adds_to_its_own() -> None:
    response = Response("x")
    sent: list[list[tuple[str, str]]] = []
    for _ in range(2):
        response(make_environ(), lambda status, headers, exc=None: sent.append(headers))  # type: ignore[arg-type]
        sent[-1].append(("Server", "x"))
    assert [len(headers) for headers in sent] == [3, 3]


@pytest.mark.parametrize("content_type", ["text/plain\r\nX: y", "text/plain\x00"])
def test_a_content_type_out_of_order_is_refused(content_type: str) -> None:
    with pytest.raises(ValueError, match="newline|Content-Type"):
        ask(Response("x", content_type=content_type))


def test_a_class_may_make_locations_absolute_and_encode_its_body() -> None:
    class Own(Response):
        autocorrect_location_header = True

        def iter_encoded(self) -> cabc.Iterator[bytes]:
            return (chunk.upper() for chunk in super().iter_encoded())

    answer = ask(Own(iter(["a", b"b"]), 302, {"Location": "/x"}), "/y/")
    assert (answer.body, answer.header("Location")) == (b"AB", "http://localhost/x")


def test_a_server_that_forgets_the_method_is_answered_once() -> None:
    environ = make_environ()
    del environ["REQUEST_METHOD"]
    call = Call(Response("x"), environ)
    assert [status for status, _ in call.starts] == ["200 OK"]
    assert list(call.body) == [b"x"]


def failing() -> cabc.Iterator[str]:
    yield "first"
    raise LookupError


class Unreadable:
    def __iter__(self) -> t.NoReturn:
        raise LookupError


@pytest.mark.parametrize("body", [failing, Unreadable, lambda: iter(["first", "\ud800", "last"])])
def test_a_body_that_fails_is_closed_and_the_server_told_once(body: t.Any) -> None:
    called: list[str] = []
    response = Response(body())
    response.call_on_close(lambda: called.append("callback"))
    call = Call(response, make_environ())
    with pytest.raises((LookupError, UnicodeEncodeError)):
        list(call.body)
    assert (len(call.starts), called, list(call.body)) == (1, ["callback"], [])


class Reading:
    def __init__(self) -> None:
        self.events: list[str] = []

    def __iter__(self) -> cabc.Iterator[str]:
        try:
            yield "first"
            yield "second"
        finally:
            self.events.append("read")

    def close(self) -> None:
        self.events.append("closed")


def test_a_body_that_is_left_ends_its_reading_before_it_is_closed() -> None:
    body = Reading()
    call = Call(Response(body), make_environ())
    assert next(call.body) == b"first"
    call.close()
    assert body.events == ["read", "closed"]


def test_callbacks_that_fail_do_so_without_the_end_of_the_body() -> None:
    response = Response(iter(["text"]))
    response.call_on_close({}.popitem)
    with pytest.raises(KeyError) as raised:
        ask(response)
    assert raised.value.__context__ is None


def test_callbacks_that_fail_after_a_body_that_did_say_so() -> None:
    response = Response(failing())
    response.call_on_close({}.popitem)
    with pytest.raises(KeyError) as raised:
        ask(response)
    assert isinstance(raised.value.__context__, LookupError)


def test_a_body_may_be_read_while_an_exception_is_handled() -> None:
    body = Call(Response(chunks()), make_environ()).body
    handled = []
    try:
        raise LookupError
    except LookupError:
        for _ in range(3):
            next(body, None)
            handled.append(sys.exc_info()[0])
    assert handled == [LookupError] * 3


class Shouted(str):
    __slots__ = ()

    def encode(self, *args: t.Any, **kwargs: t.Any) -> bytes:
        return super().encode(*args, **kwargs).upper()


def test_a_text_that_encodes_itself_is_asked_to() -> None:
    assert ask(Response(iter([Shouted("a"), "b"]))).body == b"Ab"


@pytest.mark.parametrize("body", [["a"], ("a",), [], ()])
@pytest.mark.parametrize("status, method", [(200, "HEAD"), (204, "GET"), (304, "GET")])
def test_a_body_that_is_not_sent_ends_with_its_callbacks(
    body: t.Any, status: int, method: str
) -> None:
    called: list[str] = []
    response = Response(body, status)
    response.call_on_close(lambda: called.append("callback"))
    call = Call(response, make_environ(method=method))
    assert called == []
    assert (call.finish().body, called) == (b"", ["callback"])


@pytest.mark.parametrize("status", [204, 304])
def test_headers_of_a_body_are_not_sent_without_it_however_they_are_written(status: int) -> None:
    names = ["Content-Length", "content-length", "CONTENT-TYPE", "Last-Modified", "ETag", "X-Own"]
    headers = [(name, "1") for name in names]
    theirs = make_type(WerkzeugResponse)([], status, headers)
    assert ask(Response([], status, headers)) == ask(theirs)


class ClosingList(list[bytes]):
    closed = 0

    def close(self) -> None:
        self.closed += 1


def test_a_list_that_can_be_closed_is_closed_where_it_is_not_sent() -> None:
    body = ClosingList([b"a"])
    assert ask(Response(body), method="HEAD").body == b""
    assert body.closed == 1


def test_a_class_may_answer_with_headers_of_its_own_making() -> None:
    class Own(Response):
        def get_wsgi_headers(self, environ: t.Any) -> Headers:
            headers = super().get_wsgi_headers(environ)
            headers["X-Own"] = "1"
            return headers

    assert ask(Own(iter("a"), 304)).header("X-Own") == "1"
