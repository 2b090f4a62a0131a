"""The proxies of a request, interpreted or compiled."""

from __future__ import annotations

import copy
import operator
import typing as t
from collections.abc import Awaitable, Iterator
from types import SimpleNamespace

import pytest

import erlen
from erlen import Erlen, current_app, g, request, session
from erlen._core import contexts
from erlen.globals import _request_ctx_stack
from erlen.sessions import SecureCookieSession


@pytest.fixture
def app() -> Erlen:
    app = Erlen("stand-ins", static_folder=None, root_path="/")
    app.secret_key = "a secret key of thirty characters"
    return app


def object_of(proxy: t.Any) -> t.Any:
    return proxy._get_current_object()


def test_attributes_are_those_of_the_object(app: Erlen) -> None:
    with app.test_request_context("/here"):
        assert request.path == object_of(request).path == "/here"
        assert current_app.name == app.name
        request.view_args = {"a": 1}
        assert object_of(request).view_args == {"a": 1}
        del request.view_args
        assert object_of(request).view_args is None


def test_the_namespace_is_made_when_it_is_first_used(app: Erlen) -> None:
    with app.app_context() as ctx:
        g.user = "ada"
        g.group = "admins"
        del g.group
        assert vars(ctx.g) == {"user": "ada"}
        assert (g.user, g.get("group")) == ("ada", None)
        with pytest.raises(AttributeError, match="group"):
            g.group


@pytest.mark.parametrize(
    "use",
    [
        lambda: session.get("n"),
        lambda: session.setdefault("n", 1),
        lambda: session["m"],
        lambda: session.__setitem__("n", 2),
        lambda: session.pop("m"),
        lambda: "n" in session,
        lambda: len(session),
    ],
)
def test_whatever_is_done_to_a_session_notes_that_it_was(app: Erlen, use: t.Any) -> None:
    with app.test_request_context() as ctx:
        ctx.session = opened = SecureCookieSession({"m": 1})
        use()
        assert opened.accessed


def test_items_of_a_session_are_set_and_deleted(app: Erlen) -> None:
    with app.test_request_context():
        session["n"] = 1
        session["m"] = 2
        del session["m"]
        assert dict(session) == {"n": 1}
        assert session.modified


@pytest.mark.parametrize("name", ["current_app", "g", "request", "session"])
def test_outside_of_a_context_every_use_says_how_to_have_one(name: str) -> None:
    proxy = getattr(erlen, name)
    uses: list[t.Any] = [
        lambda: proxy.name,
        lambda: operator.getitem(proxy, "name"),
        lambda: operator.setitem(proxy, "name", 1),
        lambda: operator.delitem(proxy, "name"),
        lambda: setattr(proxy, "name", 1),
        lambda: delattr(proxy, "name"),
    ]
    for use in uses:
        with pytest.raises(RuntimeError, match="Working outside of"):
            use()
    assert not proxy


def test_an_application_context_has_no_request(app: Erlen) -> None:
    with app.app_context():
        assert current_app.name == app.name
        with pytest.raises(RuntimeError, match="request context"):
            request.path
        with pytest.raises(RuntimeError, match="request context"):
            session["n"]


def test_a_copy_is_one_of_the_object(app: Erlen) -> None:
    with app.test_request_context():
        session["n"] = [1]
        copied = copy.deepcopy(session)
        assert type(copied) is SecureCookieSession
        assert copied["n"] is not session["n"]


def test_a_proxy_is_no_iterator_and_no_awaitable(app: Erlen) -> None:
    with app.test_request_context():
        assert not isinstance(request, (Iterator, Awaitable))
        assert isinstance(session, SecureCookieSession)


def test_an_item_opens_the_session(app: Erlen) -> None:
    with app.test_request_context() as ctx:
        with pytest.raises(KeyError, match="n"):
            session["n"]
        assert ctx._session.accessed


def test_a_context_on_the_stack_may_be_of_another_kind(app: Erlen) -> None:
    fake: t.Any = SimpleNamespace(app=app, request={"a": 1}, session={"b": 2}, g={"c": 3})
    _request_ctx_stack.push(fake)
    try:
        found = [(*proxy.keys(),) for proxy in t.cast(t.Any, (request, session, g))]
        assert (found, current_app.name) == ([("a",), ("b",), ("c",)], app.name)
    finally:
        contexts.current.set(None)
