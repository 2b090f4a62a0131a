from __future__ import annotations

from erlen.testing import ErlenClient

from .conftest import NewBrowser


def write(browser: ErlenClient, title: str = "Milk", body: str = "two bottles") -> str:
    """Write a note and return its path."""
    answer = browser.post("/notes/new", data={"title": title, "body": body})
    assert answer.status_code == 302
    return answer.location


def test_writing_a_note(ann: ErlenClient) -> None:
    page = ann.get(write(ann)).text
    assert "The note is saved." in page
    assert "two bottles" in page
    assert "Milk" in ann.get("/notes/").text


def test_a_note_needs_a_title(ann: ErlenClient) -> None:
    answer = ann.post("/notes/new", data={"title": " ", "body": "kept"})
    assert answer.status_code == 422
    assert "This field is required." in answer.text
    assert "kept" in answer.text


def test_changing_a_note(ann: ErlenClient) -> None:
    path = write(ann)
    assert 'value="Milk"' in ann.get(f"{path}/edit").text
    ann.post(f"{path}/edit", data={"title": "Bread", "body": ""})
    page = ann.get(path).text
    assert "Bread" in page
    assert "Milk" not in page


def test_deleting_a_note(ann: ErlenClient) -> None:
    path = write(ann)
    assert "Delete this note?" in ann.get(f"{path}/delete").text
    assert "The note is deleted." in ann.post(f"{path}/delete", follow_redirects=True).text
    assert ann.get(path).status_code == 404


def test_text_is_never_taken_for_html(ann: ErlenClient) -> None:
    page = ann.get(write(ann, "<script>", "<b>")).text
    assert "<script>" not in page
    assert "&lt;b&gt;" in page


def test_other_peoples_notes_are_not_there(ann: ErlenClient, new_browser: NewBrowser) -> None:
    path = write(ann)
    bob = new_browser("bob")
    assert bob.get(path).status_code == 404
    assert bob.post(f"{path}/edit", data={"title": "Mine"}).status_code == 404
    assert bob.post(f"{path}/delete").status_code == 404
    assert "Milk" not in bob.get("/notes/").text


def test_visitors_are_asked_to_log_in(visitor: ErlenClient) -> None:
    assert visitor.get("/notes/").location == "/auth/log-in?next=/notes/"


def test_many_notes_are_on_several_pages(ann: ErlenClient) -> None:
    for number in range(11):
        write(ann, f"Note {number}")
    assert "Note 10" in ann.get("/notes/").text
    second = ann.get("/notes/?page=2").text
    assert "Note 0" in second
    assert "Note 10" not in second
    assert ann.get("/notes/?page=3").status_code == 404
