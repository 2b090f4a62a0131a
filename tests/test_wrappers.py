from __future__ import annotations

import io
import pathlib
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Request as WerkzeugRequest
from werkzeug.wrappers import Response as WerkzeugResponse

import erlen
from erlen import Erlen, Request, Response
from erlen.logging import request_id
from tests.wsgi import Environ, ask, make_environ

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"

#: What can be read of a request, in Werkzeug mostly set by its constructor.
READ = [
    "method", "scheme", "server", "root_path", "path", "query_string", "remote_addr", "host",
    "url", "base_url", "root_url", "host_url", "full_path", "script_root", "url_root", "is_secure",
    "args", "cookies", "access_route", "content_length", "content_type", "mimetype", "is_json",
    "accept_mimetypes", "referrer", "origin", "date", "range",
    "authorization", "shallow", "want_form_data_parsed",
]  # fmt: skip

ANY = st.text(st.characters(max_codepoint=255), max_size=12)
PATH = st.one_of(st.none(), ANY, ANY.map("/{}".format), st.sampled_from(["", "/", "//", "/ä", "x"]))
ENVIRONS = st.fixed_dictionaries(
    {
        "REQUEST_METHOD": st.one_of(st.none(), st.sampled_from(["GET", "post", "PUT", "ÄÖ", ""])),
        "wsgi.url_scheme": st.sampled_from(["http", "https", "ws", "wss", None]),
        "SERVER_NAME": st.sampled_from(["localhost", "::1", "unix", None]),
        "SERVER_PORT": st.sampled_from(["80", "443", "8000", "nonsense", "", None]),
        "SCRIPT_NAME": PATH,
        "PATH_INFO": PATH,
        "QUERY_STRING": st.one_of(st.none(), ANY, st.sampled_from(["a=1&b=2", "a=%ff", "a=ä"])),
        "REMOTE_ADDR": st.sampled_from(["127.0.0.1", "", None]),
        "HTTP_HOST": st.one_of(
            st.none(), ANY, st.sampled_from(["localhost", "a:80", "a:443", "a@b", "[::1]:5", ""])
        ),
        "HTTP_COOKIE": st.one_of(st.none(), ANY, st.sampled_from(["a=b; c=d", "session=x"])),
        "CONTENT_LENGTH": st.sampled_from(["", "0", "5", "-1", "x", None]),
        "CONTENT_TYPE": st.sampled_from(["", FORM, "application/json", "text/x; charset=y", None]),
        "HTTP_X_OWN": st.one_of(st.none(), ANY),
    }
)


def outcome(request: t.Any, name: str) -> t.Any:
    try:
        return getattr(request, name)
    except Exception as exc:
        return type(exc)


def agree(ours: t.Any, theirs: t.Any) -> bool:
    """Tell whether two outcomes agree; where Werkzeug trips over bytes, Erlen may not (SAFE-9)."""
    return bool(ours == theirs or (theirs is UnicodeDecodeError and not isinstance(ours, type)))


@given(ENVIRONS)
def test_what_is_computed_late_is_what_werkzeug_computes_at_once(values: Environ) -> None:
    environ = make_environ("/", **values)
    theirs, ours = WerkzeugRequest(dict(environ)), Request(dict(environ))
    for name in READ:
        assert agree(outcome(ours, name), outcome(theirs, name)), name
    assert list(ours.headers) == list(theirs.headers)


@given(ENVIRONS)
def test_so_it_is_in_an_application(values: Environ) -> None:
    app = Erlen("wrappers", static_folder=None, root_path="/")
    environ = make_environ("/", **{**values, "HTTP_HOST": "localhost", "SERVER_NAME": "localhost"})
    environ.setdefault("wsgi.url_scheme", "http")
    environ.setdefault("REQUEST_METHOD", "GET")
    environ.setdefault("SERVER_PORT", "80")
    seen: list[t.Any] = []

    @app.before_request
    def read() -> str:
        seen.extend(outcome(erlen.request, name) for name in READ)
        return "read"

    theirs = WerkzeugRequest(dict(environ))
    app(environ, lambda *args: None)  # type: ignore[arg-type]
    for name, value in zip(READ, seen, strict=True):
        assert agree(value, outcome(theirs, name)), name


def test_the_url_with_a_long_query_is_werkzeugs() -> None:
    query = "a=%C3%A9%26&b=%ff+é&" * 500
    environ = make_environ("/ä", QUERY_STRING=query, HTTP_HOST="xn--bcher-kva.example:8000")
    assert Request(environ).url == WerkzeugRequest(environ).url


def test_what_was_computed_can_be_set_and_deleted() -> None:
    request = Request(make_environ("/a", "POST"))
    assert request.path == "/a"
    request.path = "/b"
    request.method = "PUT"
    assert (request.path, request.method) == ("/b", "PUT")
    del request.path
    assert request.path == "/a"
    assert Request.path.__doc__ is None


def test_requests_and_responses_are_werkzeugs() -> None:
    assert issubclass(Request, WerkzeugRequest)
    assert issubclass(Response, WerkzeugResponse)


def test_the_environ_knows_its_request_until_the_end() -> None:
    app = Erlen("wrappers", static_folder=None, root_path="/")
    environ = make_environ()
    seen: list[bool] = []

    @app.route("/")
    def home() -> str:
        request = erlen.request._get_current_object()  # type: ignore[attr-defined]
        seen.append(request.environ is environ)
        seen.append(environ["werkzeug.request"] is request)
        return "home"

    app(environ, lambda *args: None)  # type: ignore[arg-type]
    assert seen == [True, True]
    assert environ["werkzeug.request"] is None


@pytest.mark.parametrize("keywords, known", [({}, True), ({"populate_request": False}, None)])
def test_the_constructor_takes_what_werkzeugs_takes(
    keywords: dict[str, bool], known: bool | None
) -> None:
    environ = make_environ()
    request = Request(environ, **keywords)
    assert ("werkzeug.request" in environ) == bool(known)
    assert request.shallow is False


def test_a_shallow_request_leaves_the_environ_alone() -> None:
    environ = make_environ()
    request = Request(environ, shallow=True)
    assert request.environ is environ
    assert "werkzeug.request" not in environ
    with pytest.raises(RuntimeError, match="shallow"):
        request.data


# Where the request was routed


def test_a_request_knows_its_endpoint_and_blueprints() -> None:
    app = Erlen("wrappers", static_folder=None, root_path="/")
    inner, outer = erlen.Blueprint("inner", "wrappers"), erlen.Blueprint("outer", "wrappers")
    inner.add_url_rule("/in/<int:n>", "view", lambda n: "")
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    app.add_url_rule("/", "home", lambda: "")
    with app.test_request_context("/in/7"):
        request = erlen.request
        assert (request.endpoint, request.blueprint) == ("outer.inner.view", "outer.inner")
        assert request.blueprints == ["outer.inner", "outer"]
        assert request.view_args == {"n": 7}
        assert request.url_rule is not None
    with app.test_request_context("/"):
        assert (erlen.request.blueprint, erlen.request.blueprints) == (None, [])
    assert Request(make_environ()).endpoint is None
    assert Request(make_environ()).blueprints == []


# Limits


@pytest.fixture
def app() -> Erlen:
    app = Erlen("wrappers", static_folder=None, root_path="/")

    @app.post("/form")
    def form() -> t.Any:
        fields = sum(len(value) for value in erlen.request.form.values())
        return [fields, len(erlen.request.files)]

    app.add_url_rule("/data", "data", lambda: erlen.request.get_data(), methods=["POST"])
    return app


def post(app: Erlen, path: str, body: bytes, kind: str = FORM, **more: t.Any) -> int:
    length = more.pop("CONTENT_LENGTH", str(len(body)))
    answer = ask(
        app,
        path,
        "POST",
        CONTENT_TYPE=kind,
        CONTENT_LENGTH=length,
        **{"wsgi.input": io.BytesIO(body), **more},
    )
    return answer.code


def part(name: str, value: bytes, filename: str | None = None) -> bytes:
    file = f'; filename="{filename}"' if filename else ""
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
    return head.encode() + value + b"\r\n"


@pytest.mark.parametrize("path, kind", [("/data", "text/plain"), ("/form", FORM)])
def test_a_body_longer_than_the_limit_is_a_413(app: Erlen, path: str, kind: str) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 10
    assert post(app, path, b"a=12345678", kind) == 200
    assert post(app, path, b"a=123456789", kind) == 413


def test_of_a_body_in_chunks_no_more_than_the_limit_is_read(app: Erlen) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 10
    body = io.BytesIO(b"x" * 100)
    chunked = {"wsgi.input": body, "wsgi.input_terminated": True}
    answer = ask(app, "/data", "POST", **chunked)
    assert answer.code == 413 or len(answer.body) <= 10
    assert body.tell() <= 11


def test_a_field_larger_than_its_limit_is_a_413(app: Erlen) -> None:
    app.config["MAX_FORM_MEMORY_SIZE"] = 200
    for length, code in ((20, 200), (201, 413)):
        body = part("a", b"x" * length) + b"--b--\r\n"
        assert post(app, "/form", body, MULTIPART) == code
    file = part("a", b"x" * 100_000, "large.txt") + b"--b--\r\n"
    app.config["MAX_FORM_MEMORY_SIZE"] = 70_000
    assert post(app, "/form", file, MULTIPART) == 200


def test_a_form_of_more_parts_than_the_limit_is_a_413(app: Erlen) -> None:
    app.config["MAX_FORM_PARTS"] = 3
    for count, code in ((3, 200), (4, 413)):
        body = b"".join(part(str(n), b"x") for n in range(count)) + b"--b--\r\n"
        assert post(app, "/form", body, MULTIPART) == code


def test_the_limits_are_those_of_flask_unless_they_are_set(app: Erlen) -> None:
    names = ("max_content_length", "max_form_memory_size", "max_form_parts")
    values = [None, 500_000, 1_000]
    with app.test_request_context():
        request = erlen.request._get_current_object()  # type: ignore[attr-defined]
        assert [getattr(request, name) for name in names] == values
        for name in names:
            setattr(request, name, 7)
            assert getattr(request, name) == 7
    outside = Request(make_environ())
    assert [getattr(outside, name) for name in names] == values


def test_one_request_can_have_limits_of_its_own(app: Erlen) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 10

    @app.post("/large")
    def large() -> bytes:
        erlen.request.max_content_length = 100
        return erlen.request.get_data()

    assert post(app, "/large", b"x" * 100) == 200
    assert post(app, "/large", b"x" * 101) == 413
    assert post(app, "/data", b"x" * 11) == 413


def test_uploads_are_closed_at_the_end(app: Erlen) -> None:
    files: list[t.Any] = []

    @app.post("/upload")
    def upload() -> str:
        files.append(erlen.request.files["a"])
        assert not files[0].closed
        return "kept"

    assert post(app, "/upload", part("a", b"x", "a.txt") + b"--b--\r\n", MULTIPART) == 200
    assert files[0].closed


def test_uploads_are_closed_after_a_failure(app: Erlen) -> None:
    files: list[t.Any] = []
    app.logger.disabled = True

    @app.post("/upload")
    def upload() -> str:
        files.append(erlen.request.files["a"])
        raise ValueError

    assert post(app, "/upload", part("a", b"x", "a.txt") + b"--b--\r\n", MULTIPART) == 500
    assert files[0].closed


# JSON


@pytest.mark.parametrize("body", [b"{", b"", b"\xff", b"nonsense"])
@pytest.mark.parametrize("debug", [True, False])
def test_json_that_is_none_is_a_400_and_tells_why_in_debug_mode(
    app: Erlen, body: bytes, debug: bool
) -> None:
    app.debug = debug
    with app.test_request_context(method="POST", data=body, content_type="application/json"):
        with pytest.raises(BadRequest) as raised:
            erlen.request.get_json()
        assert ("Failed to decode JSON" in str(raised.value)) == debug
        assert erlen.request.get_json(silent=True) is None


def test_json_is_read_by_the_applications_provider(app: Erlen) -> None:
    class Own(erlen.json.provider.DefaultJSONProvider):
        def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
            return "own"

    app.json = Own(app)
    app.add_url_rule("/json", "json", lambda: str(erlen.request.json), methods=["POST"])
    assert post(app, "/json", b"{}", "application/json") == 200
    with app.test_request_context(method="POST", json={}):
        assert erlen.request.json == "own"


# Responses


def test_a_response_is_html_unless_it_says_otherwise() -> None:
    assert Response("x").content_type == "text/html; charset=utf-8"
    assert Response("x", mimetype="text/plain").content_type == "text/plain; charset=utf-8"
    assert Response("x", content_type="a/b").content_type == "a/b"


def test_a_response_gives_back_what_was_put_in() -> None:
    response = Response("ä", 201, {"X-A": "b"})
    assert (response.get_data(), response.get_data(as_text=True)) == ("ä".encode(), "ä")
    assert (response.status_code, response.status) == (201, "201 CREATED")
    response.set_data("new")
    assert response.content_length == 3
    response.status_code = 404
    assert response.status == "404 NOT FOUND"


@pytest.mark.parametrize("status", ["", " ", "nonsense words"])
def test_a_status_is_taken_or_refused_as_by_werkzeug(status: str) -> None:
    try:
        expected: t.Any = WerkzeugResponse(status=status).status
    except ValueError:
        with pytest.raises(ValueError):
            Response(status=status)
    else:
        assert Response(status=status).status == expected


def test_a_class_of_ones_own_may_store_its_body_otherwise() -> None:
    class Own(Response):
        def set_data(self, value: t.Any) -> None:
            super().set_data(f"<{value}>")

    assert ask(Own("x")).body == b"<x>"


def test_responses_do_not_share_headers() -> None:
    one, two = Response("x"), Response("x")
    one.headers["X-A"] = "b"
    one.set_cookie("a", "b")
    assert "X-A" not in two.headers
    assert "Set-Cookie" not in two.headers


def test_json_of_a_response_is_read_again(app: Erlen) -> None:
    with app.app_context():
        response = erlen.jsonify(a=[1])
        assert isinstance(response, Response)
        assert response.get_json() == {"a": [1]}


def test_the_size_of_cookies_that_is_warned_of_is_configured(app: Erlen) -> None:
    assert Response().max_cookie_size == 4093
    app.config["MAX_COOKIE_SIZE"] = 10
    with app.app_context():
        assert Response().max_cookie_size == 10
        with pytest.warns(UserWarning, match="cookie"):
            Response().set_cookie("name", "x" * 20)


def test_forms_that_lack_their_files_say_so_in_debug_mode(app: Erlen) -> None:
    app.debug = True
    with app.test_request_context(method="POST", data={"file": "index.txt"}):
        with pytest.raises(KeyError, match="multipart/form-data"):
            erlen.request.files["file"]
    app.debug = False
    with app.test_request_context(method="POST", data={"file": "index.txt"}):
        with pytest.raises(KeyError) as raised:
            erlen.request.files["file"]
        assert "enctype" not in str(raised.value)


def test_a_response_can_become_one_of_werkzeugs() -> None:
    class Plain(WerkzeugResponse):
        pass

    response = Plain.force_type(Response("x", 201))
    assert type(response) is Plain
    assert (response.status, response.headers["Content-Length"]) == ("201 CREATED", "1")
    assert not response.direct_passthrough
    response.close()


def test_an_application_may_have_plain_responses_of_werkzeugs(app: Erlen) -> None:
    class Plain(WerkzeugResponse):
        pass

    app.response_class = Plain  # type: ignore[assignment]
    app.add_url_rule("/made", "made", lambda: Response("x", 201))
    assert app.test_client().get("/made").status_code == 201


class PlainRequest(WerkzeugRequest):
    """A request of Werkzeug's, with what Flask asks of it beside."""

    url_rule: t.Any = None
    view_args = routing_exception = blueprint = None
    blueprints: tuple[str, ...] = ()

    @property
    def endpoint(self) -> t.Any:
        return None if self.url_rule is None else self.url_rule.endpoint


def test_an_application_may_have_plain_requests_of_werkzeugs(
    app: Erlen, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "a.txt").write_text("file")
    kept: list[t.Any] = []
    app.secret_key, app.static_folder = "k" * 40, str(tmp_path)
    app.request_class = PlainRequest  # type: ignore[assignment]
    app.add_url_rule("/static/<path:filename>", "static", app.send_static_file)
    app.add_url_rule("/fail", "fail", lambda: str(1 / 0))
    app.logger.disabled = True

    @app.post("/")
    def index() -> str:
        erlen.session.permanent = True
        kept.extend([erlen.request._get_current_object(), erlen.request.files["a"]])  # type: ignore[attr-defined]
        return f"{erlen.request.endpoint} {request_id()}"

    client = app.test_client()
    assert client.post("/", data={"a": (io.BytesIO(b"x"), "a.txt")}).text == "index None"
    request, upload = kept
    assert upload.closed
    assert request.environ["werkzeug.request"] is None
    with client.get("/static/a.txt") as response:
        assert response.data == b"file"
    for path, code in [("/static/none", 404), ("/", 405), ("/fail", 500)]:
        response = client.get(path)
        assert (response.status_code, "Set-Cookie" in response.headers) == (code, True)


def test_a_failure_at_the_end_of_such_a_request_is_logged(
    app: Erlen, caplog: pytest.LogCaptureFixture
) -> None:
    app.request_class = PlainRequest  # type: ignore[assignment]
    app.logger.disabled = False
    app.teardown_request(lambda exc: {}[exc])
    assert app.test_client().get("/x").status_code == 404
    assert "end of /x [GET]" in caplog.text


def test_a_class_of_ones_own_may_keep_its_headers_otherwise() -> None:
    class Own(Response):
        @property
        def headers(self) -> t.Any:
            return self.kept

        @headers.setter
        def headers(self, value: t.Any) -> None:
            self.kept = value

    assert Own("x").headers["Content-Length"] == "1"


def test_a_query_that_was_set_is_the_one_that_is_read() -> None:
    request = Request(make_environ("/", QUERY_STRING="a=1"))
    request.query_string = b"a=2"
    assert request.args["a"] == "2"
    assert request.full_path == "/?a=2"
    del request.query_string
    assert request.query_string == b"a=1"


def test_headers_of_the_request_are_sent_beside_what_the_session_adds() -> None:
    app = Erlen("echo", root_path="/", static_folder=None)
    app.secret_key = "a key of thirty-two characters.."

    @app.route("/")
    def echo() -> Response:
        erlen.session["a"] = 1
        response = Response("body")
        response.headers = erlen.request.headers
        return response

    answer = ask(app, HTTP_X_OWN="1")
    assert [answer.header(name) for name in ("X-Own", "Vary")] == ["1", "Cookie"]
    assert (answer.header("Set-Cookie") or "").startswith("session=")


@pytest.mark.parametrize("name", ["args", "cookies", "form", "path", "stream", "url"])
def test_a_property_of_ones_own_can_ask_for_what_it_overrides(name: str) -> None:
    class Own(Request):
        pass

    setattr(Own, name, property(lambda self: getattr(super(Own, self), name)))
    environ = make_environ("/a", QUERY_STRING="b=1", HTTP_COOKIE="c=d")
    request = Own(environ)
    value = getattr(request, name)
    assert value is getattr(request, name)
    assert name == "stream" or value == getattr(Request(environ), name)


def test_a_class_of_ones_own_may_close_its_responses_otherwise(app: Erlen) -> None:
    closed = []

    class Own(Response):
        def close(self) -> None:
            closed.append(self.status_code)
            super().close()

    app.add_url_rule("/own", view_func=lambda: Own("text", 201))
    app.test_client().get("/own", buffered=True)
    assert closed == [201]
