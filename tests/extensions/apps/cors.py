"""Flask-CORS: resources, preflight requests, credentials, decorators, errors."""

from __future__ import annotations

from flask import Blueprint, Flask, abort
from flask_cors import CORS, cross_origin

app = Flask(__name__)
CORS(
    app,
    resources={
        r"/api/*": {"origins": ["https://a.example", r"https://.*\.b\.example"], "max_age": 600},
        r"/open/*": {"origins": "*", "expose_headers": ["X-Total"], "send_wildcard": True},
    },
    supports_credentials=False,
)
blueprint = Blueprint("blueprint", __name__, url_prefix="/blueprint")
CORS(blueprint, supports_credentials=True, origins="https://a.example")


@app.route("/api/items", methods=["GET", "POST", "DELETE"])
def items():
    return "items"


@app.route("/api/error")
def error():
    abort(409)


@app.route("/api/crash")
def crash():
    raise LookupError("on purpose")


@app.route("/open/things")
def things():
    return "things", 200, {"X-Total": "3", "Vary": "Accept"}


@app.route("/decorated", methods=["PUT", "OPTIONS"])
@cross_origin(allow_headers=["X-One"], methods=["PUT"], vary_header=True)
def decorated():
    return "decorated"


@app.route("/closed")
def closed():
    return "closed"


@blueprint.route("/")
def inside():
    return "inside"


app.register_blueprint(blueprint)

ORIGINS = ["https://a.example", "https://x.b.example", "https://evil.example"]
PATHS = [
    "/api/items",
    "/api/error",
    "/api/crash",
    "/open/things",
    "/closed",
    "/blueprint/",
    "/api/x",
]
ASKS = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "X-One, X-Two"}
REQUESTS = [
    *(
        {"path": path, "headers": {"Origin": origin}, "method": method}
        for origin in ORIGINS
        for path in PATHS
        for method in ("GET", "POST")
    ),
    *(
        {"path": path, "headers": {"Origin": origin, **ASKS}, "method": "OPTIONS"}
        for origin in ORIGINS
        for path in [*PATHS, "/decorated"]
    ),
    {"path": "/api/items"},
    {"path": "/decorated", "method": "PUT", "headers": {"Origin": ORIGINS[0]}},
]
