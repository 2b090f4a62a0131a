"""The application that both frameworks serve, in a few variants.

``flask`` is the module to build it on. What hooks and signals see is written to
``app.extensions["events"]``, which the worker adds to each answer.
"""

from __future__ import annotations

import importlib
import logging
import typing as t

from tests.differential import answering, blueprints, keeping, pages, reading, routes

if t.TYPE_CHECKING:
    # As a type; on Flask it is Flask's, and nothing of Erlen is imported.
    from erlen import Erlen

_KEY = "a key of thirty-two characters.."

#: The settings of each variant. Erlen serves an application without hooks in another way than
#: one with them, so the routes are asked for in both.
VARIANTS: dict[str, dict[str, t.Any]] = {
    "bare": {"SECRET_KEY": _KEY},
    "hooked": {
        "SECRET_KEY": _KEY,
        "SECRET_KEY_FALLBACKS": ["another key of many characters"],
        "SEND_FILE_MAX_AGE_DEFAULT": 3600,
        "SESSION_COOKIE_NAME": "visit",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": True,
        "PERMANENT_SESSION_LIFETIME": 3600,
    },
    "debug": {"SECRET_KEY": _KEY, "DEBUG": True, "SESSION_COOKIE_HTTPONLY": False},
    "limited": {
        "SECRET_KEY": _KEY,
        "MAX_CONTENT_LENGTH": 3000,
        "MAX_FORM_MEMORY_SIZE": 100,
        "MAX_FORM_PARTS": 4,
        "TRUSTED_HOSTS": ["localhost", ".example.org", "example.com:8080"],
        "TRAP_BAD_REQUEST_ERRORS": True,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "SESSION_COOKIE_PATH": "/session",
        "SESSION_COOKIE_DOMAIN": "example.org",
        "SESSION_COOKIE_PARTITIONED": True,
        "PROPAGATE_EXCEPTIONS": True,
    },
    "named": {
        "SECRET_KEY": _KEY,
        "SERVER_NAME": "example.org",
        "PREFERRED_URL_SCHEME": "https",
        "APPLICATION_ROOT": "/app",
        "TRAP_HTTP_EXCEPTIONS": True,
        "PROVIDE_AUTOMATIC_OPTIONS": False,
    },
    "keyless": {},
}


def create_app(flask: t.Any, variant: str, folder: str) -> Erlen:
    subdomains = variant == "named"
    app: Erlen = flask.Flask("differential", root_path=folder, subdomain_matching=subdomains)
    app.config.update(VARIANTS[variant], NAME=variant)
    app.extensions["events"] = []
    app.logger.addHandler(logging.NullHandler())
    app.logger.propagate = False
    app.logger.setLevel(logging.CRITICAL + 1)
    if variant == "hooked":
        add_hooks(flask, app)
        listen(flask, app)
    add_template_functions(app)
    for part in (routes, reading, answering, keeping, pages, blueprints):
        part.add(flask, app)
    return app


def add_hooks(flask: t.Any, app: Erlen) -> None:
    events = app.extensions["events"]
    request = flask.request

    @app.before_request
    def first() -> t.Any:
        events.append(f"before {request.endpoint} {request.blueprints}")
        flask.g.user = request.headers.get("X-User", "anonymous")
        if "after" in request.args:
            flask.after_this_request(mark("this"))
        return None

    @app.before_request
    def second() -> t.Any:
        events.append("second before")
        match request.args.get("halt"):
            case "text":
                return "halted"
            case "tuple":
                return {"halted": True}, 503, {"Retry-After": "5"}
            case "error":
                raise LookupError("halted")
            case "abort":
                flask.abort(409)
        return None

    def mark(name: str) -> t.Any:
        def after(response: t.Any) -> t.Any:
            events.append(f"after {name} {response.status_code}")
            response.headers.add("X-After", name)
            if request.args.get("after") == name:
                raise ValueError(f"after {name}")
            return response

        return after

    app.after_request(mark("first"))
    app.after_request(mark("second"))

    @app.teardown_request
    def tear(exc: BaseException | None) -> None:
        events.append(f"teardown request {type(exc).__name__} {request.path}")

    @app.teardown_request
    def tear_too(exc: BaseException | None) -> None:
        events.append("second teardown")
        if request.args.get("teardown") == "fails":
            raise ValueError("teardown")

    @app.teardown_appcontext
    def tear_app(exc: BaseException | None) -> None:
        events.append(f"teardown app {type(exc).__name__} {flask.has_request_context()}")

    @app.url_value_preprocessor
    def preprocess(endpoint: str | None, values: dict[str, t.Any] | None) -> None:
        events.append(f"preprocess {endpoint} {values}")
        if values and "lang" in values:
            flask.g.lang = values.pop("lang")

    @app.context_processor
    def extra() -> dict[str, t.Any]:
        return {"extra": "from the processor", "title": "never seen"}

    @app.errorhandler(404)
    def not_found(exc: t.Any) -> t.Any:
        return flask.jsonify(error=str(exc), path=request.path), 404

    @app.errorhandler(LookupError)
    def lookup(exc: LookupError) -> t.Any:
        return f"looked up: {exc}", 410

    @app.errorhandler(405)
    def not_allowed(exc: t.Any) -> t.Any:
        response = exc.get_response()
        response.headers["X-Handler"] = "405"
        return response

    @app.errorhandler(500)
    def broken(exc: t.Any) -> t.Any:
        if request.args.get("handler") == "fails":
            raise ValueError("the handler")
        return f"500 of {type(exc.original_exception).__name__}", 500


def listen(flask: t.Any, app: Erlen) -> None:
    events = app.extensions["events"]
    # Kept, as the signals hold their receivers weakly.
    app.extensions["receivers"] = receivers = []

    def receiver(name: str) -> t.Any:
        def receive(sender: t.Any, **more: t.Any) -> None:
            kept = {
                key: getattr(value, "name", type(value).__name__) for key, value in more.items()
            }
            kept.pop("_async_wrapper", None)
            kept.pop("context", None)
            events.append(f"{name} {sorted(kept.items())}")

        receivers.append(receive)
        return receive

    for name in (
        "request_started",
        "request_finished",
        "before_render_template",
        "template_rendered",
        "got_request_exception",
        "request_tearing_down",
        "appcontext_pushed",
        "appcontext_tearing_down",
        "appcontext_popped",
        "message_flashed",
    ):
        getattr(flask, name).connect(receiver(name), app)


def add_template_functions(app: Erlen) -> None:
    @app.template_filter("shout")
    def shout(value: t.Any) -> str:
        return f"{value}!".upper()

    @app.template_test("odder")
    def odder(value: int) -> bool:
        return value % 2 == 1

    @app.template_global()
    def answer() -> int:
        return 42


def submodule(flask: t.Any, name: str) -> t.Any:
    return importlib.import_module(f"{flask.__name__}.{name}")
