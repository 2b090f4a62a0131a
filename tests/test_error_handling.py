from __future__ import annotations

import collections.abc as cabc
import logging
import traceback
import typing as t

import pytest
from werkzeug.exceptions import (
    BadRequest,
    BadRequestKeyError,
    Forbidden,
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    NotFound,
)
from werkzeug.routing import RequestRedirect

import erlen
from erlen.debughelpers import FormDataRoutingRedirect
from erlen.globals import _app_ctx_stack, _request_ctx_stack

SECRET = "what nobody may see"


class Problem(Exception):
    pass


class LargeProblem(Problem):
    pass


class Teapot(HTTPException):
    code = 418
    description = "short and stout"


class Elsewhere(HTTPException):
    """No code of its own: it is an answer already."""

    def get_response(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        return erlen.Response("elsewhere", 299)


@pytest.fixture(autouse=True)
def no_context_is_left() -> cabc.Iterator[None]:
    yield
    assert _request_ctx_stack.top is None
    assert _app_ctx_stack.top is None


@pytest.fixture
def app() -> erlen.Erlen:
    """An application for production, whose view raises what it is told to."""
    app = erlen.Erlen(__name__, static_folder=None)
    app.add_url_rule("/", "fail", lambda: fail(app))
    return app


def fail(app: erlen.Erlen) -> str:
    raise app.extensions["failure"]


def raising(app: erlen.Erlen, failure: BaseException | t.Any, path: str = "/") -> t.Any:
    """Return status and text of the answer to a request whose view raises *failure*."""
    app.extensions["failure"] = failure
    response = app.test_client().get(path)
    return response.status_code, response.text


def naming(name: str) -> cabc.Callable[[Exception], tuple[str, int]]:
    return lambda error: (f"{name} {type(error).__name__}", 299)


def named(name: str, error: str) -> tuple[int, str]:
    return 299, f"{name} {error}"


# Which handler answers


@pytest.mark.parametrize("wanted", [404, NotFound])
def test_handler_for_a_code_or_its_class(app: erlen.Erlen, wanted: t.Any) -> None:
    app.register_error_handler(wanted, naming("handler"))
    assert raising(app, NotFound()) == named("handler", "NotFound")
    assert app.test_client().get("/nowhere").text == "handler NotFound"
    assert raising(app, Forbidden())[0] == 403


def test_handler_for_a_class_answers_its_subclasses(app: erlen.Erlen) -> None:
    app.register_error_handler(Problem, naming("problem"))
    assert raising(app, LargeProblem()) == named("problem", "LargeProblem")


def test_most_specific_class_wins_in_every_order(app: erlen.Erlen) -> None:
    for cls in (LargeProblem, Exception, Problem):
        app.register_error_handler(cls, naming(cls.__name__))
    assert raising(app, LargeProblem()) == named("LargeProblem", "LargeProblem")
    assert raising(app, Problem()) == named("Problem", "Problem")
    assert raising(app, KeyError()) == named("Exception", "KeyError")


def test_code_wins_over_a_general_class(app: erlen.Erlen) -> None:
    app.register_error_handler(HTTPException, naming("http"))
    app.register_error_handler(Exception, naming("any"))
    app.register_error_handler(404, naming("404"))
    assert raising(app, NotFound()) == named("404", "NotFound")
    assert raising(app, Forbidden()) == named("http", "Forbidden")
    assert raising(app, Problem()) == named("any", "Problem")


def test_handler_of_exception_answers_http_errors_too(app: erlen.Erlen) -> None:
    app.register_error_handler(Exception, naming("any"))
    assert raising(app, NotFound()) == named("any", "NotFound")
    assert app.test_client().post("/").text == "any MethodNotAllowed"


def test_subclass_of_an_http_error_is_more_specific_than_its_code(app: erlen.Erlen) -> None:
    class Gone404(NotFound):
        pass

    app.register_error_handler(404, naming("404"))
    assert raising(app, Gone404()) == named("404", "Gone404")
    app._got_first_request = False
    app.register_error_handler(Gone404, naming("gone"))
    assert raising(app, Gone404()) == named("gone", "Gone404")
    assert raising(app, NotFound()) == named("404", "NotFound")


def test_own_http_errors_have_their_code(app: erlen.Erlen) -> None:
    assert raising(app, Teapot())[0] == 418
    app._got_first_request = False
    app.register_error_handler(Teapot, naming("tea"))
    assert raising(app, Teapot()) == named("tea", "Teapot")


def with_blueprints(app: erlen.Erlen) -> tuple[erlen.Blueprint, erlen.Blueprint]:
    outer, inner = erlen.Blueprint("outer", __name__), erlen.Blueprint("inner", __name__)
    inner.add_url_rule("/inner", "fail", lambda: fail(app))
    outer.add_url_rule("/outer", "fail", lambda: fail(app))
    outer.register_blueprint(inner)
    return outer, inner


def test_blueprint_goes_before_the_application(app: erlen.Erlen) -> None:
    outer, inner = with_blueprints(app)
    for owner, name in [(inner, "inner"), (outer, "outer"), (app, "app")]:
        t.cast(t.Any, owner).register_error_handler(Problem, naming(name))
        t.cast(t.Any, owner).register_error_handler(403, naming(name))
    app.register_blueprint(outer)
    for failure in (Problem, Forbidden):
        answers = [raising(app, failure(), path)[1] for path in ("/inner", "/outer", "/")]
        assert answers == [f"{name} {failure.__name__}" for name in ("inner", "outer", "app")]


def test_blueprints_class_goes_before_the_applications_closer_one(app: erlen.Erlen) -> None:
    outer, _ = with_blueprints(app)
    app.register_error_handler(LargeProblem, naming("app"))
    outer.register_error_handler(Exception, naming("outer"))
    app.register_blueprint(outer)
    assert raising(app, LargeProblem(), "/inner") == named("outer", "LargeProblem")


def test_applications_code_goes_before_the_blueprints_class(app: erlen.Erlen) -> None:
    outer, inner = with_blueprints(app)
    app.register_error_handler(404, naming("app"))
    inner.register_error_handler(Exception, naming("inner"))
    app.register_blueprint(outer)
    assert raising(app, NotFound(), "/inner") == named("app", "NotFound")


def test_unknown_url_is_no_blueprints_business(app: erlen.Erlen) -> None:
    outer, inner = with_blueprints(app)
    outer.register_error_handler(404, naming("outer"))
    inner.app_errorhandler(404)(naming("everywhere"))
    app.register_blueprint(outer, url_prefix="/prefix")
    assert app.test_client().get("/prefix/nowhere").text == "everywhere NotFound"


def test_handlers_put_straight_into_the_registry_count(app: erlen.Erlen) -> None:
    assert raising(app, Problem())[0] == 500
    app.error_handler_spec[None][None][Problem] = t.cast(t.Any, naming("late"))
    assert raising(app, Problem()) == named("late", "Problem")


def test_errors_of_hooks_are_handled(app: erlen.Erlen) -> None:
    app.register_error_handler(Problem, naming("handler"))

    @app.before_request
    def before() -> None:
        raise Problem

    assert app.test_client().get("/").text == "handler Problem"


def test_answer_of_a_handler_passes_the_functions_after_the_request(app: erlen.Erlen) -> None:
    @app.after_request
    def after(response: erlen.Response) -> erlen.Response:
        response.headers["X-After"] = "1"
        return response

    app.register_error_handler(Problem, lambda error: {"error": "problem"})
    app.extensions["failure"] = Problem()
    response = app.test_client().get("/")
    assert (response.json, response.headers["X-After"]) == ({"error": "problem"}, "1")


def test_handler_may_be_async(app: erlen.Erlen) -> None:
    @app.errorhandler(Problem)
    async def handler(error: Problem) -> str:
        return "awaited"

    assert raising(app, Problem()) == (200, "awaited")


# abort and answers in exceptions


def test_abort_with_a_code_a_text_and_a_response(app: erlen.Erlen) -> None:
    app.add_url_rule("/code", "code", lambda: erlen.abort(403))
    app.add_url_rule("/text", "text", lambda: erlen.abort(404, "no such book"))
    app.add_url_rule("/answer", "answer", lambda: erlen.abort(erlen.Response("answer", 410)))
    app.add_url_rule("/unknown", "unknown", lambda: erlen.abort(299))
    client = app.test_client()
    assert client.get("/code").status_code == 403
    assert "no such book" in client.get("/text").text
    assert (client.get("/answer").status_code, client.get("/answer").text) == (410, "answer")
    assert client.get("/unknown").status_code == 500


def test_aborted_response_passes_no_handler(app: erlen.Erlen) -> None:
    app.register_error_handler(HTTPException, naming("handler"))
    app.add_url_rule("/answer", "answer", lambda: erlen.abort(erlen.Response("answer", 410)))
    assert app.test_client().get("/answer").text == "answer"


def test_http_exception_without_a_code_is_an_answer(app: erlen.Erlen) -> None:
    app.register_error_handler(HTTPException, naming("handler"))
    app.register_error_handler(Exception, naming("handler"))
    assert raising(app, Elsewhere()) == (299, "elsewhere")


def test_redirects_of_the_routing_are_not_handled(app: erlen.Erlen) -> None:
    app.register_error_handler(HTTPException, naming("handler"))
    app.register_error_handler(Exception, naming("handler"))
    app.register_error_handler(RequestRedirect, naming("handler"))
    app.add_url_rule("/folder/", "folder", lambda: "folder")
    assert app.test_client().get("/folder").status_code == 308
    status, text = raising(app, RequestRedirect("http://localhost/else"))
    assert (status, "/else" in text) == (308, True)


# 500


@pytest.mark.parametrize("wanted", [500, InternalServerError])
def test_handler_of_500_gets_the_original(app: erlen.Erlen, wanted: t.Any) -> None:
    seen: list[t.Any] = []

    def handler(error: InternalServerError) -> tuple[str, int]:
        seen.append((type(error), error.original_exception))
        return "handled", 500

    app.register_error_handler(wanted, handler)
    failure = Problem()
    assert raising(app, failure) == (500, "handled")
    assert seen == [(InternalServerError, failure)]
    assert raising(app, InternalServerError()) == (500, "handled")
    assert seen[1] == (InternalServerError, None)


def test_handler_of_500_is_found_by_its_base_classes(app: erlen.Erlen) -> None:
    app.register_error_handler(HTTPException, naming("http"))
    assert raising(app, Problem()) == named("http", "InternalServerError")


def test_handler_of_500_may_be_a_blueprints(app: erlen.Erlen) -> None:
    outer, inner = with_blueprints(app)
    inner.register_error_handler(500, naming("inner"))
    app.register_error_handler(500, naming("app"))
    app.register_blueprint(outer)
    assert raising(app, Problem(), "/inner") == named("inner", "InternalServerError")
    assert raising(app, Problem()) == named("app", "InternalServerError")


@pytest.mark.parametrize(
    "failure", [Problem(SECRET), KeyError(SECRET), BadRequestKeyError(SECRET), TypeError(SECRET)]
)
def test_page_in_production_leaks_nothing(
    app: erlen.Erlen, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    app.extensions["failure"] = failure
    response = app.test_client().get("/")
    whole = f"{response.headers}{response.text}"
    expected = 400 if isinstance(failure, BadRequest) else 500
    assert response.status_code == expected
    for private in (SECRET, __name__, "Traceback", type(failure).__name__, __file__):
        assert private not in whole
    assert (SECRET in caplog.text) is (expected == 500)


def test_failure_is_logged_once_with_its_place(
    app: erlen.Erlen, caplog: pytest.LogCaptureFixture
) -> None:
    raising(app, Problem("a problem"))
    (record,) = caplog.records
    assert (record.levelno, record.getMessage()) == (logging.ERROR, "Exception on / [GET]")
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], Problem)
    assert "raise app.extensions" in caplog.text


def test_handler_that_raises_gives_a_500(
    app: erlen.Erlen, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(error: Exception) -> str:
        raise KeyError("in the handler")

    app.register_error_handler(Problem, broken)
    status, text = raising(app, Problem())
    assert status == 500
    assert "in the handler" not in text
    assert "KeyError: 'in the handler'" in caplog.text


def test_error_raised_by_a_handler_is_not_handled_again(app: erlen.Erlen) -> None:
    def gone(error: Exception) -> str:
        erlen.abort(404)

    app.register_error_handler(Problem, gone)
    app.register_error_handler(404, naming("404"))
    assert raising(app, Problem())[0] == 500


def test_handler_of_500_that_raises_gives_the_plain_page(
    app: erlen.Erlen, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(error: Exception) -> str:
        raise KeyError(SECRET)

    app.register_error_handler(500, broken)
    status, text = raising(app, Problem("the first"))
    assert (status, SECRET in text) == (500, False)
    assert "the first" in caplog.text
    assert SECRET in caplog.text


def test_function_after_a_failed_request_may_fail_too(
    app: erlen.Erlen, caplog: pytest.LogCaptureFixture
) -> None:
    @app.after_request
    def after(response: erlen.Response) -> erlen.Response:
        raise KeyError("afterwards")

    assert raising(app, Problem())[0] == 500
    [record] = caplog.records
    assert "Problem" in caplog.text
    assert "The answer to this failed, too:" in caplog.text
    assert record.getMessage().startswith("Exception on ")


# Propagation and traps


@pytest.mark.parametrize(
    "settings, propagates",
    [
        ({}, False),
        ({"TESTING": True}, True),
        ({"DEBUG": True}, True),
        ({"PROPAGATE_EXCEPTIONS": True}, True),
        ({"PROPAGATE_EXCEPTIONS": False, "TESTING": True}, False),
        ({"PROPAGATE_EXCEPTIONS": False, "DEBUG": True}, False),
    ],
)
def test_exceptions_are_propagated_as_the_settings_say(
    app: erlen.Erlen, settings: dict[str, t.Any], propagates: bool
) -> None:
    app.config.update(settings)
    app.register_error_handler(500, lambda error: ("handled", 500))
    if propagates:
        with pytest.raises(Problem) as caught:
            raising(app, Problem())
        assert "fail" in {frame.name for frame in traceback.extract_tb(caught.value.__traceback__)}
    else:
        assert raising(app, Problem()) == (500, "handled")


def test_handled_exceptions_are_not_propagated(app: erlen.Erlen) -> None:
    app.testing = True
    app.register_error_handler(Problem, naming("handler"))
    assert raising(app, Problem()) == named("handler", "Problem")


def test_trap_of_http_exceptions(app: erlen.Erlen) -> None:
    app.config.update(TESTING=True, TRAP_HTTP_EXCEPTIONS=True)
    with pytest.raises(Forbidden):
        raising(app, Forbidden())
    with pytest.raises(NotFound):
        app.test_client().get("/nowhere")
    with pytest.raises(MethodNotAllowed):
        app.test_client().post("/")


def test_trapped_http_exception_may_still_have_a_handler(app: erlen.Erlen) -> None:
    app.config.update(TESTING=True, TRAP_HTTP_EXCEPTIONS=True)
    app.register_error_handler(404, naming("404"))
    assert raising(app, NotFound()) == named("404", "NotFound")


def test_trap_of_bad_requests(app: erlen.Erlen) -> None:
    app.config.update(TESTING=True, TRAP_BAD_REQUEST_ERRORS=True)
    for failure in (BadRequest(), BadRequestKeyError("key")):
        with pytest.raises(BadRequest):
            raising(app, failure)
    assert raising(app, NotFound())[0] == 404


@pytest.mark.parametrize(
    "debug, trap, outcome",
    [
        (False, None, "plain"),
        (False, False, "plain"),
        (True, None, "raised"),
        (True, False, "named"),
        (True, True, "raised"),
        (False, True, "raised"),
    ],
)
def test_missing_key_tells_its_name_to_developers_only(
    app: erlen.Erlen, debug: bool, trap: bool | None, outcome: str
) -> None:
    app.config.update(DEBUG=debug, PROPAGATE_EXCEPTIONS=True, TRAP_BAD_REQUEST_ERRORS=trap)
    app.add_url_rule("/key", "key", lambda: erlen.request.args["the_key"])
    client = app.test_client()
    if outcome == "raised":
        with pytest.raises(KeyError, match="the_key") as caught:
            client.get("/key")
        assert "KeyError: 'the_key'" in str(caught.value)
        return
    response = client.get("/key")
    assert response.status_code == 400
    assert ("the_key" in response.text) is (outcome == "named")


# Redirects that lose a form


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_debug_mode_refuses_a_redirect_that_loses_the_body(app: erlen.Erlen, method: str) -> None:
    app.debug = True

    @app.before_request
    def old_style() -> None:
        redirect = RequestRedirect("http://localhost/folder/")
        redirect.code = 302
        erlen.request.routing_exception = redirect

    app.add_url_rule("/folder/", "folder", str, methods=["GET", method])
    with pytest.raises(FormDataRoutingRedirect, match="trailing slash"):
        app.test_client().open("/folder", method=method)
    assert app.test_client().get("/folder").status_code == 302


def test_redirect_that_keeps_the_body_is_sent_in_debug_mode(app: erlen.Erlen) -> None:
    app.debug = True
    app.add_url_rule("/folder/", "folder", lambda: erlen.request.form["a"], methods=["POST"])
    client = app.test_client()
    assert client.post("/folder", data={"a": "1"}).status_code == 308
    assert client.post("/folder", data={"a": "1"}, follow_redirects=True).text == "1"
