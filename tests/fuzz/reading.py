"""Views that read every part of a request."""

from __future__ import annotations

import typing as t

from erlen import Blueprint, current_app, g, get_flashed_messages, request, session

from .notes import notes

bp = Blueprint("reading", __name__)


@bp.get("/args")
def args() -> t.Any:
    shown = [request.url, request.base_url, request.full_path, request.host, request.url_root]
    number = request.args.get("n", -1, type=int)
    return [sorted(request.args.items(multi=True)), number, shown, request.args.to_dict()]


@bp.get("/args/needed")
def needed_argument() -> str:
    return request.args["needed"]


@bp.route("/headers", methods=["GET", "POST", "PUT"])
def headers() -> t.Any:
    return [
        str(request.accept_mimetypes),
        request.accept_mimetypes.best_match(["text/html", "application/json"]),
        request.accept_languages.best_match(["de", "en-GB"]),
        str(request.accept_charsets),
        str(request.accept_encodings),
        str(request.authorization),
        str(request.range),
        str(request.if_range),
        str(request.if_modified_since),
        str(request.if_unmodified_since),
        str(request.if_match),
        str(request.if_none_match),
        "x" in request.if_none_match,
        str(request.cache_control),
        request.cache_control.max_age,
        str(request.date),
        request.content_length,
        request.content_md5,
        request.max_forwards,
        request.mimetype,
        sorted(request.mimetype_params.items()),
        request.is_json,
        list(request.access_route),
        request.remote_addr,
        request.user_agent.string,
        request.referrer,
        request.origin,
        str(request.access_control_request_headers),
        str(request.pragma),
        sorted(request.headers.items()),
    ]


@bp.get("/cookies")
def cookies() -> t.Any:
    return sorted(request.cookies.items(multi=True))


@bp.post("/form")
def form() -> t.Any:
    return [sorted(request.form.items(multi=True)), sorted(request.values.items(multi=True))]


@bp.post("/form/needed")
def needed_field() -> str:
    return request.form["needed"] + request.files["file"].mimetype


@bp.route("/upload", methods=["POST", "PUT"])
def upload() -> t.Any:
    found = []
    for name, file in request.files.items(multi=True):
        notes.files.append(file.stream)
        start = file.read(100).decode("latin1")
        shown = [file.filename, file.mimetype, file.content_length, dict(file.mimetype_params)]
        found.append([name, *shown, start, sorted(file.headers)])
    return {"files": found, "fields": request.form.to_dict(flat=False)}


@bp.route("/data", methods=["POST", "PUT", "GET"])
def data() -> str:
    notes.body = request.get_data()
    return str(len(notes.body))


@bp.post("/data/form-first")
def data_after_form() -> t.Any:
    fields = len(request.form) + len(request.files)
    return [fields, len(request.get_data()), request.get_json(silent=True) is None]


@bp.post("/stream")
def stream() -> str:
    pieces: list[bytes] = []
    while piece := request.stream.read(7 if len(pieces) < 50 else 4096):
        pieces.append(piece)
    notes.body = b"".join(pieces)
    return str(len(notes.body))


@bp.post("/lines")
def lines() -> str:
    notes.body = b"".join(request.stream)
    return str(len(notes.body))


@bp.post("/json")
def read_json() -> t.Any:
    return {"read": repr(request.get_json())}  # it may hold a NaN, which is not sent


@bp.post("/json/silent")
def silent_json() -> t.Any:
    return {"read": repr(request.get_json(force=True, silent=True)), "is": request.is_json}


@bp.route("/unread", methods=["GET", "POST"])
def unread() -> str:
    return "nothing was read"


@bp.get("/session")
def read_session() -> t.Any:
    return {"session": sorted(map(str, session)), "new": session.new, "flashed": _flashed()}


def _flashed() -> list[t.Any]:
    return list(get_flashed_messages(with_categories=True))


@bp.route("/session/write", methods=["GET", "POST"])
def write_session() -> t.Any:
    _needs_key()
    key = request.args.get("key", "count")
    session[key] = request.args.get("value", 1)
    session.permanent = "permanent" in request.args
    return sorted(session)


@bp.post("/session/clear")
def clear_session() -> str:
    if "count" in session:
        del session["count"]
    if list(session):
        session.clear()
    return "cleared"


@bp.post("/session/nested")
def nested_session() -> str:
    _needs_key()
    session["nested"] = {"form": request.form.to_dict(flat=False), "t": ("a", b"b")}
    session.setdefault("list", []).append(1)
    session.modified = True
    return str(len(session))


def _needs_key() -> None:
    if current_app.secret_key is None:
        notes.asked = True


@bp.route("/g/<name>")
def globals_of(name: str) -> t.Any:
    g.name = name
    return [g.name, "other" in g, g.get("other"), sorted(g)]
