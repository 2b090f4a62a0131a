from __future__ import annotations

import typing as t

from erlen.forms import Form
from wtforms import BooleanField, PasswordField, StringField, SubmitField
from wtforms.validators import (
    DataRequired,
    EqualTo,
    InputRequired,
    Length,
    Regexp,
    ValidationError,
)

from ..models import User


def _plain(name: t.Any) -> t.Any:
    return name.strip().lower() if isinstance(name, str) else name


class RegisterForm(Form):
    name = StringField(
        "Name",
        [
            DataRequired(),
            Length(2, 40),
            Regexp(r"[a-z0-9_.-]*\Z", message="Use letters, digits and . _ - only."),
        ],
        filters=[_plain],
        description="2 to 40 letters, digits or . _ -",
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )
    password = PasswordField(
        "Password",
        [InputRequired(), Length(10, 200)],
        description="At least 10 characters. Several words are good.",
        render_kw={"autocomplete": "new-password"},
    )
    repeat = PasswordField(
        "Password again",
        [InputRequired(), EqualTo("password", "The two passwords differ.")],
        render_kw={"autocomplete": "new-password"},
    )
    submit = SubmitField("Register")

    def validate_name(self, field: StringField) -> None:
        if User.named(field.data or "") is not None:
            raise ValidationError("This name is taken.")


class LogInForm(Form):
    name = StringField(
        "Name", [DataRequired()], render_kw={"autocomplete": "username", "autocapitalize": "none"}
    )
    password = PasswordField(
        "Password",
        [InputRequired(), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    remember = BooleanField("Stay logged in")
    submit = SubmitField("Log in")
