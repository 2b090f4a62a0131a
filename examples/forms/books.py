"""A small catalogue: forms with choices from a database, an upload, and a script's request."""

import sqlite3

from wtforms import SelectField, StringField, SubmitField
from wtforms.validators import DataRequired, Length, StopValidation, ValidationError

from erlen import Erlen, flash, g, redirect, render_template, url_for

# [start: imports]
from erlen.forms import CSRFProtect, FileAllowed, FileField, FileSize, Form

# [end: imports]


def database():
    if "database" not in g:
        g.database = sqlite3.connect(app.config["DATABASE"])
    return g.database


# [start: choices]
def authors():
    return dict(database().execute("select id, name from author order by name"))


# [end: choices]


# [start: form]
class BookForm(Form):
    title = StringField("Title", [DataRequired(), Length(max=80)])
    author = SelectField("Author", coerce=int, choices=authors)
    isbn = StringField("ISBN", description="Thirteen digits, from the back of the book")
    cover = FileField("Cover", [FileAllowed(["png", "jpg"]), FileSize(200_000)])
    save = SubmitField("Save")

    def validate_isbn(self, field):
        if not field.data:
            raise StopValidation()  # nothing to look at, and no error
        if len(field.data) != 13 or not field.data.isdecimal():
            raise ValidationError("An ISBN has thirteen digits.")


# [end: form]

# [start: app]
app = Erlen(__name__)
app.config.from_mapping(SECRET_KEY="dev-only-4f1f0a7c7a6e4c0b", DATABASE="books.sqlite")
CSRFProtect(app)


@app.route("/books/new", methods=["GET", "POST"])
def new_book():
    form = BookForm()
    if form.validate_on_submit():
        save(form.title.data, form.author.data, form.cover.data)
        flash("The book is in the catalogue.")
        return redirect(url_for("books"))
    return render_template("book.html", form=form)


# [end: app]


# [start: ajax]
@app.put("/books/<int:number>")
def rename(number):
    form = BookForm()
    del form.author, form.cover
    if not form.validate():
        return {"errors": form.errors}, 422
    database().execute("update book set title = ? where id = ?", (form.title.data, number))
    database().commit()
    return {"title": form.title.data}


# [end: ajax]


@app.get("/books")
def books():
    rows = database().execute("select title, name from book join author on author.id = author_id")
    return {"books": [f"{title} by {author}" for title, author in rows]}


@app.teardown_appcontext
def close(error):
    if "database" in g:
        g.database.close()


def save(title, author, cover):
    database().execute(
        "insert into book (title, author_id, cover) values (?, ?, ?)",
        (title, author, cover.read() if cover else None),
    )
    database().commit()


def create_tables():
    database().executescript(
        """
        create table author (id integer primary key, name text);
        create table book (id integer primary key, title text, author_id integer, cover blob);
        insert into author (name) values ('Jane Austen');
        """
    )
