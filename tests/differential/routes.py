"""Rules of every kind, each of whose views says what matched."""

from __future__ import annotations

import typing as t

from werkzeug.routing import BaseConverter, ValidationError

if t.TYPE_CHECKING:
    # As a type; on Flask it is Flask's, and nothing of Erlen is imported.
    from erlen import Erlen


class ListConverter(BaseConverter):
    def to_python(self, value: str) -> list[str]:
        return value.split(",")

    def to_url(self, value: t.Any) -> str:
        return ",".join(super(ListConverter, self).to_url(item) for item in value)


class EvenConverter(BaseConverter):
    regex = r"\d+"

    def to_python(self, value: str) -> int:
        if int(value) % 2:
            raise ValidationError
        return int(value)


class SlashConverter(BaseConverter):
    regex = ".*?"
    part_isolating = False


def add(flask: t.Any, app: Erlen) -> None:
    app.url_map.converters.update(list=ListConverter, even=EvenConverter, slashes=SlashConverter)
    request = flask.request

    def matched(**values: t.Any) -> t.Any:
        return flask.jsonify(
            method=request.method,
            endpoint=request.endpoint,
            rule=str(request.url_rule),
            view_args=repr(request.view_args),
            values=repr(values),
            blueprints=request.blueprints,
        )

    @app.route("/")
    def home() -> str:
        return "home"

    def rule(rule: str, endpoint: str, **options: t.Any) -> None:
        app.add_url_rule(rule, endpoint, matched, **options)

    rule("/c/text/<value>", "text")
    rule("/c/long/<string(minlength=2, maxlength=4):value>", "long")
    rule("/c/two/<string(length=2):value>", "two")
    rule("/c/int/<int:value>", "int")
    rule("/c/signed/<int(signed=True):value>", "signed")
    rule("/c/digits/<int(fixed_digits=3):value>", "digits")
    rule("/c/range/<int(min=2, max=20):value>", "range")
    rule("/c/float/<float:value>", "float")
    rule("/c/sfloat/<float(signed=True, max=9):value>", "sfloat")
    rule("/c/uuid/<uuid:value>", "uuid")
    rule("/c/any/<any(a, bc, 'd e'):value>", "any")
    rule("/c/path/<path:value>", "path")
    rule("/c/paths/<path:value>/edit/<int:number>", "paths")
    rule("/c/list/<list:value>", "list")
    rule("/c/even/<even:value>", "even")
    rule("/c/slashes/<slashes:value>", "slashes")
    rule("/c/item-<int:number>.<ext>", "mixed")
    rule("/c/<lang>/page", "localized", defaults={"page": 1})
    rule("/c/<lang>/page/<int:page>", "localized")
    rule("/folder/", "folder", methods=["GET", "POST"])
    rule("/file", "file", methods=["GET", "POST"])
    rule("/lax", "lax", strict_slashes=False)
    rule("/laxer/", "laxer", strict_slashes=False)
    rule("/merged//twice", "merged", merge_slashes=False)
    rule("/old/<int:number>", "old", redirect_to="/c/int/<number>")
    rule("/older/<name>", "older", redirect_to=lambda adapter, name: f"c/text/{name}x")
    rule("/built/<int:number>", "built", build_only=True)
    rule("/alias/<int:value>", "int", alias=True)
    rule("/methods", "methods", methods=["PUT", "DELETE", "PATCH"])
    rule("/options", "options", methods=["GET", "OPTIONS"])
    rule("/no-options", "no_options", provide_automatic_options=False)
    rule("/post", "post", methods=["POST"])
    rule("/größe/<value>", "umlaut")
    if app.subdomain_matching:
        rule("/sub", "sub_fixed", subdomain="api")
        rule("/sub", "sub_variable", subdomain="<tenant>")

    @app.get("/shared")
    def shared_get() -> str:
        return "got"

    @app.post("/shared")
    def shared_post() -> str:
        return "posted"

    @app.route("/async/<int:value>")
    async def coroutine(value: int) -> t.Any:
        return {"awaited": value}
