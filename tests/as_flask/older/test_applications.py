from __future__ import annotations

import collections.abc as cabc

from tests.as_flask.conftest import Python

Code = cabc.Callable[[str], str]


def test_attributes_are_the_settings_they_stand_for(code: Code) -> None:
    code(
        """
        import flask, datetime
        app = flask.Flask(__name__)
        with warned("app.session_cookie_name", "app.use_x_sendfile", "app.templates_auto_reload"):
            assert app.session_cookie_name == "session"
            app.session_cookie_name = "visit"
            app.use_x_sendfile = True
            assert app.templates_auto_reload is False
        assert app.config["SESSION_COOKIE_NAME"] == "visit" and app.config["USE_X_SENDFILE"]
        with warned("app.send_file_max_age_default", "app.propagate_exceptions"):
            app.send_file_max_age_default = 60
            assert app.send_file_max_age_default == datetime.timedelta(seconds=60)
            assert app.propagate_exceptions is False
        """
    )


def test_the_environment_is_production_unless_it_is_set(code: Code) -> None:
    code(
        """
        import flask
        app = flask.Flask(__name__)
        with warned("app.env", "app.config['ENV']"):
            assert app.env == app.config["ENV"] == "production"
        with warned("app.env"):
            app.env = "development"
            assert app.env == "development"
        assert app.config["ENV"] == "development"
        """
    )


def test_settings_that_were_always_there_can_be_read(code: Code) -> None:
    code(
        """
        import flask
        config = flask.Flask(__name__).config
        with warned("app.config['JSON_SORT_KEYS']", "app.config['JSONIFY_MIMETYPE']"):
            assert config["JSON_SORT_KEYS"] is True
            assert config["JSONIFY_MIMETYPE"] == "application/json"
        assert "JSON_SORT_KEYS" not in config
        try:
            config["NO_SUCH_KEY"]
        except KeyError as exc:
            assert exc.args == ("NO_SUCH_KEY",)
        del config["TRUSTED_HOSTS"]
        assert config["TRUSTED_HOSTS"] is None
        """
    )


def test_the_session_methods_ask_the_interface(code: Code) -> None:
    code(
        """
        import flask
        app = flask.Flask(__name__)
        with app.test_request_context() as ctx:
            with warned("app.open_session", "app.make_null_session"):
                assert app.open_session(ctx.request) is None
                null = app.make_null_session()
            assert app.session_interface.is_null_session(null)
        app.secret_key = "a key of thirty-two characters.."
        with app.test_request_context() as ctx, warned("app.save_session"):
            ctx.session["a"] = 1
            response = app.response_class()
            app.save_session(ctx.session, response)
            assert "Set-Cookie" in response.headers
        """
    )


def test_they_are_found_on_the_classes_and_attached_once(code: Code) -> None:
    lines = """
        import flask
        from erlen.as_flask.older import applications
        before = flask.Flask.env, flask.Flask.json_encoder, flask.Config._announce
        applications.attach()
        print(before == (flask.Flask.env, flask.Flask.json_encoder, flask.Config._announce))
        print(type(flask.Flask.env).__name__, type(flask.Flask.json_encoder).__name__)
    """
    assert code(lines) == "True\nOlderSetting EncoderClass"


def test_a_provider_of_the_programs_own_stays(run: Python) -> None:
    lines = """
import erlen
from erlen.json.provider import DefaultJSONProvider
class Provider(DefaultJSONProvider):
    pass
erlen.Erlen.json_provider_class = Provider
import erlen.as_flask, flask
print(type(flask.Flask("x").json).__name__)
"""
    assert run("-c", lines) == "Provider"
