"""Files: what lies inside the folder, and conditions and ranges of any kind."""

from __future__ import annotations

import pathlib

import pytest

from erlen import Erlen, send_from_directory
from tests.safe.site import Log
from tests.wsgi import ask

DATE = "Wed, 21 Oct 2015 07:28:00 "


@pytest.fixture
def app(tmp_path: pathlib.Path) -> Erlen:
    folder = tmp_path / "static"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text("x" * 1000)
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link").symlink_to(tmp_path / "secret.txt")
    (folder / "sub" / "up").symlink_to(tmp_path)
    (folder / "inside").symlink_to(folder / "a.txt")
    app = Erlen("files", static_folder=folder, static_url_path="/static")
    app.add_url_rule("/sent/<path:name>", "sent", lambda name: send_from_directory(folder, name))
    return app


OUTSIDE = [
    "../secret.txt",
    "..",
    "link",
    "sub/up/secret.txt",
    "sub/../../secret.txt",
    "sub",
    "sub/",
]
OUTSIDE += [
    "absent",
    "%2e%2e/secret.txt",
    "..\\secret.txt",
    "\\\\host\\share",
    "c:/secret.txt",
    "\0",
]
OUTSIDE += [
    "a.txt\0",
    "a.txt::$DATA",
    "x" * 5000,
    "sub/" * 3000,
    "\xff",
    "~root/x",
    "file:///etc/x",
]
DEVICES = ["nul", "CON", "com1.txt", "sub/aux/a.txt", "LPT9.tar.gz", "prn ", "conin$", "COM\xb9:x"]


@pytest.mark.parametrize("way", ["static", "sent"])
@pytest.mark.parametrize("path", OUTSIDE + DEVICES, ids=lambda path: repr(path[:20]))
def test_everything_else_gets_one_and_the_same_answer(app: Erlen, way: str, path: str) -> None:
    plain = ask(app, f"/{way}/absent")
    answer = ask(app, f"/{way}/{path.encode().decode('latin1')}")
    assert (answer.status, answer.headers, answer.body) == tuple(plain)


def test_a_link_out_needs_the_setting_and_one_within_does_not(app: Erlen) -> None:
    assert ask(app, "/static/inside").code == 200
    app.config["SEND_FILE_FOLLOW_SYMLINKS"] = True
    assert ask(app, "/static/link").body == b"secret"


CONDITIONS = ["+99999999999999", "-9999999", "+2359", "(" * 9000, "GMT" * 3000, "\xff", "9" * 5000]
RANGES = ["bytes=" + ",".join(f"{n}-{n}" for n in range(17)), "bytes=" + "0-," * 20_000]
RANGES += ["bytes=-0", "bytes=5-1", "bytes=" + "9" * 60_000 + "-", "bytes=-" + "9" * 5000, "x=1"]
RANGES += ["bytes=0-" + "9" * 5000, "bytes=abc", "bytes=\xb2-", "=", "bytes=0-0,1-1", "bytes=- 1"]


@pytest.mark.parametrize("header", ["IF_MODIFIED_SINCE", "IF_RANGE", "IF_UNMODIFIED_SINCE"])
@pytest.mark.parametrize("value", CONDITIONS, ids=lambda value: value[:10])
def test_a_condition_that_is_none_gets_the_file(app: Erlen, header: str, value: str) -> None:
    log = Log(app)
    for date in (DATE + value, f"Wed, 21 Oct 0000 07:28:00 {value}", value):
        more = {"HTTP_RANGE": "bytes=0-1"} if header == "IF_RANGE" else {}
        answer = ask(app, "/static/a.txt", **{f"HTTP_{header}": date}, **more)
        assert (answer.code, len(answer.body)) == (200, 1000)
    assert log.records == []


@pytest.mark.parametrize("header", ["IF_NONE_MATCH", "IF_MATCH"])
@pytest.mark.parametrize("value", ['"' * 9000, 'W/"' * 3000, "*" * 9000, "\xff", '"a' + "," * 9000])
def test_entity_tags_of_any_kind_are_answered(app: Erlen, header: str, value: str) -> None:
    log = Log(app)
    assert ask(app, "/static/a.txt", **{f"HTTP_{header}": value}).code in (200, 304, 412)
    assert log.records == []


@pytest.mark.parametrize("value", RANGES, ids=lambda value: value[:20])
def test_a_range_is_answered_and_many_are_not(app: Erlen, value: str) -> None:
    log = Log(app)
    answer = ask(app, "/static/a.txt", HTTP_RANGE=value)
    assert answer.code in (200, 206, 416)
    assert len(answer.body) <= 1000
    assert log.records == []


def test_an_ordinary_range_is_sent(app: Erlen) -> None:
    answer = ask(app, "/static/a.txt", HTTP_RANGE="bytes=998-")
    assert (answer.code, answer.header("Content-Range")) == (206, "bytes 998-999/1000")
