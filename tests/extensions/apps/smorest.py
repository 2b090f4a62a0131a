"""flask-smorest: schemas in and out, pages, ETags, errors, the OpenAPI document and its pages."""

from __future__ import annotations

from flask import Flask
from flask.views import MethodView
from flask_smorest import Api, Blueprint, Page, abort
from marshmallow import Schema, fields, validate

app = Flask(__name__)
app.config.update(
    API_TITLE="Pets",
    API_VERSION="v1",
    OPENAPI_VERSION="3.0.2",
    OPENAPI_URL_PREFIX="/docs",
    OPENAPI_SWAGGER_UI_PATH="/swagger",
    OPENAPI_SWAGGER_UI_URL="https://cdn.example/swagger/",
    OPENAPI_REDOC_PATH="/redoc",
    OPENAPI_REDOC_URL="https://cdn.example/redoc.js",
)
api = Api(app)
pets = Blueprint("pets", __name__, url_prefix="/pets", description="Operations on pets")
STORE = {number: {"id": number, "name": f"pet {number}"} for number in range(1, 26)}


class PetSchema(Schema):
    id = fields.Int(dump_only=True)
    name = fields.String(required=True, validate=validate.Length(max=20))


class QuerySchema(Schema):
    name = fields.String()


class Cursor(Page):
    @property
    def item_count(self):
        return len(self.collection)


@pets.route("/")
class Pets(MethodView):
    @pets.arguments(QuerySchema, location="query")
    @pets.response(200, PetSchema(many=True))
    @pets.paginate(Cursor)
    def get(self, query):
        """List pets"""
        return [pet for pet in STORE.values() if query.get("name", "") in pet["name"]]

    @pets.arguments(PetSchema)
    @pets.response(201, PetSchema)
    def post(self, data):
        """Add a pet"""
        return {"id": 99, **data}


@pets.route("/<int:number>")
class Pet(MethodView):
    @pets.etag
    @pets.response(200, PetSchema)
    def get(self, number):
        if number not in STORE:
            abort(404, message="no such pet")
        return STORE[number]

    @pets.etag
    @pets.arguments(PetSchema)
    @pets.response(200, PetSchema)
    def put(self, data, number):
        pets.check_etag(STORE[number], PetSchema)
        return {**STORE[number], **data}

    @pets.response(204)
    def delete(self, number):
        pass


@pets.route("/taken", methods=["POST"])
@pets.alt_response(409, description="taken")
def taken():
    abort(409, message="taken", errors={"name": ["used"]})


api.register_blueprint(pets)

TAG = {"tag": r'ETag: ("[^"]+")'}
REQUESTS = [
    {"path": "/pets/"},
    {"path": "/pets/?page=2&page_size=5"},
    {"path": "/pets/?page_size=1000"},
    {"path": "/pets/?page=0"},
    {"path": "/pets/?name=7"},
    {"path": "/pets/?other=7"},
    {"path": "/pets/", "method": "POST", "json": {"name": "Rex"}},
    {"path": "/pets/", "method": "POST", "json": {"name": "x" * 21}},
    {"path": "/pets/", "method": "POST", "json": {"id": 3}},
    {
        "path": "/pets/",
        "method": "POST",
        "data": "{broken",
        "headers": {"Content-Type": "application/json"},
    },
    {"path": "/pets/", "method": "POST", "data": "name=Rex"},
    {"path": "/pets/3", "remember": TAG},
    {"path": "/pets/3", "headers": {"If-None-Match": "$tag"}},
    {"path": "/pets/3", "method": "PUT", "json": {"name": "n"}, "headers": {"If-Match": "$tag"}},
    {"path": "/pets/3", "method": "PUT", "json": {"name": "n"}, "headers": {"If-Match": '"old"'}},
    {"path": "/pets/3", "method": "PUT", "json": {"name": "n"}},
    {"path": "/pets/3", "method": "DELETE"},
    {"path": "/pets/3", "method": "PATCH"},
    {"path": "/pets/88"},
    {"path": "/pets/taken", "method": "POST"},
    {"path": "/none"},
    {"path": "/docs/openapi.json"},
    {"path": "/docs/swagger"},
    {"path": "/docs/redoc"},
]
