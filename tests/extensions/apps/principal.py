"""Flask-Principal: identities kept in the session, permissions as context, decorator and test."""

from __future__ import annotations

from flask import Flask, current_app, g
from flask_principal import (
    AnonymousIdentity,
    Denial,
    Identity,
    Permission,
    PermissionDenied,
    Principal,
    RoleNeed,
    UserNeed,
    identity_changed,
    identity_loaded,
)

app = Flask(__name__)
app.secret_key = "a key for this program only, of forty bytes"
principal = Principal(app)
admin = Permission(RoleNeed("admin"))
editor = Permission(RoleNeed("editor"), RoleNeed("admin"))
not_banned = Denial(RoleNeed("banned"))
ROLES = {"boss": ["admin"], "ed": ["editor"], "troll": ["editor", "banned"]}


@principal.identity_loader
def from_header():
    from flask import request

    return Identity(request.headers["X-User"]) if "X-User" in request.headers else None


@identity_loaded.connect_via(app)
def load(sender, identity):
    identity.provides.add(UserNeed(identity.id))
    identity.provides.update(RoleNeed(role) for role in ROLES.get(identity.id, []))


@app.route("/login/<name>")
def login(name):
    identity_changed.send(current_app._get_current_object(), identity=Identity(name))
    return g.identity.id


@app.route("/logout")
def logout():
    identity_changed.send(current_app._get_current_object(), identity=AnonymousIdentity())
    return "out"


@app.route("/admin")
@admin.require(403)
def admins():
    return "admins"


@app.route("/edit")
@editor.require()
def edit():
    with not_banned.require(418):
        return f"{g.identity.id} edits"


@app.route("/can")
def can():
    return {
        "admin": admin.can(),
        "both": admin.union(editor).can(),
        "id": str(g.identity.id),
        "needs": sorted(map(str, g.identity.provides)),
    }


@app.errorhandler(PermissionDenied)
def denied(error):
    return "denied", 401


PATHS = """/can /admin /edit /login/ed /can /admin /edit /login/troll /edit /login/boss /can
/admin /edit /logout /can /admin /static/none"""
REQUESTS = [
    *({"path": path} for path in PATHS.split()),
    {"path": "/admin", "headers": {"X-User": "boss"}, "new": True},
    {"path": "/edit", "headers": {"X-User": "troll"}},
]
