from __future__ import annotations

import secrets
import typing as t

import pytest

from erlen import Erlen, flash, session
from erlen.check.keys import weakness_of
from erlen.forms import CSRFProtect
from tests.check.conftest import ids, only


def sets_item() -> str:
    session["a"] = 1
    return ""


def sets_attribute() -> str:
    session.permanent = True
    return ""


def deletes_item() -> str:
    del session["a"]
    return ""


def calls_method() -> str:
    session.update(a=1)
    return ""


def flashes() -> str:
    flash("hello")
    return ""


def reads() -> str:
    return str(session.get("a"))


@pytest.mark.parametrize("view", [sets_item, sets_attribute, deletes_item, calls_method, flashes])
def test_a_session_that_is_written_to_wants_a_key(app: Erlen, view: t.Any) -> None:
    app.secret_key = None
    app.add_url_rule("/", view_func=view)
    finding = only(app)
    assert finding.id == "secret-key-missing"
    assert finding.place.partition(":")[0].endswith("test_keys.py")
    app.secret_key = secrets.token_hex()
    assert ids(app) == []


def test_tokens_of_forms_want_a_key(app: Erlen) -> None:
    CSRFProtect(app)
    assert ids(app) == []
    app.secret_key = None
    assert only(app).place == "CSRFProtect"


def test_a_session_that_is_only_read_wants_none(app: Erlen) -> None:
    app.secret_key = None
    app.add_url_rule("/", view_func=reads)
    assert ids(app) == []
    assert ids(app, deploy=True, tags=["settings"])[-1] != "secret-key-missing"


def test_no_key_at_all_is_told_before_production(app: Erlen) -> None:
    assert "secret-key-not-set" not in ids(app, deploy=True)
    app.secret_key = None
    assert "secret-key-not-set" in ids(app, deploy=True)


def test_sessions_of_another_kind_want_no_key(app: Erlen) -> None:
    class Interface:
        pass

    app.secret_key = None
    app.session_interface = Interface()  # type: ignore[assignment]
    app.add_url_rule("/", view_func=sets_item)
    assert ids(app) == []


@pytest.mark.parametrize(
    "key,reason",
    [
        ("dev", "only 3 bytes"),
        (b"aaaaaaaaaaaaaaaaaaaaaaaa", "only 1 different character."),
        (b"abababababababababababab", "only 2 different characters"),
        ("you-will-never-guess", "well known"),
        ("Shop-Password-of-2024", "contains 'password'"),
        ("abcdefabcdefabcde", None),
        ("aabbccddeeffaabb", None),
        ("aaaaaaaaaaaabcdef", "repeats few characters"),
        (b"\xff\xfe" + bytes(range(30)), None),
        ("only for this page: made by hand", None),
    ],
)
def test_weak_keys(app: Erlen, key: str | bytes, reason: str | None) -> None:
    app.secret_key = key
    if reason is None:
        assert ids(app) == []
        return
    finding = only(app)
    assert (finding.id, finding.level, finding.place) == (
        "secret-key-weak",
        "error",
        "SECRET_KEY",
    )
    assert reason in finding.reason


@pytest.mark.parametrize("make", [secrets.token_hex, secrets.token_urlsafe, secrets.token_bytes])
def test_random_keys_are_never_weak(make: t.Callable[[int], str | bytes]) -> None:
    assert [key for _ in range(2000) if weakness_of(key := make(16)) is not None] == []


def test_former_keys(app: Erlen) -> None:
    app.config["SECRET_KEY_FALLBACKS"] = [secrets.token_hex(), "old"]
    finding = only(app)
    assert (finding.id, finding.place) == ("secret-key-weak", "SECRET_KEY_FALLBACKS[1]")


@pytest.mark.parametrize("key", ["", 7])
def test_former_keys_that_are_none(app: Erlen, key: t.Any) -> None:
    keys: list[t.Any] = [secrets.token_hex()]
    app.config["SECRET_KEY_FALLBACKS"] = keys
    assert ids(app) == []
    keys.append(key)
    finding = only(app)
    assert finding.id == "secret-key-fallbacks"
    assert "SECRET_KEY_FALLBACKS[1]" in finding.reason
