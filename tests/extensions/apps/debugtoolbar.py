"""Flask-DebugToolbar: the toolbar in pages of debug mode, its panels, redirects, static files."""

from __future__ import annotations

from flask import Flask, redirect, render_template_string, session
from flask_debugtoolbar import DebugToolbarExtension

app = Flask(__name__)
app.debug = True
app.secret_key = "a key for this program only, of forty bytes"
app.config["DEBUG_TB_INTERCEPT_REDIRECTS"] = True
# Versions of packages and durations differ by nature.
app.config["DEBUG_TB_PANELS"] = [
    "flask_debugtoolbar.panels.headers.HeaderDebugPanel",
    "flask_debugtoolbar.panels.request_vars.RequestVarsDebugPanel",
    "flask_debugtoolbar.panels.template.TemplateDebugPanel",
    "flask_debugtoolbar.panels.logger.LoggingPanel",
    "flask_debugtoolbar.panels.route_list.RouteListDebugPanel",
    "flask_debugtoolbar.panels.g.GDebugPanel",
]
toolbar = DebugToolbarExtension(app)


@app.route("/")
def index():
    session["seen"] = "yes"
    app.logger.warning("a warning of the view")
    return render_template_string("<html><body><h1>{{ title }}</h1></body></html>", title="Hi")


@app.route("/items/<int:number>")
def item(number):
    return f"<html><body>{number}</body></html>"


@app.route("/text")
def text():
    return "text </body>", {"Content-Type": "text/plain"}


@app.route("/away")
def away():
    return redirect("/items/1")


REQUESTS = [
    {"path": "/"},
    {"path": "/items/3?a=1&b=2"},
    {"path": "/text"},
    {"path": "/away"},
    {"path": "/missing"},
    {"path": "/_debug_toolbar/static/js/toolbar.js"},
    {"path": "/_debug_toolbar/static/none.js"},
]
VOLATILE = [
    (r"eyJ[\w-]+\.[\w-]{6}\.[\w-]{27}", "<cookie>"),
    (r"0x[0-9a-f]+", "<address>"),
    (r"\b\d\d:\d\d:\d\d[,.]?\d*", "<time>"),
    (r"\d+\.\d+ ?ms", "<duration>"),
    (r"cpython-311-(flask|erlen)", "<environment>"),
]
