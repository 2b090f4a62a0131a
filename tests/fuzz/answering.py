"""Views that answer in every way that there is, and some that fail."""

from __future__ import annotations

import collections.abc as cabc
import io
import threading
import typing as t

import erlen
from erlen import (
    Blueprint,
    Response,
    abort,
    after_this_request,
    copy_current_request_context,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    send_from_directory,
    session,
    stream_template,
    stream_with_context,
    url_for,
)
from erlen.views import View

from .notes import notes

bp = Blueprint("answering", __name__)


class Teapot(Exception):
    """Has a handler."""


class Kettle(Teapot):
    """Has a handler that fails."""


@bp.route("/int/<int:value>")
@bp.route("/signed/<int(signed=True):value>")
@bp.route("/float/<float:value>")
@bp.route("/uuid/<uuid:value>")
@bp.route('/any/<any(a, b, "c d"):value>')
@bp.route("/short/<string(maxlength=3):value>")
@bp.route("/text/<value>", methods=["GET", "POST", "DELETE"])
@bp.route("/path/<path:value>")
@bp.route("/mixed/item-<int:value>.html")
def converted(value: t.Any) -> str:
    return repr(value)


@bp.route("/paths/<path:a>/x/<path:b>/y/<path:c>")
def three_paths(a: str, b: str, c: str) -> t.Any:
    return [a, b, c]


@bp.route("/mixed/<a>-<b>.<c>")
def three_texts(a: str, b: str, c: str) -> t.Any:
    return {"a": a, "b": b, "c": c}


@bp.route("/folder/", methods=["GET", "POST"])
def folder() -> str:
    return "folder"


@bp.route("/pages/", defaults={"page": 1})
@bp.route("/pages/<int:page>")
def pages(page: int) -> str:
    return url_for(".pages", page=page)


@bp.route("/old/<path:value>", redirect_to="/path/<value>")
def old(value: str) -> str:
    return value


class Everything(View):
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"]

    def dispatch_request(self, **kwargs: t.Any) -> t.Any:
        return request.method, 200, {"X-Method": "known"}


bp.add_url_rule("/methods", view_func=Everything.as_view("methods"))


@bp.route("/url-for")
def urls() -> t.Any:
    value = request.args.get("value", "x")
    external = "external" in request.args
    made = [url_for(".three_texts", a=value, b=1, c="é", q=value, _anchor=value)]
    made.append(url_for("reading.globals_of", name=value, _external=external))
    made.append(url_for("static", filename=value, _external=external))
    return made


@bp.route("/redirect")
def redirects() -> t.Any:
    return redirect(request.args.get("to", "/"), 308 if "permanent" in request.args else 302)


@bp.route("/header")
def header() -> t.Any:
    notes.asked = True  # whether this may be sent, only the way out knows
    return "header", {request.args.get("name", "X-Name"): request.args.get("value", "value")}


@bp.route("/cookie")
def cookie() -> t.Any:
    response = make_response("cookie")
    response.set_cookie("seen", request.args.get("value", ""), max_age=60, samesite="Lax")
    response.delete_cookie("gone")
    return response


@bp.route("/status/<int:code>")
def status(code: int) -> t.Any:
    notes.asked = not 100 <= code <= 599
    return "status", code


@bp.route("/abort/<int:code>")
def aborted(code: int) -> t.Any:
    notes.asked = True  # unknown codes fail, and 500 is what was asked for
    abort(code)


@bp.route("/raise/<kind>")
def failing(kind: str) -> t.Any:
    if kind == "teapot":
        raise Teapot
    if kind == "kettle":
        notes.asked = True
        raise Kettle
    if kind == "key":
        notes.asked = True
        return dict[str, str]()[kind]
    notes.fail(kind)


@bp.route("/return/<kind>")
def returned(kind: str) -> t.Any:
    notes.asked = kind in {"none", "number", "surrogate", "tuple"}
    answers = {
        "none": None,
        "number": 7,
        "tuple": ("a", "b", "c", "d"),
        "surrogate": "\udc80",
        "bytes": b"\xff\x00",
        "list": [1, None, "é"],
        "generator": (str(n) for n in range(3)),
        "pair": ("created", 201),
        "headers": ("text", {"X-A": "b"}),
        "wsgi": erlen.Response("wsgi"),
        "empty": ("", 204),
        "unmodified": ("not sent", 304),
    }
    return answers.get(kind, kind)


@bp.route("/template")
def template() -> str:
    return render_template("page.html", value=request.args.get("value"), items=list("abc"))


@bp.route("/template/stream")
def template_stream() -> t.Any:
    return stream_template("page.html", value=request.args.get("value"), items=iter("abc"))


@bp.route("/flash", methods=["GET", "POST"])
def flashing() -> t.Any:
    notes.asked = current_app.secret_key is None
    flash(request.args.get("value", "flashed"), "warning")
    return redirect(url_for("reading.read_session"))


@bp.route("/async/<value>")
async def asynchronous(value: str) -> t.Any:
    g.value = value
    if value == "raise":
        notes.fail(value)
    return {"value": g.value, "path": request.path}


@bp.route("/out/<kind>")
def streamed(kind: str) -> t.Any:
    def chunks() -> cabc.Iterator[str | bytes]:
        for number in range(4):
            yield f"{number} "
            if kind == "raise" and number == 1:
                notes.fail(kind)
            if kind == "context":
                yield request.path.encode()
                session.get("count")

    if kind in {"context", "raise"}:
        return Response(stream_with_context(chunks()), mimetype="text/plain")
    return chunks()


@bp.route("/file")
def file() -> t.Any:
    name = request.args.get("name", "a.txt")
    content = io.BytesIO(b"0123456789" * 50)
    return send_file(content, download_name=name, as_attachment=True, etag="x", conditional=True)


@bp.route("/download/<path:name>")
def download(name: str) -> t.Any:
    return send_from_directory(str(current_app.static_folder), name, conditional=True)


@bp.route("/conditional")
def conditional() -> t.Any:
    response = make_response("0123456789" * 20)
    response.set_etag("abc")
    response.last_modified = 1_700_000_000  # type: ignore[assignment]
    return response.make_conditional(request, accept_ranges=True, complete_length=200)


@bp.route("/after")
def after() -> str:
    @after_this_request
    def mark(response: Response) -> Response:
        response.headers["X-After"] = "done"
        if "raise" in request.args:
            notes.fail("after this request")
        return response

    return "after"


@bp.route("/nested")
def nested() -> t.Any:
    inner = {**request.environ, "PATH_INFO": "/text/inner", "REQUEST_METHOD": "GET"}
    inner.pop("werkzeug.request", None)
    heads: list[str] = []
    app: t.Any = current_app
    body = app(inner, lambda status, headers, exc_info=None: heads.append(status))
    return [heads, b"".join(body).decode(), request.path]


@bp.route("/copied/<value>")
def copied(value: str) -> t.Any:
    found = []

    @copy_current_request_context
    def look() -> None:
        found.append(request.path)

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return [found, value]
