"""How a response comes to be: as Werkzeug's constructor has it."""

from __future__ import annotations

import pickle
import typing as t

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response as WerkzeugResponse

from erlen import Response
from erlen._core import construct
from tests.wsgi import ask

NAMES = st.sampled_from(["X-A", "content-type", "Content-Length", "Location", "x-a"])
HEADERS = st.dictionaries(NAMES, st.sampled_from(["1", "text/x", "/", 5, "a\nb", ["a", "b"]]))


class HtmlResponse(WerkzeugResponse):
    default_mimetype = "text/html"


def made(cls: type[WerkzeugResponse], arguments: dict[str, t.Any]) -> t.Any:
    try:
        response = cls(**arguments)
        return response.status, response.headers.to_wsgi_list(), response.get_data()
    except (TypeError, ValueError) as exc:
        return type(exc)


@given(
    st.fixed_dictionaries(
        {"response": st.sampled_from([None, "text", b"bytes", ["a", b"b"], bytearray(b"x")])},
        optional={
            "status": st.sampled_from([None, 200, 404, "201 Made", 799, ""]),
            "headers": st.one_of(st.none(), HEADERS, HEADERS.map(lambda own: [*own.items()])),
            "mimetype": st.sampled_from([None, "", "text/plain", "image/png"]),
            "content_type": st.sampled_from([None, "", "text/css"]),
        },
    )
)
@example({"response": "text", "headers": {"content-type": "text/x"}, "mimetype": "text/plain"})
def test_it_is_as_werkzeug_makes_it(arguments: dict[str, t.Any]) -> None:
    assert made(Response, arguments) == made(HtmlResponse, arguments)


@pytest.mark.parametrize("body", ["text", b"bytes", bytearray(b"x")])
def test_a_class_may_leave_the_length_to_the_server(body: t.Any) -> None:
    class Unmeasured(Response):
        automatically_set_content_length = False

    class WerkzeugsUnmeasured(HtmlResponse):
        automatically_set_content_length = False

    arguments = {"response": body}
    assert made(Unmeasured, arguments) == made(WerkzeugsUnmeasured, arguments)
    assert Unmeasured(body).content_length is None


def test_mimetypes_are_remembered_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(construct, "_MOST_MIMETYPES", len(construct._known_mimetypes) + 1)
    for name in ("text/one", "text/two", "text/two\0"):
        construct.header_of_mimetype(name)
    assert "text/one" in construct._known_mimetypes
    assert "text/two" not in construct._known_mimetypes


@pytest.mark.parametrize(
    "rv, status",
    [
        ("text", 200),
        (("text", 404), 404),
        (("t", 799), None),
        (("t", {"X-A": "1"}), 200),
        ((b"t", {}), None),
        (b"bytes", None),
    ],
)
def test_what_most_views_return_needs_no_constructor(rv: t.Any, status: int | None) -> None:
    response = construct.plain_response(Response, ("Content-Type", "text/html"), rv)
    assert (None if response is None else response.status_code) == status


@given(st.sampled_from(["text", "ä", ""]), HEADERS, st.booleans())
def test_what_a_view_returns_with_headers_is_as_werkzeug_makes_it(
    text: str, headers: dict[str, t.Any], streams: bool
) -> None:
    def plain(response: t.Any, headers: t.Any) -> t.Any:
        content_type = ("Content-Type", "text/html; charset=utf-8")
        return construct.plain_response(Response, content_type, (response, headers))

    def arguments() -> dict[str, t.Any]:
        body = (char for char in text) if streams else text
        return {"response": body, "headers": headers}

    assert made(t.cast(t.Any, plain), arguments()) == made(HtmlResponse, arguments())


class OwnText(str):
    __slots__ = ()


@pytest.mark.parametrize("rv", [(OwnText("t"), {}), ("t", Headers()), (iter("t"), {}), ("t", [])])
def test_other_kinds_of_bodies_and_headers_are_left_to_the_general_way(rv: t.Any) -> None:
    assert construct.plain_response(Response, ("Content-Type", "text/html"), rv) is None


def test_what_werkzeugs_has_comes_along_when_it_becomes_erlens() -> None:
    closed: list[bool] = []
    theirs = WerkzeugResponse("text", headers={"X-Own": "1"})
    theirs.call_on_close(lambda: closed.append(True))
    ours = Response.force_type(theirs)
    answer = ask(ours)
    assert (ours, answer.body, answer.header("X-Own"), closed) == (theirs, b"text", "1", [True])


def test_its_headers_come_along_when_only_its_class_is_changed() -> None:
    response = WerkzeugResponse("text", headers={"X-Own": "1"})
    response.__class__ = Response
    assert response.headers["X-Own"] == "1"


def test_without_its_constructor_a_response_has_no_headers() -> None:
    with pytest.raises(AttributeError, match="constructor"):
        Response.__new__(Response).headers


@pytest.mark.parametrize("read", [False, True])
def test_a_response_can_be_pickled(read: bool) -> None:
    response = Response("text", 404, {"X-Own": "1"}) if read else Response("text", 404)
    assert not read or response.headers
    again = pickle.loads(pickle.dumps(response))
    assert (again.status, again.data, [*again.headers]) == (
        response.status, response.data, [*response.headers],
    )  # fmt: skip


def test_a_class_that_makes_its_responses_itself_is_left_to_it() -> None:
    class Accepted(Response):
        default_status = 202

    class Counted(Response):
        def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
            super().__init__(*args, **kwargs)

    assert construct.can_fill(Response, 200)
    assert not construct.can_fill(Response, 799)
    for cls in (Accepted, Counted, WerkzeugResponse):
        assert not construct.can_fill(cls, 200)  # type: ignore[arg-type]


def test_another_kind_of_response_keeps_its_callbacks() -> None:
    called: list[str] = []
    foreign = WerkzeugResponse("text")
    foreign.call_on_close(lambda: called.append("callback"))
    assert ask(Response.force_type(foreign)).body == b"text"
    assert called == ["callback"]


def test_what_happened_to_a_response_as_another_kind_counts() -> None:
    called: list[str] = []
    response: t.Any = Response("text")
    response.headers["X-A"] = "before"
    response.__class__ = WerkzeugResponse
    response.headers, response._on_close = Headers({"X-B": "after"}), [lambda: called.append("b")]
    response.__class__ = Response
    assert ask(response).headers == [("X-B", "after"), ("Content-Length", "4")]
    assert called == ["b"]


@pytest.mark.parametrize("look", [repr, lambda rv: rv.headers, lambda rv: rv.call_on_close(dict)])
def test_a_response_is_pickled_as_it_is(look: t.Any) -> None:
    response = Response("text", 201, {"X-A": "1"})
    look(response)
    assert ask(pickle.loads(pickle.dumps(response))).headers == response.headers.to_wsgi_list()


def test_headers_of_a_dictionary_that_are_in_order_are_the_responses_own() -> None:
    assert Response("x", headers={"Vary": "Cookie"})._own_pairs is not None
    assert Response("x", headers={"X-Own": "1"})._own_pairs is None


def test_headers_that_were_asked_for_are_what_is_sent() -> None:
    response = Response("x")
    response.headers["X-Own"] = "1"
    assert response._own_pairs is None
    assert ("X-Own", "1") in ask(response).headers


def test_headers_that_were_deleted_are_gone() -> None:
    response = Response("x")
    del response.headers
    with pytest.raises(AttributeError, match="constructor"):
        response.headers


def test_a_stream_whose_body_was_replaced_by_a_list_gets_its_length() -> None:
    response = Response(iter(["a"]), headers={"Vary": "Cookie"})
    response.response = [b"four"]
    assert ("Content-Length", "4") in ask(response).headers
