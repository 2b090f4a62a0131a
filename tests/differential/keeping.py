"""Sessions, flashed messages and cookies."""

from __future__ import annotations

import datetime
import typing as t
import uuid

from markupsafe import Markup

if t.TYPE_CHECKING:
    # As a type; on Flask it is Flask's, and nothing of Erlen is imported.
    from erlen import Erlen

VALUES: dict[str, t.Any] = {
    "text": "grüße",
    "number": 7,
    "float": 1.5,
    "tuple": (1, (2, "x")),
    "bytes": b"\x00\xff",
    "markup": Markup("<b>"),
    "uuid": uuid.UUID(int=7),
    "date": datetime.datetime(2024, 5, 17, 8, 30, tzinfo=datetime.UTC),
    "nested": {"a": [1, {"b": None}], "c": {"d": (1,)}},
    "tagged": {" t": [1]},
    "list": [1, "two", (3,)],
    "long": "long " * 80,
    "none": None,
}


def add(flask: t.Any, app: Erlen) -> None:
    add_sessions(flask, app)
    add_flashes(flask, app)
    add_cookies(flask, app)


def add_sessions(flask: t.Any, app: Erlen) -> None:
    session, request = flask.session, flask.request

    def shown() -> t.Any:
        return flask.jsonify(
            repr(sorted(session.items(), key=str)),
            [session.new, session.modified, session.permanent, session.accessed],
        )

    @app.route("/session/read")
    def read_session() -> t.Any:
        return shown()

    @app.route("/session/touch/<how>")
    def touch_session(how: str) -> t.Any:
        match how:
            case "in":
                return str("user" in session)
            case "get":
                return str(session.get("user"))
            case "len":
                return str(len(session))
            case "bool":
                return str(bool(session))
            case "iterate":
                return str(sorted(session))
            case "new":
                return str(session.new)
            case "modified":
                return str(session.modified)
            case "equal":
                return str(session == {})
            case "keys":
                return str(sorted(session.keys()))
            case "item":
                return str(session["user"])
            case "default":
                return str(session.setdefault("user", "default"))
            case "object":
                return type(session._get_current_object()).__name__
            case _:
                return "untouched"

    @app.route("/session/set", methods=["GET", "POST"])
    def set_session() -> t.Any:
        for name, value in request.args.items():
            session[name] = VALUES.get(value, value)
        return "set"

    @app.route("/session/change/<how>")
    def change_session(how: str) -> t.Any:
        match how:
            case "pop":
                session.pop("user", None)
            case "clear":
                session.clear()
            case "permanent":
                session.permanent = True
            case "temporary":
                session.permanent = False
            case "modified":
                session.modified = True
            case "update":
                session.update(user="update", count=session.get("count", 0) + 1)
            case "inside":
                session.setdefault("list", []).append(1)
            case "fails":
                session["user"] = "lost"
                raise LookupError("after the session was changed")
            case "unserializable":
                session["object"] = object()
            case "forbidden":
                session["user"] = "kept"
                flask.abort(403)
            case "cached":
                session["user"] = "cached"
                response = flask.make_response("cached")
                response.cache_control.max_age = 60
                response.vary.add("Accept")
                return response
            case "streamed":
                session["user"] = "streamed"
                return iter(["a", "b"])
        return "changed"


def add_flashes(flask: t.Any, app: Erlen) -> None:
    @app.route("/flash")
    def flash() -> t.Any:
        for name, value in flask.request.args.items(multi=True):
            flask.flash(value, name)
        return "flashed"

    @app.route("/flashed")
    def flashed() -> t.Any:
        wanted = flask.request.args.getlist("category")
        with_categories = "with" in flask.request.args
        first = flask.get_flashed_messages(with_categories, wanted)
        second = flask.get_flashed_messages()
        return flask.jsonify(first, second)


def add_cookies(flask: t.Any, app: Erlen) -> None:
    @app.route("/cookies/set")
    def set_cookies() -> t.Any:
        response = flask.make_response("set")
        options: dict[str, t.Any] = {}
        for name, value in flask.request.args.items():
            match name:
                case "max_age":
                    options["max_age"] = flask.request.args.get("max_age", type=int)
                case "path" | "domain" | "samesite":
                    options[name] = value
                case "secure" | "httponly" | "partitioned":
                    options[name] = True
                case "expires":
                    options["expires"] = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)
                case _:
                    response.set_cookie(name, value, **options)
        return response

    @app.route("/cookies/delete/<name>")
    def delete_cookie(name: str) -> t.Any:
        response = flask.make_response("deleted")
        response.delete_cookie(name, path=flask.request.args.get("path", "/"))
        return response
