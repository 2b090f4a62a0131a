from __future__ import annotations

import tracemalloc
import typing as t

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    IntegerField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired

from erlen import Erlen, request
from erlen.forms import Form

from .conftest import OWN

GROUPS: t.Any = ["a", "b"]


class Address(Form):
    street = StringField(validators=[DataRequired()])


class Person(Form):
    name = StringField()
    age = IntegerField()
    wants_mail = BooleanField()
    groups = SelectMultipleField(choices=GROUPS)
    home = FormField(Address)
    nicknames = FieldList(StringField())


def bound(app: Erlen, **request: t.Any) -> Person:
    with app.test_request_context(method="POST", headers=OWN, **request):
        form = Person()
        form.validate()
        return form


def test_json_fills_fields_of_every_kind(app: Erlen) -> None:
    sent = {
        "name": "Ada",
        "age": 36,
        "wants_mail": False,
        "groups": ["a", "b"],
        "home": {"street": "Mill Lane"},
        "nicknames": ["A.", "Countess"],
    }
    form = bound(app, json=sent)
    assert {name: value for name, value in form.data.items() if name != "csrf_token"} == {
        **sent,
        "home": {"street": "Mill Lane"},
    }
    assert form.errors == {}


def test_json_cannot_bring_an_object_where_text_is_expected(app: Erlen) -> None:
    assert bound(app, json={"name": {"$ne": ""}}).name.data in (None, "")
    assert bound(app, json={"name": 7}).name.data == "7"
    assert bound(app, json={"name": None}).name.data in (None, "")


@pytest.mark.parametrize("json", [[1, 2], "text", 7, None, {"": {"": [[]]}}])
def test_json_that_is_no_object_fills_nothing(app: Erlen, json: t.Any) -> None:
    assert not bound(app, json=json).name.data


def test_a_checkbox_that_is_not_sent_is_off_also_when_nothing_else_is_sent(app: Erlen) -> None:
    with app.test_request_context(method="POST", headers=OWN):
        assert Person(data={"wants_mail": True}).wants_mail.data is False
    with app.test_request_context():
        assert Person(data={"wants_mail": True}).wants_mail.data is True


def test_a_form_within_a_form_needs_no_token_of_its_own(app: Erlen) -> None:
    with app.test_request_context():
        form = Person()
        assert "csrf_token" in form
        assert "csrf_token" not in t.cast(t.Any, form.home).form


def test_json_has_as_many_fields_as_a_form_may_have(app: Erlen) -> None:
    app.add_url_rule("/", view_func=lambda: Person().data, methods=["POST"])
    client = app.test_client()
    assert client.post("/", json={"nicknames": ["x"] * 1000}).status_code == 200
    assert client.post("/", json={"nicknames": ["x"] * 1001}).status_code == 413


@pytest.mark.parametrize("key", ["k" * 400_000, "k"])
def test_json_of_long_names_or_great_depth_costs_little(app: Erlen, key: str) -> None:
    value: t.Any = [1] * 1000
    for _ in range(1 if len(key) > 1 else 500):
        value = {key: value}
    app.add_url_rule("/", view_func=lambda: Person().data, methods=["POST"])
    tracemalloc.start()
    app.test_client().post("/", json={"name": value})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


@settings(max_examples=40, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
        lambda parts: st.lists(parts) | st.dictionaries(st.text(max_size=9), parts),
    )
)
@example([[None], "x"])
@example({"²": False})
def test_any_json_fills_a_form_or_fails_its_validation(value: t.Any) -> None:
    app = Erlen(__name__)
    app.config["SECRET_KEY"] = "e2d0e1c4b8f14f0c9a6b7d3e5f1a2b3c"
    sent = {"name": value, "age": value, "groups": value, "home": value, "nicknames": value}
    with app.test_request_context(method="POST", headers=OWN, json=sent):
        form = Person()
        assert form.validate() is (not form.errors)


@pytest.mark.parametrize("name", ["nicknames-²", "nicknames-①-a", "nicknames-" + "7" * 5000])
def test_an_entry_whose_number_cannot_be_read_is_none(app: Erlen, name: str) -> None:
    sent = {"name": "Ada", name: "x"}
    for part in ("data", "json", "query_string"):
        with app.test_request_context(method="POST", headers=OWN, **{part: sent}):
            form = Person(request.args) if request.args else Person()
        assert (form.name.data, form.nicknames.data) == ("Ada", [])


def test_broken_json_is_a_bad_request(app: Erlen) -> None:
    app.add_url_rule("/", view_func=lambda: Person().data, methods=["POST"])
    answer = app.test_client().post("/", data="{", content_type="application/json")
    assert answer.status_code == 400


def test_json_without_a_limit(app: Erlen) -> None:
    app.config["MAX_FORM_PARTS"] = None
    names = [str(number) for number in range(3000)]
    assert len(bound(app, json={"nicknames": names}).nicknames.data) == 3000
