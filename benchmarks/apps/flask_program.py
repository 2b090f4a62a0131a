"""The program in Flask's words. Erlen serves this same file: see :mod:`benchmarks.apps`."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)

from benchmarks import data


class OutOfStock(Exception):
    def __init__(self, item: int) -> None:
        self.item = item


def make_app(variant: str) -> t.Any:
    app = Flask("benchmarks", static_folder=data.STATIC, template_folder=data.TEMPLATES)
    if variant.startswith("routes-"):
        add_routes(app, int(variant.removeprefix("routes-")))
    elif variant == "hooks":
        add_hooks(app)
    else:
        add_pages(app)
        add_forms(app)
        add_answers(app)
        if variant == "secret":
            app.secret_key = data.SECRET_KEY
            add_sessions(app)
    return app


def add_pages(app: Flask) -> None:
    @app.get("/hello")
    def hello() -> str:
        return data.HELLO

    @app.get("/json")
    def json_small() -> dict[str, t.Any]:
        return data.small()

    @app.get("/json/large")
    def json_large() -> dict[str, t.Any]:
        return data.LARGE

    @app.get("/users/<int:user>/posts/<slug>")
    def post(user: int, slug: str) -> str:
        return f"{user} {slug} {request.args['page']} {request.args.get('q')}"

    @app.get("/page/<int:number>")
    def page(number: int) -> str:
        return render_template("page.html", title=f"Title {number} & more", rows=data.ROWS)

    @app.get("/links/<int:number>")
    def links(number: int) -> str:
        return " ".join(
            url_for("post", user=number + link, slug=f"post-{link}") for link in range(data.LINKS)
        )


def add_forms(app: Flask) -> None:
    @app.post("/form")
    def form() -> str:
        sent = request.form
        return (
            f"{sent['name']} {sent['mail']} {sent['city']} {sent.get('age', type=int)}"
            f" {sent['message']}"
        )

    @app.post("/json/body")
    def json_body() -> dict[str, t.Any]:
        sent = request.get_json()
        return {"name": sent["name"], "total": sum(sent["numbers"])}

    @app.post("/upload")
    def upload() -> str:
        file = request.files["file"]
        return f"{request.form['title']} {file.filename} {len(file.read())}"


def add_answers(app: Flask) -> None:
    @app.get("/fails/<int:item>")
    def fails(item: int) -> str:
        raise OutOfStock(item)

    @app.errorhandler(OutOfStock)
    def out_of_stock(exc: OutOfStock) -> tuple[str, int]:
        return f"Out of stock: {exc.item}", 409

    @app.get("/headers")
    def headers() -> Response:
        sent, cookies = request.headers, request.cookies
        response = make_response(
            f"{sent['X-Token']} {sent.get('Referer')} {sent['User-Agent']}"
            f" {cookies['theme']} {cookies.get('visits')}"
        )
        response.headers["X-One"] = sent["X-Token"]
        response.headers["X-Two"] = "two"
        response.headers["Cache-Control"] = "no-store"
        response.set_cookie("visits", "1", max_age=3600, httponly=True)
        return response

    @app.get("/stream/<int:number>")
    def stream(number: int) -> t.Any:
        def chunks() -> cabc.Iterator[str]:
            for chunk in range(data.CHUNKS):
                yield f"{number}: {chunk}\n"

        return chunks(), {"Content-Type": "text/plain"}

    @app.get("/old/<int:number>")
    def old(number: int) -> t.Any:
        return redirect(f"/new/{number}")


def add_sessions(app: Flask) -> None:
    @app.get("/session/seed/<int:number>")
    def seed(number: int) -> str:
        session["user"] = f"user{number}"
        session["count"] = number
        return "seeded"

    @app.get("/session/write")
    def session_write() -> str:
        count = session["count"]
        session["count"] = count + 1
        return f"{session['user']} {count}"

    @app.get("/session/read")
    def session_read() -> str:
        return f"{session['user']}"

    @app.get("/proxies")
    def proxies() -> str:
        g.user = "ada"
        seen = 0
        for _ in range(data.READS):
            seen += request.method == "GET"
            seen += session.get("user") is not None
            seen += g.user == "ada"
            seen += current_app.debug is False
        return f"{seen} reads"


def add_routes(app: Flask, count: int) -> None:
    def static() -> str:
        return "page"

    def number(id: int) -> str:
        return f"page {id}"

    def word(name: str) -> str:
        return f"page {name}"

    views: dict[str, t.Any] = {"static": static, "number": number, "word": word}
    for place, pattern in enumerate(data.patterns(count, "<int:id>", "<name>")):
        view = views[data.kind_of(pattern)]
        app.add_url_rule(pattern, f"page{place}", view)


def add_hooks(app: Flask) -> None:
    parent = Blueprint("parent", __name__, url_prefix="/parent")
    child = Blueprint("child", __name__, url_prefix="/child")
    finished: list[BaseException | None] = [None]

    def around(scaffold: Flask | Blueprint, name: str, place: str) -> None:
        @scaffold.before_request
        def before() -> None:
            setattr(g, name, name)

        @scaffold.after_request
        def after(response: Response) -> Response:
            response.headers[f"X-{name.title()}"] = place
            return response

    around(app, "app", "1")
    around(parent, "parent", "2")
    around(child, "child", "3")

    @app.teardown_request
    @child.teardown_request
    def teardown(exc: BaseException | None) -> None:
        finished[0] = exc

    @child.get("/<int:number>")
    def hooked(number: int) -> str:
        return f"{number} {g.app} {g.parent} {g.child}"

    parent.register_blueprint(child)
    app.register_blueprint(parent)
