"""The application under fuzz, in variants that send requests through Erlen in different ways."""

from __future__ import annotations

import collections.abc as cabc
import logging
import pathlib
import typing as t

import erlen
from erlen import Erlen, g, request, session, signals
from erlen.logging import RequestLog, TextFormatter
from erlen.sessions import Session

from . import answering, reading
from .notes import AskedFor, notes

PAGE = "<h1>{{ value }}</h1>{% for item in items %}<li>{{ item }}{% endfor %}{{ request.path }}"
SMALL_LIMITS: dict[str, t.Any] = {
    "MAX_CONTENT_LENGTH": 2_000,
    "MAX_FORM_PARTS": 5,
    "MAX_FORM_MEMORY_SIZE": 100,
    "MAX_FORM_TOTAL_MEMORY": 400,
    "MAX_QUERY_FIELDS": 4,
    "JSON_MAX_DEPTH": 8,
}


class OwnRequest(erlen.Request):
    max_form_parts = 7

    @property
    def mimetype(self) -> str:
        return super().mimetype


class OwnResponse(erlen.Response):
    default_mimetype = "text/plain"

    def get_wsgi_headers(self, environ: t.Any) -> t.Any:
        return super().get_wsgi_headers(environ)


class Overriding(Erlen):
    """Overrides the steps of a request, which then go through methods."""

    request_class = OwnRequest
    response_class = OwnResponse

    def dispatch_request(self) -> t.Any:
        return super().dispatch_request()

    def process_response(self, response: t.Any) -> t.Any:
        return super().process_response(response)

    def do_teardown_request(self, exc: t.Any = None) -> None:
        super().do_teardown_request(exc)


class _Reporter(logging.Handler):
    """Notes every exception that an application logs, and every line that a client could forge."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno < logging.WARNING:
            line = _formatter.format(record)
            if not line.isprintable():
                notes.logged.append(f"a line with control characters: {line!r}")
            return
        exc = record.exc_info[1] if record.exc_info else None
        cause = exc if exc is not None else record.getMessage()
        if not isinstance(exc, AskedFor):
            notes.logged.append(f"{type(cause).__name__}: {str(cause)[:500]}")


_formatter = TextFormatter("%(levelname)s %(request_id)s %(message)s")


def write_files(folder: pathlib.Path) -> None:
    """Write what the application serves: templates and static files, some of them off limits."""
    (folder / "templates").mkdir(exist_ok=True)
    (folder / "templates" / "page.html").write_text(PAGE)
    static = folder / "static"
    (static / "sub").mkdir(parents=True, exist_ok=True)
    (static / "a.txt").write_text("abc" * 1000)
    (static / "sub" / "b c.html").write_text("<p>b</p>")
    (static / "é.css").write_text("p {}")
    (folder / "secret.txt").write_text("SECRET")
    link = static / "link.txt"
    if not link.is_symlink():
        link.symlink_to(folder / "secret.txt")


def _make(
    folder: pathlib.Path, cls: type[Erlen] = Erlen, *, subdomains: bool = False, **settings: t.Any
) -> Erlen:
    app = cls("fuzzed", root_path=str(folder), subdomain_matching=subdomains)
    app.config.update(SECRET_KEY="a key of thirty-two characters..", MAX_COOKIE_SIZE=0, **settings)
    app.logger.handlers[:] = [_Reporter()]
    app.logger.propagate = False
    app.logger.setLevel(logging.WARNING)
    app.register_blueprint(reading.bp)
    app.register_blueprint(answering.bp)
    app.add_url_rule("/", "home", lambda: "home")
    app.register_error_handler(answering.Teapot, lambda exc: ("teapot", 418))
    app.register_error_handler(answering.Kettle, _fail_as_handler)
    return app


def _fail_as_handler(exc: Exception) -> t.NoReturn:
    notes.fail("an error handler")


def make_plain(folder: pathlib.Path) -> Erlen:
    return _make(folder)


def make_limited(folder: pathlib.Path) -> Erlen:
    trusted = ["localhost", ".example.org"]
    return _make(folder, TRUSTED_HOSTS=trusted, SECRET_KEY_FALLBACKS=["x" * 32], **SMALL_LIMITS)


def make_hooked(folder: pathlib.Path) -> Erlen:
    """Return an application with a function in every place, each of which fails when asked to."""
    app = _make(folder, SESSION_TYPE="memory", SESSION_PERMANENT=False)
    Session(app)
    RequestLog(app)

    def fail_at(place: str) -> None:
        if place in notes.query:
            notes.fail(place)

    @app.url_value_preprocessor
    def preprocess(endpoint: str | None, values: dict[str, t.Any] | None) -> None:
        g.endpoint = endpoint
        fail_at("fail=preprocess")

    @app.before_request
    def before() -> t.Any:
        fail_at("fail=before")
        return "answered early" if "answer=before" in notes.query else None

    @app.before_request
    async def before_async() -> None:
        fail_at("fail=async")

    @app.after_request
    def after(response: erlen.Response) -> erlen.Response:
        fail_at("fail=after")
        response.headers["X-Endpoint"] = str(g.get("endpoint"))
        return response

    @app.teardown_request
    def teardown(exc: BaseException | None) -> None:
        fail_at("fail=teardown-request")

    @app.teardown_appcontext
    def teardown_app(exc: BaseException | None) -> None:
        fail_at("fail=teardown-app")

    @app.errorhandler(404)
    def not_found(exc: Exception) -> t.Any:
        fail_at("fail=404")
        return f"{request.path} {session.get('count')}", 404

    @app.errorhandler(500)
    def failed(exc: Exception) -> t.Any:
        fail_at("fail=500")
        return "it failed", 500

    for name in SIGNALS:
        _connect(app, name)
    return app


SIGNALS = (
    "appcontext_popped",
    "appcontext_pushed",
    "appcontext_tearing_down",
    "got_request_exception",
    "request_finished",
    "request_started",
    "request_tearing_down",
    "template_rendered",
)


def _connect(app: Erlen, name: str) -> None:
    def receive(sender: t.Any, **values: t.Any) -> None:
        if f"fail={name}" in notes.query:
            notes.fail(name)

    getattr(signals, name).connect(receive, app, weak=False)


def make_overriding(folder: pathlib.Path) -> Erlen:
    app = _make(
        folder,
        Overriding,
        SESSION_TYPE="filesystem",
        SESSION_FILE_DIR=str(folder / "sessions"),
        SESSION_FILE_THRESHOLD=0,
        SESSION_USE_SIGNER=True,
    )
    Session(app)
    return app


def make_hosted(folder: pathlib.Path) -> Erlen:
    """Return an application without a key, with subdomains and a place below the server's root."""
    app = _make(folder, subdomains=True, SERVER_NAME="example.org", APPLICATION_ROOT="/mounted")
    app.config["SECRET_KEY"] = None
    app.register_blueprint(reading.bp, name="tenants", subdomain="<tenant>", url_prefix="/tenant")
    app.add_url_rule("/", "tenant", lambda tenant: f"home of {tenant}", subdomain="<tenant>")

    @app.url_value_preprocessor
    def take_tenant(endpoint: str | None, values: dict[str, t.Any] | None) -> None:
        if values is not None and endpoint is not None and endpoint.startswith("tenants."):
            g.tenant = values.pop("tenant", None)

    return app


Make = cabc.Callable[[pathlib.Path], Erlen]
VARIANTS: dict[str, Make] = {
    "plain": make_plain,
    "limited": make_limited,
    "hooked": make_hooked,
    "overriding": make_overriding,
    "hosted": make_hosted,
}
