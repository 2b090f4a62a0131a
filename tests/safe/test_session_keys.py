"""Session cookies and the keys that sign them."""

from __future__ import annotations

import logging
import typing as t

import pytest
from itsdangerous import URLSafeTimedSerializer

from erlen import Erlen, session
from tests.safe.site import KEY, Log, make_site
from tests.wsgi import ask


def signed(payload: t.Any, key: str = KEY) -> str:
    import hashlib

    signing = {"key_derivation": "hmac", "digest_method": hashlib.sha1}
    serializer = URLSafeTimedSerializer(key, salt="cookie-session", signer_kwargs=signing)
    return f"session={serializer.dumps(payload)}"


@pytest.fixture
def app() -> Erlen:
    app = make_site()
    app.add_url_rule("/", "home", lambda: [type(session).__name__, dict(session)])
    app.add_url_rule("/set", "set", lambda: str(session.update(a=1)))
    return app


ODD: list[t.Any] = [None, 1, "a", [], [1], True, {" t": 5}, {" d": "no date"}]
ODD += [{" u": "no uuid"}, {" b": "%%%"}, {" m": 5}, {"a": {" di": 1}}, {"a": {" b": []}}]


@pytest.mark.parametrize("payload", ODD, ids=repr)
def test_a_right_signature_on_an_odd_payload_is_an_empty_session(
    app: Erlen, payload: t.Any
) -> None:
    log = Log(app)
    answer = ask(app, HTTP_COOKIE=signed(payload))
    assert answer.code == 200
    assert app.json.loads(answer.body)[1] == {}
    assert log.records == []


@pytest.mark.parametrize(
    "header", ["session=", "session=..", "session=a.b.c", "session=" + "." * 4000]
)
def test_what_is_no_cookie_of_ours_is_an_empty_session(app: Erlen, header: str) -> None:
    assert app.json.loads(ask(app, HTTP_COOKIE=header).body)[1] == {}


def test_the_current_key_signs_and_former_ones_only_verify(app: Erlen) -> None:
    app.config["SECRET_KEY_FALLBACKS"] = ["a former key of 32 characters..."]
    old = signed({"a": 2}, "a former key of 32 characters...")
    assert app.json.loads(ask(app, HTTP_COOKIE=old).body)[1] == {"a": 2}
    new = (ask(app, "/set", HTTP_COOKIE=old).header("Set-Cookie") or "").partition(";")[0]
    app.config["SECRET_KEY_FALLBACKS"] = None
    assert app.json.loads(ask(app, HTTP_COOKIE=new).body)[1] == {"a": 1}
    assert app.json.loads(ask(app, HTTP_COOKIE=old).body)[1] == {}


@pytest.mark.parametrize("fallbacks", [[""], [b""], [KEY, ""], (None,)])
def test_an_empty_fallback_is_refused_where_it_is_set(fallbacks: t.Any) -> None:
    app = make_site()
    with pytest.raises(ValueError, match="is empty"):
        app.config["SECRET_KEY_FALLBACKS"] = fallbacks
    with pytest.raises(ValueError, match="is empty"):
        app.config.from_mapping(SECRET_KEY_FALLBACKS=fallbacks)


@pytest.mark.parametrize("key", ["dev", "a" * 40, "this is a secret key"])
def test_a_weak_key_is_warned_of_once(key: str) -> None:
    app = make_site(SECRET_KEY=key)
    app.add_url_rule("/", "home", lambda: str(session.setdefault("a", 1)))
    log = Log(app)
    for _ in range(3):
        ask(app)
    assert [record.levelno for record in log.records] == [logging.WARNING]
    assert key not in log.records[0].getMessage()


def test_an_empty_key_signs_nothing() -> None:
    app = make_site(SECRET_KEY="")
    app.add_url_rule("/", "home", lambda: str(session.setdefault("a", 1)))
    Log(app)
    answer = ask(app, HTTP_COOKIE=signed({"a": 1}, "x"))
    assert (answer.code, answer.header("Set-Cookie")) == (500, None)
