"""Flask-Caching: cached views, memoized functions, template fragments, deletion."""

from __future__ import annotations

import itertools

from flask import Flask, render_template_string, request
from flask_caching import Cache

app = Flask(__name__)
app.config["CACHE_TYPE"] = "SimpleCache"
cache = Cache(app)
counter = itertools.count(1)


@app.route("/")
@cache.cached(timeout=50)
def index():
    return f"number {next(counter)}"


@app.route("/query")
@cache.cached(timeout=50, query_string=True)
def query():
    return f"{request.args.to_dict()} {next(counter)}"


@app.route("/header")
@cache.cached(
    timeout=50, key_prefix=lambda: request.headers.get("X-Name", ""), response_filter=bool
)
def header():
    return str(next(counter)), 201, {"X-Made": "once"}


@app.route("/unless")
@cache.cached(timeout=50, unless=lambda: "fresh" in request.args)
def unless():
    return str(next(counter))


@cache.memoize(50)
def add(left, right=0):
    return left + right + next(counter)


@app.route("/add/<int:left>")
def added(left):
    return str(add(left))


@app.route("/forget/<int:left>")
def forget(left):
    cache.delete_memoized(add, left)
    return "forgotten"


@app.route("/fragment")
def fragment():
    return render_template_string(
        "{% cache 50, 'fragment' %}{{ number }}{% endcache %} {{ number }}", number=next(counter)
    )


@app.route("/store/<value>")
def store(value):
    cache.set_many({"a": value, "b": None})
    return {"a": cache.get("a"), "b": cache.get("b"), "has": cache.has("a"), "no": cache.get("c")}


@app.route("/clear")
def clear():
    cache.clear()
    return "cleared"


PATHS = """/ / /query?a=1&b=2 /query?b=2&a=1 /query?a=2
/header /header /unless /unless /unless?fresh
/add/1 /add/1 /add/2 /forget/1 /add/1 /add/2 /fragment /fragment /store/x /clear / /add/2"""
REQUESTS = [
    *({"path": path} for path in PATHS.split()),
    {"path": "/header", "headers": {"X-Name": "jo"}},
    {"path": "/header", "headers": {"X-Name": "jo"}},
    {"path": "/", "method": "HEAD"},
    {"path": "/", "method": "POST"},
]
