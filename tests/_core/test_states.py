"""What contexts keep."""

from __future__ import annotations

import copy
import weakref

import pytest
from werkzeug.wrappers import Request as WerkzeugRequest

from erlen import Erlen, Request
from erlen._core.states import RequestContextState, keeps_state
from erlen.ctx import AppContext, RequestContext


@pytest.fixture
def ctx() -> RequestContext:
    app = Erlen("states", static_folder=None, root_path="/")
    return app.test_request_context("/")


def test_what_nobody_set_is_nothing(ctx: RequestContext) -> None:
    fresh = RequestContext.__new__(RequestContext)
    assert (fresh._opened, fresh.flashes, fresh.allowed_methods) == (None, None, None)
    assert (fresh._depth, fresh.touched, fresh.has_adapter) == (0, False, False)


def test_an_application_context_begins_with_its_application(ctx: RequestContext) -> None:
    fresh = AppContext(ctx.app)
    assert (fresh.app, fresh._g, fresh._depth) == (ctx.app, None, 0)


def test_a_context_takes_what_an_extension_puts_there(ctx: RequestContext) -> None:
    ctx.sqlite_db = "connection"  # type: ignore[attr-defined]
    ctx.app_ctx.babel_locale = "de"  # type: ignore[attr-defined]
    assert vars(ctx)["sqlite_db"] == "connection"
    assert vars(ctx.app_ctx)["babel_locale"] == "de"


def test_a_context_can_be_referred_to_weakly_and_copied(ctx: RequestContext) -> None:
    assert weakref.ref(ctx)() is ctx
    assert isinstance(copy.copy(ctx), RequestContextState)


def test_only_a_request_class_with_all_of_the_state_keeps_it() -> None:
    class Own(Request):
        pass

    class WithProperty(Request):
        view_args = property(lambda self: {"number": 7})

    assert keeps_state(Request)
    assert keeps_state(Own)
    assert not keeps_state(WithProperty)
    assert not keeps_state(WerkzeugRequest)


def test_a_copied_request_has_the_state_of_the_first() -> None:
    app = Erlen("states", static_folder=None, root_path="/")
    with app.test_request_context("/") as ctx:
        ctx.request.view_args = {"number": 7}
        copied = copy.copy(ctx.request)
    assert copied.view_args == {"number": 7}
    assert copied._environ is ctx.request._environ
    assert copied.path == "/"
