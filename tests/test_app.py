from __future__ import annotations

import collections.abc as cabc
import gc
import io
import typing as t
import weakref

import flask
import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

import erlen
from erlen import Erlen, Request, Response, g, request
from erlen.routing import Rule
from erlen.testing import ErlenClient, ErlenCliRunner
from tests.wsgi import Environ, ask, make_environ


@pytest.fixture
def app() -> Erlen:
    app = Erlen("app", static_folder=None, root_path="/")
    app.secret_key = "a key of thirty-two characters.."
    app.add_url_rule("/", "home", lambda: "home")
    return app


# The WSGI application


def test_the_application_is_a_wsgi_callable(app: Erlen) -> None:
    told: list[t.Any] = []
    body = app(make_environ(), lambda *args: told.append(args))  # type: ignore[arg-type]
    assert b"".join(body) == b"home"
    assert told == [
        ("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", "4")])
    ]


def test_middleware_goes_around_wsgi_app(app: Erlen) -> None:
    def shout(inner: t.Any) -> cabc.Callable[..., t.Any]:
        def middleware(environ: Environ, start_response: t.Any) -> list[bytes]:
            environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix("/prefix")
            return [chunk.upper() for chunk in inner(environ, start_response)]

        return middleware

    app.wsgi_app = shout(app.wsgi_app)  # type: ignore[method-assign]
    app.wsgi_app = shout(app.wsgi_app)  # type: ignore[method-assign]
    assert ask(app, "/prefix/").body == b"HOME"
    assert app.test_client().get("/").text == "HOME"


def test_known_middleware_fits(app: Erlen) -> None:
    app.add_url_rule("/where", "where", lambda: f"{request.url} {request.remote_addr}")
    app.wsgi_app = ProxyFix(app.wsgi_app, x_host=1, x_proto=1)  # type: ignore[method-assign]
    forwarded = {
        "HTTP_X_FORWARDED_FOR": "10.0.0.1",
        "HTTP_X_FORWARDED_HOST": "example.org",
        "HTTP_X_FORWARDED_PROTO": "https",
    }
    mounted = DispatcherMiddleware(lambda *args: [], {"/mounted": app})
    answer = ask(mounted, "/mounted/where", REMOTE_ADDR="127.0.0.1", **forwarded)
    assert answer.body == b"https://example.org/mounted/where 10.0.0.1"


def test_one_application_can_be_mounted_in_another(app: Erlen) -> None:
    outer = Erlen("outer", static_folder=None, root_path="/")
    outer.add_url_rule("/in", "in", lambda: app)
    app.add_url_rule("/in", "in", lambda: f"{erlen.current_app.name} {request.path}")
    outer.add_url_rule("/", "home", lambda: erlen.current_app.name)
    assert ask(outer, "/in").body == b"app /in"
    assert ask(outer).body == b"outer"


def test_flask_is_another_name_of_the_class() -> None:
    assert erlen.Flask is Erlen
    assert repr(Erlen("name", static_folder=None)) == "<Erlen 'name'>"


def test_an_application_without_a_request_context_of_its_own_is_freed(app: Erlen) -> None:
    gone = weakref.ref(Erlen("short-lived", static_folder="static", root_path="/"))
    gc.collect()
    assert gone() is None


# Attributes


def test_the_defaults_of_the_configuration_are_flasks(app: Erlen) -> None:
    theirs = dict(flask.Flask("app").config)
    assert {key: app.config[key] for key in theirs} == {**theirs, "SECRET_KEY": app.secret_key}


def test_attributes_mirror_the_configuration(app: Erlen) -> None:
    app.testing = app.debug = True
    app.secret_key = "other"
    app.permanent_session_lifetime = 60
    assert (app.config["TESTING"], app.config["DEBUG"]) == (True, True)
    assert app.config["SECRET_KEY"] == "other"
    assert app.permanent_session_lifetime.total_seconds() == 60


@pytest.mark.parametrize("name", sorted(set(dir(flask.Flask)) - set(dir(object))))
def test_it_has_what_flasks_application_has(name: str) -> None:
    private = {"_check_setup_finished", "_find_error_handler", "_get_exc_class_and_code"}
    if not name.startswith("_") or name in private:
        assert hasattr(Erlen, name), name


def test_so_has_an_application_itself(app: Erlen) -> None:
    for name in vars(flask.Flask("app")):
        if not name.startswith("_"):
            assert hasattr(app, name), name


def test_an_absolute_instance_path_is_demanded() -> None:
    with pytest.raises(ValueError, match="must be absolute"):
        Erlen("app", instance_path="relative")


# Set-up comes before the first request


SETUP: dict[str, cabc.Callable[[Erlen], t.Any]] = {
    "route": lambda app: app.route("/x"),
    "add_url_rule": lambda app: app.add_url_rule("/x", "x"),
    "register_blueprint": lambda app: app.register_blueprint(erlen.Blueprint("x", "x")),
    "before_request": lambda app: app.before_request(lambda: None),
    "after_request": lambda app: app.after_request(lambda response: response),
    "teardown_request": lambda app: app.teardown_request(lambda exc: None),
    "teardown_appcontext": lambda app: app.teardown_appcontext(lambda exc: None),
    "errorhandler": lambda app: app.errorhandler(404),
    "before_first_request": lambda app: app.before_first_request(lambda: None),
    "context_processor": lambda app: app.context_processor(dict),
}


@pytest.mark.parametrize("name", SETUP)
def test_set_up_after_the_first_request_is_refused(app: Erlen, name: str) -> None:
    SETUP[name](Erlen("fresh", static_folder=None, root_path="/"))
    assert not app.got_first_request
    ask(app)
    assert app.got_first_request
    with pytest.raises(AssertionError, match=f"setup method '{name}' can no longer be called"):
        SETUP[name](app)


# Static files


def test_static_files_are_served(tmp_path: t.Any) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.txt").write_text("text")
    app = Erlen("app", root_path=str(tmp_path))
    answer = ask(app, "/static/a.txt")
    assert (answer.code, answer.body) == (200, b"text")
    assert ask(app, "/static/absent.txt").code == 404
    with app.test_request_context():
        assert erlen.url_for("static", filename="a.txt") == "/static/a.txt"


@pytest.mark.parametrize("host, matching", [("example.org", False), (None, True)])
def test_a_static_host_goes_with_host_matching(host: str | None, matching: bool) -> None:
    with pytest.raises(AssertionError, match="static_host"):
        Erlen("app", static_host=host, host_matching=matching)


# Making requests by hand


def test_a_made_up_request_takes_what_the_client_takes(app: Erlen) -> None:
    with app.test_request_context("/x?a=1", method="POST", json={"b": 2}, headers={"X-A": "c"}):
        assert (request.path, request.args["a"], request.method) == ("/x", "1", "POST")
        assert (request.json, request.headers["X-A"]) == ({"b": 2}, "c")


def test_upload_fields_of_a_made_up_request_can_be_read(app: Erlen) -> None:
    data = {"file": (io.BytesIO(b"content"), "a.txt")}
    with app.test_request_context(method="POST", data=data):
        assert request.files["file"].read() == b"content"


def test_the_clients_and_runners_class_can_be_replaced(app: Erlen) -> None:
    class Client(ErlenClient):
        pass

    class Runner(ErlenCliRunner):
        pass

    assert type(app.test_client()) is ErlenClient
    app.test_client_class, app.test_cli_runner_class = Client, Runner
    assert type(app.test_client()) is Client
    assert type(app.test_cli_runner()) is Runner


# Classes that a subclass replaces


def test_the_classes_of_a_subclass_are_used() -> None:
    class OwnRequest(Request):
        @property
        def shout(self) -> str:
            return self.path.upper()

    class OwnResponse(Response):
        default_mimetype = "text/plain"

    class OwnRule(Rule):
        pass

    class Own(Erlen):
        request_class = OwnRequest
        response_class = OwnResponse
        url_rule_class = OwnRule

    app = Own("app", static_folder=None, root_path="/")
    app.add_url_rule("/up", "up", lambda: request.shout)  # type: ignore[attr-defined]
    answer = ask(app, "/up")
    assert (answer.body, answer.header("Content-Type")) == (b"/UP", "text/plain; charset=utf-8")
    assert all(type(rule) is OwnRule for rule in app.url_map.iter_rules())


# What views use


def test_make_response_and_its_kin(app: Erlen) -> None:
    app.add_url_rule("/made", "made", lambda: erlen.make_response("x", 201, {"X-A": "b"}))
    app.add_url_rule("/moved", "moved", lambda: erlen.redirect("/", 301))
    app.add_url_rule("/abort", "abort", lambda: erlen.abort(410, "gone for good"))
    app.add_url_rule("/own", "own", lambda: erlen.abort(Response("own", 418)))
    assert ask(app, "/made")[::2] == ("201 CREATED", b"x")
    assert ask(app, "/moved").header("Location") == "/"
    assert b"gone for good" in ask(app, "/abort").body
    assert ask(app, "/own")[::2] == ("418 I'M A TEAPOT", b"own")


def test_the_aborter_and_the_redirect_of_an_application_are_used() -> None:
    class Teapot(HTTPException):
        code = 418

    class Own(Erlen):
        def make_aborter(self) -> t.Any:
            aborter = super().make_aborter()
            aborter.mapping[999] = Teapot
            return aborter

        def redirect(self, location: str, code: int = 302) -> t.Any:
            return super().redirect(f"{location}?own", code)

    app = Own("app", static_folder=None, root_path="/")
    app.add_url_rule("/abort", "abort", lambda: erlen.abort(999))
    app.add_url_rule("/moved", "moved", lambda: erlen.redirect("/"))
    assert ask(app, "/abort").code == 418
    assert ask(app, "/moved").header("Location") == "/?own"


def test_the_shell_gets_what_the_processors_give(app: Erlen) -> None:
    app.shell_context_processor(lambda: {"answer": 42})
    with app.app_context():
        assert app.make_shell_context() == {"app": app, "g": g, "answer": 42}
