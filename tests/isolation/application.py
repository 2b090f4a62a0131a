"""An application that writes a token wherever a request can keep one, and reads it back."""

from __future__ import annotations

import asyncio
import collections.abc as cabc
import typing as t

from erlen import (
    Erlen,
    Response,
    after_this_request,
    copy_current_request_context,
    current_app,
    flash,
    g,
    get_flashed_messages,
    request,
    session,
    signals,
    stream_with_context,
)
from erlen.sessions import Session
from tests.wsgi import ask

#: What the driver puts into the environ: lets another request go on; runs a function elsewhere.
SWITCH, ELSEWHERE = "isolation.switch", "isolation.elsewhere"
#: What the request's end writes into the environ, for the driver to look at.
ENDED = "isolation.ended"


class MixUp(Exception):
    """A request has read what another one wrote."""


#: The configuration of both applications; nothing in it leaves sessions in cookies.
Config = cabc.Mapping[str, t.Any]


def token_of_request() -> str:
    return request.args["token"]


def write_everywhere() -> str:
    token = token_of_request()
    if session.get("token") != request.args.get("before"):
        raise MixUp(f"{token} came with the session of {session.get('token')}")
    session.pop("_flashes", None)
    g.token = token
    session["token"] = token
    request.environ["isolation.token"] = token
    flash(token)

    @after_this_request
    def mark(response: Response) -> Response:
        response.headers["X-Token"] = g.token
        return response

    return token


def read_everywhere(token: str, app: str = "outer") -> None:
    """Raise :exc:`MixUp` where there is anything but *token*."""
    found = {
        "request": token_of_request(),
        "environ": request.environ["isolation.token"],
        "g": g.get("token"),
        "session": session.get("token"),
        "app": current_app.name,
    }
    if found != dict.fromkeys(found, token) | {"app": app}:
        raise MixUp(f"{token} found {found}")


def switch() -> None:
    request.environ[SWITCH]()


def make_app(name: str, config: Config) -> Erlen:
    app = Erlen(name, static_folder=None, root_path="/")
    app.secret_key = f"the {name} key of 32 characters...."
    app.config.from_mapping(config)
    if "SESSION_TYPE" in config:
        Session(app)
    return app


def make_inner(config: Config) -> Erlen:
    """Return the application that the other one calls inside of its requests."""
    app = make_app("inner", config)

    @app.route("/")
    def inner() -> str:
        token = write_everywhere()
        switch()
        read_everywhere(token, "inner")
        return token

    return app


def make_outer(mixed_up: list[str], config: Config) -> Erlen:
    """Return the application; what a hook or a receiver finds mixed up goes into *mixed_up*."""
    app = make_app("outer", config)
    app.config["PROPAGATE_EXCEPTIONS"] = True
    inner = make_inner(config)

    @app.route("/everything")
    def everything() -> str:
        token = write_everywhere()
        switch()
        read_everywhere(token)
        switch()
        if get_flashed_messages() != [token]:
            raise MixUp(f"{token} has other flashes")
        return token

    @app.route("/stream")
    def stream() -> cabc.Iterator[str]:
        token = write_everywhere()

        @stream_with_context
        def chunks() -> cabc.Iterator[str]:
            for _ in range(3):
                read_everywhere(token)
                switch()
                read_everywhere(token)
                yield token

        return chunks()

    @app.route("/nested")
    def nested() -> str:
        token = write_everywhere()
        more: dict[str, t.Any] = {SWITCH: request.environ[SWITCH]}
        answer = ask(inner, QUERY_STRING=f"token=inner-{token}", **more)
        if answer.body.decode() != f"inner-{token}":
            raise MixUp(f"{token} got {answer.body!r} from inside")
        read_everywhere(token)
        return token

    @app.route("/async")
    async def asynchronous() -> str:
        token = write_everywhere()

        async def child() -> None:
            await asyncio.sleep(0)
            read_everywhere(token)

        await asyncio.gather(child(), child())
        await asyncio.sleep(0)
        read_everywhere(token)
        return token

    @app.route("/copied")
    def copied() -> str:
        token = write_everywhere()

        @copy_current_request_context
        def look() -> None:
            if (token_of_request(), session.get("token"), "token" in g) != (token, token, False):
                raise MixUp(f"{token} is not in its copy")

        request.environ[ELSEWHERE](look)
        read_everywhere(token)
        return token

    @app.route("/failing")
    def failing() -> t.NoReturn:
        write_everywhere()
        switch()
        raise LookupError(g.token)

    @app.errorhandler(LookupError)
    def failed(exc: LookupError) -> str:
        switch()
        read_everywhere(str(exc))
        return g.token  # type: ignore[no-any-return]

    @app.teardown_request
    def at_end(exc: BaseException | None) -> None:
        switch()
        request.environ[ENDED] = g.get("token")

    def finished(sender: t.Any, **values: t.Any) -> None:
        if g.get("token") != token_of_request():
            mixed_up.append(f"request_finished: {g.get('token')} in {request.url}")

    def flashed(sender: t.Any, message: str, **values: t.Any) -> None:
        if message != token_of_request():
            mixed_up.append(f"message_flashed: {message} in {request.url}")

    signals.request_finished.connect(finished, app, weak=False)
    signals.message_flashed.connect(flashed, app, weak=False)
    return app
