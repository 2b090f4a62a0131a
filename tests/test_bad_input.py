"""Malformed requests get the answer that Flask gives them, never a 500 or a leaked context."""

from __future__ import annotations

import collections.abc as cabc
import io
import json
import logging
import typing as t

import flask
import pytest

import erlen
from erlen.globals import _app_ctx_stack, _request_ctx_stack

Environ = dict[str, t.Any]
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


def build(framework: t.Any, **settings: t.Any) -> t.Any:
    """Return an application that touches every part of a request, made from *framework*."""
    app: erlen.Erlen = framework.Flask("bad_input", static_folder=None)
    app.logger.setLevel(logging.CRITICAL + 1)
    app.config.update(SECRET_KEY="a key of thirty-two characters..", **settings)
    request = framework.request

    @app.route("/")
    def home() -> str:
        return "home"

    @app.route("/folder/", methods=["GET", "POST"])
    def folder() -> str:
        return "folder"

    @app.route("/int/<int:value>")
    @app.route("/float/<float:value>")
    @app.route("/uuid/<uuid:value>")
    @app.route("/any/<any(a, b):value>")
    @app.route("/short/<string(maxlength=3):value>")
    @app.route("/text/<value>")
    @app.route("/path/<path:value>")
    def converted(value: t.Any) -> str:
        return repr(value)

    @app.get("/args")
    def args() -> t.Any:
        return [
            sorted(request.args.items(multi=True)),
            request.args.get("n", -1, type=int),
            request.url,
            request.full_path,
        ]

    @app.get("/args/needed")
    def needed_argument() -> str:
        return str(request.args["needed"])

    @app.post("/form")
    def form() -> t.Any:
        files = [
            (name, file.filename, file.read().decode())
            for name, file in request.files.items(multi=True)
        ]
        return [sorted(request.form.items(multi=True)), sorted(files)]

    @app.post("/form/needed")
    def needed_field() -> str:
        return str(request.form["needed"])

    @app.post("/json")
    def read_json() -> t.Any:
        return {"read": request.get_json()}

    @app.post("/json/silent")
    def silent_json() -> t.Any:
        return {"read": request.get_json(force=True, silent=True)}

    @app.post("/data")
    def data() -> str:
        return str(len(request.get_data()))

    @app.get("/cookies")
    def cookies() -> t.Any:
        return [sorted(request.cookies.items(multi=True)), dict(framework.session)]

    @app.get("/headers")
    def headers() -> t.Any:
        return [
            str(request.accept_mimetypes),
            request.accept_languages.best_match(["de", "en"]),
            request.accept_mimetypes.accept_json,
            str(request.authorization),
            str(request.range),
            str(request.if_modified_since),
            str(request.if_range),
            str(request.if_none_match),
            str(request.cache_control),
            str(request.date),
            request.content_length,
            request.max_forwards,
            request.mimetype,
            sorted(request.mimetype_params.items()),
            list(request.access_route),
        ]

    return app


def ask(app: t.Any, environ: Environ) -> tuple[str, bytes, dict[str, t.Any]]:
    """Send a raw environ, as a server would, and return status, body and telling headers."""
    body = environ.get("body", b"")
    whole: Environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if body:
        whole["CONTENT_LENGTH"] = str(len(body))
    whole.update({key: value for key, value in environ.items() if key != "body"})
    for key in [key for key, value in whole.items() if value is None]:
        del whole[key]
    started: list[t.Any] = []
    answer = app(whole, lambda status, headers, exc_info=None: started.append((status, headers)))
    content = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    status, headers = started[-1]
    telling = {key: value for key, value in headers if key in {"Content-Type", "Location"}}
    allow = next((value for key, value in headers if key == "Allow"), "")
    return status, content, {**telling, "Allow": sorted(allow.split(", "))}


def get(path: str, **environ: t.Any) -> Environ:
    return {"PATH_INFO": path, **environ}


def post(path: str, body: bytes, content_type: str | None = FORM, **environ: t.Any) -> Environ:
    posted: Environ = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "CONTENT_TYPE": content_type}
    return {**posted, "body": body, **environ}


def part(headers: str, content: str = "x") -> bytes:
    return f"--b\r\n{headers}\r\n\r\n{content}\r\n".encode()


FIELD = part('Content-Disposition: form-data; name="a"')

CASES: dict[str, Environ] = {
    # URLs
    "unknown path": get("/nowhere"),
    "empty path": get(""),
    "no path": get("/", PATH_INFO=None),
    "path without a slash": get("int/1"),
    "double slash": get("//"),
    "double slash inside": get("/folder//"),
    "double slash before a host": get("//example.com/folder"),
    "missing final slash": get("/folder"),
    "missing final slash with query": get("/folder", QUERY_STRING="a=%zz"),
    "final slash too many": get("/int/1/"),
    "dots": get("/folder/../"),
    "backslash": get("/\\example.com"),
    "null byte": get("/text/a\x00b"),
    "line break": get("/text/a\r\nb"),
    "line break in a redirect": get("/folder\r\nX: y"),
    "bytes that are no UTF-8": get("/text/\xff\xfe"),
    "overlong UTF-8": get("/text/\xc0\xaf"),
    "a lone surrogate as UTF-8": get("/text/\xed\xa0\x80"),
    "characters that are no int": get("/int/abc"),
    "a negative int": get("/int/-1"),
    "an int with a plus": get("/int/+1"),
    "an int with underscores": get("/int/1_0"),
    "an int too long for Python": get("/int/" + "9" * 5000),
    "a float without a fraction": get("/float/1"),
    "a float that is infinite": get("/float/inf"),
    "no uuid": get("/uuid/1234"),
    "a uuid with braces": get("/uuid/{12345678-1234-5678-1234-567812345678}"),
    "none of any": get("/any/c"),
    "too long a string": get("/short/abcd"),
    "a slash in a string": get("/text/a/b"),
    "an empty path variable": get("/path/"),
    "a long path": get("/path/" + "a/" * 5000),
    # methods
    "method that is not allowed": get("/", REQUEST_METHOD="POST"),
    "unknown method": get("/", REQUEST_METHOD="BREW"),
    "method in lower case": get("/", REQUEST_METHOD="get"),
    "empty method": get("/", REQUEST_METHOD=""),
    "unknown method at an unknown path": get("/nowhere", REQUEST_METHOD="BREW"),
    "TRACE": get("/", REQUEST_METHOD="TRACE"),
    "OPTIONS of an unknown path": get("/nowhere", REQUEST_METHOD="OPTIONS"),
    "OPTIONS for the server": get("*", REQUEST_METHOD="OPTIONS"),
    "HEAD where only POST is": get("/form", REQUEST_METHOD="HEAD"),
    "POST before the slash redirect": post("/folder", b"a=1"),
    # hosts
    "no host": get("/", HTTP_HOST=None),
    "empty host": get("/args", HTTP_HOST=""),
    # queries
    "query without an equals sign": get("/args", QUERY_STRING="a&b&&=&=c"),
    "query with broken escapes": get("/args", QUERY_STRING="a=%&b=%z&c=%4"),
    "query that is no UTF-8": get("/args", QUERY_STRING="a=%ff%fe&b=%c3"),
    "query with a null byte": get("/args", QUERY_STRING="a=%00"),
    "query value that is no number": get("/args", QUERY_STRING="n=many"),
    "query value of another script": get("/args", QUERY_STRING="n=%D9%A1"),
    "query key that is missing": get("/args/needed"),
    "query key in another case": get("/args/needed", QUERY_STRING="Needed=1"),
    # cookies
    "cookie without a name": get("/cookies", HTTP_COOKIE="=a; ; b"),
    "cookie with a broken quote": get("/cookies", HTTP_COOKIE='a="b; c=d'),
    "cookie with octal escapes": get("/cookies", HTTP_COOKIE=r'a="\377\12"'),
    "cookie that is no UTF-8": get("/cookies", HTTP_COOKIE="a=\xff\xfe"),
    "session that is nonsense": get("/cookies", HTTP_COOKIE="session=nonsense"),
    "session of dots": get("/cookies", HTTP_COOKIE="session=...."),
    "session with a wrong signature": get("/cookies", HTTP_COOKIE="session=eyJhIjoxfQ.aaaaaa.bbbb"),
    "session that is no ASCII": get("/cookies", HTTP_COOKIE="session=\xe4\xf6"),
    "session sent twice": get("/cookies", HTTP_COOKIE="session=a; session=b"),
    # forms
    "form field that is missing": post("/form/needed", b"other=1"),
    "form without a type": post("/form", b"a=1", None),
    "form of an unknown type": post("/form", b"a=1", "text/weird"),
    "form with a broken type": post("/form", b"a=1", ";;;=,"),
    "form with an unknown charset": post("/form", b"a=%ff", f"{FORM}; charset=nonsense"),
    "form with broken escapes": post("/form", b"a=%&%zz=%4&=&&b"),
    "form that is no UTF-8": post("/form", b"a=\xff&\xfe=%ff"),
    "form without a body": post("/form", b"", CONTENT_LENGTH="0"),
    "multipart without a boundary": post("/form", FIELD, MULTIPART),
    "multipart with an empty boundary": post("/form", FIELD, f"{MULTIPART}; boundary="),
    "multipart with another boundary": post("/form", FIELD, f"{MULTIPART}; boundary=other"),
    "multipart that ends early": post("/form", FIELD, f"{MULTIPART}; boundary=b"),
    "multipart that is cut in a header": post(
        "/form", b"--b\r\nContent-Disp", f"{MULTIPART}; boundary=b"
    ),
    "multipart of nonsense": post("/form", b"\x00\xff" * 50, f"{MULTIPART}; boundary=b"),
    "multipart without a body": post("/form", b"", f"{MULTIPART}; boundary=b"),
    "part without a disposition": post(
        "/form", part("X-Other: 1") + b"--b--\r\n", f"{MULTIPART}; boundary=b"
    ),
    "part with an unknown charset": post(
        "/form",
        part('Content-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=none')
        + b"--b--\r\n",
        f"{MULTIPART}; boundary=b",
    ),
    "part with an unknown encoding": post(
        "/form",
        part('Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: zip')
        + b"--b--\r\n",
        f"{MULTIPART}; boundary=b",
    ),
    # JSON
    "json without a type": post("/json", b"{}", None),
    "json of another type": post("/json", b"{}", "text/plain"),
    "json that is empty": post("/json", b"", "application/json"),
    "json that is cut": post("/json", b'{"a": [1, ', "application/json"),
    "json with a comma too many": post("/json", b"[1,]", "application/json"),
    "json with single quotes": post("/json", b"{'a': 1}", "application/json"),
    "json that is no UTF-8": post("/json", b'"\xff\xfe\xfa"', "application/json"),
    "json as UTF-16": post("/json", '{"a": 1}'.encode("utf-16"), "application/json"),
    "json with a null byte": post("/json", b"\x00", "application/json"),
    "json with a huge number": post("/json", b"9" * 5000, "application/json"),
    "json read in silence": post("/json/silent", b"{", "application/json"),
    "json of a type like json": post("/json", b"{", "application/problem+json"),
    # content length
    "length that is no number": post("/data", b"abc", CONTENT_LENGTH="many"),
    "length that is negative": post("/data", b"abc", CONTENT_LENGTH="-1"),
    "length that is empty": post("/data", b"abc", CONTENT_LENGTH=""),
    "length with a plus": post("/data", b"abc", CONTENT_LENGTH="+3"),
    "length of another script": post("/data", b"abc", CONTENT_LENGTH="\xd9\xa3"),
    "no length": post("/data", b"abc", CONTENT_LENGTH=None),
    "length too short": post("/data", b"abc", CONTENT_LENGTH="1"),
    "form of a wrong length": post("/form", b"a=1", CONTENT_LENGTH="x"),
    # other headers
    "accept of nonsense": get(
        "/headers", HTTP_ACCEPT=";;q=,,*/;q=x,a/b;q=9", HTTP_ACCEPT_LANGUAGE="-,;q=-1"
    ),
    "basic authorization of nonsense": get("/headers", HTTP_AUTHORIZATION="Basic ==="),
    "basic authorization without a colon": get("/headers", HTTP_AUTHORIZATION="Basic YWJj"),
    "authorization without a scheme": get("/headers", HTTP_AUTHORIZATION=" "),
    "digest authorization of nonsense": get("/headers", HTTP_AUTHORIZATION='Digest a="b, ,=c'),
    "range of nonsense": get("/headers", HTTP_RANGE="bytes=-,a-b,5-1"),
    "range without a unit": get("/headers", HTTP_RANGE="0-1"),
    "dates of nonsense": get(
        "/headers",
        HTTP_IF_MODIFIED_SINCE="Foo, 99 Bar 9999 99:99:99 GMT",
        HTTP_IF_RANGE="yesterday",
        HTTP_DATE="-1",
    ),
    "entity tags of nonsense": get("/headers", HTTP_IF_NONE_MATCH='W/", "a, *, b"'),
    "cache control of nonsense": get("/headers", HTTP_CACHE_CONTROL="max-age=x, ,=1, no-cache"),
    "forwards of nonsense": get("/headers", HTTP_MAX_FORWARDS="x", HTTP_X_FORWARDED_FOR=",, ,"),
    "type of nonsense": get("/headers", CONTENT_TYPE="a/b; c=\"d; =; e*=utf-9''%zz; f*0*=x"),
}


@pytest.fixture(autouse=True)
def no_context_is_left() -> cabc.Iterator[None]:
    yield
    assert _request_ctx_stack.top is None
    assert _app_ctx_stack.top is None


@pytest.fixture(scope="module")
def apps() -> tuple[t.Any, t.Any]:
    return build(erlen), build(flask)


@pytest.mark.parametrize("environ", CASES.values(), ids=CASES.keys())
def test_answer_is_flasks(apps: tuple[t.Any, t.Any], environ: Environ) -> None:
    ours, flasks = (ask(app, environ) for app in apps)
    assert ours == (without_host(flasks) if flasks[0] < "400" else flasks)
    assert ours[0] < "500"


def without_host(answer: t.Any) -> t.Any:
    """Return Flask's answer with the Location of a redirect as Erlen sends it."""
    status, content, headers = answer
    if "Location" in headers:
        content = content.replace(b"http://localhost/", b"/")
        headers = headers | {"Location": headers["Location"].removeprefix("http://localhost")}
    return status, content, headers


# Where Erlen is stricter than Flask, or Flask itself answers 500.


@pytest.mark.parametrize(
    "host",
    [
        "a b",
        "a/b",
        "a\\b",
        "user@localhost",
        "localhost:port",
        "localhost:99999",
        "<script>",
        "localhost\r\nX: y",
        "[::1",
    ],
)
@pytest.mark.parametrize("path", ["/", "/folder", "/nowhere", "/text/a"])
def test_host_that_is_no_name_is_refused(apps: tuple[t.Any, t.Any], host: str, path: str) -> None:
    status, body, headers = ask(apps[0], get(path, HTTP_HOST=host))
    assert status == "400 BAD REQUEST"
    assert b"<script>" not in body
    assert "Location" not in headers


def test_raw_bytes_in_the_query_are_kept_encoded(apps: tuple[t.Any, t.Any]) -> None:
    status, body, _ = ask(apps[0], get("/args", QUERY_STRING="a=\xff&n=2"))
    assert status == "200 OK"
    assert json.loads(body) == [
        [["a", "%FF"], ["n", "2"]],
        2,
        "http://localhost/args?a=%FF&n=2",
        "/args?a=%FF&n=2",
    ]


def test_credentials_that_are_no_ascii_are_none(apps: tuple[t.Any, t.Any]) -> None:
    status, body, _ = ask(apps[0], get("/headers", HTTP_AUTHORIZATION="Basic \xff==="))
    assert (status, json.loads(body)[3]) == ("200 OK", "None")


# Limits and trust

SETTINGS: dict[str, t.Any] = {
    "MAX_CONTENT_LENGTH": 2_000,
    "MAX_FORM_MEMORY_SIZE": 100,
    "MAX_FORM_PARTS": 3,
    "TRUSTED_HOSTS": ["localhost", ".example.com"],
}
GUARDED: dict[str, Environ] = {
    "body over the limit": post("/data", b"x" * 2_001),
    "json over the limit": post("/json", b'"%b"' % (b"x" * 2_000), "application/json"),
    "form over the limit": post("/form", b"a=" + b"x" * 2_000),
    "multipart field over the limit": post(
        "/form",
        part('Content-Disposition: form-data; name="a"', "x" * 101) + b"--b--\r\n",
        f"{MULTIPART}; boundary=b",
    ),
    "too many parts": post("/form", FIELD * 4 + b"--b--\r\n", f"{MULTIPART}; boundary=b"),
    "host that is not trusted": get("/", HTTP_HOST="evil.test"),
    "host that ends like a trusted one": get("/", HTTP_HOST="evilexample.com"),
    "host that begins like a trusted one": get("/", HTTP_HOST="localhost.evil.test"),
    "trusted host of another port": get("/", HTTP_HOST="localhost:99"),
    "trusted subdomain": get("/", HTTP_HOST="a.example.com"),
    "untrusted host at an unknown path": get("/nowhere", HTTP_HOST="evil.test"),
    "untrusted host with a wrong method": get("/", HTTP_HOST="evil", REQUEST_METHOD="PUT"),
}
#: Where Flask cuts a body off at the limit, or knows no limit for this kind of form.
STRICTER: dict[str, Environ] = {
    "body over the limit of unknown length": {
        **post("/data", b"x" * 2_001, CONTENT_LENGTH=None),
        "wsgi.input_terminated": True,
    },
    "field over the limit": post("/form", b"a=" + b"x" * 101),
    "too many fields": post("/form", b"a=1&b=2&c=3&d=4"),
}


@pytest.fixture(scope="module")
def guarded_apps() -> tuple[t.Any, t.Any]:
    return build(erlen, **SETTINGS), build(flask, **SETTINGS)


@pytest.mark.parametrize("environ", GUARDED.values(), ids=GUARDED.keys())
def test_limits_answer_as_flasks(guarded_apps: tuple[t.Any, t.Any], environ: Environ) -> None:
    ours, flasks = (ask(app, environ) for app in guarded_apps)
    assert ours == flasks
    assert ours[0] < "500"


@pytest.mark.parametrize(
    "case, status",
    [
        ("body over the limit", "413"),
        ("multipart field over the limit", "413"),
        ("too many parts", "413"),
        ("host that is not trusted", "400"),
    ],
)
def test_limits_are_what_they_say(
    guarded_apps: tuple[t.Any, t.Any], case: str, status: str
) -> None:
    assert ask(guarded_apps[0], GUARDED[case])[0].startswith(status)


@pytest.mark.parametrize("environ", STRICTER.values(), ids=STRICTER.keys())
def test_limits_hold_where_flasks_do_not(
    guarded_apps: tuple[t.Any, t.Any], environ: Environ
) -> None:
    ours, flasks = (ask(app, environ) for app in guarded_apps)
    assert ours[0] == "413 REQUEST ENTITY TOO LARGE"
    assert flasks[0] == "200 OK"


# Debug mode tells more, and as much as Flask's.


@pytest.mark.parametrize("case", ["form field that is missing", "json that is cut"])
def test_debug_mode_tells_what_flask_tells(case: str) -> None:
    settings = {"DEBUG": True, "TRAP_BAD_REQUEST_ERRORS": False}
    ours, flasks = (ask(build(each, **settings), CASES[case]) for each in (erlen, flask))
    assert ours == flasks
    assert ours[0] == "400 BAD REQUEST"
    assert ours[1] != ask(build(erlen), CASES[case])[1]
