from __future__ import annotations

import io
import re
import typing as t
from pathlib import Path

import pytest

if t.TYPE_CHECKING:
    from conftest import Visitor
    from erlen import Erlen

Upload = tuple[io.BytesIO, str]


def cover_of(visitor: Visitor, book_id: int) -> str:
    found = re.search(r'src="(/books/covers/[^"]+)"', visitor.get(f"/books/{book_id}").text)
    assert found, "the book has no cover image"
    return found[1]


def test_a_cover_is_kept_under_a_drawn_name_and_sent_back_safely(
    ada: Visitor, form: dict[str, t.Any], png: Upload
) -> None:
    content = png[0].getvalue()
    ada.post("/books/new", {**form, "cover": (png[0], "../../evil.html", "text/html")})
    response = ada.get(cover_of(ada, 4))
    assert response.data == content
    assert response.mimetype == "image/png"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.cache_control.immutable
    assert "Vary" not in response.headers
    response.close()


@pytest.mark.parametrize(
    "name, content",
    [
        ("cover.png", b"<html><script>alert(1)</script>"),
        ("cover.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("cover.png", b""),
    ],
)
def test_only_images_are_let_in_whatever_they_are_called(
    ada: Visitor, form: dict[str, t.Any], covers: Path, name: str, content: bytes
) -> None:
    upload = (io.BytesIO(content), name, "image/png")
    response = ada.post("/books/new", {**form, "cover": upload})
    assert response.status_code == 422
    assert "A cover must be a PNG, JPEG, GIF or WebP image." in response.text
    assert not covers.exists()


def test_too_large_an_upload_gets_a_page_that_says_so(
    ada: Visitor, form: dict[str, t.Any], covers: Path
) -> None:
    upload = (io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"\0" * 30_000), "cover.png")
    response = ada.post("/books/new", {**form, "cover": upload})
    assert response.status_code == 413
    assert "At most 20.0 kB, please." in response.text
    assert not covers.exists()


def test_a_new_cover_replaces_the_old_file(
    ada: Visitor, form: dict[str, t.Any], png: Upload, covers: Path
) -> None:
    ada.post("/books/new", {**form, "cover": png})
    old = cover_of(ada, 4)
    jpeg = (io.BytesIO(b"\xff\xd8\xff\xe0" + b"\0" * 20), "cover.jpg")
    ada.post("/books/4/edit", {**form, "cover": jpeg})
    assert cover_of(ada, 4).endswith(".jpg")
    assert ada.get(old).status_code == 404
    assert len(list(covers.iterdir())) == 1


def test_a_change_without_an_upload_keeps_the_cover(
    ada: Visitor, form: dict[str, t.Any], png: Upload
) -> None:
    ada.post("/books/new", {**form, "cover": png})
    before = cover_of(ada, 4)
    ada.post("/books/4/edit", {**form, "title": "Emma, again"})
    assert cover_of(ada, 4) == before


def test_the_file_goes_with_the_book(
    ada: Visitor, form: dict[str, t.Any], png: Upload, covers: Path
) -> None:
    ada.post("/books/new", {**form, "cover": png})
    ada.post("/books/4/delete", {})
    assert list(covers.iterdir()) == []


def test_a_refused_book_leaves_no_file_behind(
    ada: Visitor, form: dict[str, t.Any], png: Upload, covers: Path
) -> None:
    ada.post("/books/new", {**form, "isbn": "9780141439518", "cover": png})
    assert list(covers.iterdir()) == []


@pytest.mark.parametrize("name", ["../shelf.db", "..%2fshelf.db", "nothing.png", "."])
def test_nothing_but_covers_is_sent(app: Erlen, ada: Visitor, covers: Path, name: str) -> None:
    covers.mkdir()
    assert ada.get(f"/books/covers/{name}").status_code == 404
