"""Flask-JWT-Extended: tokens in headers and cookies, refreshing, freshness, claims, a blocklist."""

from __future__ import annotations

from flask import Flask, jsonify
from flask_jwt_extended import (
    JWTManager,
    create_access_token,
    create_refresh_token,
    current_user,
    get_csrf_token,
    get_jwt,
    get_jwt_identity,
    jwt_required,
    set_access_cookies,
    unset_jwt_cookies,
)

app = Flask(__name__)
app.config["JWT_SECRET_KEY"] = "a key for this program only, of forty bytes"
app.config["JWT_TOKEN_LOCATION"] = ["headers", "cookies", "query_string"]
jwt = JWTManager(app)
blocked = set()


@jwt.user_lookup_loader
def load_user(header, data):
    return f"user {data['sub']}" if data["sub"] != "nobody" else None


@jwt.token_in_blocklist_loader
def is_blocked(header, data):
    return data["jti"] in blocked


@jwt.additional_claims_loader
def claims(identity):
    return {"role": "admin" if identity == "jo" else "guest"}


@app.get("/login/<name>")
def login(name):
    return {
        "access": create_access_token(name, fresh=True),
        "refresh": create_refresh_token(name),
    }


@app.get("/cookie/<name>")
def cookie(name):
    token = create_access_token(name)
    response = jsonify(csrf=get_csrf_token(token))
    set_access_cookies(response, token)
    return response


@app.post("/refresh")
@jwt_required(refresh=True)
def refresh():
    return {"access": create_access_token(get_jwt_identity())}


@app.route("/me", methods=["GET", "POST"])
@jwt_required()
def me():
    return {"identity": get_jwt_identity(), "user": str(current_user), "role": get_jwt()["role"]}


@app.get("/maybe")
@jwt_required(optional=True)
def maybe():
    return {"identity": get_jwt_identity()}


@app.get("/fresh")
@jwt_required(fresh=True)
def fresh():
    return "fresh"


@app.post("/block")
@jwt_required()
def block():
    blocked.add(get_jwt()["jti"])
    return "blocked"


@app.get("/logout")
def logout():
    response = jsonify("bye")
    unset_jwt_cookies(response)
    return response


def bearer(name):
    return {"Authorization": f"Bearer ${name}"}


BOTH = {"access": r'"access": ?"([^"]+)"', "refresh": r'"refresh": ?"([^"]+)"'}
REQUESTS = [
    {"path": "/me"},
    {"path": "/login/jo", "remember": BOTH},
    {"path": "/me", "headers": bearer("access")},
    {"path": "/me?jwt=$access"},
    {"path": "/me", "headers": bearer("refresh")},
    {"path": "/me", "headers": {"Authorization": "Bearer a.b.c"}},
    {"path": "/me", "headers": {"Authorization": "Basic abc"}},
    {"path": "/maybe"},
    {"path": "/maybe", "headers": bearer("access")},
    {"path": "/fresh", "headers": bearer("access")},
    {"path": "/refresh", "method": "POST", "headers": bearer("access")},
    {
        "path": "/refresh",
        "method": "POST",
        "headers": bearer("refresh"),
        "remember": {"stale": r'"access": ?"([^"]+)"'},
    },
    {"path": "/fresh", "headers": bearer("stale")},
    {"path": "/block", "method": "POST", "headers": bearer("access")},
    {"path": "/me", "headers": bearer("access")},
    {"path": "/login/nobody", "remember": BOTH},
    {"path": "/me", "headers": bearer("access")},
    {"path": "/cookie/al", "remember": {"csrf": r'"csrf": ?"([^"]+)"'}},
    {"path": "/me"},
    {"path": "/me", "method": "POST"},
    {"path": "/me", "method": "POST", "headers": {"X-CSRF-TOKEN": "$csrf"}},
    {"path": "/logout"},
    {"path": "/me"},
]
VOLATILE = [
    (r"eyJ[\w-]+\.[\w-]+\.[\w-]+", "<token>"),
    (r"[0-9a-f]{8}-[0-9a-f-]{27}", "<uuid>"),
]
