from __future__ import annotations

import sqlite3
import typing as t

import pytest
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, Length, StopValidation, ValidationError
from wtforms.widgets import TextArea

from erlen import Erlen, request
from erlen.forms import FlaskForm, Form
from erlen.testing import ErlenClient

from .conftest import OWN, NameForm


def test_a_form_is_filled_from_the_request_by_itself(client: ErlenClient) -> None:
    assert client.post("/name", data={"name": "Ada"}, headers=OWN).json == {"name": "Ada"}
    assert client.put("/name", json={"name": "Ada"}, headers=OWN).json == {"name": "Ada"}
    invalid = client.post("/name", data={"name": ""}, headers=OWN).get_json()
    assert invalid["errors"] == {"name": ["This field is required."]}


def test_a_form_can_be_filled_from_the_query_or_from_nothing(app: Erlen) -> None:
    with app.test_request_context("/?name=query", method="POST", data={"name": "body"}):
        assert NameForm().name.data == "body"
        assert NameForm(request.args).name.data == "query"
        assert NameForm(formdata=None).name.data is None


def test_a_form_that_was_not_submitted_is_not_validated(app: Erlen) -> None:
    with app.test_request_context():
        form = NameForm(data={"name": "Ada"})
        assert not form.is_submitted()
        assert not form.validate_on_submit()
        assert form.errors == {}


def test_a_form_iterates_over_its_fields_in_their_order(app: Erlen) -> None:
    class Ordered(Form):
        zebra = StringField()
        apple = StringField()

    with app.test_request_context():
        assert [field.name for field in Ordered()] == ["zebra", "apple", "csrf_token"]


def test_attributes_widgets_and_messages_can_be_ones_own(app: Erlen) -> None:
    class Own(Form):
        name = StringField(
            validators=[DataRequired("Who are you?")],
            render_kw={"placeholder": "Ada"},
            widget=TextArea(),
        )

    with app.test_request_context(method="POST", headers=OWN):
        form = Own()
        assert form.name().startswith("<textarea ")
        assert 'placeholder="Ada"' in form.name()
        assert not form.validate()
        assert form.errors == {"name": ["Who are you?"]}


class Hooked(Form):
    number = IntegerField(validators=[])

    def validate_number(self, field: t.Any) -> None:
        if field.data == 1:
            raise ValidationError("not one")
        if field.data == 2:
            raise StopValidation("not two")


@pytest.mark.parametrize(
    "number,errors",
    [(1, ["not one", "odd"]), (2, ["not two"]), (3, ["odd"])],
)
def test_an_error_goes_on_with_the_next_validator_and_a_stop_ends_the_chain(
    app: Erlen, number: int, errors: list[str]
) -> None:
    def refuse_odd(form: t.Any, field: t.Any) -> None:
        if field.data % 2 or field.data == 2:
            raise ValidationError("odd")

    class Chained(Form):
        # The hook is the last validator; what a field has in its list goes before.
        number = IntegerField(validators=[lambda f, x: Hooked.validate_number(f, x), refuse_odd])

    with app.test_request_context(method="POST", data={"number": str(number)}, headers=OWN):
        form = Chained()
        form.validate()
        assert [*form.number.errors] == errors


def test_the_hook_of_a_field_is_asked(app: Erlen) -> None:
    with app.test_request_context(method="POST", data={"number": "2"}, headers=OWN):
        form = Hooked()
        assert not form.validate()
        assert form.errors == {"number": ["not two"]}


@pytest.mark.parametrize(
    "name,errors",
    [
        ("", ["This field is required."]),  # a StopValidation: the hook is not asked
        ("Grace", ["Field cannot be longer than 3 characters.", "taken"]),
    ],
)
def test_the_hook_is_the_last_of_the_chain(app: Erlen, name: str, errors: list[str]) -> None:
    class Named(Form):
        name = StringField(validators=[DataRequired(), Length(max=3)])

        def validate_name(self, field: t.Any) -> None:
            raise ValidationError("taken")

    with app.test_request_context(method="POST", data={"name": name}, headers=OWN):
        form = Named()
        assert not form.validate()
        assert form.errors == {"name": errors}


def test_choices_from_the_database_are_asked_for_each_form(app: Erlen) -> None:
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.execute("create table author (id integer primary key, name text)")
    database.execute("insert into author values (1, 'Ada')")

    class BookForm(Form):
        author = SelectField(
            coerce=int, choices=lambda: dict(database.execute("select id, name from author"))
        )

    @app.route("/", methods=["GET", "POST"])
    def book() -> t.Any:
        form = BookForm()
        return {"valid": form.validate_on_submit(), "html": form.author()}

    client = app.test_client()
    assert "Grace" not in client.get("/").get_json()["html"]
    assert not client.post("/", data={"author": "2"}, headers=OWN).get_json()["valid"]
    database.execute("insert into author values (2, 'Grace')")
    assert "Grace" in client.get("/").get_json()["html"]
    assert client.post("/", data={"author": "2"}, headers=OWN).get_json()["valid"]
    database.close()


def test_hidden_fields_are_rendered_together_or_by_name(app: Erlen) -> None:
    with app.test_request_context():
        form = NameForm()
        assert form.hidden_tag() == form.csrf_token()  # type: ignore[attr-defined]
        assert form.hidden_tag("csrf_token", "missing", form.name) == form.hidden_tag()


def test_extra_validators_are_asked(app: Erlen) -> None:
    with app.test_request_context(method="POST", data={"name": "Ada"}, headers=OWN):
        form = NameForm()
        assert not form.validate_on_submit({"name": [Length(min=9)]})


def test_the_alias_is_the_class() -> None:
    assert FlaskForm is Form
