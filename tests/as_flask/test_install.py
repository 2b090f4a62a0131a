from __future__ import annotations

import collections.abc as cabc

from tests.as_flask.conftest import Python

Code = cabc.Callable[[str], str]


def test_flask_is_erlen(code: Code) -> None:
    lines = """
        import erlen, flask
        assert flask.Flask is erlen.Erlen
        assert flask.request is erlen.request
        print(flask.__name__)
    """
    assert code(lines) == "flask"


def test_an_application_written_for_flask_answers(code: Code) -> None:
    lines = """
        from flask import Flask, jsonify, request
        app = Flask(__name__)

        @app.get("/<name>")
        def hello(name):
            return jsonify(name=name, q=request.args["q"])

        print(app.test_client().get("/you?q=1").get_json())
    """
    assert code(lines) == "{'name': 'you', 'q': '1'}"


def test_star_import_gives_flasks_names(code: Code) -> None:
    lines = """
        from flask import *
        print(Flask.__module__.split(".")[0], request is g, render_template.__name__)
    """
    assert code(lines) == "erlen False render_template"


def test_the_version_is_that_of_the_flask_it_stands_for(code: Code) -> None:
    lines = """
        import flask, warnings
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            print(flask.__version__, caught[0].category.__name__)
    """
    assert code(lines) == "3.1.3 DeprecationWarning"


def test_an_unknown_name_is_an_attribute_error(code: Code) -> None:
    lines = """
        import flask
        try:
            flask.no_such_name
        except AttributeError as exc:
            print(exc)
    """
    assert code(lines) == "module 'flask' has no attribute 'no_such_name'"


def test_after_the_real_flask_it_is_refused_with_the_mend(run: Python) -> None:
    lines = """
import sys, types
sys.modules["flask"] = types.ModuleType("flask")
sys.modules["flask"].__file__ = "/somewhere/flask/__init__.py"
try:
    import erlen.as_flask
except RuntimeError as exc:
    print(exc)
"""
    message = run("-c", lines)
    assert "is imported already, from /somewhere/flask/__init__.py" in message
    assert "python -m erlen.as_flask PROGRAM" in message


def test_installing_twice_changes_nothing(code: Code) -> None:
    lines = """
        import os, sys
        before = [*sys.path], [*sys.meta_path], {**os.environ}
        erlen.as_flask.install()
        print(before == (sys.path, sys.meta_path, {**os.environ}))
    """
    assert code(lines) == "True"
