from __future__ import annotations

from erlen.forms import Form
from wtforms import StringField, SubmitField, TextAreaField
from wtforms.validators import DataRequired, Length


class NoteForm(Form):
    """A note, on a page and in the API alike."""

    title = StringField("Title", [DataRequired(), Length(max=120)])
    body = TextAreaField("Text", [Length(max=20_000)], default="", render_kw={"rows": 10})


class NotePageForm(NoteForm):
    submit = SubmitField("Save")
