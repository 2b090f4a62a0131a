from __future__ import annotations

import importlib.util
import typing as t

import pytest
from werkzeug.exceptions import Conflict, HTTPException, NotFound
from werkzeug.routing import RequestRedirect

from erlen import Blueprint, Erlen
from tests.check.conftest import ids, only


def answer(*args: t.Any) -> str:
    return ""


async def answer_later(*args: t.Any) -> str:
    return ""


class NoCode(HTTPException):
    pass


class Base(HTTPException):
    pass


class Gone(Base):
    code = 410


def test_a_rule_without_a_view(app: Erlen) -> None:
    app.add_url_rule("/a", "a")
    finding = only(app)
    assert (finding.id, finding.place) == ("endpoint-without-view", "rule /a")
    app.view_functions["a"] = answer
    assert ids(app) == []


def test_rules_that_need_no_view(app: Erlen) -> None:
    app.add_url_rule("/a", "a", build_only=True)
    app.add_url_rule("/b", "b", redirect_to="/c")
    assert ids(app) == []


def test_a_view_without_a_rule(app: Erlen) -> None:
    app.view_functions["a"] = answer
    finding = only(app)
    assert (finding.id, finding.level) == ("view-without-rule", "warning")
    assert "test_handlers.py:" in finding.place


@pytest.mark.parametrize("cls", [RequestRedirect, NoCode])
def test_handlers_of_what_is_an_answer_already(app: Erlen, cls: type[Exception]) -> None:
    app.register_error_handler(cls, answer)
    finding = only(app)
    assert (finding.id, finding.level) == ("error-handler-unreachable", "warning")


@pytest.mark.parametrize("cls", [404, Conflict, HTTPException, Exception, KeyError, Base, Gone])
def test_handlers_that_are_called(app: Erlen, cls: t.Any) -> None:
    app.register_error_handler(cls, answer)
    assert ids(app) == []


def test_handlers_of_blueprints(app: Erlen) -> None:
    blueprint = Blueprint("blog", __name__)
    blueprint.register_error_handler(404, answer)
    app.register_blueprint(blueprint)
    assert ids(app) == []
    app.error_handler_spec["blg"][404][NotFound] = answer
    assert "there is no blueprint 'blg'" in only(app).reason


@pytest.fixture
def without_asgiref(monkeypatch: pytest.MonkeyPatch) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "asgiref" else find_spec(name)
    )


@pytest.mark.usefixtures("without_asgiref")
@pytest.mark.parametrize("how", ["view", "hook", "error handler"])
def test_a_coroutine_that_nothing_can_run(app: Erlen, how: str) -> None:
    app.add_url_rule("/sync", "sync", answer)
    assert ids(app) == []
    if how == "view":
        app.add_url_rule("/", view_func=answer_later)
    elif how == "hook":
        app.before_request(answer_later)
    else:
        app.register_error_handler(404, answer_later)
    assert only(app).id == "async-without-asgiref"


def test_a_coroutine_with_the_library(app: Erlen) -> None:
    app.add_url_rule("/", view_func=answer_later)
    assert ids(app) == []


@pytest.mark.usefixtures("without_asgiref")
def test_an_application_that_runs_coroutines_in_its_own_way(app: Erlen) -> None:
    class Own(Erlen):
        def async_to_sync(self, func: t.Any) -> t.Any:
            return func

    own = Own("shop", root_path=app.root_path, instance_path=app.instance_path)
    own.add_url_rule("/", view_func=answer_later)
    assert ids(own) == []
