"""Every configuration key of Flask's does what it says."""

from __future__ import annotations

import collections.abc as cabc
import logging
import os
import pathlib
import typing as t
from datetime import timedelta

import flask
import pytest
from jinja2 import DictLoader

import erlen

KEY = "a secret key of thirty characters"


@pytest.fixture
def app() -> erlen.Erlen:
    app = erlen.Erlen(__name__, static_folder=None)
    app.testing = True
    app.secret_key = KEY
    app.add_url_rule("/", "home", lambda: "home")
    return app


def cookie_of(app: erlen.Erlen, **kwargs: t.Any) -> str:
    """Return the Set-Cookie header of a request that writes to the session."""

    def write() -> str:
        erlen.session["a"] = 1
        return ""

    app.add_url_rule("/write", view_func=write)
    return app.test_client().get("/write", **kwargs).headers["Set-Cookie"]


def in_debug_mode(app: erlen.Erlen) -> bool:
    return app.debug and app.jinja_env.auto_reload and app.logger.level == logging.DEBUG


def in_tests(app: erlen.Erlen) -> bool:
    return app.testing and raises(app, "/fail", ZeroDivisionError)


def raises(app: erlen.Erlen, path: str, error: type[Exception]) -> bool:
    app.add_url_rule("/fail", "fail", lambda: str(1 // 0))
    app.add_url_rule("/key", "key", lambda: erlen.request.args["missing"])
    with pytest.raises(error):
        app.test_client().get(path)
    return True


def fails_quietly(app: erlen.Erlen) -> bool:
    app.add_url_rule("/fail", "fail", lambda: str(1 // 0))
    return app.test_client().get("/fail").status_code == 500


def secret_key(app: erlen.Erlen) -> bool:
    reader = flask.Flask(__name__)
    reader.secret_key = app.secret_key = "another key of thirty characters"
    cookie = cookie_of(app).partition(";")[0]
    with reader.test_request_context(headers={"Cookie": cookie}):
        return dict(flask.session) == {"a": 1}


def key_fallbacks(app: erlen.Erlen) -> bool:
    old = erlen.Erlen(__name__)
    old.secret_key = "an old key of thirty characters.."
    cookie = cookie_of(old).partition(";")[0]
    app.add_url_rule("/read", "read", lambda: dict(erlen.session))
    client = app.test_client(use_cookies=False)
    return client.get("/read", headers={"Cookie": cookie}).json == {"a": 1}


def lifetime(app: erlen.Erlen) -> bool:
    app.before_request(lambda: setattr(erlen.session, "permanent", True))
    assert app.permanent_session_lifetime == timedelta(hours=1)
    return "; Expires=" in cookie_of(app)


def use_x_sendfile(app: erlen.Erlen) -> bool:
    app.add_url_rule("/file", "file", lambda: erlen.send_file(__file__))
    response = app.test_client().get("/file")
    return response.headers["X-Sendfile"] == os.path.abspath(__file__) and not response.data


def trusted_hosts(app: erlen.Erlen) -> bool:
    statuses = [
        app.test_client().get("/", base_url=f"http://{host}").status_code
        for host in ("evil.test", "shop.test", "a.shop.test")
    ]
    return statuses == [400, 200, 200]


def server_name(app: erlen.Erlen) -> bool:
    with app.app_context():
        return erlen.url_for("home") == "http://shop.test:99/"


def application_root(app: erlen.Erlen) -> bool:
    with app.test_request_context():
        assert erlen.url_for("home") == "/root/"
    app.config["SERVER_NAME"] = "shop.test"
    with app.app_context():
        assert erlen.url_for("home") == "http://shop.test/root/"
    return "; Path=/root" in cookie_of(app)


def cookie_with(text: str) -> cabc.Callable[[erlen.Erlen], bool]:
    return lambda app: text in f"{cookie_of(app)};"


def cookie_without(text: str) -> cabc.Callable[[erlen.Erlen], bool]:
    return lambda app: text not in cookie_of(app)


def refreshes(app: erlen.Erlen) -> bool:
    def log_in() -> str:
        erlen.session.permanent = True
        return ""

    app.add_url_rule("/log-in", view_func=log_in)
    client = app.test_client()
    client.get("/log-in")
    return "Set-Cookie" in client.get("/").headers


def posting(accepted: list[str], refused: list[str]) -> cabc.Callable[[erlen.Erlen], bool]:
    """Accept a multipart form of the first fields and refuse the second with 413."""

    def part(number: int, text: str) -> str:
        return f'--b\r\nContent-Disposition: form-data; name="f{number}"\r\n\r\n{text}\r\n'

    def answers_as_wanted(app: erlen.Erlen) -> bool:
        app.post("/form", endpoint="form")(lambda: str(len(erlen.request.form)))
        statuses = []
        for fields in (accepted, refused):
            body = "".join(part(number, text) for number, text in enumerate(fields)) + "--b--\r\n"
            answer = app.test_client().post(
                "/form", data=body, content_type="multipart/form-data; boundary=b"
            )
            statuses.append(answer.status_code)
        return statuses == [200, 413]

    return answers_as_wanted


def max_age(app: erlen.Erlen) -> bool:
    app.add_url_rule("/file", "file", lambda: erlen.send_file(__file__))
    with app.test_client().get("/file") as response:
        return response.cache_control.max_age == 60


def explains_loading(app: erlen.Erlen) -> bool:
    app.jinja_loader = DictLoader({"a.html": "a"})
    heard: list[str] = []

    class Hearing(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record.getMessage())

    handler = Hearing()
    app.logger.addHandler(handler)
    app.logger.setLevel(logging.INFO)
    with app.app_context():
        erlen.render_template("a.html")
    app.logger.removeHandler(handler)
    return heard[0].startswith("Locating template 'a.html'")


def preferred_scheme(app: erlen.Erlen) -> bool:
    app.config["SERVER_NAME"] = "shop.test"
    with app.app_context():
        return erlen.url_for("home") == "https://shop.test/"


def warns_of_large_cookie(app: erlen.Erlen) -> bool:
    with pytest.warns(UserWarning, match="cookie is too large"):
        cookie_of(app)
    return True


def options_not_allowed(app: erlen.Erlen) -> bool:
    app.add_url_rule("/later", "later", str)
    return app.test_client().options("/later").status_code == 405


#: (key, value, what then holds). A default that matters has a row of its own.
KEYS: list[tuple[str, t.Any, cabc.Callable[[erlen.Erlen], bool]]] = [
    ("DEBUG", True, in_debug_mode),
    ("TESTING", True, in_tests),
    ("PROPAGATE_EXCEPTIONS", False, fails_quietly),
    ("TRAP_HTTP_EXCEPTIONS", True, lambda app: raises(app, "/no", Exception)),
    ("TRAP_BAD_REQUEST_ERRORS", True, lambda app: raises(app, "/key", KeyError)),
    ("SECRET_KEY", KEY, secret_key),
    ("SECRET_KEY_FALLBACKS", ["an old key of thirty characters.."], key_fallbacks),
    ("PERMANENT_SESSION_LIFETIME", 3600, lifetime),
    ("PERMANENT_SESSION_LIFETIME", timedelta(hours=1), lifetime),
    ("USE_X_SENDFILE", True, use_x_sendfile),
    ("TRUSTED_HOSTS", [".shop.test"], trusted_hosts),
    ("SERVER_NAME", "shop.test:99", server_name),
    ("APPLICATION_ROOT", "/root", application_root),
    ("PREFERRED_URL_SCHEME", "https", preferred_scheme),
    ("SESSION_COOKIE_NAME", "other", lambda app: cookie_of(app).startswith("other=")),
    ("SESSION_COOKIE_DOMAIN", "shop.test", cookie_with("; Domain=shop.test")),
    ("SESSION_COOKIE_PATH", "/shop", cookie_with("; Path=/shop")),
    ("SESSION_COOKIE_HTTPONLY", True, cookie_with("; HttpOnly")),
    ("SESSION_COOKIE_HTTPONLY", False, cookie_without("HttpOnly")),
    ("SESSION_COOKIE_SECURE", True, cookie_with("; Secure")),
    ("SESSION_COOKIE_SECURE", False, cookie_without("Secure")),
    ("SESSION_COOKIE_PARTITIONED", True, cookie_with("; Partitioned")),
    ("SESSION_COOKIE_SAMESITE", "Lax", cookie_with("; SameSite=Lax")),
    ("SESSION_REFRESH_EACH_REQUEST", True, refreshes),
    ("SESSION_REFRESH_EACH_REQUEST", False, lambda app: not refreshes(app)),
    ("MAX_CONTENT_LENGTH", 200, posting(["x" * 10], ["x" * 1_000])),
    ("MAX_FORM_MEMORY_SIZE", 300, posting(["x" * 10], ["x" * 400])),
    ("MAX_FORM_PARTS", 2, posting(["x", "y"], ["x", "y", "z"])),
    ("SEND_FILE_MAX_AGE_DEFAULT", 60, max_age),
    ("SEND_FILE_MAX_AGE_DEFAULT", timedelta(minutes=1), max_age),
    ("EXPLAIN_TEMPLATE_LOADING", True, explains_loading),
    ("TEMPLATES_AUTO_RELOAD", True, lambda app: app.jinja_env.auto_reload),
    ("MAX_COOKIE_SIZE", 20, warns_of_large_cookie),
    ("PROVIDE_AUTOMATIC_OPTIONS", False, options_not_allowed),
]


@pytest.mark.parametrize(
    "key, value, holds", KEYS, ids=[f"{key}={value}" for key, value, _ in KEYS]
)
def test_configuration_key(
    app: erlen.Erlen, key: str, value: t.Any, holds: cabc.Callable[[erlen.Erlen], bool]
) -> None:
    app.config[key] = value
    level = logging.getLogger(app.name).level
    try:
        assert holds(app)
    finally:
        logging.getLogger(app.name).setLevel(level)


def test_keys_and_defaults_are_flasks() -> None:
    assert {**flask.Flask.default_config} == {
        key: erlen.Erlen.default_config[key] for key in flask.Flask.default_config
    }
    assert {key for key, _, _ in KEYS} >= set(flask.Flask.default_config)


def test_instance_folder_holds_the_configuration(tmp_path: pathlib.Path) -> None:
    (tmp_path / "settings.py").write_text("ANSWER = 42\nignored = 1\n")
    app = erlen.Erlen(__name__, instance_path=str(tmp_path), instance_relative_config=True)
    assert app.config.from_pyfile("settings.py")
    assert (app.config["ANSWER"], "ignored" in app.config) == (42, False)
    with app.open_instance_resource("note.txt", "w") as file:
        file.write("ä note")
    with app.open_instance_resource("note.txt", "r") as file:
        assert file.read() == "ä note"


def test_instance_path_must_be_absolute() -> None:
    with pytest.raises(ValueError, match="must be absolute"):
        erlen.Erlen(__name__, instance_path="relative")
