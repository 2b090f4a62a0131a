"""Flask-Limiter: default, shared and blueprint limits, limits of a view, exemptions, headers."""

from __future__ import annotations

from flask import Blueprint, Flask, jsonify, request
from flask.views import MethodView
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

app = Flask(__name__)
limiter = Limiter(
    get_remote_address,
    app=app,
    default_limits=["3 per hour"],
    storage_uri="memory://",
    headers_enabled=True,
)
books = Blueprint("books", __name__, url_prefix="/books")
limiter.limit("2 per hour")(books)


@app.route("/")
def index():
    return "index"


@app.route("/strict")
@limiter.limit("1/day", key_func=lambda: request.args.get("user", "nobody"), error_message="enough")
def strict():
    return "strict"


@app.route("/free")
@limiter.exempt
def free():
    return "free"


shared = limiter.shared_limit("2/hour", scope="shared")
app.add_url_rule("/one", "one", shared(lambda: "one"))
app.add_url_rule("/two", "two", shared(lambda: "two"))


@app.route("/posts", methods=["GET", "POST"])
@limiter.limit("1/hour", methods=["POST"])
def posts():
    return request.method


class Resource(MethodView):
    decorators = [limiter.limit("1/hour", per_method=True)]

    def get(self):
        return "got"

    def put(self):
        return "put"


app.add_url_rule("/resource", view_func=Resource.as_view("resource"))


@books.route("/")
def book_list():
    return "books"


app.register_blueprint(books)


@app.errorhandler(429)
def too_many(error):
    return jsonify(error=f"too many: {error.description}"), 429


PATHS = """/ / / / /strict?user=a /strict?user=a /strict?user=b /free /free /free /free
/one /two /one /books/ /books/ /books/ /resource /resource /missing"""
REQUESTS = [
    *({"path": path} for path in PATHS.split()),
    {"path": "/posts", "method": "POST"},
    {"path": "/posts", "method": "POST"},
    {"path": "/posts"},
    {"path": "/resource", "method": "PUT"},
    {"path": "/resource", "method": "PUT"},
]
VOLATILE = [(r"^\d{9,}$", "<time>"), (r"^(35\d\d|3600|86[34]\d\d)$", "<seconds>")]
