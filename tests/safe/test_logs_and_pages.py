"""What is written into logs and shown on pages of errors."""

from __future__ import annotations

import io
import logging
import typing as t

import pytest
from werkzeug.debug import DebuggedApplication
from werkzeug.exceptions import BadRequestKeyError

import erlen
from erlen import Erlen
from erlen.logging import default_handler
from tests.safe.site import Log, make_site
from tests.wsgi import ask

NASTY = "/a\r\n\x1b[31m\x00\x7f\xc2\x85\x08b"


def text_of(app: Erlen, path: str = "/", method: str = "GET") -> str:
    app.logger.handlers, app.logger.propagate = [default_handler], False
    errors = io.StringIO()
    ask(app, path, method, **{"wsgi.errors": errors})
    return errors.getvalue()


def assert_escaped(line: str) -> None:
    assert not [char for char in line if char < " " or "\x7f" <= char <= "\x9f"]


def test_a_path_cannot_write_a_record_of_its_own() -> None:
    app = make_site()
    app.before_request(lambda: str(1 // 0))
    log = Log(app)
    ask(app, NASTY)
    assert_escaped(log.records[0].getMessage())
    first, rest = text_of(app, NASTY).split("\n", 1)
    assert_escaped(first)
    assert rest.startswith("Traceback")


def test_neither_can_a_path_whose_end_fails() -> None:
    app = make_site()

    @app.teardown_request
    def fail(exc: BaseException | None) -> None:
        raise ValueError

    log = Log(app)
    ask(app, NASTY)
    assert_escaped(log.records[0].getMessage())


def test_neither_can_what_an_application_logs() -> None:
    app = make_site()

    @app.route("/")
    def home() -> str:
        app.logger.warning("no such user: %s", "a\n[2026-01-01 00:00:00] ERROR in app: forged")
        try:
            raise ValueError("\x1b[2J")
        except ValueError:
            app.logger.exception("caught")
        return "x"

    lines = text_of(app).splitlines()
    assert "a\\n[2026" in lines[0]
    assert lines[-1] == "ValueError: \\x1b[2J"
    assert [line for line in lines if "forged" in line] == lines[:1]


def test_the_text_of_a_record_is_escaped_once_whoever_formats_first() -> None:
    record = logging.LogRecord("x", 30, "x", 1, "a\\n %s", ("b\n",), None)
    for _ in range(2):
        assert default_handler.format(record).endswith("a\\n b\\n")


MARK = "<script>alert('x')</script>"


@pytest.mark.parametrize("debug", [False, True])
def test_pages_of_errors_escape_what_they_show(debug: bool) -> None:
    app = make_site(DEBUG=debug, PROPAGATE_EXCEPTIONS=False, TRAP_BAD_REQUEST_ERRORS=False)
    views: dict[str, t.Callable[[], t.Any]] = {
        "key": lambda: erlen.request.form[MARK],
        "redirect": lambda: erlen.redirect(f"/{MARK}"),
        "json": lambda: erlen.request.get_json(),
        "missing": lambda: erlen.abort(404, MARK.replace("<", "&lt;")),
        "fail": lambda: str(vars()[MARK]),
    }
    Log(app)
    for name, view in views.items():
        app.add_url_rule(f"/{name}", name, view, methods=["POST"])
    for name in views:
        answer = ask(app, f"/{name}", "POST", HTTP_X=MARK, CONTENT_TYPE=f"text/{MARK}")
        assert answer.code >= 300
        assert MARK.encode() not in answer.body
    for path in (f"/{MARK}", f"/key/{MARK}"):
        assert MARK.encode() not in ask(app, path).body


def test_pages_in_production_show_nothing() -> None:
    app = make_site()
    Log(app)
    app.add_url_rule("/fail", "fail", lambda: str(vars()["the secret"]))
    app.add_url_rule("/key", "key", lambda: erlen.request.args["the secret"])
    app.add_url_rule("/json", "json", lambda: erlen.request.get_json(force=True))
    for path, code in (("/fail", 500), ("/key", 400), ("/json", 400)):
        answer = ask(app, path)
        assert answer.code == code
        for told in (b"secret", b"Traceback", b".py", b"Expecting", b"KeyError"):
            assert told not in answer.body


def test_a_missing_key_is_named_only_where_it_is_asked_for() -> None:
    exc = BadRequestKeyError("the secret")
    assert "secret" not in exc.description
    exc.show_exception = True
    assert "secret" in exc.description


@pytest.mark.parametrize("wanted", [None, True, False])
@pytest.mark.parametrize("debug", [True, False])
def test_the_debugger_runs_only_with_debug_on(
    monkeypatch: pytest.MonkeyPatch, debug: bool, wanted: bool | None
) -> None:
    called: dict[str, t.Any] = {}
    monkeypatch.delenv("FLASK_RUN_FROM_CLI", raising=False)  # left by a command that was invoked
    monkeypatch.setattr("werkzeug.serving.run_simple", lambda *args, **more: called.update(more))
    app = make_site()
    options: dict[str, t.Any] = {} if wanted is None else {"use_debugger": wanted}
    app.run(debug=debug, load_dotenv=False, **options)
    assert called["use_debugger"] is (debug and wanted is not False)


@pytest.mark.parametrize("host, code", [("localhost", 200), ("127.0.0.1", 200), ("evil.org", 400)])
def test_the_console_is_for_trusted_hosts(host: str, code: int) -> None:
    app = DebuggedApplication(make_site(DEBUG=True), evalex=True, pin_security=True)
    assert ask(app, "/console", HTTP_HOST=host).code == code
