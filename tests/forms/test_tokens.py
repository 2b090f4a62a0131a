from __future__ import annotations

import time
import typing as t

import pytest

from erlen import Erlen, g, session
from erlen.forms import generate_csrf, validate_csrf
from erlen.testing import ErlenClient


def test_the_token_is_one_within_a_request(app: Erlen) -> None:
    with app.test_request_context():
        assert generate_csrf() == generate_csrf() == g.csrf_token
        before = generate_csrf()
        session.clear()
        assert generate_csrf() != before
        validate_csrf(generate_csrf())


def test_no_two_requests_of_a_session_have_the_same_text_for_a_token(client: ErlenClient) -> None:
    tokens = [client.get("/name").get_json()["token"] for _ in range(2)]
    payloads = {token.rsplit(".", 2)[0] for token in tokens}
    assert len(payloads) == 2
    for token in tokens:
        sent = {"name": "Ada", "csrf_token": token}
        assert client.post("/name", data=sent).json == {"name": "Ada"}


@pytest.mark.parametrize(
    "payload,is_valid",
    [("s3cret", True), ("other", False), ("~zz", False), ("~00", False), ("~", False), (7, False)],
)
def test_a_token_that_flask_wtf_made_is_accepted(
    app: Erlen, payload: t.Any, is_valid: bool
) -> None:
    from itsdangerous import URLSafeTimedSerializer

    signed = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps(payload)
    with app.test_request_context():
        session["csrf_token"] = "s3cret"
        if is_valid:
            validate_csrf(signed)
        else:
            with pytest.raises(ValueError, match="do not match"):
                validate_csrf(signed)


@pytest.mark.parametrize("kept", [["list"], 7, None])
def test_a_session_with_something_else_in_it_gets_a_new_secret(app: Erlen, kept: t.Any) -> None:
    with app.test_request_context():
        session["csrf_token"] = kept
        validate_csrf(generate_csrf())


@pytest.mark.parametrize("token", ["", None, "x", "ÿ", "a.b.c", "." * 9, "A" * 10_000])
def test_a_token_that_is_none_is_an_error_of_validation(app: Erlen, token: t.Any) -> None:
    with app.test_request_context():
        generate_csrf()
        with pytest.raises(ValueError, match="CSRF token is (missing|invalid)"):
            validate_csrf(token)


def test_a_token_ends_after_its_time(app: Erlen, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.test_request_context():
        token = generate_csrf()
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 3700)
        with pytest.raises(ValueError, match="expired"):
            validate_csrf(token)
        validate_csrf(token, time_limit=4000)
        app.config["WTF_CSRF_TIME_LIMIT"] = None
        validate_csrf(token)


def test_a_token_outlives_a_change_of_the_key(app: Erlen) -> None:
    with app.test_request_context():
        token = generate_csrf()
        old = app.secret_key
        app.secret_key = "a5b1f8a7c3d94e50b8f2d6e7a1c0f3b4"
        with pytest.raises(ValueError, match="invalid"):
            validate_csrf(token)
        app.config["SECRET_KEY_FALLBACKS"] = [old]
        validate_csrf(token)
        app.config["WTF_CSRF_SECRET_KEY"] = "own key for tokens"
        with pytest.raises(ValueError, match="invalid"):
            validate_csrf(token)


def test_a_token_without_its_session_is_an_error_of_validation(app: Erlen) -> None:
    with app.test_request_context():
        token = generate_csrf()
    with app.test_request_context(), pytest.raises(ValueError, match="session token is missing"):
        validate_csrf(token)


def test_tokens_need_a_name(app: Erlen) -> None:
    app.config["WTF_CSRF_FIELD_NAME"] = ""
    with app.test_request_context(), pytest.raises(RuntimeError, match="WTF_CSRF_FIELD_NAME"):
        generate_csrf()
