from __future__ import annotations

import typing as t

import pytest

import erlen
from erlen import Erlen, current_app, g, request, session
from erlen.globals import (
    _app_ctx_stack,
    _cv_app,
    _cv_request,
    _request_ctx_stack,
    app_ctx,
    request_ctx,
)
from erlen.local import LocalProxy

PROXIES: dict[str, t.Any] = {
    "current_app": current_app,
    "g": g,
    "app_ctx": app_ctx,
    "request": request,
    "session": session,
    "request_ctx": request_ctx,
}
OF_THE_APPLICATION = ["current_app", "g", "app_ctx"]
OF_THE_REQUEST = ["request", "session", "request_ctx"]


@pytest.fixture
def app() -> Erlen:
    app = Erlen("globals", static_folder=None, root_path="/")
    app.secret_key = "a key of thirty-two characters.."
    return app


@pytest.mark.parametrize("name", PROXIES)
def test_the_names_are_proxies(name: str, app: Erlen) -> None:
    proxy = PROXIES[name]
    assert type(proxy) is not type(app)
    assert isinstance(proxy, LocalProxy)
    assert not proxy
    assert "unbound" in repr(proxy)


@pytest.mark.parametrize("name", OF_THE_APPLICATION)
def test_without_an_application_the_error_teaches(name: str) -> None:
    with pytest.raises(RuntimeError, match="Working outside of application context") as raised:
        PROXIES[name].anything
    assert "with app.app_context():" in str(raised.value)


@pytest.mark.parametrize("name", OF_THE_REQUEST)
def test_without_a_request_the_error_teaches(name: str, app: Erlen) -> None:
    def check() -> None:
        with pytest.raises(RuntimeError, match="Working outside of request context") as raised:
            PROXIES[name].anything
        assert "app.test_request_context(" in str(raised.value)

    check()
    with app.app_context():
        check()


def test_the_names_stand_for_what_is_on_top_of_the_stacks(app: Erlen) -> None:
    with app.test_request_context() as ctx:
        assert _request_ctx_stack.top is ctx
        assert request_ctx._get_current_object() is ctx  # type: ignore[attr-defined]
        assert ctx.request is request._get_current_object()  # type: ignore[attr-defined]
        assert ctx.session is session._get_current_object()  # type: ignore[attr-defined]
        top = _app_ctx_stack.top
        assert top is not None
        assert top is app_ctx._get_current_object()  # type: ignore[attr-defined]
        assert top.app is current_app._get_current_object()  # type: ignore[attr-defined]
        assert top.g is g._get_current_object()


def test_a_proxy_passes_for_what_it_stands_for(app: Erlen) -> None:
    with app.test_request_context():
        assert isinstance(current_app, Erlen)
        assert isinstance(request, erlen.Request)
        assert current_app == app
        assert hash(current_app) == hash(app)


@pytest.mark.parametrize("stack", [_app_ctx_stack, _request_ctx_stack])
def test_an_empty_stack_has_no_top_and_pops_none(stack: t.Any) -> None:
    assert stack.top is None
    assert stack.pop() is None
    assert stack.get() is None
    assert stack.get("default") == "default"


def test_the_stacks_can_be_used_by_hand(app: Erlen) -> None:
    ctx, app_context = app.test_request_context("/x"), app.app_context()
    assert _app_ctx_stack.push(app_context) is _app_ctx_stack
    assert _request_ctx_stack.push(ctx) is _request_ctx_stack
    assert (request.path, current_app.name) == ("/x", "globals")
    assert _request_ctx_stack.pop() is ctx
    assert _request_ctx_stack.top is None
    assert _app_ctx_stack.pop() is app_context
    assert _app_ctx_stack.top is None


def test_a_request_pushed_by_hand_takes_its_application_with_it(app: Erlen) -> None:
    _request_ctx_stack.push(app.test_request_context())
    assert current_app.name == "globals"
    _request_ctx_stack.pop()
    assert _app_ctx_stack.top is None


def test_calling_a_stack_gives_a_proxy_to_its_top(app: Erlen) -> None:
    with app.test_request_context("/x"):
        assert _request_ctx_stack().request.path == "/x"
        assert _app_ctx_stack().app is app


def test_what_extensions_look_for_is_there(app: Erlen) -> None:
    assert _cv_request.get(None) is None
    with app.test_request_context() as ctx:
        assert _cv_request.get() is ctx
        assert _cv_app.get() is _app_ctx_stack.top
