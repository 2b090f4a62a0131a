"""Blueprints, nested and twice, and class-based views."""

from __future__ import annotations

import importlib
import typing as t

if t.TYPE_CHECKING:
    # As a type; on Flask it is Flask's, and nothing of Erlen is imported.
    from erlen import Blueprint, Erlen


def add(flask: t.Any, app: Erlen) -> None:
    app.register_blueprint(make_book(flask, app))
    app.register_blueprint(make_twice(flask), name="one", url_prefix="/one")
    app.register_blueprint(make_twice(flask), name="two", url_prefix="/two/<int:n>")
    add_class_views(flask, app)


def make_book(flask: t.Any, app: Erlen) -> Blueprint:
    book: Blueprint = flask.Blueprint(
        "book",
        "differential",
        url_prefix="/book",
        root_path=app.root_path,
        template_folder="book_templates",
        static_folder="book_static",
        url_defaults={"kind": "default"},
    )
    events = app.extensions["events"]

    @book.before_request
    def before() -> t.Any:
        events.append("book before")
        return "halted by the book" if flask.request.args.get("book") == "halt" else None

    @book.after_request
    def after(response: t.Any) -> t.Any:
        events.append("book after")
        response.headers["X-Book"] = "1"
        return response

    @book.teardown_request
    def teardown(exc: BaseException | None) -> None:
        events.append(f"book teardown {type(exc).__name__}")

    @book.context_processor
    def names() -> dict[str, t.Any]:
        return {"book_name": "from the book"}

    @book.url_defaults
    def defaults(endpoint: str, values: dict[str, t.Any]) -> None:
        values.setdefault("from", "book")

    @book.errorhandler(404)
    def not_found(exc: Exception) -> t.Any:
        return f"not in the book: {exc}", 404

    @book.errorhandler(ZeroDivisionError)
    def divided(exc: Exception) -> t.Any:
        return "divided", 418

    @book.route("/")
    def index(kind: str) -> t.Any:
        return flask.render_template("book.html")

    @book.route("/page/<int:n>")
    def page(n: int, kind: str) -> t.Any:
        if n == 0:
            return str(1 // n)
        if n == 404:
            flask.abort(404, "no such page")
        links = [
            flask.url_for(".page", n=n + 1),
            flask.url_for("home"),
            flask.url_for(".static", filename="book.css"),
            flask.url_for("book.chapter.show", n=1),
        ]
        return flask.jsonify(n=n, kind=kind, links=links)

    @book.route("/shared")
    def shared(kind: str) -> t.Any:
        return flask.render_template("shared.html")

    book.register_blueprint(make_chapter(flask, events), url_prefix="/chapter")
    return book


def make_chapter(flask: t.Any, events: list[str]) -> Blueprint:
    chapter: Blueprint = flask.Blueprint("chapter", "differential")

    @chapter.before_request
    def before() -> None:
        events.append("chapter before")

    @chapter.url_value_preprocessor
    def preprocess(endpoint: str | None, values: dict[str, t.Any] | None) -> None:
        events.append(f"chapter preprocess {endpoint}")

    @chapter.route("/<int:n>")
    def show(n: int) -> t.Any:
        if n == 0:
            return str(1 // n)
        if n == 7:
            raise LookupError("seven")
        return flask.jsonify(
            n=n, blueprints=flask.request.blueprints, url=flask.url_for(".show", n=n + 1)
        )

    @chapter.app_errorhandler(KeyError)
    def key_error(exc: KeyError) -> t.Any:
        return f"no key {exc}", 422

    return chapter


def make_twice(flask: t.Any) -> Blueprint:
    twice: Blueprint = flask.Blueprint("twice", "differential")

    @twice.route("/here")
    def here(n: int = 0) -> t.Any:
        return f"{flask.request.blueprint} {n} {flask.url_for('.here', n=n)}"

    return twice


def add_class_views(flask: t.Any, app: Erlen) -> None:
    views = importlib.import_module(f"{flask.__name__}.views")

    def decorate(view: t.Any) -> t.Any:
        def decorated(*args: t.Any, **kwargs: t.Any) -> t.Any:
            response = flask.make_response(view(*args, **kwargs))
            response.headers.add("X-Decorated", view.__name__)
            return response

        return decorated

    class Things(views.MethodView):  # type: ignore[misc,name-defined]
        decorators = [decorate]
        init_every_request = False

        def get(self, n: int | None = None) -> t.Any:
            return f"thing {n}"

        def post(self) -> t.Any:
            return flask.jsonify(flask.request.form.to_dict()), 201

        def delete(self, n: int) -> t.Any:
            return "", 204

    class Single(views.View):  # type: ignore[misc,name-defined]
        methods = ["GET", "POST"]

        def __init__(self, text: str) -> None:
            self.text = text

        def dispatch_request(self) -> t.Any:
            return f"{self.text} {flask.request.method}"

    things = Things.as_view("things")
    app.add_url_rule("/things/", view_func=things, methods=["GET", "POST"])
    app.add_url_rule("/things/<int:n>", view_func=things, methods=["GET", "DELETE"])
    app.add_url_rule("/single", view_func=Single.as_view("single", text="single"))
