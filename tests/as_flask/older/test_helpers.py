from __future__ import annotations

import collections.abc as cabc

Code = cabc.Callable[[str], str]


def test_a_locked_property_is_computed_once_by_all_threads(code: Code) -> None:
    code(
        """
        import threading
        from erlen.as_flask.older.helpers import locked_cached_property

        class Thing:
            computed = 0

            @locked_cached_property
            def value(self):
                Thing.computed += 1
                started.wait(0.05)
                return 7

        thing, started = Thing(), threading.Event()
        threads = [threading.Thread(target=lambda: thing.value) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (thing.value, Thing.computed) == (7, 1)
        thing.value = 8
        assert thing.value == 8
        del thing.value
        assert thing.value == 7
        """
    )


def test_lookups_read_the_top_and_refuse_without_one(code: Code) -> None:
    lines = """
        from flask import Flask, request
        with warned("flask.globals._lookup_req_object", "flask.globals._lookup_app_object"):
            from flask.globals import _lookup_app_object, _lookup_req_object
        app = Flask(__name__)
        with app.test_request_context("/here"):
            assert _lookup_req_object("request") is request._get_current_object()
            assert _lookup_app_object("app") is app
        for lookup in (_lookup_req_object, _lookup_app_object):
            try:
                lookup("app")
            except RuntimeError as exc:
                print(str(exc).splitlines()[0])
    """
    assert code(lines).splitlines() == [
        "Working outside of request context.",
        "Working outside of application context.",
    ]


def test_small_ones(code: Code) -> None:
    lines = """
        import datetime, os
        from flask import Flask
        from erlen.as_flask.older.helpers import (
            get_env, is_ip, make_test_environ_builder, total_seconds)

        os.environ["FLASK_ENV"] = "staging"
        builder = make_test_environ_builder(Flask(__name__), "/x", method="POST")
        print(get_env(), total_seconds(datetime.timedelta(1, 2, milliseconds=9)),
              [is_ip(text) for text in ("127.0.0.1", "::1", "localhost")],
              builder.get_environ()["PATH_INFO"])
    """
    assert code(lines) == "staging 86402 [True, True, False] /x"


def test_a_logger_has_a_configuration_when_anything_of_it_was_set(code: Code) -> None:
    lines = """
        import logging
        from erlen.as_flask.older.helpers import _has_config
        plain, loud = logging.getLogger("plain"), logging.getLogger("loud")
        loud.setLevel(logging.DEBUG)
        print(_has_config(plain), _has_config(loud))
    """
    assert code(lines) == "False True"
