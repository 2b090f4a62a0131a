"""The pages of the server benchmark in Litestar's words."""

from __future__ import annotations

import typing as t

from litestar import Litestar, MediaType, Request, get, post
from litestar.middleware.session.client_side import CookieBackendConfig

from benchmarks import data

AnyRequest = Request[t.Any, t.Any, t.Any]


@get("/hello", media_type=MediaType.TEXT)
async def hello() -> str:
    return data.HELLO


@get("/json")
async def json_small() -> dict[str, t.Any]:
    return data.small()


@get("/users/{user:int}/posts/{slug:str}", media_type=MediaType.TEXT)
async def show_post(user: int, slug: str, page: int, q: str | None = None) -> str:
    return f"{user} {slug} {page} {q}"


@post("/form", media_type=MediaType.TEXT, status_code=200)
async def form(request: AnyRequest) -> str:
    sent = await request.form()
    return f"{sent['name']} {sent['mail']} {sent['city']} {int(sent['age'])} {sent['message']}"


@get("/session/seed/{number:int}", media_type=MediaType.TEXT)
async def seed(request: AnyRequest, number: int) -> str:
    request.set_session({"user": f"user{number}", "count": number})
    return "seeded"


@get("/session/write", media_type=MediaType.TEXT)
async def session_write(request: AnyRequest) -> str:
    session = request.session
    count = session["count"]
    session["count"] = count + 1
    return f"{session['user']} {count}"


def make_app(variant: str) -> t.Any:
    sessions = CookieBackendConfig(secret=data.SECRET_KEY[:32].encode())
    return Litestar(
        route_handlers=[hello, json_small, show_post, form, seed, session_write],
        middleware=[sessions.middleware] if variant == "secret" else [],
        openapi_config=None,
    )
