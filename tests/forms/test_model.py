from __future__ import annotations

import collections.abc as cabc
import datetime
import decimal
import enum
import typing as t

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from wtforms import PasswordField, SelectField, SubmitField, TextAreaField

from erlen import Erlen
from erlen.forms import ModelForm

from .conftest import OWN


class Base(DeclarativeBase):
    pass


class State(enum.Enum):
    NEW = "like new"
    USED = "with traces"


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(20), unique=True, comment="As on the cover")
    blurb: Mapped[str | None] = mapped_column(sa.Text)
    pages: Mapped[int] = mapped_column(default=100)
    price: Mapped[decimal.Decimal] = mapped_column(sa.Numeric(8, 2))
    bought: Mapped[datetime.date | None]
    lent: Mapped[bool] = mapped_column(default=False)
    state: Mapped[State | None]
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("author.id"))
    cover: Mapped[bytes | None]


@pytest.fixture
def session() -> cabc.Iterator[Session]:
    engine = sa.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Author(id=1, name="Ada"))
        session.commit()
        yield session
    engine.dispose()


@pytest.fixture
def form_class(session: Session) -> type[ModelForm]:
    class BookForm(ModelForm):
        class Meta:
            model = Book
            choices = {
                "author_id": lambda: {a.id: a.name for a in session.scalars(sa.select(Author))}
            }

        send = SubmitField()

    BookForm.Meta.session = session  # type: ignore[attr-defined]
    return BookForm


def submit(app: Erlen, form: type[ModelForm], obj: Book | None = None, **data: t.Any) -> t.Any:
    given = {"title": "Emma", "price": "9.50", "pages": "300", **data}
    with app.test_request_context(method="POST", data=given, headers=OWN):
        made = form(obj=obj)
        made.validate()
        return made


def test_a_form_has_a_field_for_each_column_in_the_models_order(
    app: Erlen, form_class: type[ModelForm]
) -> None:
    with app.test_request_context():
        form = form_class()
        assert [field.short_name for field in form] == [
            "title",
            "blurb",
            "pages",
            "price",
            "bought",
            "lent",
            "state",
            "author_id",
            "send",
            "csrf_token",
        ]
        assert isinstance(form["blurb"], TextAreaField)
        assert isinstance(form["state"], SelectField)
        assert form["title"].description == "As on the cover"
        assert form["pages"].data == 100


def test_a_submitted_form_makes_an_object(
    app: Erlen, session: Session, form_class: type[ModelForm]
) -> None:
    sent = {"state": "USED", "author_id": "1", "bought": "2024-02-29", "lent": "y", "blurb": ""}
    form = submit(app, form_class, None, **sent)
    assert form.errors == {}
    book = Book()
    form.populate_obj(book)
    session.add(book)
    session.commit()
    assert (book.state, book.author_id, book.blurb) == (State.USED, 1, None)
    assert (book.price, book.bought) == (decimal.Decimal("9.50"), datetime.date(2024, 2, 29))


@pytest.mark.parametrize(
    "name,value",
    [
        ("title", "x" * 21),
        ("title", "  "),
        ("pages", "many"),
        ("pages", "99999999999999999999"),
        ("price", "nan"),
        ("price", "Infinity"),
        ("price", ""),
        ("bought", "yesterday"),
        ("state", "OLD"),
        ("author_id", "2"),
        ("author_id", "one"),
    ],
)
def test_what_the_column_cannot_hold_is_an_error_of_its_field(
    app: Erlen, form_class: type[ModelForm], name: str, value: str
) -> None:
    assert [*submit(app, form_class, None, **{name: value}).errors] == [name]


def test_what_may_be_missing_may_be_missing(app: Erlen, form_class: type[ModelForm]) -> None:
    form = submit(app, form_class, pages="", state="", author_id="")
    assert form.errors == {}
    assert (form["state"].data, form["author_id"].data, form["bought"].data) == (None, None, None)


def test_a_value_that_another_row_has_is_refused_where_it_must_be_unique(
    app: Erlen, session: Session, form_class: type[ModelForm]
) -> None:
    book = Book(title="Emma", price=decimal.Decimal(1))
    session.add(book)
    session.commit()
    assert submit(app, form_class).errors == {"title": ["Already exists."]}
    assert submit(app, form_class, obj=book).errors == {}


def test_choices_are_asked_anew_for_each_form(
    app: Erlen, session: Session, form_class: type[ModelForm]
) -> None:
    assert submit(app, form_class, author_id="2").errors
    session.add(Author(id=2, name="Grace"))
    session.commit()
    assert submit(app, form_class, author_id="2").errors == {}


def test_fields_can_be_chosen_left_out_labelled_and_replaced(app: Erlen) -> None:
    class Short(ModelForm):
        class Meta:
            model = Book
            only = ("title", "pages")
            labels = {"title": "Name of the book"}
            field_args = {"pages": {"description": "without the cover"}}

    class Hidden(ModelForm):
        title = PasswordField("Secret title")

        class Meta:
            model = Book
            exclude = ("blurb", "state", "author_id", "cover", "bought")

    with app.test_request_context():
        short, hidden = Short(), Hidden()
        assert [field.label.text for field in short][:2] == ["Name of the book", "Pages"]
        assert short["pages"].description == "without the cover"
        assert [field.short_name for field in hidden][:2] == ["title", "pages"]
        assert isinstance(hidden["title"], PasswordField)


def test_a_name_that_is_no_column_is_a_mistake() -> None:
    with pytest.raises(TypeError, match=r"over Book names titel, but .* are id, title"):

        class Wrong(ModelForm):
            class Meta:
                model = Book
                only = ("titel",)


class Shade(sa.types.UserDefinedType[t.Any]):
    """A type of a database that has none in Python."""

    cache_ok = True

    def get_col_spec(self, **kwargs: t.Any) -> str:
        return "TEXT"


class Tone(Shade):
    """The same, of a library that says so by raising."""

    @property
    def python_type(self) -> type:
        raise NotImplementedError


class Pen(Base):
    __tablename__ = "pen"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(unique=True)
    size: Mapped[str] = mapped_column(sa.Enum("fine", "broad"))
    shade: Mapped[t.Any] = mapped_column(Shade)
    tone: Mapped[t.Any] = mapped_column(Tone)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("author.id"))
    state: Mapped[State] = mapped_column(sa.Enum(State))


class PenForm(ModelForm):
    class Meta:
        model = Pen
        choices = {
            "shade": lambda: [("b", "blue"), ("r", "red")],
            "tone": lambda: [("l", "light"), ("d", "dark")],
            "owner_id": lambda: [(1, "Ada")],
        }


def test_choices_of_every_kind(app: Erlen) -> None:
    with app.test_request_context():
        form = PenForm(obj=Pen(state=State.USED, size="broad"))
        offered = {
            name: [value for value, *_ in form[name].iter_choices()]  # type: ignore[attr-defined]
            for name in ("size", "shade", "owner_id", "state")
        }
        assert offered == {
            "size": ["fine", "broad"],
            "shade": ["b", "r"],
            "owner_id": ["", 1],
            "state": ["NEW", "USED"],
        }
        assert 'selected value="USED"' in form["state"]()


def test_a_form_without_a_session_leaves_the_unique_to_the_database(app: Erlen) -> None:
    sent = {"label": "A", "size": "fine", "shade": "b", "tone": "d", "state": "NEW"}
    with app.test_request_context(method="POST", data=sent, headers=OWN):
        form = PenForm()
        assert form.validate(), form.errors
        chosen = form.data["shade"], form.data["tone"], form.data["owner_id"]
        assert chosen == ("b", "d", None)


def test_a_unique_column_that_is_left_out_is_not_looked_for(app: Erlen, session: Session) -> None:
    class SizeForm(ModelForm):
        class Meta:
            model = Pen
            only = ["size"]

    SizeForm.Meta.session = session  # type: ignore[attr-defined]
    with app.test_request_context(method="POST", data={"size": "fine"}, headers=OWN):
        assert SizeForm().validate()
