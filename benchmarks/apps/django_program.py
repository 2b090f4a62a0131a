"""The program in Django's words, with no more middleware than a variant needs."""
# mypy: disable-error-code="import-untyped,import-not-found,misc,untyped-decorator,no-any-return"

from __future__ import annotations

import collections.abc as cabc
import json
import logging
import typing as t

import django
from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.urls import clear_url_caches, path, reverse
from django.views.decorators.http import require_GET
from django.views.static import serve

from benchmarks import data

settings.configure(
    SECRET_KEY=data.SECRET_KEY,
    ALLOWED_HOSTS=["*"],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [str(data.TEMPLATES)],
        }
    ],
    LOGGING_CONFIG=None,
    ROOT_URLCONF=__name__,
)
django.setup(set_prefix=False)
logging.getLogger("django").setLevel("ERROR")  # a line for every 404 is not what is measured

from django.core.wsgi import WSGIHandler  # noqa: E402 - needs the settings
from django.shortcuts import render  # noqa: E402

HERE = f"{__name__}."
SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"


class OutOfStock(Exception):
    def __init__(self, item: int) -> None:
        self.item = item


def make_app(variant: str) -> t.Any:
    middleware = {
        "secret": [SESSIONS, HERE + "out_of_stock"],
        "plain": [HERE + "out_of_stock"],
        "hooks": [HERE + name for name in ("around_app", "around_parent", "around_child")]
        + [HERE + "teardown"] * 2,
    }
    settings.MIDDLEWARE = middleware.get(variant, [])
    if variant.startswith("routes-"):
        urlpatterns[:] = make_routes(int(variant.removeprefix("routes-")))
    else:
        urlpatterns[:] = PAGES
    clear_url_caches()
    return WSGIHandler()


@require_GET
def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse(data.HELLO)


def json_small(request: HttpRequest) -> HttpResponse:
    return JsonResponse(data.small())


def json_large(request: HttpRequest) -> HttpResponse:
    return JsonResponse(data.LARGE)


def post(request: HttpRequest, user: int, slug: str) -> HttpResponse:
    return HttpResponse(f"{user} {slug} {request.GET['page']} {request.GET.get('q')}")


def page(request: HttpRequest, number: int) -> HttpResponse:
    return render(request, "page.html", {"title": f"Title {number} & more", "rows": data.ROWS})


def links(request: HttpRequest, number: int) -> HttpResponse:
    return HttpResponse(
        " ".join(
            reverse("post", kwargs={"user": number + link, "slug": f"post-{link}"})
            for link in range(data.LINKS)
        )
    )


def form(request: HttpRequest) -> HttpResponse:
    sent = request.POST
    return HttpResponse(
        f"{sent['name']} {sent['mail']} {sent['city']} {int(sent['age'])} {sent['message']}"
    )


def json_body(request: HttpRequest) -> HttpResponse:
    sent = json.loads(request.body)
    return JsonResponse({"name": sent["name"], "total": sum(sent["numbers"])})


def upload(request: HttpRequest) -> HttpResponse:
    file = request.FILES["file"]
    return HttpResponse(f"{request.POST['title']} {file.name} {len(file.read())}")


def fails(request: HttpRequest, item: int) -> HttpResponse:
    raise OutOfStock(item)


def headers(request: HttpRequest) -> HttpResponse:
    sent, cookies = request.headers, request.COOKIES
    response = HttpResponse(
        f"{sent['X-Token']} {sent.get('Referer')} {sent['User-Agent']}"
        f" {cookies['theme']} {cookies.get('visits')}"
    )
    response["X-One"] = sent["X-Token"]
    response["X-Two"] = "two"
    response["Cache-Control"] = "no-store"
    response.set_cookie("visits", "1", max_age=3600, httponly=True)
    return response


def stream(request: HttpRequest, number: int) -> StreamingHttpResponse:
    def chunks() -> cabc.Iterator[str]:
        for chunk in range(data.CHUNKS):
            yield f"{number}: {chunk}\n"

    return StreamingHttpResponse(chunks(), content_type="text/plain")


def old(request: HttpRequest, number: int) -> HttpResponse:
    return HttpResponseRedirect(f"/new/{number}")


def seed(request: HttpRequest, number: int) -> HttpResponse:
    request.session["user"] = f"user{number}"
    request.session["count"] = number
    return HttpResponse("seeded")


def session_write(request: HttpRequest) -> HttpResponse:
    count = request.session["count"]
    request.session["count"] = count + 1
    return HttpResponse(f"{request.session['user']} {count}")


def session_read(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.session['user']}")


def proxies(request: HttpRequest) -> HttpResponse:
    request.user = "ada"
    seen = 0
    for _ in range(data.READS):
        seen += request.method == "GET"
        seen += request.session.get("user") is not None
        seen += request.user == "ada"
        seen += settings.DEBUG is False
    return HttpResponse(f"{seen} reads")


def hooked(request: HttpRequest, number: int) -> HttpResponse:
    return HttpResponse(f"{number} {request.app} {request.parent} {request.child}")


PAGES = [
    path("hello", hello),
    path("json", json_small),
    path("json/large", json_large),
    path("users/<int:user>/posts/<slug>", post, name="post"),
    path("page/<int:number>", page),
    path("links/<int:number>", links),
    path("form", form),
    path("json/body", json_body),
    path("upload", upload),
    path("fails/<int:item>", fails),
    path("headers", headers),
    path("stream/<int:number>", stream),
    path("old/<int:number>", old),
    path("session/seed/<int:number>", seed),
    path("session/write", session_write),
    path("session/read", session_read),
    path("proxies", proxies),
    path("parent/child/<int:number>", hooked),
    path("static/<path:path>", serve, {"document_root": str(data.STATIC)}),
]
urlpatterns: list[t.Any] = []


def make_routes(count: int) -> list[t.Any]:
    views: dict[str, t.Any] = {
        "static": lambda request: HttpResponse("page"),
        "number": lambda request, id: HttpResponse(f"page {id}"),
        "word": lambda request, name: HttpResponse(f"page {name}"),
    }
    return [
        path(pattern.removeprefix("/"), views[data.kind_of(pattern)])
        for pattern in data.patterns(count, "<int:id>", "<name>")
    ]


Respond = cabc.Callable[[HttpRequest], HttpResponse]


class out_of_stock:
    """A middleware that turns the exception into its answer."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._respond(request)

    def process_exception(self, request: HttpRequest, exc: Exception) -> HttpResponse | None:
        if isinstance(exc, OutOfStock):
            return HttpResponse(f"Out of stock: {exc.item}", status=409)
        return None


def _around(name: str, place: str) -> cabc.Callable[[Respond], Respond]:
    def middleware(respond: Respond) -> Respond:
        def around(request: HttpRequest) -> HttpResponse:
            setattr(request, name, name)
            response = respond(request)
            response[f"X-{name.title()}"] = place
            return response

        return around

    return middleware


around_app = _around("app", "1")
around_parent = _around("parent", "2")
around_child = _around("child", "3")
finished = [False]


def teardown(respond: Respond) -> Respond:
    def around(request: HttpRequest) -> HttpResponse:
        try:
            return respond(request)
        finally:
            finished[0] = True

    return around
