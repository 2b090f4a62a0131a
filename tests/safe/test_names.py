"""Names: of fields, cookies and uploads; and what becomes of uploads."""

from __future__ import annotations

import gc
import os
import typing as t

import pytest

import erlen
from erlen import Erlen, request
from tests.safe.site import MULTIPART, URLENCODED, Log, field, form, make_site, part, post
from tests.wsgi import ask

FILE = 'Content-Disposition: form-data; name="f"; filename='


@pytest.fixture
def app() -> Erlen:
    app = make_site()

    @app.route("/form", methods=["POST"])
    def read() -> dict[str, t.Any]:
        files = [file.filename for _, file in request.files.items(multi=True)]
        assert all(type(key) is str for key in (*request.form, *request.files))
        return {"form": list(request.form.items(multi=True)), "files": files}

    app.add_url_rule("/cookies", "cookies", lambda: list(request.cookies.items(multi=True)))
    return app


def test_parts_without_a_name_are_dropped(app: Erlen) -> None:
    nameless = ["Content-Disposition: form-data", 'Content-Disposition: form-data; filename="x"']
    body = form(*map(part, [*nameless, "X: y"]), field("kept"))
    assert app.json.loads(post(app, "/form", body, MULTIPART).body) == {
        "form": [["kept", "x"]],
        "files": [],
    }


@pytest.mark.parametrize(
    "header, found",
    [
        ("=secret", []),
        ("=__Host-session=forged; a=1", [["a", "1"]]),
        ("; =x; a=1;", [["a", "1"]]),
        ("a=1; a=2", [["a", "1"], ["a", "2"]]),
        ("__Host-a", [["__Host-a", ""]]),
    ],
)
def test_cookies_without_a_name_are_dropped(app: Erlen, header: str, found: t.Any) -> None:
    assert app.json.loads(ask(app, "/cookies", HTTP_COOKIE=header).body) == found


def test_only_the_ampersand_separates(app: Erlen) -> None:
    answer = app.json.loads(post(app, "/form", b"a=1;b=2&c=3", URLENCODED).body)
    assert answer["form"] == [["a", "1;b=2"], ["c", "3"]]


@pytest.mark.parametrize(
    "sent, name",
    [
        ('"../../etc/passwd"', "passwd"),
        ('"/etc/passwd"', "passwd"),
        ('"C:\\\\windows\\\\x.ini"', "x.ini"),
        ('"..\\\\x"', "x"),
        ('".."', ""),
        ('"."', ""),
        ('"a/"', ""),
        ("x; filename*=utf-8''..%2f..%2fy", "y"),
    ],
)
def test_the_name_of_an_upload_is_a_base_name(app: Erlen, sent: str, name: str) -> None:
    answer = app.json.loads(post(app, "/form", form(part(FILE + sent)), MULTIPART).body)
    assert answer["files"] == [name]


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def _keep_going() -> str:
    return "read"


def _fail() -> str:
    raise RuntimeError


def _stream() -> t.Any:
    return erlen.stream_with_context(iter([request.files["f"].read(1)]))


ENDINGS: dict[str, t.Callable[[], t.Any]] = {
    "answer": _keep_going,
    "failure": _fail,
    "abort": lambda: erlen.abort(400),
    "stream": _stream,
}


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="descriptors are counted on Linux")
@pytest.mark.parametrize("ending", ENDINGS)
def test_uploads_are_closed_however_the_request_ends(ending: str) -> None:
    app = make_site()
    Log(app)

    @app.route("/", methods=["POST"])
    def upload() -> t.Any:
        assert _descriptors() > before
        return ENDINGS[ending]()

    app.before_request(lambda: list(request.files) and None)
    body = form(part(f'{FILE}"f"', b"x" * 700_000))
    gc.disable()
    try:
        before = _descriptors()
        for _ in range(5):
            post(app, "/", body, MULTIPART)
        assert _descriptors() == before
    finally:
        gc.enable()


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="descriptors are counted on Linux")
@pytest.mark.parametrize("end", [b"", b"--b\r\nX: " + b"y" * 9000, field() * 1001])
def test_uploads_are_closed_when_the_form_itself_fails(app: Erlen, end: bytes) -> None:
    body = part(f'{FILE}"f"', b"x" * 700_000) + end
    gc.disable()
    try:
        before = _descriptors()
        for _ in range(5):
            post(app, "/form", body, MULTIPART, CONTENT_LENGTH=str(len(body) + 9))
            post(app, "/form", body, MULTIPART)
        assert _descriptors() == before
    finally:
        gc.enable()
