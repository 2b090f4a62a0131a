from __future__ import annotations

import typing as t

import pytest
from markupsafe import Markup

import erlen


@pytest.fixture
def app() -> erlen.Erlen:
    app = erlen.Erlen(__name__)
    app.testing = True
    app.secret_key = "a key for the tests"

    @app.post("/")
    def leave() -> str:
        erlen.flash("saved")
        erlen.flash("broken", "error")
        erlen.flash(t.cast(str, Markup("<em>careful</em>")), "warning")
        return ""

    @app.get("/")
    def show() -> list[t.Any]:
        return [erlen.get_flashed_messages(with_categories=True), erlen.get_flashed_messages()]

    return app


def test_messages_are_shown_once_by_the_next_request(app: erlen.Erlen) -> None:
    client = app.test_client()
    client.post("/")
    pairs = [["message", "saved"], ["error", "broken"], ["warning", "<em>careful</em>"]]
    assert client.get("/").json == [pairs, [message for _, message in pairs]]
    assert client.get("/").json == [[], []]


def test_markup_stays_markup_in_the_cookie(app: erlen.Erlen) -> None:
    client = app.test_client()
    client.post("/")
    with client:
        client.get("/")
        assert isinstance(erlen.get_flashed_messages()[2], Markup)


@pytest.mark.parametrize("wanted", [["error", "warning"], ("error", "warning"), iter(["error"])])
def test_messages_are_filtered_by_category(app: erlen.Erlen, wanted: t.Any) -> None:
    with app.test_request_context():
        erlen.flash("saved")
        erlen.flash("broken", "error")
        assert erlen.get_flashed_messages(category_filter=wanted) == ["broken"]
        assert erlen.get_flashed_messages(True, ["error"]) == [("error", "broken")]
        assert erlen.get_flashed_messages() == ["saved", "broken"]


def test_flashing_marks_the_session_as_modified_each_time(app: erlen.Erlen) -> None:
    with app.test_request_context():
        assert not erlen.session.modified
        erlen.flash("one")
        erlen.session.modified = False
        erlen.flash("two")
        assert erlen.session.modified


def test_asking_in_vain_modifies_nothing(app: erlen.Erlen) -> None:
    with app.test_request_context():
        assert erlen.get_flashed_messages() == []
        assert not erlen.session.modified
        assert erlen.session.accessed


def test_the_signal_tells_message_and_category(app: erlen.Erlen) -> None:
    heard = []

    def hear(sender: erlen.Erlen, message: str, category: str) -> None:
        heard.append((sender, message, category))

    with erlen.message_flashed.connected_to(hear, app), app.test_request_context():
        erlen.flash("a note", "notice")
    assert heard == [(app, "a note", "notice")]


def test_without_a_secret_key_the_error_says_how_to_mend_it() -> None:
    with erlen.Erlen(__name__).test_request_context():
        with pytest.raises(RuntimeError, match="secret_key"):
            erlen.flash("lost")


def test_outside_a_request_the_error_teaches(app: erlen.Erlen) -> None:
    with app.app_context():
        for call in (lambda: erlen.flash("lost"), erlen.get_flashed_messages):
            with pytest.raises(RuntimeError, match="outside of request context"):
                call()
