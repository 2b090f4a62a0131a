"""Flask-SQLAlchemy: models, queries, pages, sessions that end with the request, 404s, binds."""

from __future__ import annotations

from flask import Flask, request
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.record_queries import get_recorded_queries
from sqlalchemy.orm import Mapped, mapped_column

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
app.config["SQLALCHEMY_BINDS"] = {"audit": "sqlite://"}
app.config["SQLALCHEMY_RECORD_QUERIES"] = True
db = SQLAlchemy(app)


class Book(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(unique=True)


class Entry(db.Model):
    __bind_key__ = "audit"
    id = db.Column(db.Integer, primary_key=True)
    what = db.Column(db.String)


with app.app_context():
    db.create_all()
    db.session.add_all(Book(title=f"book {number}") for number in range(45))
    db.session.commit()


@app.get("/books")
def books():
    page = db.paginate(db.select(Book).order_by(Book.id), max_per_page=10)
    return {
        "titles": [book.title for book in page],
        "pages": list(page.iter_pages()),
        "next": page.next_num,
        "total": page.total,
    }


@app.get("/books/<int:number>")
def book(number):
    return {"title": db.get_or_404(Book, number).title}


@app.get("/books/named/<title>")
def named(title):
    return {"id": db.first_or_404(db.select(Book).filter_by(title=title), description="none").id}


@app.post("/books")
def add():
    db.session.add(Book(title=request.form["title"]))
    db.session.add(Entry(what=request.form["title"]))
    db.session.commit()
    return str(Book.query.count()), 201


@app.post("/forgotten")
def forgotten():
    db.session.add(Book(title="never committed"))
    db.session.flush()
    return str(Book.query.count())


@app.get("/count")
def count():
    entries = db.session.execute(db.select(Entry)).scalars().all()
    return {
        "books": Book.query.count(),
        "entries": [entry.what for entry in entries],
        "queries": len(get_recorded_queries()),
    }


REQUESTS = [
    {"path": "/books"},
    {"path": "/books?page=3&per_page=5"},
    {"path": "/books?page=99"},
    {"path": "/books?page=no"},
    {"path": "/books/1"},
    {"path": "/books/99"},
    {"path": "/books/named/book%207"},
    {"path": "/books/named/none"},
    {"path": "/books", "method": "POST", "form": {"title": "new"}},
    {"path": "/books", "method": "POST", "form": {"title": "new"}},
    {"path": "/books", "method": "POST", "form": {}},
    {"path": "/forgotten", "method": "POST"},
    {"path": "/count"},
]
