from __future__ import annotations

import contextvars
import typing as t

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from erlen import Erlen
from erlen._core import contexts
from erlen._core.contexts import current
from erlen.ctx import AppContext, RequestContext

ONE = Erlen("one", static_folder=None, root_path="/")
OTHER = Erlen("other", static_folder=None, root_path="/")


def make_request(app: Erlen) -> RequestContext:
    return app.test_request_context()


def top() -> t.Any:
    frame = current.get()
    assert frame is not None
    return frame


def test_a_request_brings_its_application() -> None:
    ctx = make_request(ONE)
    contexts.push_request(ctx)
    assert top() == (ctx, ctx, None, contexts.BOTH)
    assert contexts.pop_request() == (ctx, True)
    assert contexts.pop_app() is ctx
    assert current.get() is None


def test_a_request_of_the_application_on_top_brings_none() -> None:
    app_ctx, ctx = ONE.app_context(), make_request(ONE)
    contexts.push_app(app_ctx)
    contexts.push_request(ctx)
    assert top()[:2] == (app_ctx, ctx)
    assert contexts.pop_request() == (ctx, False)
    assert contexts.pop_app() is app_ctx


def test_a_request_of_another_application_brings_its_own() -> None:
    contexts.push_app(ONE.app_context())
    ctx = make_request(OTHER)
    contexts.push_request(ctx)
    assert top()[0].app is OTHER
    assert contexts.pop_request() == (ctx, True)
    assert top()[0].app is OTHER
    contexts.pop_app()
    assert top()[0].app is ONE
    contexts.pop_app()


def test_an_application_context_leaves_the_request_below_current() -> None:
    ctx, app_ctx = make_request(ONE), OTHER.app_context()
    contexts.push_request(ctx)
    contexts.push_app(app_ctx)
    assert top()[:2] == (app_ctx, ctx)
    assert contexts.pop_app() is app_ctx
    assert top()[:2] == (ctx, ctx)
    contexts.pop_request()
    contexts.pop_app()


@pytest.mark.parametrize("pop", [contexts.pop_app, contexts.pop_request])
def test_there_is_nothing_to_pop_when_nothing_was_pushed(pop: t.Any) -> None:
    with pytest.raises(LookupError):
        pop()
    assert current.get() is None


class TwoStacks:
    """What Flask keeps: a stack for each kind. The model for any order of pushes and pops."""

    def __init__(self) -> None:
        self.apps: list[t.Any] = []
        self.requests: list[RequestContext] = []

    def push_app(self, ctx: AppContext) -> None:
        self.apps.append(ctx)
        contexts.push_app(ctx)

    def push_request(self, ctx: RequestContext) -> None:
        if not self.apps or self.apps[-1].app is not ctx.app:
            self.apps.append(ctx)
        self.requests.append(ctx)
        contexts.push_request(ctx)

    def pop_app(self) -> None:
        assert contexts.pop_app() is self.apps.pop()

    def pop_request(self) -> None:
        ctx = self.requests.pop()
        assert contexts.pop_request() == (ctx, ctx in self.apps)

    def check(self) -> None:
        frame = current.get()
        if self.apps:
            assert frame is not None
            assert frame[0] is self.apps[-1]
        if self.requests:
            assert frame is not None
            assert frame[1] is self.requests[-1]
        if not self.apps and not self.requests:
            assert frame is None


MOVES = ("push_app", "push_request", "pop_app", "pop_request")


@given(st.lists(st.tuples(st.sampled_from(MOVES), st.sampled_from([ONE, OTHER])), max_size=12))
@example([("push_app", OTHER), ("push_request", ONE), ("pop_app", ONE), ("pop_request", ONE)])
@example([("push_app", ONE), ("push_app", OTHER), ("push_request", OTHER), ("pop_app", ONE)])
@example([("push_app", ONE), ("push_request", ONE), ("push_app", OTHER), ("pop_request", ONE)])
def test_any_order_of_pushes_and_pops_is_as_with_two_stacks(
    moves: list[tuple[str, Erlen]],
) -> None:
    contextvars.copy_context().run(compare_with_two_stacks, moves)


def compare_with_two_stacks(moves: list[tuple[str, Erlen]]) -> None:
    """Compare all but one state: a request without any application has no like in Flask."""
    stacks = TwoStacks()
    for move, app in moves:
        if move == "push_app":
            stacks.push_app(app.app_context())
        elif move == "push_request":
            stacks.push_request(make_request(app))
        elif move == "pop_app" and len(stacks.apps) > bool(stacks.requests):
            stacks.pop_app()
        elif move == "pop_request" and stacks.requests:
            stacks.pop_request()
        stacks.check()
    while stacks.requests:
        stacks.pop_request()
        stacks.check()
    while stacks.apps:
        stacks.pop_app()
        stacks.check()
