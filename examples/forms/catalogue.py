"""A form over a SQLAlchemy model, described by one class."""

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from erlen import Erlen, render_template, request
from erlen.forms import CSRFProtect, ModelForm

engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


# [start: model]
class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(80), unique=True)
    year: Mapped[int | None]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("author.id"))


# [end: model]

session = Session(engine)


# [start: form]
class BookForm(ModelForm):
    class Meta:
        model = Book
        session = session
        labels = {"author_id": "Author"}
        choices = {"author_id": lambda: {a.id: a.name for a in session.scalars(sa.select(Author))}}


# [end: form]

app = Erlen(__name__)
app.config["SECRET_KEY"] = "dev-only-4f1f0a7c7a6e4c0b"
CSRFProtect(app)


# [start: view]
@app.route("/books/<int:number>", methods=["GET", "POST"])
def edit(number):
    book = session.get_one(Book, number)
    form = BookForm(obj=book)
    if form.validate_on_submit():
        form.populate_obj(book)
        session.commit()
        return {"title": book.title, "year": book.year}
    return render_template("book.html", form=form), 422 if request.method == "POST" else 200


# [end: view]
