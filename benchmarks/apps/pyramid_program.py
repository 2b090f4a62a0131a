"""The program in Pyramid's words."""
# mypy: disable-error-code="import-untyped,import-not-found,misc,untyped-decorator,no-any-return"

from __future__ import annotations

import collections.abc as cabc
import typing as t

import jinja2
from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPFound
from pyramid.request import Request
from pyramid.response import Response
from pyramid.session import SignedCookieSessionFactory

from benchmarks import data

HERE = f"{__name__}."
TEMPLATE = jinja2.Environment(
    loader=jinja2.FileSystemLoader(data.TEMPLATES), autoescape=True
).get_template("page.html")


class OutOfStock(Exception):
    def __init__(self, item: int) -> None:
        self.item = item


def make_app(variant: str) -> t.Any:
    with Configurator() as config:
        if variant.startswith("routes-"):
            add_routes(config, int(variant.removeprefix("routes-")))
        elif variant == "hooks":
            add_hooks(config)
        else:
            add_pages(config)
            config.set_session_factory(
                SignedCookieSessionFactory(data.SECRET_KEY, timeout=None, reissue_time=None)
            )
        return config.make_wsgi_app()


def add_pages(config: Configurator) -> None:
    for pattern, method, view, renderer in PAGES:
        name = view.__name__
        config.add_route(name, pattern)
        config.add_view(view, route_name=name, request_method=method, renderer=renderer)
    config.add_exception_view(out_of_stock, context=OutOfStock)
    config.add_static_view("static", path=str(data.STATIC))


def hello(request: Request) -> Response:
    return Response(data.HELLO)


def json_small(request: Request) -> dict[str, t.Any]:
    return data.small()


def json_large(request: Request) -> dict[str, t.Any]:
    return data.LARGE


def post(request: Request) -> Response:
    values, query = request.matchdict, request.GET
    return Response(f"{int(values['user'])} {values['slug']} {query['page']} {query.get('q')}")


def page(request: Request) -> Response:
    title = f"Title {int(request.matchdict['number'])} & more"
    return Response(TEMPLATE.render(title=title, rows=data.ROWS))


def links(request: Request) -> Response:
    number = int(request.matchdict["number"])
    return Response(
        " ".join(
            request.route_path("post", user=number + link, slug=f"post-{link}")
            for link in range(data.LINKS)
        )
    )


def form(request: Request) -> Response:
    sent = request.POST
    return Response(
        f"{sent['name']} {sent['mail']} {sent['city']} {int(sent['age'])} {sent['message']}"
    )


def json_body(request: Request) -> dict[str, t.Any]:
    sent = request.json_body
    return {"name": sent["name"], "total": sum(sent["numbers"])}


def upload(request: Request) -> Response:
    file = request.POST["file"]
    return Response(f"{request.POST['title']} {file.filename} {len(file.file.read())}")


def fails(request: Request) -> Response:
    raise OutOfStock(int(request.matchdict["item"]))


def out_of_stock(exc: OutOfStock, request: Request) -> Response:
    return Response(f"Out of stock: {exc.item}", status=409)


def headers(request: Request) -> Response:
    sent, cookies = request.headers, request.cookies
    response = Response(
        f"{sent['X-Token']} {sent.get('Referer')} {sent['User-Agent']}"
        f" {cookies['theme']} {cookies.get('visits')}"
    )
    response.headers["X-One"] = sent["X-Token"]
    response.headers["X-Two"] = "two"
    response.headers["Cache-Control"] = "no-store"
    response.set_cookie("visits", "1", max_age=3600, httponly=True)
    return response


def stream(request: Request) -> Response:
    number = int(request.matchdict["number"])

    def chunks() -> cabc.Iterator[bytes]:
        for chunk in range(data.CHUNKS):
            yield f"{number}: {chunk}\n".encode()

    return Response(app_iter=chunks(), content_type="text/plain")


def old(request: Request) -> Response:
    return HTTPFound(f"/new/{int(request.matchdict['number'])}")


def seed(request: Request) -> Response:
    number = int(request.matchdict["number"])
    request.session["user"] = f"user{number}"
    request.session["count"] = number
    return Response("seeded")


def session_write(request: Request) -> Response:
    count = request.session["count"]
    request.session["count"] = count + 1
    return Response(f"{request.session['user']} {count}")


def session_read(request: Request) -> Response:
    return Response(f"{request.session['user']}")


def proxies(request: Request) -> Response:
    request.user = "ada"
    seen = 0
    for _ in range(data.READS):
        seen += request.method == "GET"
        seen += request.session.get("user") is not None
        seen += request.user == "ada"
        seen += request.registry.settings.get("debug") is None
    return Response(f"{seen} reads")


PAGES: list[tuple[str, str, cabc.Callable[[Request], t.Any], str | None]] = [
    ("/hello", "GET", hello, None),
    ("/json", "GET", json_small, "json"),
    ("/json/large", "GET", json_large, "json"),
    (r"/users/{user:\d+}/posts/{slug}", "GET", post, None),
    (r"/page/{number:\d+}", "GET", page, None),
    (r"/links/{number:\d+}", "GET", links, None),
    ("/form", "POST", form, None),
    ("/json/body", "POST", json_body, "json"),
    ("/upload", "POST", upload, None),
    (r"/fails/{item:\d+}", "GET", fails, None),
    ("/headers", "GET", headers, None),
    (r"/stream/{number:\d+}", "GET", stream, None),
    (r"/old/{number:\d+}", "GET", old, None),
    (r"/session/seed/{number:\d+}", "GET", seed, None),
    ("/session/write", "GET", session_write, None),
    ("/session/read", "GET", session_read, None),
    ("/proxies", "GET", proxies, None),
]


def add_routes(config: Configurator, count: int) -> None:
    views: dict[str, t.Any] = {
        "static": lambda request: Response("page"),
        "number": lambda request: Response(f"page {int(request.matchdict['id'])}"),
        "word": lambda request: Response(f"page {request.matchdict['name']}"),
    }
    for pattern in data.patterns(count, r"{id:\d+}", "{name}"):
        config.add_route(pattern, pattern)
        config.add_view(views[data.kind_of(pattern)], route_name=pattern)


Respond = cabc.Callable[[Request], Response]


def _around(name: str, place: str) -> cabc.Callable[[Respond, t.Any], Respond]:
    def factory(respond: Respond, registry: t.Any) -> Respond:
        def tween(request: Request) -> Response:
            setattr(request, name, name)
            response = respond(request)
            response.headers[f"X-{name.title()}"] = place
            return response

        return tween

    return factory


around_app = _around("app", "1")
around_parent = _around("parent", "2")
around_child = _around("child", "3")
finished = [False]


def teardown(request: Request) -> None:
    finished[0] = True


def hooked(request: Request) -> Response:
    request.add_finished_callback(teardown)
    request.add_finished_callback(teardown)
    number = int(request.matchdict["number"])
    return Response(f"{number} {request.app} {request.parent} {request.child}")


def add_hooks(config: Configurator) -> None:
    for name in ("around_child", "around_parent", "around_app"):
        config.add_tween(HERE + name)
    config.add_route("hooked", r"/parent/child/{number:\d+}")
    config.add_view(hooked, route_name="hooked")
