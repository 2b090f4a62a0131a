from __future__ import annotations

import html.parser
import typing as t

import pytest
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    RadioField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import DataRequired

from erlen import Erlen, render_template_string
from erlen.forms import CSRFProtect, FileField, Form, register_macros

from .conftest import OWN

COLOURS: t.Any = ["red", "blue"]
VOID = {"input", "br", "img", "meta", "link", "hr"}


class Element(t.NamedTuple):
    tag: str
    attributes: dict[str, str | None]


class Page(html.parser.HTMLParser):
    """The elements of a page, and what there is to say about how they hang together."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), "an attribute is there twice"
        self.elements.append(Element(tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    def by_id(self, name: str) -> dict[str, str | None]:
        (found,) = (each for _, each in self.elements if each.get("id") == name)
        return found


class Address(Form):
    street = StringField("Street", [DataRequired()])


class Everything(Form):
    name = StringField("Name", [DataRequired()], description="As in your <passport>")
    about = TextAreaField("About")
    agrees = BooleanField("I agree", [DataRequired()])
    colour = RadioField("Colour", choices=COLOURS)
    home = FormField(Address)
    nicknames = FieldList(StringField("Nickname"), min_entries=2)
    send = SubmitField("Send")


@pytest.fixture
def app(app: Erlen) -> Erlen:
    register_macros(app)
    return app


def rendered(
    app: Erlen, form: type[Form], call: str = "render_form(form)", **request: t.Any
) -> str:
    source = "{% from 'erlen/forms.html' import render_form, render_field %}{{ " + call + " }}"
    with app.test_request_context(headers=OWN, **request):
        made = form()
        made.validate_on_submit()
        return render_template_string(source, form=made)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_control_has_a_label_and_every_reference_a_target(app: Erlen, method: str) -> None:
    page = Page(rendered(app, Everything, method=method))
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    labelled = {label["for"] for label in page.all("label")}
    for control in page.all("input", "textarea", "select"):
        assert control.get("type") in ("hidden", "submit") or control["id"] in labelled
    for element in page.elements:
        for name in (element.attributes.get("aria-describedby") or "").split():
            page.by_id(name)
    for link in page.all("a"):
        page.by_id((link["href"] or "")[1:])


def test_errors_are_tied_to_their_controls(app: Erlen) -> None:
    page = Page(rendered(app, Everything, method="POST", data={"nicknames-0": "x"}))
    assert page.by_id("name")["aria-invalid"] == "true"
    assert page.by_id("name")["aria-describedby"] == "name-help name-errors"
    assert page.by_id("home-street")["aria-describedby"] == "home-street-errors"
    assert page.by_id("agrees")["aria-invalid"] == "true"
    assert page.by_id("colour")["aria-describedby"] == "colour-errors"
    assert "aria-invalid" not in page.by_id("about")
    assert [each["role"] for each in page.all("div") if "role" in each] == ["alert"]


def test_a_form_wrong_as_a_whole_points_at_no_field(app: Erlen) -> None:
    source = "{% from 'erlen/forms.html' import render_errors %}{{ render_errors(form) }}"
    with app.test_request_context(headers=OWN):
        form = Everything()
        form.form_errors.append("Name or password is wrong.")
        text = render_template_string(source, form=form)
        assert "<li>Name or password is wrong.</li>" in text
        assert "marked below" not in text
        form.name.errors = ["Unknown."]
        assert "marked below" in render_template_string(source, form=form)


def test_a_form_without_errors_says_nothing_of_them(app: Erlen) -> None:
    text = rendered(app, Everything)
    assert "aria-invalid" not in text
    assert 'role="alert"' not in text
    assert Page(text).by_id("name")["aria-describedby"] == "name-help"


def test_groups_of_controls_have_a_legend(app: Erlen) -> None:
    page = Page(rendered(app, Everything))
    assert len(page.all("fieldset")) == len(page.all("legend")) == 3


def test_what_users_and_programs_say_is_escaped(app: Erlen) -> None:
    text = rendered(app, Everything, method="POST", data={"name": '"><script>'})
    assert "<script>" not in text
    assert "As in your &lt;passport&gt;" in text


def test_attributes_are_handed_on(app: Erlen) -> None:
    call = "render_form(form, action='/x?a=1&b', class_='wide', novalidate=true, hidden=false)"
    (form,) = Page(rendered(app, Everything, call)).all("form")
    assert form == {"method": "post", "action": "/x?a=1&b", "class": "wide", "novalidate": ""}
    field = Page(rendered(app, Everything, "render_field(form.name, placeholder='Ada')"))
    assert field.by_id("name")["placeholder"] == "Ada"


def test_a_form_with_a_file_anywhere_is_sent_in_parts(app: Erlen) -> None:
    class Inner(Form):
        picture = FileField("Picture")

    class Outer(Form):
        inner = FormField(Inner)

    (form,) = Page(rendered(app, Outer)).all("form")
    assert form["enctype"] == "multipart/form-data"
    assert "enctype" not in Page(rendered(app, Everything)).all("form")[0]


def test_a_button_is_made_for_a_form_without_one(app: Erlen) -> None:
    assert '<button type="submit">Save</button>' in rendered(
        app, Address, "render_form(form, submit='Save')"
    )
    assert "<button" not in rendered(app, Everything, "render_form(form, submit='Save')")


def test_a_token_that_failed_is_told_of_in_the_summary(app: Erlen) -> None:
    with app.test_request_context(method="POST", data={"street": "x"}):
        form = Address()
        form.validate()
        source = "{% from 'erlen/forms.html' import render_form %}{{ render_form(form) }}"
        assert "<li>The CSRF token is missing.</li>" in render_template_string(source, form=form)


def test_the_summary_is_in_the_language_of_the_request(app: Erlen) -> None:
    app.config["WTF_LOCALE"] = "zh"
    assert "请更正下面标出的内容。" in rendered(app, Address, method="POST", data={})


def test_the_macros_can_be_registered_twice(app: Erlen) -> None:
    CSRFProtect(app)
    register_macros(app)
    assert "<form" in rendered(app, Address)
