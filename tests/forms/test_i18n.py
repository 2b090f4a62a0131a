from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import erlen.forms
from erlen import Erlen
from erlen.forms.i18n import current_locale, find_locale
from erlen.forms.messages import MESSAGES
from erlen.testing import ErlenClient

from .conftest import OWN, NameForm


@pytest.mark.parametrize(
    "accepted,message",
    [
        ("en", "This field is required."),
        ("zh-CN,zh;q=0.9,en;q=0.8", "该字段是必填字段。"),
        ("zh-Hant-HK", "此欄位是必需的。"),
        ("de-AT", "Dieses Feld wird benötigt."),
        ("xx, fr;q=0.5", "Ce champ est requis."),
        ("fr;q=0, en", "This field is required."),
        ("xx", "This field is required."),
        ("", "This field is required."),
    ],
)
def test_messages_are_in_the_language_of_the_request(
    client: ErlenClient, accepted: str, message: str
) -> None:
    answer = client.post("/name", data={}, headers={**OWN, "Accept-Language": accepted})
    assert answer.get_json()["errors"]["name"] == [message]


@pytest.mark.parametrize(
    "tag,locale",
    [
        ("zh", "zh"),
        ("zh-Hans-TW", "zh"),
        ("zh_tw", "zh_TW"),
        ("en-GB", "en"),
        ("cs", "cs_CZ"),
        ("de-CH", "de_CH"),
        ("pt-BR", "pt"),
        ("xx", None),
        ("*", None),
        ("../../etc", None),
    ],
)
def test_the_best_catalogue_is_found(tag: str, locale: str | None) -> None:
    assert find_locale(tag) == locale


@given(st.text())
def test_any_tag_is_a_catalogue_or_none(tag: str) -> None:
    assert re.fullmatch("[a-z]{2,3}(_[A-Z]{2})?", find_locale(tag) or "en")


def test_the_application_can_decide(app: Erlen) -> None:
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        app.config["WTF_LOCALE"] = "zh-TW"
        assert current_locale() == "zh_TW"
        app.config["WTF_LOCALE"] = lambda: "de"
        assert current_locale() == "de"
    assert current_locale() == "en"


def test_translation_can_be_off(app: Erlen, client: ErlenClient) -> None:
    app.config["WTF_I18N_ENABLED"] = False
    answer = client.post("/name", data={}, headers={**OWN, "Accept-Language": "zh"})
    assert answer.get_json()["errors"]["name"] == ["This field is required."]
    with app.test_request_context():
        assert NameForm().gettext("text") == "text"


def test_a_form_can_name_its_languages(app: Erlen) -> None:
    with app.test_request_context(method="POST", headers={**OWN, "Accept-Language": "fr"}):
        form = NameForm(meta={"locales": ["de"]})
        form.validate()
        assert form.errors == {"name": ["Dieses Feld wird benötigt."]}


def test_every_language_has_every_message() -> None:
    import ast
    import pathlib

    folder = pathlib.Path(erlen.forms.__path__[0])
    known = set(MESSAGES["zh"])
    assert all(set(messages) == known for messages in MESSAGES.values())
    raised = {
        node.args[0].value
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("ValidationError", "field.gettext")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert raised - known == {"This field is required.", "Not a valid decimal value."}
