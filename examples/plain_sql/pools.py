from erlen import Erlen
from erlen.dbpool import Pool

# [start: first]
app = Erlen(__name__)
app.config["DBPOOL_URL"] = "sqlite:///books.db"
pool = Pool(app)


@app.get("/books")
def books():
    with pool.cursor() as cursor:
        cursor.execute("SELECT title, author FROM book ORDER BY title")
        return cursor.fetchall()


@app.post("/books/<title>")
def add(title):
    connection = pool.connection()
    connection.cursor().execute("INSERT INTO book (title, author) VALUES (?, 'n.n.')", [title])
    connection.commit()
    return {"title": title}, 201


# [end: first]


# [start: audit]
def note(text):
    """Write to the log for good, whatever becomes of the request."""
    with pool.dedicated_connection() as connection:
        connection.cursor().execute("INSERT INTO log (text) VALUES (?)", [text])
        connection.commit()


# [end: audit]


@app.delete("/books/<title>")
def remove(title):
    note(f"asked to remove {title}")
    with pool.transaction() as cursor:
        cursor.execute("DELETE FROM book WHERE title = ?", [title])
        if title == "Emma":
            raise PermissionError("not this one")
    return {"title": title}


# [start: script]
def create_tables():
    """A script: no request, no context."""
    with pool.transaction() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS book (title TEXT PRIMARY KEY, author TEXT)")
        cursor.execute("CREATE TABLE IF NOT EXISTS log (text TEXT)")


# [end: script]


# [start: two]
def create_app():
    app = Erlen(__name__)
    app.config["DBPOOL_URL"] = "sqlite:///shop.db"
    app.config["REPORTS_URL"] = "sqlite:///reports.db"
    app.config["REPORTS_MODE"] = "persistent"
    shop, reports = Pool(app), Pool(app, prefix="REPORTS_")
    # [end: two]
    app.add_url_rule("/", view_func=lambda: [shop.stats().mode, reports.stats().mode])
    return app
