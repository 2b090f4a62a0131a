"""The program in Falcon's words; sessions and templates by hand, as Falcon's users do."""
# mypy: disable-error-code="import-untyped,import-not-found,misc,untyped-decorator,no-any-return"

from __future__ import annotations

import typing as t

import falcon
import itsdangerous
import jinja2

from benchmarks import data


class OutOfStock(Exception):
    def __init__(self, item: int) -> None:
        self.item = item


class Hello:
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = data.HELLO


class Small:
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        resp.media = data.small()


class Large:
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        resp.media = data.LARGE


class Post:
    def on_get(self, req: falcon.Request, resp: falcon.Response, user: int, slug: str) -> None:
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = f"{user} {slug} {req.params['page']} {req.get_param('q')}"


class Page:
    def __init__(self) -> None:
        loader = jinja2.FileSystemLoader(data.TEMPLATES)
        environment = jinja2.Environment(loader=loader, autoescape=True)
        self._template = environment.get_template("page.html")

    def on_get(self, req: falcon.Request, resp: falcon.Response, number: int) -> None:
        resp.content_type = falcon.MEDIA_HTML
        resp.text = self._template.render(title=f"Title {number} & more", rows=data.ROWS)


class Form:
    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        sent = req.get_media()
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = (
            f"{sent['name']} {sent['mail']} {sent['city']} {int(sent['age'])} {sent['message']}"
        )


class JsonBody:
    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        sent = req.get_media()
        resp.media = {"name": sent["name"], "total": sum(sent["numbers"])}


class Upload:
    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        title, name, size = "", "", 0
        for part in req.get_media():
            if part.name == "file":
                name, size = part.filename, len(part.stream.read())
            else:
                title = part.text
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = f"{title} {name} {size}"


class Fails:
    def on_get(self, req: falcon.Request, resp: falcon.Response, item: int) -> None:
        raise OutOfStock(item)


def out_of_stock(
    req: falcon.Request, resp: falcon.Response, exc: OutOfStock, params: t.Any
) -> None:
    resp.status = falcon.HTTP_409
    resp.content_type = falcon.MEDIA_TEXT
    resp.text = f"Out of stock: {exc.item}"


class Headers:
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        cookies = req.cookies
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = (
            f"{req.get_header('X-Token')} {req.get_header('Referer')} {req.user_agent}"
            f" {cookies['theme']} {cookies.get('visits')}"
        )
        resp.set_header("X-One", req.get_header("X-Token", required=True))
        resp.set_header("X-Two", "two")
        resp.set_header("Cache-Control", "no-store")
        resp.set_cookie("visits", "1", secure=False, max_age=3600)


class Stream:
    def on_get(self, req: falcon.Request, resp: falcon.Response, number: int) -> None:
        def chunks() -> t.Iterator[bytes]:
            for chunk in range(data.CHUNKS):
                yield f"{number}: {chunk}\n".encode()

        resp.content_type = "text/plain"
        resp.stream = chunks()


class Old:
    def on_get(self, req: falcon.Request, resp: falcon.Response, number: int) -> None:
        raise falcon.HTTPFound(f"/new/{number}")


class Proxies:
    """What Falcon has in place of proxies: the request, and a context on it."""

    debug = False

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        req.context.user = "ada"
        req.context.session = load(req) or {}
        seen = 0
        for _ in range(data.READS):
            seen += req.method == "GET"
            seen += req.context.session.get("user") is not None
            seen += req.context.user == "ada"
            seen += self.debug is False
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = f"{seen} reads"


SERIALIZER = itsdangerous.URLSafeTimedSerializer(data.SECRET_KEY, salt="session")


def load(req: falcon.Request) -> dict[str, t.Any] | None:
    cookie = req.cookies.get("session")
    return None if cookie is None else SERIALIZER.loads(cookie, max_age=31 * 24 * 3600)


def save(resp: falcon.Response, session: dict[str, t.Any]) -> None:
    resp.set_cookie("session", SERIALIZER.dumps(session), path="/", secure=False)


class Seed:
    def on_get(self, req: falcon.Request, resp: falcon.Response, number: int) -> None:
        save(resp, {"user": f"user{number}", "count": number})
        resp.text = "seeded"


class SessionWrite:
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        session = load(req) or {}
        count = session["count"]
        session["count"] = count + 1
        save(resp, session)
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = f"{session['user']} {count}"


class SessionRead:
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = f"{(load(req) or {})['user']}"


class Around:
    """A middleware that does what a hook of the Flask program does before and after."""

    def __init__(self, name: str, place: str) -> None:
        self._name = name
        self._header = f"X-{name.title()}"
        self._place = place

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        setattr(req.context, self._name, self._name)

    def process_response(
        self, req: falcon.Request, resp: falcon.Response, resource: t.Any, succeeded: bool
    ) -> None:
        resp.set_header(self._header, self._place)


class Teardown:
    finished = False

    def process_response(
        self, req: falcon.Request, resp: falcon.Response, resource: t.Any, succeeded: bool
    ) -> None:
        self.finished = succeeded


class Hooked:
    def on_get(self, req: falcon.Request, resp: falcon.Response, number: int) -> None:
        context = req.context
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = f"{number} {context.app} {context.parent} {context.child}"


def make_app(variant: str) -> t.Any:
    if variant == "hooks":
        around = [Around("app", "1"), Around("parent", "2"), Around("child", "3")]
        middleware: list[t.Any] = [*around, Teardown(), Teardown()]
        app = falcon.App(middleware=middleware)
        app.add_route("/parent/child/{number:int}", Hooked())
        return app
    app = falcon.App()
    if variant.startswith("routes-"):
        add_routes(app, int(variant.removeprefix("routes-")))
        return app
    for path, resource in PAGES.items():
        app.add_route(path, resource())
    app.add_error_handler(OutOfStock, out_of_stock)
    app.add_static_route("/static", str(data.STATIC))
    return app


PAGES: dict[str, t.Any] = {
    "/hello": Hello,
    "/json": Small,
    "/json/large": Large,
    "/users/{user:int}/posts/{slug}": Post,
    "/page/{number:int}": Page,
    "/form": Form,
    "/json/body": JsonBody,
    "/upload": Upload,
    "/fails/{item:int}": Fails,
    "/headers": Headers,
    "/stream/{number:int}": Stream,
    "/old/{number:int}": Old,
    "/proxies": Proxies,
    "/session/seed/{number:int}": Seed,
    "/session/write": SessionWrite,
    "/session/read": SessionRead,
}


def add_routes(app: t.Any, count: int) -> None:
    def answer(resp: falcon.Response, text: str) -> None:
        resp.content_type = falcon.MEDIA_TEXT
        resp.text = text

    class Static:
        def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
            answer(resp, "page")

    class Number:
        def on_get(self, req: falcon.Request, resp: falcon.Response, id: int) -> None:
            answer(resp, f"page {id}")

    class Word:
        def on_get(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
            answer(resp, f"page {name}")

    resources = {"static": Static(), "number": Number(), "word": Word()}
    for pattern in data.patterns(count, "{id:int}", "{name}"):
        app.add_route(pattern, resources[data.kind_of(pattern)])
