from __future__ import annotations

import subprocess
import sys

import pytest
from werkzeug.exceptions import HTTPException, Unauthorized
from werkzeug.routing import BuildError

import erlen
from erlen.helpers import _split_blueprint_path, get_debug_flag, get_load_dotenv


@pytest.fixture
def app() -> erlen.Erlen:
    app = erlen.Erlen(__name__)
    app.testing = True

    @app.route("/")
    def index() -> str:
        return "index"

    return app


@pytest.mark.parametrize(
    "value,expected", [("", False), ("0", False), ("False", False), ("No", False), ("1", True)]
)
@pytest.mark.parametrize("name", ["ERLEN_DEBUG", "FLASK_DEBUG"])
def test_debug_is_what_the_environment_says(
    name: str, value: str, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert get_debug_flag() is expected


def test_erlens_variable_goes_before_flasks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert get_debug_flag() is False
    monkeypatch.setenv("FLASK_DEBUG", "1")
    monkeypatch.setenv("ERLEN_DEBUG", "0")
    assert get_debug_flag() is False


def test_dotenv_files_are_loaded_unless_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    assert get_load_dotenv() is True
    assert get_load_dotenv(False) is False
    monkeypatch.setenv("FLASK_SKIP_DOTENV", "1")
    assert get_load_dotenv() is False
    monkeypatch.setenv("ERLEN_SKIP_DOTENV", "no")
    assert get_load_dotenv(False) is True


def test_make_response_takes_what_a_view_returns(app: erlen.Erlen) -> None:
    with app.test_request_context():
        assert erlen.make_response().status_code == 200
        assert erlen.make_response("gone", 410).status_code == 410
        response = erlen.make_response(("gone", {"X-Why": "old"}))
        assert (response.data, response.headers["X-Why"]) == (b"gone", "old")


def test_make_response_asks_the_application() -> None:
    class Loud(erlen.Erlen):
        def make_response(self, rv: object) -> erlen.Response:
            return super().make_response(str(rv).upper())

    with Loud(__name__).app_context():
        assert erlen.make_response("hello").data == b"HELLO"


def test_url_for_passes_everything_on(app: erlen.Erlen) -> None:
    with app.test_request_context():
        assert erlen.url_for("index", _anchor="x y") == "/#x%20y"
        assert erlen.url_for("index", page=2) == "/?page=2"
        assert erlen.url_for("index", _external=True, _scheme="https") == "https://localhost/"
        with pytest.raises(ValueError):
            erlen.url_for("index", _scheme="https", _external=False)
        with pytest.raises(BuildError):
            erlen.url_for("missing")


def test_outside_an_application_the_error_teaches(app: erlen.Erlen) -> None:
    for call in (erlen.url_for, erlen.render_template, erlen.make_response):
        with pytest.raises(RuntimeError, match=r"with app\.app_context\(\)"):
            call("index")


def test_redirect_without_an_application_is_werkzeugs() -> None:
    response = erlen.redirect("https://localhost", 307)
    assert (response.location, response.status_code) == ("https://localhost", 307)


def test_redirect_asks_the_application(monkeypatch: pytest.MonkeyPatch, app: erlen.Erlen) -> None:
    monkeypatch.setattr(app, "redirect", lambda location, code: f"{code} {location}")
    with app.app_context():
        assert str(erlen.redirect("/there")) == "302 /there"


def test_abort_without_an_application_knows_the_standard_codes() -> None:
    with pytest.raises(Unauthorized):
        erlen.abort(401)
    with pytest.raises(LookupError):
        erlen.abort(900)


def test_abort_asks_the_applications_aborter(app: erlen.Erlen) -> None:
    class Curious(HTTPException):
        code = 900

    app.aborter.mapping[900] = Curious
    with app.app_context(), pytest.raises(Curious, match="what is it"):
        erlen.abort(900, "what is it")


def test_abort_carries_a_response(app: erlen.Erlen) -> None:
    app.add_url_rule("/stop", view_func=lambda: erlen.abort(erlen.Response("stopped", 418)))
    answer = app.test_client().get("/stop")
    assert (answer.status_code, answer.data) == (418, b"stopped")


def test_the_lineage_of_a_blueprint_is_the_callers_own() -> None:
    assert _split_blueprint_path("a.b.c") == ["a.b.c", "a.b", "a"]
    _split_blueprint_path("a.b.c").clear()
    assert _split_blueprint_path("a.b.c") == ["a.b.c", "a.b", "a"]
    assert _split_blueprint_path("plain") == ["plain"]


def test_helpers_and_templating_load_neither_jinja_nor_click() -> None:
    code = "import sys, erlen.helpers, erlen.templating; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert "erlen.templating" in loaded.split()
    assert {"jinja2", "click"}.isdisjoint(loaded.split())
