"""The pages of the server benchmark in BlackSheep's words."""
# mypy: disable-error-code="import-untyped,import-not-found,misc,untyped-decorator,no-any-return"

import typing as t

from blacksheep import Application, Request, Response, Router, json, text

from benchmarks import data


def make_app(variant: str) -> t.Any:
    app = Application(router=Router())
    get, post = app.router.get, app.router.post
    if variant == "secret":
        app.use_sessions(data.SECRET_KEY)

    @get("/hello")
    async def hello() -> Response:
        return text(data.HELLO)

    @get("/json")
    async def json_small() -> Response:
        return json(data.small())

    @get("/users/{user}/posts/{slug}")
    async def show_post(user: int, slug: str, page: int, q: str) -> Response:
        return text(f"{user} {slug} {page} {q}")

    @post("/form")
    async def form(request: Request) -> Response:
        sent: t.Any = await request.form()
        age = int(sent["age"])
        return text(f"{sent['name']} {sent['mail']} {sent['city']} {age} {sent['message']}")

    @get("/session/seed/{number}")
    async def seed(request: Request, number: int) -> Response:
        request.session["user"] = f"user{number}"
        request.session["count"] = number
        return text("seeded")

    @get("/session/write")
    async def session_write(request: Request) -> Response:
        session = request.session
        count = session["count"]
        session["count"] = count + 1
        return text(f"{session['user']} {count}")

    return app
