from __future__ import annotations

import collections.abc as cabc
import io
import mimetypes
import os
import pathlib
import types
import typing as t

import flask
import pytest
from werkzeug.datastructures import Headers
from werkzeug.exceptions import NotFound

import erlen

OLD = "Thu, 01 Jan 1970 00:00:00 GMT"


@pytest.fixture
def static(tmp_path: pathlib.Path) -> pathlib.Path:
    folder = tmp_path / "static"
    (folder / "css").mkdir(parents=True)
    (folder / "css" / "site.css").write_text("body {}" * 20)
    (folder / "empty.txt").touch()
    (folder / "site.js.gz").write_bytes(b"\x1f\x8b")
    (folder / "no_extension").write_text("x")
    (folder / "a file.txt").write_text("spaced")
    (folder / "größe.txt").write_text("umlaut")
    (folder / "big.bin").write_bytes(bytes(range(256)) * 1024)
    for path in folder.rglob("*"):
        os.utime(path, (1_700_000_000.5, 1_700_000_000.5))
    return folder


@pytest.fixture
def app(static: pathlib.Path) -> erlen.Erlen:
    return erlen.Erlen(__name__, root_path=str(static.parent))


@pytest.fixture
def flask_app(static: pathlib.Path) -> flask.Flask:
    return flask.Flask(__name__, root_path=str(static.parent))


NAMES = [
    "css/site.css",
    "empty.txt",
    "site.js.gz",
    "no_extension",
    "a file.txt",
    "größe.txt",
    "big.bin",
    "missing.txt",
    "../secret.txt",
    "css",
]
ETAG = '"{mtime}-{size}-{check}"'
REQUESTS: dict[str, dict[str, str]] = {
    "plain": {},
    "same etag": {"If-None-Match": "{etag}"},
    "weak etag": {"If-None-Match": "W/{etag}"},
    "one of several etags": {"If-None-Match": '"other", {etag}'},
    "any etag": {"If-None-Match": "*"},
    "other etag": {"If-None-Match": '"other"'},
    "other etag, same date": {"If-None-Match": '"other"', "If-Modified-Since": "{date}"},
    "same date": {"If-Modified-Since": "{date}"},
    "same date of RFC 850": {"If-Modified-Since": "Tuesday, 14-Nov-23 22:13:20 GMT"},
    "same date of asctime": {"If-Modified-Since": "Tue Nov 14 22:13:20 2023"},
    "same date of another zone": {"If-Modified-Since": "Tue, 14 Nov 2023 23:13:20 +0100"},
    "later date": {"If-Modified-Since": "Tue, 14 Nov 2045 22:13:20 GMT"},
    "same etag, older date": {"If-None-Match": "{etag}", "If-Modified-Since": OLD},
    "weak one of several etags": {"If-None-Match": '"other", W/{etag}'},
    "etag without quotes": {"If-None-Match": "other"},
    "no etag": {"If-None-Match": ""},
    "older date": {"If-Modified-Since": OLD},
    "no date": {"If-Modified-Since": "yesterday"},
    "if match": {"If-Match": '"other"'},
    "range": {"Range": "bytes=1-3"},
    "suffix": {"Range": "bytes=-3"},
    "range of the same": {"Range": "bytes=1-3", "If-Range": "{etag}"},
    "range of the same date": {"Range": "bytes=1-3", "If-Range": "{date}"},
    "range of an older date": {"Range": "bytes=1-3", "If-Range": OLD},
    "range of the same that is known": {"Range": "bytes=1-3", "If-None-Match": "{etag}"},
    "range of another": {"Range": "bytes=1-3", "If-Range": '"other"'},
    "range too far": {"Range": "bytes=99999999-"},
    "many ranges": {"Range": "bytes=" + ",".join(f"{n}-{n}" for n in range(0, 90, 2))},
    "no range": {"Range": "chapters=1-x"},
}


def answer(client: t.Any, name: str, method: str, headers: dict[str, str]) -> tuple[t.Any, ...]:
    response = client.open(f"/static/{name}", method=method, headers=headers)
    body = response.data if response.status_code < 400 else b""
    response.close()
    pairs = [(key, value) for key, value in response.headers if key not in ("Date", "Expires")]
    dates = "Date" in response.headers, "Expires" in response.headers
    return response.status, pairs if response.status_code < 400 else [], dates, body


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("max_age", [None, 3600])
def test_the_answer_is_flasks_to_the_byte(
    app: erlen.Erlen, flask_app: flask.Flask, name: str, max_age: int | None
) -> None:
    for either in (app, flask_app):
        either.config["SEND_FILE_MAX_AGE_DEFAULT"] = max_age
    mine, flasks = app.test_client(), flask_app.test_client()
    known = flasks.get(f"/static/{name}")
    known.close()
    etag, date = known.headers.get("ETag", '""'), known.headers.get("Last-Modified", OLD)
    for label, template in REQUESTS.items():
        headers = {key: value.format(etag=etag, date=date) for key, value in template.items()}
        for method in ("GET", "HEAD"):
            expected = answer(flasks, name, method, headers)
            assert answer(mine, name, method, headers) == expected, (label, method)


@pytest.mark.parametrize("condition", ["plain", "same etag", "range"])
def test_functions_after_the_request_see_the_response_that_flasks_see(
    app: erlen.Erlen, flask_app: flask.Flask, condition: str
) -> None:
    seen: list[t.Any] = []
    closed: list[type] = []
    for either in (app, flask_app):

        @either.after_request
        def look(response: t.Any) -> t.Any:
            pairs = [pair for pair in response.headers if pair[0] != "Date"]
            seen.append((response.status, pairs, response.direct_passthrough))
            response.headers["X-Seen"] = "1"
            response.call_on_close(lambda: closed.append(type(response)))
            return response

        client = either.test_client()
        with client.get("/static/css/site.css") as known:
            etag = known.headers["ETag"]
        headers = {key: value.format(etag=etag) for key, value in REQUESTS[condition].items()}
        with client.get("/static/css/site.css", headers=headers) as response:
            seen.append((response.headers["X-Seen"], response.headers.get("Content-Length")))
    assert seen[:3] == seen[3:]
    # What is passed through is closed by the server, which knows nothing of the response.
    assert closed == ([erlen.Response, flask.Response] if condition == "same etag" else [])


def test_a_static_file_can_carry_a_session(app: erlen.Erlen) -> None:
    app.secret_key = "secret"

    @app.before_request
    def visit() -> None:
        erlen.session["visits"] = 1

    client = app.test_client()
    first = client.get("/static/css/site.css")
    headers = {"If-None-Match": first.headers["ETag"]}
    second = client.get("/static/css/site.css", headers=headers)
    assert (first.status_code, second.status_code) == (200, 304)
    assert all("session=" in answer.headers["Set-Cookie"] for answer in (first, second))


def test_a_mimetype_that_may_not_be_sent_is_refused(app: erlen.Erlen, static: pathlib.Path) -> None:
    (static / "a.odd").write_text("odd")
    mimetypes.add_type("text/odd\x01", ".odd")
    app.testing = True
    with pytest.raises(ValueError, match="Content-Type"):
        app.test_client().get("/static/a.odd")


def test_dates_are_of_now_and_of_max_age_later(app: erlen.Erlen) -> None:
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 60
    response = app.test_client().get("/static/css/site.css")
    assert response.date is not None
    assert response.expires is not None
    assert (response.expires - response.date).total_seconds() == 60


def test_the_application_decides_how_long_a_file_is_kept(static: pathlib.Path) -> None:
    class Keeping(erlen.Erlen):
        def get_send_file_max_age(self, filename: str | None) -> int | None:
            return 10 if filename is not None and filename.endswith(".css") else None

    client = Keeping(__name__, root_path=str(static.parent)).test_client()
    assert client.get("/static/css/site.css").cache_control.max_age == 10
    assert client.get("/static/no_extension").cache_control.max_age is None


@pytest.mark.parametrize("name", ["css/site.css", "big.bin"])
def test_a_changed_file_is_sent_as_it_is_now(
    app: erlen.Erlen, static: pathlib.Path, name: str
) -> None:
    client = app.test_client()
    before = client.get(f"/static/{name}")
    before.close()
    (static / name).write_text("changed")
    headers = {"If-None-Match": before.headers["ETag"]}
    with client.get(f"/static/{name}", headers=headers) as after:
        assert (after.status_code, after.data) == (200, b"changed")


def test_the_directory_is_relative_to_the_root_path(app: erlen.Erlen) -> None:
    with app.test_request_context():
        for directory in ("static/css", pathlib.Path("static") / "css"):
            response = erlen.send_from_directory(directory, pathlib.Path("site.css"))
            assert response.mimetype == "text/css"
            assert response.direct_passthrough
            response.close()


def test_arguments_are_those_of_send_file(app: erlen.Erlen) -> None:
    with app.test_request_context():
        response = erlen.send_from_directory(
            "static", "css/site.css", as_attachment=True, download_name="my.css", etag="mine"
        )
        assert response.headers["Content-Disposition"] == "attachment; filename=my.css"
        assert response.headers["ETag"] == '"mine"'
        response.close()


def test_a_link_out_of_the_folder_is_followed_only_with_the_setting(
    app: erlen.Erlen, static: pathlib.Path
) -> None:
    (static.parent / "secret.txt").write_text("secret")
    (static / "link.txt").symlink_to(static.parent / "secret.txt")
    client = app.test_client()
    assert client.get("/static/link.txt").status_code == 404
    app.config["SEND_FILE_FOLLOW_SYMLINKS"] = True
    assert client.get("/static/link.txt").data == b"secret"


def test_everything_outside_gets_one_and_the_same_answer(
    app: erlen.Erlen, static: pathlib.Path
) -> None:
    (static.parent / "secret.txt").write_text("secret")
    (static / "link.txt").symlink_to(static.parent / "secret.txt")
    client = app.test_client()
    paths = ["missing", "../secret.txt", "%2e%2e/secret.txt", "link.txt", "css", "x%00.txt"]
    answers = [client.get(f"/static/{path}") for path in [*paths, "con.txt", "%ff", "x" * 3000]]
    assert {(answer.status_code, answer.data) for answer in answers} == {(404, answers[0].data)}


def test_a_file_that_goes_away_while_it_is_sent_is_not_found(
    app: erlen.Erlen, static: pathlib.Path
) -> None:
    class Racing(erlen.Erlen):
        def get_send_file_max_age(self, filename: str | None) -> int | None:
            (static / "no_extension").unlink(missing_ok=True)
            return None

    racing = Racing(__name__, root_path=str(static.parent))
    assert racing.test_client().get("/static/no_extension").status_code == 404


def test_a_response_class_of_ones_own_is_used(app: erlen.Erlen) -> None:
    class Marked(erlen.Response):
        def __init__(self, *args: t.Any, **kwargs: t.Any) -> None:
            super().__init__(*args, **kwargs)
            self.headers["X-Mark"] = "made"

    app.response_class = Marked
    with app.test_client().get("/static/css/site.css") as response:
        assert response.headers["X-Mark"] == "made"
        assert response.data.startswith(b"body {}")


def test_a_response_class_may_add_headers_as_it_sends(app: erlen.Erlen) -> None:
    class Marked(erlen.Response):
        def get_wsgi_headers(self, environ: t.Any) -> Headers:
            headers = super().get_wsgi_headers(environ)
            headers["X-Mark"] = "sent"
            return headers

    app.response_class = Marked
    client = app.test_client()
    first = client.get("/static/css/site.css")
    same = client.get("/static/css/site.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.headers["X-Mark"], same.headers["X-Mark"]) == ("sent", "sent")
    assert (same.status_code, same.data) == (304, b"")


def test_the_server_can_be_told_to_send_the_file(app: erlen.Erlen, static: pathlib.Path) -> None:
    app.config["USE_X_SENDFILE"] = True
    response = app.test_client().get("/static/css/site.css")
    assert response.headers["X-Sendfile"] == str(static / "css" / "site.css")
    assert response.data == b""


def test_the_servers_file_wrapper_sends_what_is_not_small(app: erlen.Erlen) -> None:
    class Wrapper:
        def __init__(self, file: t.IO[bytes], size: int) -> None:
            self.file = file

        def __iter__(self) -> cabc.Iterator[bytes]:
            yield self.file.read()

        def close(self) -> None:
            self.file.close()

    with app.test_request_context(environ_overrides={"wsgi.file_wrapper": Wrapper}):
        response = erlen.send_from_directory("static", "big.bin")
        assert isinstance(response.response, Wrapper)
        response.close()


def test_send_file_takes_a_path_or_an_open_file(app: erlen.Erlen) -> None:
    with app.test_request_context():
        response = erlen.send_file("static/css/site.css")
        assert (response.mimetype, response.direct_passthrough) == ("text/css", True)
        response.close()
        memory = erlen.send_file(io.BytesIO(b"data"), download_name="data.txt", max_age=5)
        assert (memory.mimetype, memory.cache_control.max_age) == ("text/plain", 5)
        with pytest.raises(ValueError, match="binary mode"):
            erlen.send_file(t.cast("t.IO[bytes]", io.StringIO("text")), mimetype="text/plain")
        with pytest.raises(TypeError, match="Unable to detect the MIME type"):
            erlen.send_file(io.BytesIO(b"data"))


@pytest.mark.parametrize(
    "name",
    ["\t", "a\tb.txt", "größe\t.txt", "", " ", '"', "\\", "a;b", "\xa0", "\u2028", "\xad", "a/b"],
)
def test_a_download_has_the_name_that_it_has_on_flask(app: erlen.Erlen, name: str) -> None:
    def disposition(framework: types.ModuleType, app: t.Any) -> str:
        with app.test_request_context():
            data = io.BytesIO(b"data")
            response = framework.send_file(data, as_attachment=True, download_name=name)
            return str(response.headers["Content-Disposition"])

    assert disposition(erlen, app) == disposition(flask, flask.Flask("app"))


@pytest.mark.parametrize("control", ["\0", "\x08", "\n", "\x0b", "\r", "\x1f", "\x7f"])
def test_the_name_of_a_download_has_no_control_characters(app: erlen.Erlen, control: str) -> None:
    with app.test_request_context():
        name = f"a{control}b.txt"
        response = erlen.send_file(io.BytesIO(b"data"), download_name=name)
        assert response.headers["Content-Disposition"] == "inline; filename=a_b.txt"


def test_outside_a_request_the_error_teaches(app: erlen.Erlen) -> None:
    with app.app_context(), pytest.raises(RuntimeError, match="outside of request context"):
        erlen.send_file("static/css/site.css")


def test_no_caching_time_is_one_too(app: erlen.Erlen) -> None:
    with app.test_request_context():
        response = erlen.send_from_directory("static", "css/site.css", max_age=0)
        assert response.cache_control.max_age == 0
        assert response.cache_control.no_cache
        response.close()


@pytest.mark.parametrize("name", ["css/site.css", "big.bin"])
def test_a_file_that_changes_while_it_is_sent_is_sent_whole(
    name: str, static: pathlib.Path
) -> None:
    class Racing(erlen.Erlen):
        def get_send_file_max_age(self, filename: str | None) -> int | None:
            (static / name).write_bytes(b"new" * 200_000)
            return None

    racing = Racing(__name__, root_path=str(static.parent))
    with racing.test_client().get(f"/static/{name}") as response:
        assert response.content_length == 600_000
        assert response.data == b"new" * 200_000


def test_a_file_that_goes_away_under_a_view_is_not_found(static: pathlib.Path) -> None:
    class Racing(erlen.Erlen):
        def get_send_file_max_age(self, filename: str | None) -> int | None:
            (static / "empty.txt").unlink()
            return None

    racing = Racing(__name__, root_path=str(static.parent))
    with racing.test_request_context(), pytest.raises(NotFound):
        erlen.send_from_directory("static", "empty.txt")
