"""Templates, files, redirects, URLs, streams."""

from __future__ import annotations

import io
import os
import typing as t

if t.TYPE_CHECKING:
    # As a type; on Flask it is Flask's, and nothing of Erlen is imported.
    from erlen import Erlen


def add(flask: t.Any, app: Erlen) -> None:
    add_templates(flask, app)
    add_files(flask, app)
    add_urls(flask, app)
    add_streams(flask, app)


def add_templates(flask: t.Any, app: Erlen) -> None:
    request = flask.request

    @app.route("/page/<name>")
    def page(name: str) -> t.Any:
        return flask.render_template(
            name, title="A <title>", value=request.args.get("value", "<v>")
        )

    @app.route("/pages")
    def choose_page() -> t.Any:
        return flask.render_template(request.args.getlist("name") or "page.html", value=1)

    @app.route("/source")
    def source() -> t.Any:
        return flask.render_template_string(
            "{{ value }} {{ request.method }} {{ value|safe }}",
            value=request.args.get("value", "<v>"),
        )

    @app.route("/streamed/<name>")
    def stream_page(name: str) -> t.Any:
        return flask.stream_template(name, value="<v>")

    @app.route("/macro")
    def macro() -> t.Any:
        return flask.get_template_attribute("macros.html", "field")(request.args.get("value"))


def add_files(flask: t.Any, app: Erlen) -> None:
    request = flask.request

    @app.route("/files/<path:name>")
    def files(name: str) -> t.Any:
        return flask.send_from_directory(
            "static", name, max_age=request.args.get("max_age", type=int)
        )

    @app.route("/attached/<path:name>")
    def attached(name: str) -> t.Any:
        return flask.send_from_directory(
            "static", name, as_attachment=True, download_name=request.args.get("name")
        )

    @app.route("/sent")
    def sent() -> t.Any:
        return flask.send_file(
            os.path.join("static", "text.txt"),
            mimetype=request.args.get("mimetype"),
            as_attachment="attach" in request.args,
            download_name=request.args.get("name"),
            conditional="unconditional" not in request.args,
            etag=request.args.get("etag", True),
            last_modified=request.args.get("modified", type=int),
            max_age=request.args.get("max_age", type=int),
        )

    @app.route("/memory")
    def memory() -> t.Any:
        return flask.send_file(
            io.BytesIO(b"0123456789" * 30),
            mimetype=request.args.get("mimetype"),
            download_name=request.args.get("name"),
            etag=request.args.get("etag", False),
        )

    @app.route("/conditional")
    def conditional() -> t.Any:
        response = flask.make_response("0123456789" * 10)
        response.last_modified = 1_700_000_000
        response.set_etag("an etag", weak="weak" in request.args)
        return response.make_conditional(flask.request, accept_ranges=True, complete_length=100)


def add_urls(flask: t.Any, app: Erlen) -> None:
    request = flask.request

    @app.route("/url/<endpoint>")
    def build_url(endpoint: str) -> t.Any:
        values: dict[str, t.Any] = {}
        for name, found in request.args.lists():
            if name == "_external":
                values[name] = found[0] == "1"
            elif name in ("_anchor", "_scheme", "_method"):
                values[name] = found[0]
            else:
                values[name] = found if len(found) > 1 else found[0]
        for name in ("value", "number", "page", "n"):
            if str(values.get(name, "")).lstrip("-").isdecimal():
                values[name] = int(values[name])
        try:
            return flask.url_for(endpoint, **values)
        except Exception as exc:
            return f"{type(exc).__name__}: {exc}", 400

    @app.route("/redirect", methods=["GET", "POST"])
    def redirect() -> t.Any:
        return flask.redirect(
            request.args.get("to", "/"), code=request.args.get("code", 302, type=int)
        )


def add_streams(flask: t.Any, app: Erlen) -> None:
    request = flask.request

    def pieces(fails: int = 99) -> t.Iterator[str]:
        for number in range(4):
            if number == fails:
                raise ValueError(f"piece {number}")
            yield f"{number} {request.path}\n" if flask.has_request_context() else f"{number}\n"

    @app.route("/stream/plain")
    def stream_plain() -> t.Any:
        return pieces()

    @app.route("/stream/context")
    def stream_context() -> t.Any:
        return flask.stream_with_context(pieces()), {"X-Stream": "1"}

    @app.route("/stream/wrapped")
    def stream_wrapped() -> t.Any:
        def generate() -> t.Iterator[str]:
            yield from pieces()
            yield str(flask.session.get("user"))

        return app.response_class(flask.stream_with_context(generate)(), mimetype="text/plain")

    @app.route("/stream/fails/<int:at>")
    def stream_fails(at: int) -> t.Any:
        return flask.stream_with_context(pieces(at))

    @app.route("/stream/closing")
    def stream_closing() -> t.Any:
        response = app.response_class(pieces(), mimetype="text/event-stream")
        response.call_on_close(lambda: app.extensions["events"].append("closed"))
        return response

    @app.route("/stream/kept")
    def stream_kept() -> t.Any:
        return flask.copy_current_request_context(lambda: str(request.path))()
