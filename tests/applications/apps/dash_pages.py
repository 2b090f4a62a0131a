"""A Dash application: its pages, scripts and callbacks, as the browser's part calls them."""

from __future__ import annotations

import dash
import plotly.graph_objects as go
from dash import Input, Output, State, dash_table, dcc, html

site = dash.Dash(__name__, title="Sums", update_title=None)
app = site.server

site.layout = html.Div(
    [
        html.H1("Sums"),
        dcc.Input(id="one", value=1, type="number"),
        dcc.Input(id="two", value=2, type="number"),
        html.Div(id="sum"),
        dcc.Graph(id="graph"),
        html.Button("Get", id="button"),
        dcc.Download(id="download"),
        dash_table.DataTable([{"a": 1, "b": "é"}], id="table"),
    ]
)


@site.callback(Output("sum", "children"), Input("one", "value"), Input("two", "value"))
def add(one, two):
    return f"Sum: {one + two}"


@site.callback(Output("graph", "figure"), Input("one", "value"), prevent_initial_call=True)
def draw(one):
    return go.Figure(go.Bar(x=["a", "b"], y=[one, one * 2]), layout={"template": "none"})


@site.callback(Output("download", "data"), Input("button", "n_clicks"), State("two", "value"))
def fetch(clicks, two):
    if not clicks:
        raise dash.exceptions.PreventUpdate
    dash.callback_context.response.set_cookie("fetched", str(two))
    return {"content": f"é {two}", "filename": "sum.txt"}


@app.route("/plain")
def plain():
    return "a view beside Dash"


def update(output, changed, **state):
    name, prop = output.split(".")
    inputs = [{"id": key, "property": "value", "value": value} for key, value in changed.items()]
    if name == "download":
        inputs = [{"id": "button", "property": "n_clicks", "value": changed["button"]}]
    body = {
        "output": output,
        "outputs": {"id": name, "property": prop},
        "inputs": inputs,
        "changedPropIds": [f"{item['id']}.{item['property']}" for item in inputs],
        "state": [{"id": key, "property": "value", "value": value} for key, value in state.items()],
    }
    return {"path": "/_dash-update-component", "method": "POST", "json": body}


PATHS = [
    "/",
    "/some/page?a=b",
    "/_dash-layout",
    "/_dash-dependencies",
    "/_reload-hash",
    "/_favicon.ico",
    "/_dash-component-suites/dash/none.js",
    "/_dash-component-suites/none/none.js",
    "/_dash-update-component",
    "/assets/none.css",
    "/plain",
]

REQUESTS = [
    *({"path": path, "method": method} for path in PATHS for method in ("GET", "HEAD", "OPTIONS")),
    {"path": "/", "remember": {"script": r'src="([^"]+dash_renderer[^"]+)"'}},
    {"path": "/", "remember": {"table": r'src="([^"]+dash_table/bundle[^"]+)"'}},
    {"path": "$script"},
    {"path": "$script", "headers": {"If-None-Match": "x"}},
    {"path": "$table"},
    update("sum.children", {"one": 3, "two": 4}),
    update("sum.children", {"one": 3, "two": "x"}),
    update("graph.figure", {"one": 3}),
    update("download.data", {"button": None}, two=7),
    update("download.data", {"button": 1}, two=7),
    update("none.children", {"one": 3}),
    {"path": "/_dash-update-component", "method": "POST", "data": "{broken"},
    {"path": "/_dash-update-component", "method": "POST", "json": {}},
    {"path": "/", "method": "POST"},
]

VOLATILE = [
    (r'"end_id":"[^"]+"', '"end_id":"<random>"'),
    (r"[?.]v\d\w+m\d{10}", ".<version>"),
    (r"m=\d{10}", "m=<time>"),
]
