"""Flask-HTTPAuth: basic, digest and token authentication, roles, several at a time, own errors."""

from __future__ import annotations

import hashlib

from flask import Flask, g, jsonify
from flask_httpauth import HTTPBasicAuth, HTTPDigestAuth, HTTPTokenAuth, MultiAuth

app = Flask(__name__)
app.secret_key = "a key for this program only, of forty bytes"
basic = HTTPBasicAuth(realm="basic")
token = HTTPTokenAuth("Bearer", realm="token")
key = HTTPTokenAuth(header="X-API-Key")
digest = HTTPDigestAuth(realm="digest", qop="auth")
multi = MultiAuth(basic, token)


@basic.verify_password
def verify_password(user, password):
    g.asked = user
    return user if password == "secret" else None


@basic.get_user_roles
def roles(user):
    return ["admin", "user"] if user == "boss" else "user"


@token.verify_token
@key.verify_token
def verify_token(text):
    return {"name": text} if text.startswith("good") else None


@digest.get_password
def get_password(user):
    return "secret" if user == "jo" else None


@digest.generate_nonce
def nonce():
    return "nonce"


@digest.generate_opaque
def opaque():
    return "opaque"


@digest.verify_nonce
@digest.verify_opaque
def verify(value):
    return value in ("nonce", "opaque")


@token.error_handler
def token_error(status):
    return jsonify(error=status), status


@app.route("/basic")
@basic.login_required
def with_basic():
    return f"{basic.current_user()} {g.asked}"


@app.route("/admin")
@basic.login_required(role="admin")
def admin():
    return "admin"


@app.route("/optional")
@basic.login_required(optional=True)
def optional():
    return str(basic.current_user())


@app.route("/token")
@token.login_required
def with_token():
    return token.current_user()


@app.route("/key")
@key.login_required
def with_key():
    return key.current_user()


@app.route("/digest")
@digest.login_required
def with_digest():
    return digest.username()


@app.route("/multi")
@multi.login_required
def with_multi():
    return str(multi.current_user())


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def answer(password):
    response = md5(f"{md5(f'jo:digest:{password}')}:nonce:00000001:c:auth:{md5('GET:/digest')}")
    return {
        "Authorization": 'Digest username="jo", realm="digest", nonce="nonce", uri="/digest",'
        f' qop=auth, nc=00000001, cnonce="c", response="{response}", opaque="opaque"'
    }


def bearer(text):
    return {"Authorization": f"Bearer {text}"}


REQUESTS = [
    {"path": "/basic"},
    {"path": "/basic", "auth": ("jo", "secret")},
    {"path": "/basic", "auth": ("jo", "wrong")},
    {"path": "/basic", "auth": ("jö", "secret")},
    {"path": "/basic", "headers": {"Authorization": "Basic %%%"}},
    {"path": "/basic", "headers": bearer("good")},
    {"path": "/admin", "auth": ("jo", "secret")},
    {"path": "/admin", "auth": ("boss", "secret")},
    {"path": "/optional"},
    {"path": "/optional", "auth": ("jo", "secret")},
    {"path": "/token"},
    {"path": "/token", "headers": bearer("good1")},
    {"path": "/token", "headers": bearer("bad")},
    {"path": "/key", "headers": {"X-API-Key": "good2"}},
    {"path": "/key"},
    {"path": "/digest"},
    {"path": "/digest", "headers": answer("secret")},
    {"path": "/digest", "headers": answer("wrong")},
    {"path": "/multi", "auth": ("jo", "secret")},
    {"path": "/multi", "headers": bearer("good3")},
    {"path": "/multi", "headers": bearer("bad")},
]
