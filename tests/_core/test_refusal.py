"""The answers 404 and 405 that are made beforehand."""

from __future__ import annotations

import typing as t

import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound

from erlen import Erlen
from erlen._core.refusal import Refusal

HTML = ("Content-Type", "text/html; charset=utf-8")


def test_a_refusal_has_the_page_of_the_exception() -> None:
    sent: list[t.Any] = []
    body = b"".join(Refusal(NotFound(), HTML).answer((), "GET", lambda *args: sent.extend(args)))  # type: ignore[arg-type]
    assert body == NotFound().get_response().get_data()
    assert sent == ["404 NOT FOUND", [HTML, ("Content-Length", str(len(body)))]]


def test_it_names_the_methods_that_are_allowed() -> None:
    sent: list[t.Any] = []
    refusal = Refusal(MethodNotAllowed(), HTML)
    refusal.answer(("GET", "HEAD"), "POST", lambda *args: sent.extend(args))  # type: ignore[arg-type]
    assert ("Allow", "GET, HEAD") in sent[1]


def test_a_head_request_gets_no_body() -> None:
    assert Refusal(NotFound(), HTML).answer((), "HEAD", lambda *args: None) == []  # type: ignore[arg-type]


def _handler(app: Erlen) -> None:
    app.register_error_handler(404, lambda exc: ("own page", 404))


def _any_handler(app: Erlen) -> None:
    app.register_error_handler(Exception, lambda exc: ("own page", 404))


def _hook(app: Erlen) -> None:
    app.before_request(lambda: "own page")


@pytest.mark.parametrize("register", [_handler, _any_handler, _hook])
def test_no_ready_answer_stands_before_what_is_registered(
    register: t.Callable[[Erlen], None],
) -> None:
    app = Erlen(__name__)
    register(app)
    assert app.test_client().get("/nowhere").text == "own page"


def test_teardown_functions_see_why_no_rule_matched() -> None:
    app = Erlen(__name__)
    seen: list[t.Any] = []

    @app.teardown_request
    def look(exc: BaseException | None) -> None:
        from erlen import request

        seen.append(request.routing_exception)

    app.test_client().get("/nowhere")
    assert isinstance(seen[0], NotFound)
