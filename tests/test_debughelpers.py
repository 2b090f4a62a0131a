from __future__ import annotations

import logging
import pathlib

import pytest
from jinja2 import ChoiceLoader, DictLoader, TemplateNotFound
from werkzeug.routing import RequestRedirect

import erlen
from erlen.debughelpers import (
    DebugFilesKeyError,
    FormDataRoutingRedirect,
    UnexpectedUnicodeError,
    _dump_loader_info,
    attach_enctype_error_multidict,
)


@pytest.fixture
def app() -> erlen.Erlen:
    app = erlen.Erlen(__name__)
    app.testing = True
    return app


def test_a_file_that_came_as_a_field_is_explained(app: erlen.Erlen) -> None:
    with app.test_request_context("/", method="POST", data={"photo": "holiday.jpg"}):
        attach_enctype_error_multidict(erlen.request._get_current_object())  # type: ignore[attr-defined]
        with pytest.raises(DebugFilesKeyError) as caught:
            erlen.request.files["photo"]
    assert 'enctype="multipart/form-data"' in str(caught.value)
    assert "This was submitted: 'holiday.jpg'" in str(caught.value)
    assert isinstance(caught.value, KeyError)


def test_a_file_that_was_not_sent_at_all_is_an_ordinary_error(app: erlen.Erlen) -> None:
    with app.test_request_context("/", method="POST", data={"photo": "holiday.jpg"}):
        attach_enctype_error_multidict(erlen.request._get_current_object())  # type: ignore[attr-defined]
        with pytest.raises(KeyError) as caught:
            erlen.request.files["other"]
        assert erlen.request.files.get("other") is None
    assert not isinstance(caught.value, DebugFilesKeyError)


def test_debug_mode_explains_by_itself(app: erlen.Erlen) -> None:
    app.debug = True
    app.add_url_rule("/", "save", lambda: erlen.request.files["photo"], methods=["POST"])
    with pytest.raises(DebugFilesKeyError, match="no file contents were transmitted"):
        app.test_client().post("/", data={"photo": "holiday.jpg"})


def test_a_redirect_that_loses_the_form_names_both_urls(app: erlen.Erlen) -> None:
    with app.test_request_context("/user", method="POST"):
        request: erlen.Request = erlen.request._get_current_object()  # type: ignore[attr-defined]
        request.routing_exception = RequestRedirect("http://localhost/user/?a=1")
        message = str(FormDataRoutingRedirect(request))
    assert "sent to 'http://localhost/user'" in message
    assert "canonical URL 'http://localhost/user/?a=1'" in message
    assert "with a trailing slash" in message


def test_other_redirects_do_not_speak_of_slashes(app: erlen.Erlen) -> None:
    with app.test_request_context("/old", method="POST"):
        request: erlen.Request = erlen.request._get_current_object()  # type: ignore[attr-defined]
        request.routing_exception = RequestRedirect("http://localhost/new")
        message = str(FormDataRoutingRedirect(request))
    assert "trailing slash" not in message
    assert "only raised in debug mode" in message


def test_unexpected_unicode_is_caught_as_either_error() -> None:
    assert issubclass(UnexpectedUnicodeError, AssertionError)
    assert issubclass(UnexpectedUnicodeError, UnicodeError)


def test_a_loader_is_described_by_its_plain_public_attributes() -> None:
    loader = DictLoader({})
    loader.__dict__.update(
        paths=["a", "b"], encoding="utf-8", depth=2, _secret="x", mixed=["a", 1], other=object()
    )
    assert list(_dump_loader_info(loader)) == [
        "class: jinja2.loaders.DictLoader",
        "depth: 2",
        "encoding: 'utf-8'",
        "paths:",
        "  - a",
        "  - b",
    ]


@pytest.fixture
def explained(
    app: erlen.Erlen, tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> erlen.Erlen:
    """An application with one blueprint, that explains where it looks for templates."""
    for folder in ("app", "shop"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "both.html").write_text(folder)
    app.template_folder = str(tmp_path / "app")
    shop = erlen.Blueprint("shop", __name__, template_folder=str(tmp_path / "shop"))
    shop.add_url_rule("/<name>", "page", lambda name: erlen.render_template(name))
    app.register_blueprint(shop)
    app.config["EXPLAIN_TEMPLATE_LOADING"] = True
    caplog.set_level(logging.INFO)
    return app


def test_a_missing_template_is_explained(
    explained: erlen.Erlen, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(TemplateNotFound, match="missing.html"):
        explained.test_client().get("/missing.html")
    text = caplog.text
    assert "Locating template 'missing.html':" in text
    assert f"    1: trying loader of application {__name__!r}" in text
    assert f"    2: trying loader of blueprint 'shop' ({__name__})" in text
    assert "-> no match" in text
    assert "Error: the template could not be found." in text
    assert "belongs to the blueprint 'shop'" in text


def test_a_template_that_hides_another_is_explained(
    explained: erlen.Erlen, caplog: pytest.LogCaptureFixture
) -> None:
    assert explained.test_client().get("/both.html").text == "app"
    assert "Warning: multiple loaders returned a match for the template." in caplog.text


def test_a_template_found_once_is_not_commented_on(
    explained: erlen.Erlen, caplog: pytest.LogCaptureFixture
) -> None:
    explained.jinja_loader = ChoiceLoader([DictLoader({"only.html": "only"})])
    with explained.app_context():
        assert erlen.render_template("only.html") == "only"
    assert "-> found ('<string>')" in caplog.text
    assert "Warning" not in caplog.text
    assert "belongs to" not in caplog.text


def test_outside_of_a_blueprint_a_missing_template_speaks_of_none(
    explained: erlen.Erlen, caplog: pytest.LogCaptureFixture
) -> None:
    with explained.app_context(), pytest.raises(TemplateNotFound):
        erlen.render_template("missing.html")
    assert "Error: the template could not be found." in caplog.text
    assert "belongs to" not in caplog.text


def test_a_file_of_which_nothing_was_sent_is_explained_without_it(app: erlen.Erlen) -> None:
    with app.test_request_context("/", method="POST", data={"photo": "holiday.jpg"}):
        error = DebugFilesKeyError(erlen.request._get_current_object(), "other")  # type: ignore[attr-defined]
    assert "the file 'other'" in str(error)
    assert "This was submitted" not in str(error)
