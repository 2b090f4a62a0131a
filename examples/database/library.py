from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload

from erlen import Erlen, redirect, render_template, request, url_for
from erlen.db import Model, SQLAlchemy
from erlen.migrate import Migrate


# [start: models]
class Base(Model, DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)
migrate = Migrate()


class Author(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    books: Mapped[list[Book]] = relationship(back_populates="author")


class Book(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id", ondelete="CASCADE"))
    author: Mapped[Author] = relationship(back_populates="books")


# [end: models]


# [start: factory]
def create_app(**config):
    app = Erlen(__name__)
    app.config.update(config)
    db.init_app(app)
    migrate.init_app(app, db)
    app.add_url_rule("/", view_func=index)
    app.add_url_rule("/", view_func=add, methods=["POST"])
    app.add_url_rule("/book/<int:key>", view_func=show)
    return app


# [end: factory]


# [start: views]
def index():
    page = db.paginate(
        db.select(Book).order_by(Book.title).options(selectinload(Book.author)), per_page=10
    )
    return render_template("books.html", page=page)


def add():
    name = request.form["author"]
    author = db.session.scalar(db.select(Author).filter_by(name=name)) or Author(name=name)
    db.session.add(Book(title=request.form["title"], author=author))
    db.session.commit()
    return redirect(url_for("index"))


def show(key):
    book = db.get_or_404(Book, key, description="There is no such book.")
    return {"title": book.title, "author": book.author.name}


# [end: views]
