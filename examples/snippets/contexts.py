import sqlite3

from erlen import Erlen, current_app, g, has_request_context, request

app = Erlen(__name__)
app.config["DATABASE"] = ":memory:"


# [start: g]
def get_db():
    if "db" not in g:
        g.db = sqlite3.connect(current_app.config["DATABASE"])
    return g.db


@app.teardown_appcontext
def close_db(exc):
    db = g.pop("db", None)
    if db is not None:
        db.close()


@app.get("/sum")
def total():
    (value,) = get_db().execute("select 1 + 2").fetchone()
    return {"sum": value}


# [end: g]


# [start: script]
def offline():
    with app.app_context():
        (version,) = get_db().execute("select sqlite_version()").fetchone()
        return f"{current_app.name} on SQLite {version}"


# [end: script]


# [start: request]
def describe(path):
    with app.test_request_context(path, headers={"Accept-Language": "de"}):
        return f"{request.path} in {request.accept_languages.best}"


# [end: request]


# [start: anywhere]
def who_asks():
    return request.remote_addr if has_request_context() else "a script"


# [end: anywhere]
