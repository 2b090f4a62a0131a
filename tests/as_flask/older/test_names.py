from __future__ import annotations

import collections.abc as cabc

Code = cabc.Callable[[str], str]


def test_every_older_name_leads_somewhere_and_is_no_name_of_erlen(code: Code) -> None:
    code(
        """
        import importlib
        from erlen.as_flask.older.names import NAMES

        for module, names in NAMES.items():
            own = importlib.import_module(module.replace("flask", "erlen", 1))
            for name, (target, advice) in names.items():
                home, _, attribute = target.partition(":")
                assert hasattr(importlib.import_module(home), attribute), target
                assert advice[0].islower() and not advice.endswith("."), advice
                assert name not in vars(own), name
        """
    )


def test_a_name_is_found_with_a_warning_that_says_todays_way(code: Code) -> None:
    lines = """
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            from flask import escape
            import flask.helpers
            flask.helpers.safe_join("a", "b")
        print(escape("<"), caught[0].message, caught[-1].message, sep="\\n")
    """
    assert code(lines).splitlines() == [
        "&lt;",
        "'flask.escape' is a name that Flask has dropped: import it from 'markupsafe'.",
        "'flask.helpers.safe_join' is a name that Flask has dropped: import it from"
        " 'werkzeug.utils'.",
    ]


def test_the_warning_points_at_the_program(code: Code) -> None:
    code(
        """
        import flask.helpers, flask.json, flask.globals, flask.signals
        with warned("flask.Markup", "flask.json.JSONEncoder", "flask.signals.signals_available"):
            flask.Markup
            flask.json.JSONEncoder
            flask.signals.signals_available
        """
    )


def test_lasting_names_do_not_warn(code: Code) -> None:
    lines = """
        from flask import Flask, _app_ctx_stack, _request_ctx_stack, Blueprint
        from flask.globals import _app_ctx_stack as again
        from flask.signals import _signals
        from flask.ctx import _request_ctx_stack
        app = Flask(__name__)
        app.before_first_request(lambda: print("first"))
        blueprint = Blueprint("b", __name__)
        blueprint.before_app_first_request(lambda: print("blueprint's"))
        app.register_blueprint(blueprint)
        app.add_url_rule("/", "index", lambda: str(_request_ctx_stack.top.request.path))
        client = app.test_client()
        print(client.get("/").text, client.get("/").text, app.got_first_request)
        print(_signals.signal("x").name, again is _app_ctx_stack, _request_ctx_stack.top)
    """
    assert code(lines).splitlines() == ["first", "blueprint's", "/ / True", "x True None"]


def test_what_is_set_on_the_top_lasts_as_long_as_the_context(code: Code) -> None:
    lines = """
        from flask import Flask, _app_ctx_stack, _request_ctx_stack
        app = Flask(__name__)
        closed = []

        @app.before_request
        def connect():
            _app_ctx_stack.top.database = object()
            _request_ctx_stack.top.user = "anna"

        @app.teardown_appcontext
        def close(exc):
            closed.append(_app_ctx_stack.top.database is seen[-1])

        seen = []

        @app.get("/")
        def index():
            seen.append(_app_ctx_stack.top.database)
            return _request_ctx_stack.top.user

        client = app.test_client()
        print(client.get("/").text, client.get("/").text, closed, seen[0] is seen[1])
        with app.app_context():
            print(hasattr(_app_ctx_stack.top, "database"))
            _app_ctx_stack.top.database = seen.append(1)
    """
    assert code(lines).splitlines() == ["anna anna [True, True] False", "False"]


def test_an_extension_under_flask_ext_is_refused_with_its_real_name(code: Code) -> None:
    lines = """
        for statement in ("import flask.ext.login", "from flask.ext import login",
                          "from flask.ext.login import LoginManager"):
            try:
                exec(statement)
            except ImportError as exc:
                assert "Write 'flask_login' instead of 'flask.ext.login'" in str(exc), exc
            else:
                raise AssertionError(statement)
    """
    assert code(lines) == ""


def test_erlen_itself_has_none_of_them(run: cabc.Callable[..., str]) -> None:
    lines = """
import erlen, erlen.helpers, erlen.json, erlen.app
app = erlen.Erlen("x")
print([hasattr(*each) for each in (
    (erlen, "Markup"), (erlen.helpers, "safe_join"), (erlen.json, "JSONEncoder"),
    (app, "json_encoder"), (app, "env"), (app, "session_cookie_name"))], "ENV" in app.config)
"""
    assert run("-c", lines) == "[False, False, False, False, False, False] False"


def test_a_module_that_finds_names_itself_is_still_asked(code: Code) -> None:
    lines = """
        import flask.testing
        try:
            flask.testing.Runner
        except AttributeError as exc:
            print(exc)
    """
    assert code(lines) == "module 'erlen.testing' has no attribute 'Runner'"
