"""Flask-SocketIO over long polling: events, namespaces, rooms, acknowledgements, sessions."""

from __future__ import annotations

from flask import Flask, current_app, request, session
from flask_socketio import ConnectionRefusedError, Namespace, SocketIO, disconnect, emit, join_room
from flask_socketio import send as send_message

app = Flask(__name__)
app.secret_key = "a key for this program only, of forty bytes"
socketio = SocketIO(app, async_mode="threading", cors_allowed_origins="*")


@app.route("/")
def index():
    session["visited"] = "yes"
    return "index"


@socketio.on("connect")
def connected(auth=None):
    if auth == {"token": "wrong"}:
        raise ConnectionRefusedError("wrong token")
    emit("welcome", {"visited": session.get("visited"), "app": current_app.name})


@socketio.on("add")
def add(left, right):
    session["sum"] = left + right
    emit("added", {"sum": session["sum"], "namespace": request.namespace, "event": request.event})
    return session["sum"]


@socketio.on("again")
def again():
    return session.get("sum"), request.args.get("EIO")


@socketio.on("join")
def join(room):
    join_room(room)
    emit("joined", room, to=room)


@socketio.on("message")
def message(text):
    send_message(text.upper())


@socketio.on("json")
def json(data):
    send_message(data, json=True)


@socketio.on("crash")
def crash():
    raise LookupError("on purpose")


@socketio.on_error_default
def failed(error):
    emit("failed", str(error))


@socketio.on("leave")
def leave():
    disconnect()


class Chat(Namespace):
    def on_connect(self):
        emit("hello", request.namespace)

    def on_echo(self, *arguments):
        return list(arguments)


socketio.on_namespace(Chat("/chat"))

# Engine.IO packets are parted by this character; "4" is a message, "2" and "3" are ping and pong.
PARTED = "\x1e"
URL = "/socket.io/?EIO=4&transport=polling"
SID = {"sid": r'"sid":"([\w-]+)","upgrades"'}


def say(text):
    posted = {"path": f"{URL}&sid=$sid", "method": "POST", "data": text}
    return [posted, {"path": f"{URL}&sid=$sid"}]


REQUESTS = [
    {"path": "/"},
    {"path": URL, "remember": SID},
    *say("40"),
    *say('42["add",2,3]'),
    *say('421["add",4,5]'),
    *say('422["again"]'),
    *say('42["join","room"]'),
    *say('42["message","hello"]'),
    *say('42["json",{"a":[1]}]'),
    *say('42["crash"]'),
    *say(f'423["again"]{PARTED}424["add",1,1]'),
    *say("40/chat,"),
    *say('42/chat,5["echo",1,"two",null]'),
    *say("40/none,"),
    *say('42["leave"]'),
    {"path": URL, "remember": SID, "new": True},
    *say('40{"token":"wrong"}'),
    {"path": f"{URL}&sid=unknown"},
    {"path": "/socket.io/?EIO=3&transport=nonsense"},
    {"path": "/other"},
]
VOLATILE = [(r'("sid":")[\w-]+', r"\1<sid>"), (r"Invalid session [\w-]+", "Invalid session <sid>")]
