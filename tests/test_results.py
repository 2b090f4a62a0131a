from __future__ import annotations

import collections.abc as cabc
import typing as t
from http import HTTPStatus

import flask
import pytest
from werkzeug.datastructures import Headers
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as WerkzeugResponse

import erlen
from erlen import Erlen, Response
from tests.wsgi import Answer, ask


def wsgi(environ: t.Any, start_response: t.Any) -> cabc.Iterable[bytes]:
    start_response("203 Own", [("X-Wsgi", environ["PATH_INFO"])])
    return [b"wsgi"]


def steps() -> cabc.Iterator[str]:
    yield "a"
    yield "ä"


async def later() -> cabc.AsyncIterator[str]:
    yield "a"


class Words(list[str]):
    pass


class Pair(t.NamedTuple):
    body: str
    status: int


#: Makes what the view returns, given the framework.
VALUES: dict[str, cabc.Callable[[t.Any], t.Any]] = {
    "str": lambda f: "hällo",
    "empty str": lambda f: "",
    "a kind of str": lambda f: type("Own", (str,), {})("own"),
    "bytes": lambda f: b"\xff",
    "bytearray": lambda f: bytearray(b"abc"),
    "dict": lambda f: {"b": 1, "a": ["ä", None]},
    "a kind of dict": lambda f: Headers({"a": "b"}) and type("Own", (dict,), {})(a=1),
    "list": lambda f: [1, "a"],
    "a kind of list": lambda f: Words(["a"]),
    "generator": lambda f: steps(),
    "iterator": lambda f: iter(["a", b"b"]),
    "response": lambda f: f.Response("x", 201),
    "response of Werkzeug": lambda f: WerkzeugResponse("x", 202, {"X-A": "b"}),
    "exception": lambda f: NotFound("nothing here"),
    "WSGI callable": lambda f: wsgi,
    "body, status": lambda f: ("x", 201),
    "body, str status": lambda f: ("x", "201 Own Words"),
    "body, enum": lambda f: ("x", HTTPStatus.ACCEPTED),
    "body, dict": lambda f: ("x", {"X-A": "b"}),
    "body, list": lambda f: ("x", [("X-A", "b"), ("X-A", "c")]),
    "body, tuple": lambda f: ("x", (("X-A", "b"),)),
    "body, Headers": lambda f: ("x", Headers([("X-A", "b")])),
    "body, status, headers": lambda f: ("x", 201, {"X-A": "b", "Content-Type": "text/plain"}),
    "body, None, headers": lambda f: ("x", None, {"X-A": "b"}),
    "body, status, None": lambda f: ("x", 201, None),
    "named tuple": lambda f: Pair("x", 201),
    "dict, status": lambda f: ({"a": 1}, 201),
    "list, headers": lambda f: ([1], {"X-A": "b"}),
    "response, status": lambda f: (f.Response("x", 201, {"X-A": "old"}), 202, {"X-A": "b"}),
    "WSGI callable, headers": lambda f: (wsgi, {"X-A": "b"}),
    "generator, status": lambda f: (steps(), 201),
    "jsonify": lambda f: f.jsonify(1, 2),
    "made": lambda f: f.make_response(("x", 201)),
    "made of nothing": lambda f: f.make_response(),
    "made of more": lambda f: f.make_response("x", 201, {"X-A": "b"}),
    "redirect": lambda f: f.redirect("/elsewhere", 303),
}


def answer_of(framework: t.Any, make: cabc.Callable[[t.Any], t.Any]) -> Answer:
    app = framework.Flask("results", static_folder=None, root_path="/")
    app.add_url_rule("/", "home", lambda: make(framework))
    answer = ask(app)
    return answer._replace(headers=sorted(answer.headers))


@pytest.mark.parametrize("name", VALUES)
def test_a_value_becomes_the_response_it_becomes_in_flask(name: str) -> None:
    assert answer_of(erlen, VALUES[name]) == answer_of(flask, VALUES[name])


@pytest.fixture
def app() -> Erlen:
    app = Erlen("results", static_folder=None, root_path="/")
    app.testing = True
    return app


@pytest.mark.parametrize(
    "value, message",
    [
        (None, "either returned None or ended without a return statement"),
        (7, "but it was a int"),
        (1.5, "but it was a float"),
        (object(), "but it was a object"),
        ({1}, "but it was a set"),
        (range(3), "but it was a range"),
        (later(), "but it was a async_generator"),
        ((), "did not return a valid response tuple"),
        (("x",), "did not return a valid response tuple"),
        (("x", 1, {}, None), "did not return a valid response tuple"),
        ((None, 200), "either returned None"),
        ((7, 200), "but it was a int"),
        (lambda: "not WSGI", "but it was a function"),
    ],
)
def test_anything_else_is_a_type_error_that_names_the_view(
    app: Erlen, value: t.Any, message: str
) -> None:
    app.add_url_rule("/", "the_view", lambda: t.cast(t.Any, value))
    with pytest.raises(TypeError, match="the_view") as raised:
        ask(app)
    assert message in str(raised.value)
    assert "The view function" in str(raised.value)


def test_the_response_is_of_the_applications_class(app: Erlen) -> None:
    class Own(Response):
        pass

    app.response_class = Own
    with app.test_request_context():
        bodies: list[t.Any] = ["x", b"x", {}, [], steps(), wsgi, WerkzeugResponse(), Response()]
        for value in (*bodies, ("x", 201)):
            assert type(app.make_response(value)) is Own


def test_a_response_of_the_applications_class_stays_itself(app: Erlen) -> None:
    response = Response("x")
    with app.test_request_context():
        assert app.make_response(response) is response
        assert app.make_response((response, 201)) is response
    assert response.status_code == 201


def test_outside_of_a_request_the_error_names_no_view(app: Erlen) -> None:
    with pytest.raises(TypeError, match="but it was a int") as raised:
        app.make_response(7)  # type: ignore[arg-type]
    assert "It is the view" not in str(raised.value)


def test_a_wsgi_callable_runs_while_the_request_is_there(app: Erlen) -> None:
    def asks(environ: t.Any, start_response: t.Any) -> cabc.Iterable[bytes]:
        start_response("200 OK", [])
        return [erlen.request.path.encode()]

    app.add_url_rule("/x", "home", lambda: asks)
    assert ask(app, "/x").body == b"/x"


def test_a_status_may_be_text_beside_data() -> None:
    app = Erlen("status", static_folder=None)
    made: t.Any = ({"a": 1}, "201 Made")
    app.add_url_rule("/", "home", lambda: made)
    assert ask(app).status == "201 Made"
