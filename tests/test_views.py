from __future__ import annotations

import sys
import typing as t

import pytest

from erlen import Erlen, Response, make_response, request
from erlen.views import MethodView, View


@pytest.fixture
def app() -> Erlen:
    return Erlen(__name__)


class Methods(MethodView):
    def get(self) -> str:
        return "GET"

    def post(self) -> str:
        return "POST"


def allowed(app: Erlen) -> set[str]:
    return set(app.test_client().options("/").allow)


# View


def test_view_answers_its_methods(app: Erlen) -> None:
    class Index(View):
        methods = ["GET", "POST"]

        def dispatch_request(self) -> str:
            return request.method

    app.add_url_rule("/", view_func=Index.as_view("index"))
    client = app.test_client()
    assert (client.get("/").text, client.post("/").text) == ("GET", "POST")
    assert client.put("/").status_code == 405
    assert allowed(app) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_view_function_carries_the_class_and_its_settings() -> None:
    class Index(View):
        """The first page."""

        methods = ["GET"]
        provide_automatic_options = False

    view: t.Any = Index.as_view("home")
    assert (view.__name__, view.__doc__, view.__module__) == ("home", Index.__doc__, __name__)
    assert (view.view_class, view.methods) == (Index, ["GET"])
    assert view.provide_automatic_options is False


def test_endpoint_is_the_name_given(app: Erlen) -> None:
    app.add_url_rule("/", view_func=Methods.as_view("home"))
    assert "home" in app.view_functions
    with app.test_request_context():
        assert app.url_for("home") == "/"


def test_constructor_arguments_and_variables_of_the_url(app: Erlen) -> None:
    class Hello(View):
        def __init__(self, greeting: str, mark: str) -> None:
            self.greeting, self.mark = greeting, mark

        def dispatch_request(self, name: str) -> str:  # type: ignore[override]
            return f"{self.greeting}, {name}{self.mark}"

    app.add_url_rule("/<name>", view_func=Hello.as_view("hello", "Hello", mark="!"))
    assert app.test_client().get("/ada").text == "Hello, ada!"


@pytest.mark.parametrize("every_request, answers", [(True, ["1", "2"]), (False, ["1", "1"])])
def test_instance_for_every_request_or_for_all(every_request: bool, answers: list[str]) -> None:
    made = []

    class Count(View):
        init_every_request = every_request

        def __init__(self) -> None:
            made.append(self)

        def dispatch_request(self) -> str:
            return str(len(made))

    view: t.Any = Count.as_view("count")
    assert [view(), view()] == answers


def test_dispatch_request_must_be_written() -> None:
    with pytest.raises(NotImplementedError):
        View().dispatch_request()


def test_last_decorator_is_outermost(app: Erlen) -> None:
    def marking(mark: str) -> t.Any:
        def decorator(view: t.Any) -> t.Any:
            def decorated(**kwargs: t.Any) -> Response:
                response = make_response(view(**kwargs))
                response.headers.add("X-Mark", mark)
                return response

            return decorated

        return decorator

    class Index(Methods):
        decorators = [marking("inner"), marking("outer")]

    app.add_url_rule("/", view_func=Index.as_view("index"))
    assert app.test_client().get("/").headers.getlist("X-Mark") == ["inner", "outer"]


def test_decorator_sees_the_name_that_the_view_will_have() -> None:
    seen = []

    def remember(view: t.Any) -> t.Any:
        seen.append((view.__name__, view.__module__))
        return view

    class Index(Methods):
        decorators = [remember]

    Index.as_view("home")
    assert seen == [("home", __name__)]


def test_class_of_the_view_function_can_be_replaced(app: Erlen) -> None:
    class Broken(MethodView):
        def get(self) -> str:
            raise ZeroDivisionError

        post = get

    view: t.Any = Broken.as_view("index")
    view.view_class = Methods
    app.add_url_rule("/", view_func=view)
    assert app.test_client().get("/").text == "GET"


@pytest.mark.parametrize(
    "answers, methods, expected",
    [
        (False, None, set()),
        (None, None, {"GET", "HEAD", "OPTIONS"}),
        (True, ["OPTIONS"], {"OPTIONS"}),
    ],
)
def test_automatic_options(app: Erlen, answers: t.Any, methods: t.Any, expected: set[str]) -> None:
    settings = {"provide_automatic_options": answers, "methods": methods}
    index: t.Any = type("Index", (View,), {**settings, "dispatch_request": lambda self: "x"})
    app.add_url_rule("/", view_func=index.as_view("index"))
    response = app.test_client().options("/")
    assert response.status_code == (405 if answers is False else 200)
    if expected:
        assert set(response.allow) == expected


# MethodView


def test_methods_are_those_defined(app: Erlen) -> None:
    app.add_url_rule("/", view_func=Methods.as_view("index"))
    client = app.test_client()
    assert (client.get("/").text, client.post("/").text) == ("GET", "POST")
    assert client.put("/").status_code == 405
    assert allowed(app) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_methods_are_inherited_from_every_base() -> None:
    class Deleting(MethodView):
        def delete(self) -> str:
            return "DELETE"

    class Both(Methods, Deleting):
        def put(self) -> str:
            return "PUT"

    assert Methods.methods == {"GET", "POST"}
    assert Both.methods == {"GET", "POST", "PUT", "DELETE"}
    assert MethodView.methods is None


def test_explicit_methods_narrow_or_widen(app: Erlen) -> None:
    class Narrow(Methods):
        methods = ["GET"]

    class Dav(MethodView):
        methods = ["GET", "PROPFIND"]

    class Folder(Dav):
        def get(self) -> str:
            return "GET"

        def propfind(self) -> str:
            return "PROPFIND"

    app.add_url_rule("/", view_func=Narrow.as_view("index"))
    app.add_url_rule("/dav", view_func=Folder.as_view("dav"))
    client = app.test_client()
    assert (client.get("/").text, client.post("/").status_code) == ("GET", 405)
    assert client.open("/dav", method="PROPFIND").text == "PROPFIND"
    assert set(Folder.methods or ()) == {"GET", "PROPFIND"}


@pytest.mark.parametrize("own", [False, True])
def test_head_falls_back_to_get(app: Erlen, own: bool) -> None:
    class Index(MethodView):
        def get(self) -> Response:
            return Response("body", headers={"X-From": f"get for {request.method}"})

    class WithHead(Index):
        def head(self) -> Response:
            return Response("", headers={"X-From": "head"})

    app.add_url_rule("/", view_func=(WithHead if own else Index).as_view("index"))
    response = app.test_client().head("/")
    assert response.data == b""
    assert response.headers["X-From"] == ("head" if own else "get for HEAD")


def test_method_allowed_but_not_written_names_the_class_and_the_mend(app: Erlen) -> None:
    class Index(Methods):
        methods = ["GET", "PATCH"]

    app.testing = True
    app.add_url_rule("/", view_func=Index.as_view("index"))
    with pytest.raises(AssertionError, match=r"Unimplemented method 'PATCH': Index .*'patch'"):
        app.test_client().patch("/")


# Async


class AsyncMethods(MethodView):
    async def get(self, number: int) -> str:
        return f"number {number}"


class AsyncView(View):
    async def dispatch_request(self, number: int) -> str:  # type: ignore[override]
        return f"number {number}"


class CallingSuper(AsyncMethods):
    def dispatch_request(self, **kwargs: t.Any) -> str:
        return t.cast(str, super().dispatch_request(**kwargs))


@pytest.mark.parametrize("view_class", [AsyncMethods, AsyncView, CallingSuper])
@pytest.mark.parametrize("every_request", [True, False])
def test_async_methods_are_run_before_decorators_see_them(
    app: Erlen, view_class: type[View], every_request: bool
) -> None:
    def shout(view: t.Any) -> t.Any:
        return lambda **kwargs: view(**kwargs).upper()

    settings = {"decorators": [shout], "init_every_request": every_request}
    shouting: t.Any = type("Shouting", (view_class,), settings)
    app.add_url_rule("/<int:number>", view_func=shouting.as_view("index"))
    assert app.test_client().get("/7").text == "NUMBER 7"


# Cost


def test_calls_of_a_view_are_its_own_and_few(app: Erlen) -> None:
    view: t.Any = Methods.as_view("index")
    calls: list[str] = []

    def count(frame: t.Any, event: str, arg: object) -> None:
        if event == "call":
            calls.append(frame.f_code.co_name)

    with app.test_request_context():
        request.method
        sys.setprofile(count)
        view()
        sys.setprofile(None)
    assert calls[0] == "view"
    assert "ensure_sync" not in calls
    assert len(calls) <= 8
