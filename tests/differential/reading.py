"""Views that give back what they read from the request."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    # As a type; on Flask it is Flask's, and nothing of Erlen is imported.
    from erlen import Erlen

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def add(flask: t.Any, app: Erlen) -> None:
    add_query(flask, app)
    add_headers(flask, app)
    add_bodies(flask, app)


def pairs(multidict: t.Any) -> list[t.Any]:
    return list(multidict.items(multi=True))


def add_query(flask: t.Any, app: Erlen) -> None:
    request = flask.request

    @app.route("/read/args", methods=METHODS)
    def args() -> t.Any:
        return flask.jsonify(
            args=pairs(request.args),
            number=request.args.get("n", -1, type=int),
            numbers=request.args.getlist("n", type=int),
            values=pairs(request.values),
            lists=dict(request.args.lists()),
        )

    @app.get("/read/needed")
    def needed() -> t.Any:
        return request.args["needed"]

    @app.route("/read/url", methods=METHODS)
    def url() -> t.Any:
        names = (
            "url base_url root_url host host_url full_path path script_root root_path scheme"
            " is_secure method query_string remote_addr remote_user url_root is_multiprocess"
            " is_multithread is_run_once server endpoint blueprint"
        )
        return {
            "access_route": list(request.access_route),
            **{name: repr(getattr(request, name)) for name in names.split()},
        }


def add_headers(flask: t.Any, app: Erlen) -> None:
    request = flask.request

    @app.get("/read/headers")
    def headers() -> t.Any:
        return flask.jsonify(
            sorted(request.headers.items()),
            request.headers.get("X-Number", type=int),
            request.headers.get("x-user"),
            "X-User" in request.headers,
            str(request.user_agent),
            request.referrer,
            request.origin,
        )

    @app.get("/read/accept")
    def accept() -> t.Any:
        mimetypes, languages = request.accept_mimetypes, request.accept_languages
        return flask.jsonify(
            [str(mimetypes), list(mimetypes), mimetypes.best],
            mimetypes.best_match(["text/html", "application/json", "image/png"], "none"),
            [mimetypes.accept_html, mimetypes.accept_json, mimetypes.accept_xhtml],
            [list(languages), languages.best_match(["de", "en-US", "fr-CA"])],
            [list(request.accept_charsets), "utf-8" in request.accept_charsets],
            [list(request.accept_encodings), request.accept_encodings.best],
            mimetypes.quality("text/html"),
        )

    @app.get("/read/conditions")
    def conditions() -> t.Any:
        names = (
            "if_match if_none_match if_modified_since if_unmodified_since if_range range date"
            " cache_control max_forwards pragma content_md5 content_encoding access_control_"
            "request_headers access_control_request_method"
        )
        shown = {name: repr(getattr(request, name)) for name in names.split()}
        span = request.range
        ranges = span and [span.units, span.ranges, span.range_for_length(100), span.to_header()]
        return {
            **shown,
            "etags": [str(request.if_match), request.if_none_match.to_header()],
            "if_range": str(request.if_range),
            "range": repr(ranges),
            "cache": [
                str(request.cache_control),
                request.cache_control.no_cache,
                request.cache_control.max_age,
            ],
        }

    @app.get("/read/authorization")
    def authorization() -> t.Any:
        given = request.authorization
        if given is None:
            return "none"
        return flask.jsonify(
            given.type, given.token, repr(given.parameters), given.to_header(), given.get("realm")
        )

    @app.get("/read/cookies")
    def cookies() -> t.Any:
        return flask.jsonify(pairs(request.cookies), request.cookies.get("a", "none"))

    @app.route("/read/content", methods=METHODS)
    def content() -> t.Any:
        return flask.jsonify(
            request.content_type,
            request.mimetype,
            request.mimetype_params,
            request.content_length,
            request.is_json,
            request.want_form_data_parsed,
            request.max_content_length,
        )


def add_bodies(flask: t.Any, app: Erlen) -> None:
    request = flask.request

    @app.route("/read/form", methods=METHODS)
    def form() -> t.Any:
        files = [
            [name, file.filename, file.mimetype, file.content_length, file.read().decode("latin1")]
            for name, file in pairs(request.files)
        ]
        return flask.jsonify(
            form=pairs(request.form),
            files=files,
            values=pairs(request.values),
            typed=request.form.get("n", type=float),
        )

    @app.post("/read/field")
    def field() -> t.Any:
        return request.form["field"]

    @app.post("/read/upload")
    def upload() -> t.Any:
        file = request.files["file"]
        return flask.jsonify(file.filename, list(file.headers), len(file.read()))

    @app.route("/read/json", methods=METHODS)
    def json() -> t.Any:
        return flask.jsonify(read=request.get_json(), same=request.json is request.json)

    @app.route("/read/json/silent", methods=METHODS)
    def silent() -> t.Any:
        return flask.jsonify(read=request.get_json(force=True, silent=True))

    @app.route("/read/data", methods=METHODS)
    def data() -> t.Any:
        text = request.args.get("text") == "1"
        body = request.get_data(as_text=text)
        return flask.jsonify(len(body), repr(body), len(request.form), repr(request.data))

    @app.route("/read/stream", methods=METHODS)
    def stream() -> t.Any:
        return request.stream.read(10) + b"|" + request.stream.read()

    @app.post("/read/ignored")
    def ignored() -> t.Any:
        return "ignored"
