"""flask-sock: WebSockets of the application and of a blueprint, with the request at hand."""

from __future__ import annotations

from flask import Blueprint, Flask, current_app, request, session
from flask_sock import Sock

app = Flask(__name__)
app.secret_key = "a key for this program only, of forty bytes"
sock = Sock(app)
blueprint = Blueprint("rooms", __name__, url_prefix="/rooms")


@sock.route("/echo")
def echo(socket):
    while True:
        socket.send(socket.receive().upper())


@sock.route("/count/<int:start>")
def count(socket, start):
    for number in range(start, start + 2):
        socket.send(f"{socket.receive()} {number} {request.args.to_dict()} {current_app.name}")


@sock.route("/<name>", bp=blueprint)
def room(socket, name):
    socket.receive()
    socket.send(f"{name} {request.endpoint} {session.get('none')}")


@app.route("/page")
def page():
    return "page"


app.register_blueprint(blueprint)

SERVED = True
REQUESTS = [
    {"path": "/echo", "websocket": ["one", "two", "drei ä"]},
    {"path": "/count/5?a=1", "websocket": ["a", "b", "too many"]},
    {"path": "/rooms/blue", "websocket": ["hello"]},
    {"path": "/page"},
    {"path": "/nothing"},
]
