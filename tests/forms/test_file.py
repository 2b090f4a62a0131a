from __future__ import annotations

import io
import typing as t

import pytest
from werkzeug.datastructures import FileStorage

from erlen import Erlen
from erlen.forms import FileAllowed, FileField, FileRequired, FileSize, Form, MultipleFileField

from .conftest import OWN


class Upload(Form):
    picture = FileField(validators=[FileRequired(), FileAllowed(["png", "JPG"]), FileSize(10, 2)])


class Uploads(Form):
    pictures = MultipleFileField(validators=[FileRequired(), FileAllowed(["png"]), FileSize(10)])


def submitted(app: Erlen, form: type[Form], language: str = "en", **data: t.Any) -> t.Any:
    headers = {**OWN, "Accept-Language": language}
    with app.test_request_context(
        method="POST", data=data, headers=headers, content_type="multipart/form-data"
    ):
        made = form()
        made.validate()
        return made


def file(name: str, size: int = 5) -> tuple[io.BytesIO, str]:
    return io.BytesIO(b"x" * size), name


def test_an_upload_is_the_data_of_its_field(app: Erlen) -> None:
    form = submitted(app, Upload, picture=file("A.PNG"))
    assert form.errors == {}
    assert isinstance(form.picture.data, FileStorage)
    assert form.picture.data.filename == "A.PNG"


@pytest.mark.parametrize("sent", [{}, {"picture": file("", 0)}, {"picture": "text"}])
def test_no_file_is_an_error_where_one_is_required(app: Erlen, sent: dict[str, t.Any]) -> None:
    assert submitted(app, Upload, **sent).errors == {"picture": ["This field is required."]}


@pytest.mark.parametrize("name", ["a.gif", "png", "a.png.exe"])
def test_other_extensions_are_refused(app: Erlen, name: str) -> None:
    errors = submitted(app, Upload, picture=file(name)).errors
    assert errors == {"picture": ["File does not have an approved extension: png, jpg"]}


@pytest.mark.parametrize("size", [1, 11])
def test_too_small_and_too_large_files_are_refused(app: Erlen, size: int) -> None:
    errors = submitted(app, Upload, picture=file("a.png", size)).errors
    assert errors == {"picture": ["File must be between 2 and 10 bytes."]}
    errors = submitted(app, Upload, language="zh", picture=file("a.png", size)).errors
    assert errors == {"picture": ["文件大小必须在 2 到 10 字节之间。"]}


def test_each_of_several_files_is_looked_at(app: Erlen) -> None:
    form = submitted(app, Uploads, pictures=[file("a.png"), file("b.png")])
    assert [upload.filename for upload in form.pictures.data] == ["a.png", "b.png"]
    assert submitted(app, Uploads, pictures=[file("a.png"), file("b.gif")]).errors
    assert submitted(app, Uploads, pictures=[file("a.png"), file("b.png", 11)]).errors
    assert submitted(app, Uploads).errors


def test_the_extensions_are_told_to_the_browser(app: Erlen) -> None:
    with app.test_request_context():
        assert 'accept=".png,.jpg"' in Upload().picture()


def test_an_object_can_decide_on_names_and_messages_can_be_ones_own(app: Erlen) -> None:
    class Never:
        def file_allowed(self, files: t.Any, name: str) -> bool:
            return False

    class Own(Form):
        one = FileField(validators=[FileAllowed(Never())])
        two = FileField(validators=[FileAllowed(["png"], "Pictures only.")])

    errors = submitted(app, Own, one=file("a.png"), two=file("b.gif")).errors
    assert errors == {
        "one": ["File does not have an approved extension."],
        "two": ["Pictures only."],
    }


def test_a_single_text_for_extensions_is_a_mistake() -> None:
    with pytest.raises(TypeError, match=r"\['png'\]"):
        FileAllowed("png")
