"""Pages out of a database in Flask's words, with Flask-SQLAlchemy; Erlen serves this same file."""

from __future__ import annotations

import typing as t

from flask import Flask, render_template
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Float, String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from benchmarks import data
from benchmarks.data_workloads import PAGE, address


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Item(db.Model):  # type: ignore[name-defined,misc]
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    price: Mapped[float] = mapped_column(Float)
    stock: Mapped[int]


def make_app(variant: str) -> t.Any:
    app = Flask("benchmarks", static_folder=None, template_folder=data.TEMPLATES)
    app.config["SQLALCHEMY_DATABASE_URI"] = address(variant)
    db.init_app(app)

    @app.get("/item/<int:number>")
    def item(number: int) -> dict[str, t.Any]:
        row = db.get_or_404(Item, number)
        return {"id": row.id, "title": row.title, "price": row.price, "stock": row.stock}

    @app.get("/items/<int:after>")
    def items(after: int) -> str:
        found = select(Item).where(Item.id > after).order_by(Item.id).limit(PAGE)
        rows = db.session.scalars(found).all()
        return render_template("page.html", title=f"After {after}", rows=rows)

    return app
