"""Flask-Migrate: the commands, called through the application as `flask db ...` calls them."""

from __future__ import annotations

import pathlib
import tempfile

from flask import Flask, request
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

FOLDER = tempfile.TemporaryDirectory()

app = Flask(__name__, root_path=FOLDER.name, instance_path=FOLDER.name)
app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{FOLDER.name}/app.db"
db = SQLAlchemy(app)
Migrate(app, db, directory=f"{FOLDER.name}/migrations", compare_type=True)


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(128))


@app.post("/")
def command():
    result = app.test_cli_runner().invoke(args=["db", *request.get_json()])
    return f"{result.exit_code} {result.exception!r}\n{result.output}"


@app.get("/tables")
def tables():
    return sorted(db.inspect(db.engine).get_table_names())


@app.get("/versions")
def versions():
    files = pathlib.Path(FOLDER.name, "migrations", "versions").glob("*.py")
    return "\n".join(path.read_text() for path in files)


@app.get("/user")
def user():
    db.session.add(User(name="jo"))
    db.session.commit()
    return str(db.session.scalar(db.select(db.func.count()).select_from(User)))


COMMANDS = [
    ["--help"],
    ["migrate", "--help"],
    ["init"],
    ["migrate", "-m", "users", "--rev-id", "first"],
    ["upgrade"],
    ["current"],
    ["history"],
    ["heads"],
    ["show", "first"],
    ["check"],
    ["revision", "-m", "empty", "--rev-id", "second"],
    ["upgrade", "--sql"],
    ["upgrade"],
    ["downgrade"],
    ["stamp", "head"],
    ["nonsense"],
]
REQUESTS = [
    *({"path": "/", "method": "POST", "json": arguments} for arguments in COMMANDS),
    {"path": "/tables"},
    {"path": "/versions"},
    {"path": "/user"},
]
VOLATILE = [
    (r"/tmp/tmp\w+", "<folder>"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+", "<time>"),
    (r"Generating .*", "Generating"),
]
