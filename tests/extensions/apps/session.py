"""Flask-Session: data on the server's side, in files; permanence, deletion, flashes."""

from __future__ import annotations

import tempfile

from cachelib import FileSystemCache
from flask import Flask, flash, get_flashed_messages, session
from flask_session import Session

FOLDER = tempfile.TemporaryDirectory()

app = Flask(__name__)
app.config.update(
    SESSION_TYPE="cachelib",
    SESSION_CACHELIB=FileSystemCache(FOLDER.name),
    SESSION_PERMANENT=False,
)
Session(app)


@app.get("/set/<name>/<value>")
def put(name, value):
    session[name] = value
    return "set"


@app.get("/all")
def everything():
    return dict(session)


@app.get("/untouched")
def untouched():
    return "untouched"


@app.get("/nested")
def nested():
    session.setdefault("list", []).append(len(session.get("list", [])))
    session.modified = True
    return session["list"]


@app.get("/flash")
def flashed():
    flash("hello", "warning")
    return "flashed"


@app.get("/flashes")
def flashes():
    return get_flashed_messages(with_categories=True)


@app.get("/permanent")
def permanent():
    session.permanent = True
    return "permanent"


@app.get("/regenerate")
def regenerate():
    old = session.sid
    app.session_interface.regenerate(session)
    return str(session.sid != old)


@app.get("/clear")
def clear():
    session.clear()
    return "cleared"


REQUESTS = [
    {"path": "/untouched"},
    {"path": "/all"},
    {"path": "/set/name/jo"},
    {"path": "/set/town/Bern"},
    {"path": "/all"},
    {"path": "/nested"},
    {"path": "/nested"},
    {"path": "/untouched"},
    {"path": "/flash"},
    {"path": "/flashes"},
    {"path": "/flashes"},
    {"path": "/permanent"},
    {"path": "/all"},
    {"path": "/regenerate"},
    {"path": "/all"},
    {"path": "/all", "headers": {"Cookie": "session=unknown"}, "new": True},
    {"path": "/set/name/al"},
    {"path": "/clear"},
    {"path": "/all"},
]
VOLATILE = [(r"session=[\w-]{20,}", "session=<id>")]
