"""The pages of the server benchmark in Starlette's words."""

from __future__ import annotations

import typing as t

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

from benchmarks import data


async def hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse(data.HELLO)


async def json_small(request: Request) -> JSONResponse:
    return JSONResponse(data.small())


async def post(request: Request) -> PlainTextResponse:
    values, query = request.path_params, request.query_params
    return PlainTextResponse(f"{values['user']} {values['slug']} {query['page']} {query.get('q')}")


async def form(request: Request) -> PlainTextResponse:
    sent = await request.form()
    age = int(t.cast(str, sent["age"]))
    return PlainTextResponse(
        f"{sent['name']} {sent['mail']} {sent['city']} {age} {sent['message']}"
    )


async def seed(request: Request) -> PlainTextResponse:
    number = request.path_params["number"]
    request.session.update(user=f"user{number}", count=number)
    return PlainTextResponse("seeded")


async def session_write(request: Request) -> PlainTextResponse:
    session = request.session
    count = session["count"]
    session["count"] = count + 1
    return PlainTextResponse(f"{session['user']} {count}")


def make_app(variant: str) -> t.Any:
    routes = [
        Route("/hello", hello),
        Route("/json", json_small),
        Route("/users/{user:int}/posts/{slug}", post),
        Route("/form", form, methods=["POST"]),
        Route("/session/seed/{number:int}", seed),
        Route("/session/write", session_write),
    ]
    sessions = Middleware(SessionMiddleware, secret_key=data.SECRET_KEY)
    return Starlette(routes=routes, middleware=[sessions] if variant == "secret" else [])
