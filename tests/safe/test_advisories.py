"""Faults that other frameworks had, where no test of another row shows that they are not here."""

from __future__ import annotations

import functools
import gc
import inspect
import io
import pathlib
import sys
import typing as t

import pytest
from werkzeug.debug import DebuggedApplication
from werkzeug.http import parse_options_header

import erlen
from erlen import Erlen, request, send_file, session, url_for
from erlen._core.body import announced_length
from tests.measuring import cpu_of
from tests.safe.site import MULTIPART, field, form, make_site, part, post
from tests.wsgi import Environ, ask, make_environ


@pytest.mark.parametrize("value", ["/evil.org", "//evil.org", "\\evil.org", "\t/evil.org", "\r\n"])
def test_a_link_never_leads_to_another_host(value: str) -> None:
    app = make_site()
    app.add_url_rule("/<path:rest>", "path", lambda rest: rest)
    app.add_url_rule("/text/<rest>", "text", lambda rest: rest)
    for root in ("http://localhost/", "http://localhost/app/"):
        with app.test_request_context(base_url=root):
            for endpoint in ("path", "text"):
                link = url_for(endpoint, rest=value)
                assert link.startswith("/")
                assert not link.startswith("//")
                assert not set(link) & set("\\\t\r\n")


def test_a_permanent_session_that_is_only_sent_again_varies() -> None:
    app = make_site()

    @app.route("/set")
    def begin() -> str:
        session.permanent = True
        return "set"

    app.add_url_rule("/", "home", lambda: "home")
    cookie = (ask(app, "/set").header("Set-Cookie") or "").partition(";")[0]
    answer = ask(app, HTTP_COOKIE=cookie)
    assert answer.header("Set-Cookie")
    assert answer.header("Vary") == "Cookie"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-le", "utf-32-be"])
def test_json_of_an_unusual_encoding_is_read_within_bounds(encoding: str) -> None:
    app = make_site()
    app.add_url_rule("/", "home", lambda: str(len(request.get_json())), methods=["POST"])
    body = ("[" + "1," * 100_000 + "1]").encode(encoding)
    assert cpu_of(lambda: post(app, "/", body, "application/json"), 500) < 500
    deep = ("[" * 100_000).encode(encoding)
    assert post(app, "/", deep, "application/json").code == 400


FILE = 'Content-Disposition: form-data; name="f"; filename="f"'
HEAVY: dict[str, bytes] = {
    "a file of line breaks": form(part(FILE, b"\r\n" * 500_000)),
    "a file that is all but a boundary": form(part(FILE, b"\r\n--" * 250_000)),
    "a field before a boundary that never comes": b"--b\r\n\r\n" + b"\r\n--b" * 200_000,
    "a long preamble": b"\r\n" * 500_000 + form(field()),
    "a long epilogue": form(field()) + b"\r\n-" * 330_000,
    "base64 with spaces": form(
        part(FILE + "\r\nContent-Transfer-Encoding: base64", b" " * 1_000_000)
    ),
    "many empty parts": b"--b\r\n\r\n" * 100_000,
    "nothing but the end": b"--b--\r\n" * 100_000,
}


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("body", HEAVY.values(), ids=HEAVY.keys())
def test_1_mb_of_any_form_is_read_within_bounds(body: bytes, chunked: bool) -> None:
    app = make_site()
    app.add_url_rule("/", "home", lambda: str(len(request.files)), methods=["POST"])
    call = functools.partial(post, app, "/", body, MULTIPART, chunked=chunked)
    assert call().code in (200, 400, 413)
    assert cpu_of(call, 500) < 500


def test_a_length_beside_chunks_is_not_believed() -> None:
    both = make_environ(CONTENT_LENGTH="3", HTTP_TRANSFER_ENCODING="chunked")
    assert announced_length(both) is None
    app = make_site()
    app.add_url_rule("/", "home", lambda: request.get_data(), methods=["POST"])
    answer = post(app, "/", b"abcdef", chunked=True, CONTENT_LENGTH="3")
    assert answer.body == b"abcdef"


def test_many_ranges_are_refused_within_bounds(tmp_path: pathlib.Path) -> None:
    (tmp_path / "a.txt").write_text("x" * 100_000)
    app = Erlen("files", static_folder=tmp_path, static_url_path="/static")
    ranges = "bytes=" + ",".join(f"{n}-{n}" for n in range(0, 20_000, 2))
    assert cpu_of(lambda: ask(app, "/static/a.txt", HTTP_RANGE=ranges), 50) < 50
    assert ask(app, "/static/a.txt", HTTP_RANGE=ranges).code == 416


def test_a_folder_whose_name_begins_alike_is_outside(tmp_path: pathlib.Path) -> None:
    for name in ("static", "static-private"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(name)
    (tmp_path / "static" / "link").symlink_to(tmp_path / "static-private")
    app = Erlen("files", static_folder=tmp_path / "static", static_url_path="/static")
    assert ask(app, "/static/a.txt").body == b"static"
    for path in ("link/a.txt", "../static-private/a.txt", "..%2fstatic-private/a.txt"):
        assert ask(app, f"/static/{path}").code == 404


@pytest.mark.parametrize(
    "name", ['a".bat"; x="b', "a;b.txt", "a\\b", 'a"; filename="x.exe', "\u20ac"]
)
def test_the_name_of_a_download_cannot_add_a_parameter(name: str) -> None:
    app = make_site()
    app.add_url_rule(
        "/", "home", lambda: send_file(io.BytesIO(), as_attachment=True, download_name=name)
    )
    kind, parameters = parse_options_header(ask(app).header("Content-Disposition"))
    assert kind == "attachment"
    assert parameters == {"filename": name}


def test_trusted_hosts_hold_in_debug_mode_too() -> None:
    app = make_site(DEBUG=True, TRUSTED_HOSTS=["localhost"])
    app.add_url_rule("/", "home", lambda: "home")
    assert ask(app, HTTP_HOST="rebound.evil.org").code == 400


def test_no_cache_grows_with_what_clients_send() -> None:
    gc.collect()
    caches = [
        found for found in gc.get_objects() if isinstance(found, functools._lru_cache_wrapper)
    ]
    own = [cache for cache in caches if str(cache.__module__).startswith("erlen")]
    unbounded = {
        f"{cache.__module__}.{cache.__qualname__}"
        for cache in own
        if cache.cache_parameters()["maxsize"] is None
    }
    assert own
    unbounded.discard("erlen.forms.i18n._catalogue")  # as many as there are catalogues
    for name in unbounded:  # these take no arguments
        module, _, function = name.rpartition(".")
        assert not inspect.signature(getattr(sys.modules[module], function)).parameters


def test_the_debuggers_page_escapes_the_exception() -> None:
    app = make_site(DEBUG=True)

    def fail() -> t.NoReturn:
        raise ValueError("--" + "><script>alert(1)</script>")

    app.add_url_rule("/", "home", fail)
    errors: Environ = {"wsgi.errors": io.StringIO()}
    answer = ask(DebuggedApplication(app), "/", **errors)
    assert b"Werkzeug Debugger" in answer.body
    page, _, comment = answer.body.partition(b"<!--\n")
    assert b"<script>alert(1)" not in page
    assert comment.count(b"-->") == 1


@pytest.mark.parametrize("key", ["a b", "a/b", "a>b", "a=b"])
def test_a_template_writes_no_attribute_that_a_key_smuggles_in(key: str) -> None:
    app = make_site()
    with app.app_context(), pytest.raises(ValueError, match="Invalid character"):
        erlen.render_template_string("{{ {key: 1}|xmlattr }}", key=key)


def test_templates_escape_values_and_keep_json_inside_a_script() -> None:
    app = make_site()
    with app.app_context():
        text = erlen.render_template_string(
            "<p title='{{ a }}'>{{ a }}</p><script>{{ a|tojson }}</script>", a="</script>'\""
        )
    assert text.count("</script>") == 1
    assert "'\"" not in text


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "TRACK"])
def test_a_method_that_echoes_is_not_answered(method: str) -> None:
    app = make_site()
    app.add_url_rule("/", "home", lambda: "home")
    answer = ask(app, "/", method, HTTP_COOKIE="session=secret")
    assert answer.code == 405
    assert b"secret" not in answer.body
