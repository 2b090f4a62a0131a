"""Flask-RESTful: resources, arguments, marshalled fields, its errors beside the application's."""

from __future__ import annotations

import datetime

from flask import Blueprint, Flask, make_response
from flask_restful import Api, Resource, abort, fields, inputs, marshal_with, reqparse

app = Flask(__name__)
api = Api(
    app, prefix="/api", catch_all_404s=True, errors={"Taken": {"message": "taken", "status": 409}}
)
blueprint = Blueprint("other", __name__, url_prefix="/other")
other = Api(blueprint)


class Taken(Exception):
    pass


parser = reqparse.RequestParser(bundle_errors=True)
parser.add_argument("amount", type=int, required=True, location="form", help="how many")
parser.add_argument("tag", action="append", location=["form", "args"])
parser.add_argument("sure", type=inputs.boolean, default=False, location="values")


class Item(Resource):
    shape = {
        "id": fields.Integer,
        "name": fields.String(attribute="title"),
        "made": fields.DateTime(dt_format="iso8601"),
        "uri": fields.Url("item", absolute=True),
        "nested": fields.Nested({"a": fields.Float(default=1.5)}),
    }

    @marshal_with(shape)
    def get(self, id):
        made = datetime.datetime(2020, 1, 2, 3, 4, 5)
        return {"id": id, "title": "thing", "made": made, "secret": 1, "nested": {}}

    def post(self, id):
        return parser.parse_args(), 201, {"X-Item": str(id)}

    def put(self, id):
        raise Taken

    def delete(self, id):
        abort(410, reason="gone for good")


class Plain(Resource):
    def get(self):
        return make_response("plain text", 203)


api.add_resource(Item, "/items/<int:id>", endpoint="item")
api.add_resource(Plain, "/plain")
other.add_resource(Plain, "/plain", "/also")
app.register_blueprint(blueprint)


@api.representation("text/csv")
def csv(data, code, headers=None):
    response = make_response(",".join(f"{key}={data[key]}" for key in sorted(data)), code)
    response.headers.extend(headers or {})
    return response


@app.route("/own")
def own():
    return "own"


@app.route("/crash")
def crash():
    raise LookupError("on purpose")


POST = {"path": "/api/items/4", "method": "POST"}
REQUESTS = [
    {"path": "/api/items/3"},
    {"path": "/api/items/3", "headers": {"Accept": "text/csv"}},
    {"path": "/api/items/3", "headers": {"Accept": "image/png"}},
    {**POST, "form": {"amount": "5", "tag": "a", "sure": "true"}},
    {**POST, "form": {"amount": "many"}},
    {**POST, "form": {}},
    {**POST, "form": {"amount": "1", "sure": "perhaps"}},
    {"path": "/api/items/4?tag=q", "method": "POST", "form": {"amount": "1"}},
    {"path": "/api/items/4", "method": "PUT"},
    {"path": "/api/items/4", "method": "DELETE"},
    {"path": "/api/items/4", "method": "PATCH"},
    {"path": "/api/items/4", "method": "OPTIONS"},
    {"path": "/api/items/4", "method": "HEAD"},
    {"path": "/api/items/x"},
    {"path": "/api/plain"},
    {"path": "/api/plan"},
    {"path": "/other/plain"},
    {"path": "/other/also"},
    {"path": "/other/plain", "method": "POST"},
    {"path": "/own"},
    {"path": "/own", "method": "POST"},
    {"path": "/crash"},
]
