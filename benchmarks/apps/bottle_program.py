"""The program in Bottle's words."""
# mypy: disable-error-code="import-untyped,import-not-found,misc,untyped-decorator,no-any-return"

from __future__ import annotations

import collections.abc as cabc
import json
import typing as t

import bottle
from bottle import request, response

from benchmarks import data

bottle.BaseRequest.MEMFILE_MAX = 1024 * 1024  # the default refuses a form of 100 KB


class OutOfStock(Exception):
    def __init__(self, item: int) -> None:
        self.item = item


def make_app(variant: str) -> t.Any:
    app = bottle.Bottle()
    if variant.startswith("routes-"):
        add_routes(app, int(variant.removeprefix("routes-")))
    elif variant == "hooks":
        add_hooks(app)
    else:
        add_pages(app)
        add_forms(app)
        add_answers(app)
        add_sessions(app)
    return app


def add_pages(app: bottle.Bottle) -> None:
    bottle.TEMPLATE_PATH[:] = [str(data.TEMPLATES)]

    @app.get("/hello")
    def hello() -> str:
        return data.HELLO

    @app.get("/json")
    def json_small() -> dict[str, t.Any]:
        return data.small()

    @app.get("/json/large")
    def json_large() -> dict[str, t.Any]:
        return data.LARGE

    @app.get("/users/<user:int>/posts/<slug>", name="post")
    def post(user: int, slug: str) -> str:
        return f"{user} {slug} {request.query['page']} {request.query.q}"

    @app.get("/page/<number:int>")
    def page(number: int) -> str:
        title = f"Title {number} & more"
        return bottle.jinja2_template(
            "page.html", title=title, rows=data.ROWS, template_settings={"autoescape": True}
        )

    @app.get("/links/<number:int>")
    def links(number: int) -> str:
        return " ".join(
            app.get_url("post", user=number + link, slug=f"post-{link}")
            for link in range(data.LINKS)
        )

    @app.get("/static/<name:path>")
    def static(name: str) -> t.Any:
        return bottle.static_file(name, root=data.STATIC)


def add_forms(app: bottle.Bottle) -> None:
    @app.post("/form")
    def form() -> str:
        sent = request.forms
        return f"{sent.name} {sent.mail} {sent.city} {int(sent.age)} {sent.message}"

    @app.post("/json/body")
    def json_body() -> dict[str, t.Any]:
        sent = request.json
        return {"name": sent["name"], "total": sum(sent["numbers"])}

    @app.post("/upload")
    def upload() -> str:
        file = request.files["file"]
        return f"{request.forms.title} {file.filename} {len(file.file.read())}"


def add_answers(app: bottle.Bottle) -> None:
    @app.get("/fails/<item:int>")
    def fails(item: int) -> t.Any:
        try:
            raise OutOfStock(item)
        except OutOfStock as exc:  # Bottle has handlers for statuses, not for exceptions
            raise bottle.HTTPError(409, f"Out of stock: {exc.item}") from None

    @app.error(409)
    def conflict(error: bottle.HTTPError) -> str:
        return str(error.body)

    @app.get("/headers")
    def headers() -> str:
        cookies = request.cookies
        token = request.get_header("X-Token")
        response.set_header("X-One", token)
        response.set_header("X-Two", "two")
        response.set_header("Cache-Control", "no-store")
        response.set_cookie("visits", "1", max_age=3600, httponly=True)
        return (
            f"{token} {request.get_header('Referer')} {request.get_header('User-Agent')}"
            f" {cookies.theme} {cookies.visits}"
        )

    @app.get("/stream/<number:int>")
    def stream(number: int) -> cabc.Iterator[str]:
        response.content_type = "text/plain"
        for chunk in range(data.CHUNKS):
            yield f"{number}: {chunk}\n"

    @app.get("/old/<number:int>")
    def old(number: int) -> None:
        bottle.redirect(f"/new/{number}", 302)


def load() -> dict[str, t.Any]:
    """Return the session; its value is JSON because pickles in cookies are deprecated."""
    cookie = request.get_cookie("session", secret=data.SECRET_KEY)
    return json.loads(cookie) if cookie else {}


def save(session: dict[str, t.Any]) -> None:
    response.set_cookie("session", json.dumps(session), secret=data.SECRET_KEY, path="/")


def add_sessions(app: bottle.Bottle) -> None:
    @app.get("/session/seed/<number:int>")
    def seed(number: int) -> str:
        save({"user": f"user{number}", "count": number})
        return "seeded"

    @app.get("/session/write")
    def session_write() -> str:
        session = load()
        count = session["count"]
        session["count"] = count + 1
        save(session)
        return f"{session['user']} {count}"

    @app.get("/session/read")
    def session_read() -> str:
        return f"{load()['user']}"

    @app.get("/proxies")
    def proxies() -> str:
        request.user = "ada"
        request.session = load()
        seen = 0
        for _ in range(data.READS):
            seen += request.method == "GET"
            seen += request.session.get("user") is not None
            seen += request.user == "ada"
            seen += request.app.catchall is True
        return f"{seen} reads"


def add_routes(app: bottle.Bottle, count: int) -> None:
    views: dict[str, t.Any] = {
        "static": lambda: "page",
        "number": lambda id: f"page {id}",
        "word": lambda name: f"page {name}",
    }
    for pattern in data.patterns(count, "<id:int>", "<name>"):
        app.route(pattern, "GET", views[data.kind_of(pattern)])


def add_hooks(app: bottle.Bottle) -> None:
    finished = [False]

    def around(name: str, place: str) -> None:
        @app.hook("before_request")
        def before() -> None:
            setattr(request, f"by_{name}", name)

        @app.hook("after_request")
        def after() -> None:
            response.set_header(f"X-{name.title()}", place)

    around("app", "1")
    around("parent", "2")
    around("child", "3")

    for _ in range(2):

        @app.hook("after_request")
        def teardown() -> None:
            finished[0] = True

    @app.get("/parent/child/<number:int>")
    def hooked(number: int) -> str:
        return f"{number} {request.by_app} {request.by_parent} {request.by_child}"
