"""The pages of the server benchmark in FastAPI's words."""

from __future__ import annotations

import typing as t

from fastapi import FastAPI, Form, Request
from fastapi.responses import PlainTextResponse
from starlette.middleware.sessions import SessionMiddleware

from benchmarks import data

Text = t.Annotated[str, Form()]


def make_app(variant: str) -> t.Any:
    app = FastAPI()
    if variant == "secret":
        app.add_middleware(SessionMiddleware, secret_key=data.SECRET_KEY)

    @app.get("/hello", response_class=PlainTextResponse)
    async def hello() -> str:
        return data.HELLO

    @app.get("/json")
    async def json_small() -> dict[str, t.Any]:
        return data.small()

    @app.get("/users/{user}/posts/{slug}", response_class=PlainTextResponse)
    async def post(user: int, slug: str, page: int, q: str | None = None) -> str:
        return f"{user} {slug} {page} {q}"

    @app.post("/form", response_class=PlainTextResponse)
    async def form(
        name: Text, mail: Text, city: Text, age: t.Annotated[int, Form()], message: Text
    ) -> str:
        return f"{name} {mail} {city} {age} {message}"

    @app.get("/session/seed/{number}", response_class=PlainTextResponse)
    async def seed(request: Request, number: int) -> str:
        request.session.update(user=f"user{number}", count=number)
        return "seeded"

    @app.get("/session/write", response_class=PlainTextResponse)
    async def session_write(request: Request) -> str:
        session = request.session
        count = session["count"]
        session["count"] = count + 1
        return f"{session['user']} {count}"

    return app
