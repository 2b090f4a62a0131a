"""Requests that the fuzzer found, each of which was a 500, or worse, when it did."""

from __future__ import annotations

import io
import logging
import warnings

import pytest
from werkzeug.wrappers import Request as WerkzeugRequest

from erlen import Erlen, Request, Response, json, redirect, request, send_file, urls
from erlen.logging import RequestLog
from tests.wsgi import Answer, ask, make_environ

from .inputs import Dribbling


@pytest.fixture
def app(caplog: pytest.LogCaptureFixture) -> Erlen:
    caplog.set_level(logging.INFO)
    app = Erlen("found", static_folder=None, root_path="/")
    app.add_url_rule("/", "home", lambda: "home")
    return app


def test_warnings_of_foreign_hosts_come_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(urls, "_warned", {})
    app = Erlen("found", static_folder=None, root_path="/", subdomain_matching=True)
    app.config["SERVER_NAME"] = "example.org"
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("default")
        for number in range(300):
            assert ask(app, HTTP_HOST=f"host-{number}.test").code == 404
    assert len(urls._warned) < 150
    assert len(warned) == len(urls._warned) - 1  # it holds a number beside them


@pytest.mark.parametrize("host", ["[:99999:1]", "[:99999:1]:80", "xn--b", "a.XN--b:5000"])
def test_a_host_that_no_url_can_be_made_with_is_400(app: Erlen, host: str) -> None:
    app.add_url_rule("/url", "url", lambda: request.url)
    assert ask(app, "/url").code == 200
    assert ask(app, "/url", HTTP_HOST=host).code == 400


@pytest.mark.parametrize("host", ["[aaaaa::1]:80", "[:99999:1]", "xn--b", "[", "[]", "[1.2.3.4]"])
def test_a_request_without_an_application_has_urls_whatever_its_host(host: str) -> None:
    request = Request(make_environ("/here", HTTP_HOST=host))
    without = WerkzeugRequest(make_environ("/here", HTTP_HOST="no host at all"))
    for name in ("host", "url", "base_url", "root_url", "host_url"):
        assert getattr(request, name) == getattr(without, name)


@pytest.mark.parametrize("host", ["[::1]", "[::1]:80", "xn--bcher-kva.example", "a.XN--bcher-kva"])
def test_addresses_and_international_names_are_hosts(app: Erlen, host: str) -> None:
    app.add_url_rule("/url", "url", lambda: request.url)
    assert ask(app, "/url", HTTP_HOST=host).code == 200


@pytest.mark.parametrize("error", [OSError, ConnectionResetError, ValueError])
def test_a_client_that_leaves_in_an_unlimited_chunked_body_is_400(
    app: Erlen, error: type[Exception]
) -> None:
    app.add_url_rule("/data", "data", lambda: request.get_data(), methods=["POST"])
    stream = Dribbling(b"half", 2, error)
    more = {"wsgi.input": stream, "wsgi.input_terminated": True}
    assert ask(app, "/data", "POST", **more).code == 400


def test_a_server_that_tells_no_method_gets_an_answer(app: Erlen) -> None:
    assert ask(app, REQUEST_METHOD=None).code == 500


def test_it_gets_one_where_the_end_of_the_request_fails_as_well(app: Erlen) -> None:
    @app.teardown_request
    def fail(exc: BaseException | None) -> None:
        raise LookupError("teardown")

    assert ask(app, REQUEST_METHOD=None).code == 500


def test_it_gets_one_through_the_access_log(app: Erlen, caplog: pytest.LogCaptureFixture) -> None:
    RequestLog(app)
    assert ask(app, REQUEST_METHOD=None).code == 500
    assert '"GET /" 500' in caplog.text


@pytest.mark.parametrize("to", ["http://[::1", "http://a::1/", "http://a]/", "/a\r\nX-A: b"])
def test_a_redirect_to_what_is_no_url_is_a_redirect(app: Erlen, to: str) -> None:
    app.add_url_rule("/to", "to", lambda: redirect(to))
    app.add_url_rule("/header", "header", lambda: ("", 302, {"Location": to.replace("\r\n", "")}))
    for path in ("/to", "/header"):
        answer = ask(app, path)
        assert answer.code == 302
        assert (answer.header("Location") or "").isprintable()


def test_a_file_may_be_called_anything(app: Erlen) -> None:
    app.add_url_rule(
        "/file",
        "file",
        lambda: send_file(io.BytesIO(b"x"), as_attachment=True, download_name="a\r\nb\x00.txt"),
    )
    answer = ask(app, "/file")
    assert answer.header("Content-Disposition") == "attachment; filename=a__b_.txt"


@pytest.mark.parametrize("value", ['W/%ff"abc"', '"a"b"'])
def test_an_if_range_with_a_stray_quote_is_none(app: Erlen, value: str) -> None:
    app.add_url_rule("/range", "range", lambda: f"[{request.if_range}]")
    assert ask(app, "/range", HTTP_IF_RANGE=value).body == b"[]"


@pytest.mark.parametrize("value", ["-" + "9" * 30, "+9999999999999999999"])
def test_a_date_of_no_calendar_is_none(app: Erlen, value: str) -> None:
    app.add_url_rule("/date", "date", lambda: f"{request.if_modified_since} {request.if_range}")
    date = f"Mon, 01 Jan 2024 00:00:00 {value}"
    assert ask(app, "/date", HTTP_IF_MODIFIED_SINCE=date, HTTP_IF_RANGE=date).code == 200


@pytest.mark.parametrize("bit", ["\xff", "a=%c3%a9&", "%26", "x"])
def test_the_url_of_a_long_query_is_werkzeugs(bit: str) -> None:
    environ = make_environ("/\xc3\xa9", QUERY_STRING=bit * 3000, SCRIPT_NAME="/mounted")
    assert Request(dict(environ)).url == WerkzeugRequest(dict(environ)).url


def test_a_charset_with_a_nul_is_one_without() -> None:
    asked = Request(make_environ(HTTP_ACCEPT_CHARSET="\0utf-8")).accept_charsets
    assert asked.best_match(["utf-8"]) == "utf-8"


def test_only_the_beginning_of_a_long_accept_header_counts() -> None:
    asked = Request(make_environ(HTTP_ACCEPT_LANGUAGE="de," + "en," * 30_000)).accept_languages
    assert asked.best_match(["de"]) == "de"
    assert len(asked) < 4000


def test_every_control_character_of_a_cookie_is_escaped(app: Erlen) -> None:
    value = "".join(map(chr, range(0x20)))

    @app.route("/cookie")
    def cookie() -> Response:
        response = Response()
        response.set_cookie("name", value)
        return response

    answer = ask(app, "/cookie")
    assert answer.code == 200
    sent = (answer.header("Set-Cookie") or "").partition("; Path")[0]
    assert Request(make_environ(HTTP_COOKIE=sent)).cookies["name"] == value


def test_json_without_an_application_may_not_be_too_deep_either() -> None:
    with pytest.raises(ValueError, match="too deep"):
        json.loads("[" * 100_000)


NAMELESS = b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"


def test_limits_hold_for_a_request_class_with_a_mimetype_of_its_own(app: Erlen) -> None:
    class Own(Request):
        @property
        def mimetype(self) -> str:
            return super().mimetype

    app.request_class = Own
    app.config["MAX_FORM_TOTAL_MEMORY"] = 60
    app.add_url_rule("/form", "form", lambda: repr(list(request.form)), methods=["POST"])

    def send(body: bytes) -> Answer:
        more = {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        kind = "multipart/form-data; boundary=b"
        return ask(app, "/form", "POST", CONTENT_TYPE=kind, **more)

    assert send(NAMELESS).body == b"[]"
    assert send(NAMELESS.replace(b"x", b"x" * 100)).code == 413
