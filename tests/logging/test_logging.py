from __future__ import annotations

import collections.abc as cabc
import io
import logging
import subprocess
import sys

import pytest

from erlen import Erlen
from erlen import logging as erlen_logging
from erlen.logging import default_handler, has_level_handler, json_handler, wsgi_errors_stream


@pytest.fixture(autouse=True)
def bare_root(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> cabc.Iterator[None]:
    """Take away the handlers that pytest gives the root logger."""
    plugin = pytestconfig.pluginmanager.unregister(name="logging-plugin")
    monkeypatch.setattr(logging.root, "handlers", [])
    yield
    pytestconfig.pluginmanager.register(plugin, "logging-plugin")


@pytest.fixture
def app() -> cabc.Iterator[Erlen]:
    app = Erlen("log_test")
    yield app
    logger = logging.getLogger("log_test")
    logger.handlers = []
    logger.setLevel(logging.NOTSET)


def test_logger_is_named_after_the_application(app: Erlen) -> None:
    assert app.logger.name == app.name
    assert app.logger.level == logging.NOTSET
    assert app.logger.handlers == [default_handler]
    assert app.logger is app.logger


def test_debug_mode_sets_the_level_unless_one_is_set(app: Erlen) -> None:
    app.debug = True
    assert app.logger.level == logging.DEBUG
    logging.getLogger("log_test.quiet").setLevel(logging.ERROR)
    quiet = Erlen("log_test.quiet")
    quiet.debug = True
    assert quiet.logger.level == logging.ERROR


def test_logger_with_a_handler_gets_none(app: Erlen) -> None:
    logging.root.addHandler(logging.StreamHandler())
    assert app.logger.handlers == []


def test_the_format_can_be_json_and_nothing_unknown(app: Erlen) -> None:
    app.config["LOG_FORMAT"] = "xml"
    with pytest.raises(ValueError, match="LOG_FORMAT is 'xml', but there are only"):
        _ = app.logger
    app.config["LOG_FORMAT"] = "json"
    assert app.logger.handlers == [json_handler]


def test_records_go_to_the_servers_stream_during_a_request(app: Erlen) -> None:
    @app.route("/")
    def index() -> str:
        app.logger.error("test")
        return ""

    stream = io.StringIO()
    app.test_client().get("/", errors_stream=stream)
    assert "ERROR in test_logging: test" in stream.getvalue()


def test_stream_is_the_servers_or_standard_error(app: Erlen) -> None:
    stream = io.StringIO()
    find = wsgi_errors_stream._get_current_object  # type: ignore[attr-defined]
    assert find() is sys.stderr
    with app.app_context():
        assert find() is sys.stderr
    with app.test_request_context(errors_stream=stream):
        assert find() is stream
        print("hello", file=wsgi_errors_stream)
    assert stream.getvalue() == "hello\n"


def test_level_handler_is_looked_for_up_to_where_records_go() -> None:
    logger = logging.getLogger("log_level_test.child")
    assert not has_level_handler(logger)
    handler = logging.StreamHandler()
    logging.root.addHandler(handler)
    assert has_level_handler(logger)
    logger.propagate = False
    assert not has_level_handler(logger)
    logger.propagate = True
    handler.setLevel(logging.ERROR)
    assert not has_level_handler(logger)


def test_unhandled_error_is_logged_with_its_place(app: Erlen) -> None:
    @app.route("/")
    def index() -> str:
        raise ValueError("test")

    stream = io.StringIO()
    response = app.test_client().get("/", errors_stream=stream)
    assert response.status_code == 500
    assert "Exception on / [GET]" in stream.getvalue()
    assert "ValueError: test" in stream.getvalue()


def test_stream_can_be_named_in_a_logging_configuration() -> None:
    program = """
import logging, logging.config
logging.config.dictConfig({
    "version": 1,
    "handlers": {"wsgi": {
        "class": "logging.StreamHandler", "stream": "ext://erlen.logging.wsgi_errors_stream",
    }},
    "root": {"handlers": ["wsgi"]},
})
logging.error("configured")
"""
    command = [sys.executable, "-c", program]
    assert subprocess.run(command, capture_output=True, check=True).stderr == b"configured\n"


def test_a_name_that_the_module_has_not() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'RequestLogs'"):
        erlen_logging.RequestLogs
