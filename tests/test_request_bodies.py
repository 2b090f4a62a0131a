"""What views read of a request's query and body, its limits, and what may be overridden."""

from __future__ import annotations

import gc
import io
import json
import typing as t

import flask
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import ClientDisconnected, HTTPException, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.wrappers import Request as WerkzeugRequest

from erlen import Erlen, Request, request
from tests.wsgi import Environ, make_environ

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
FIELD = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
FILE = b'--b\r\nContent-Disposition: form-data; name="f"; filename="../x.txt"\r\n\r\nfile\r\n'
END = b"--b--\r\n"


def posted(data: bytes, kind: str | None = FORM, **more: t.Any) -> Environ:
    more = {"CONTENT_LENGTH": str(len(data)), "wsgi.input": io.BytesIO(data), **more}
    return make_environ("/", "POST", CONTENT_TYPE=kind, **more)


def in_chunks(data: bytes, kind: str | None = FORM) -> Environ:
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    return posted(data, kind, CONTENT_LENGTH=None, **chunked)


def request_of(cls: type[WerkzeugRequest], environ: Environ) -> t.Any:
    """Return a request with an input of its own."""
    return cls({**environ, "wsgi.input": io.BytesIO(environ["wsgi.input"].getvalue())})


def outcome(read: t.Callable[[], t.Any]) -> object:
    try:
        value = read()
    except HTTPException as exc:
        return type(exc)
    if isinstance(value, MultiDict):
        files = [(name, getattr(each, "filename", each)) for name, each in value.items(multi=True)]
        return type(value).__name__, files
    return value.read() if hasattr(value, "read") else value


#: Whatever a view may read, in any order and as often as it likes.
READS: dict[str, t.Callable[[t.Any], t.Any]] = {
    "form": lambda request: request.form,
    "files": lambda request: request.files,
    "values": lambda request: sorted(request.values.items(multi=True)),
    "data": lambda request: request.data,
    "get_data": lambda request: request.get_data(),
    "uncached": lambda request: request.get_data(cache=False),
    "text": lambda request: request.get_data(as_text=True),
    "parsed": lambda request: request.get_data(parse_form_data=True),
    "json": lambda request: request.get_json(),
    "silent": lambda request: request.get_json(silent=True),
    "forced": lambda request: request.get_json(force=True, silent=True),
    "uncached json": lambda request: request.get_json(force=True, silent=True, cache=False),
    "stream": lambda request: request.stream.read(),
    "some": lambda request: request.stream.read(2),
    "kind": lambda request: (request.mimetype, request.mimetype_params, request.is_json),
    "length": lambda request: request.content_length,
}
KINDS = [
    FORM,
    f"{FORM}; charset=utf-8",
    "application/json",
    "application/x+json",
    "text/plain",
    None,
]


@given(
    st.sampled_from([b"", b"a=1&b=%41+c&a=2", b'{"a": [1]}', b"[1", b"\xff", b" [1] ", b"&&="]),
    st.sampled_from([*KINDS, MULTIPART, "multipart/form-data", ";", "TEXT/plain ;x"]),
    st.lists(st.sampled_from(sorted(READS)), max_size=5),
    st.booleans(),
)
@example(b"a=1", "application/json", ["forced", "files", "some"], False)
@example(b"a=1", "multipart/form-data", ["forced", "files", "some"], False)
def test_a_body_is_read_as_by_werkzeug(
    data: bytes, kind: str | None, reads: list[str], chunked: bool
) -> None:
    environ = in_chunks(data, kind) if chunked else posted(data, kind)
    ours, werkzeugs = (request_of(cls, environ) for cls in (Request, WerkzeugRequest))
    for name in reads:
        found, expected = (outcome(lambda r=r: READS[name](r)) for r in (ours, werkzeugs))  # type: ignore[misc]
        assert found == expected, name


@given(st.lists(st.sampled_from(sorted(READS)), max_size=5))
def test_a_multipart_form_is_read_as_by_werkzeug(reads: list[str]) -> None:
    data = FIELD + FILE.replace(b"../", b"") + END
    requests = [request_of(cls, posted(data, MULTIPART)) for cls in (Request, WerkzeugRequest)]
    for name in reads:
        found, expected = (outcome(lambda r=r: READS[name](r)) for r in requests)  # type: ignore[misc]
        assert found == expected, name
    for each in requests:
        each.close()


@given(st.binary(max_size=30))
def test_a_query_is_read_as_by_werkzeug(query: bytes) -> None:
    environ = make_environ(QUERY_STRING=query.decode("latin1"))
    encoded = query.decode(errors="werkzeug.url_quote")
    expected = WerkzeugRequest(make_environ(QUERY_STRING=encoded.encode().decode("latin1")))
    assert Request(environ).args == expected.args
    assert isinstance(Request(environ).args, ImmutableMultiDict)
    assert Request(environ).full_path == expected.full_path


# A body cut short, or longer than it says


@pytest.mark.parametrize("terminated", [{}, {"wsgi.input_terminated": True}])
@pytest.mark.parametrize(
    "data, kind, name",
    [
        (b"a=1", FORM, "form"),
        (FIELD + END, MULTIPART, "form"),
        (FILE + END, MULTIPART, "files"),
        (b"[1]", "application/json", "json"),
        (b"abc", None, "get_data"),
        (b"abc", None, "stream"),
    ],
)
def test_a_body_that_breaks_off_is_never_taken_as_whole(
    data: bytes, kind: str | None, name: str, terminated: Environ
) -> None:
    request = Request(posted(data, kind, CONTENT_LENGTH=str(len(data) + 1), **terminated))
    for _ in range(2):
        with pytest.raises(ClientDisconnected):
            READS[name](request)


class Trickle(io.BytesIO):
    """An input that gives two bytes at a time."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(2 if size is None or size < 0 else min(size, 2))

    def readinto(self, buffer: t.Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


@pytest.mark.parametrize("terminated", [{}, {"wsgi.input_terminated": True}])
def test_a_body_may_come_little_by_little(terminated: Environ) -> None:
    def request(data: bytes, kind: str) -> Request:
        return Request(posted(data, kind, **{"wsgi.input": Trickle(data)}, **terminated))

    assert request(b"a=1&b=2", FORM).form == MultiDict([("a", "1"), ("b", "2")])
    assert request(FIELD + END, MULTIPART).form == MultiDict([("a", "1")])
    assert request(b'{"a": 1}', "application/json").get_json() == {"a": 1}


def test_a_long_body_is_read_in_blocks() -> None:
    data = FIELD + FILE.replace(b"\r\nfile", b"\r\n" + b"x" * 3_000_000) + END
    with Request(posted(data, MULTIPART)) as request:
        assert request.form["a"] == "1"
        assert len(request.files["f"].read()) == 3_000_000
    assert len(Request(posted(data, None)).get_data()) == len(data)


# Limits


@pytest.fixture
def app() -> Erlen:
    app = Erlen("bodies")
    app.config.update(
        MAX_CONTENT_LENGTH=1_000, MAX_FORM_PARTS=3, MAX_FORM_MEMORY_SIZE=50, MAX_QUERY_FIELDS=3
    )
    return app


@pytest.mark.parametrize(
    "data, kind",
    [
        (b"a=" + b"x" * 51, FORM),
        (b"a=1&b=2&c=3&d=4", FORM),
        (b"a=" + b"x" * 1_000, FORM),
        (FIELD.replace(b"1\r", b"x" * 51 + b"\r") + END, MULTIPART),
        (FIELD * 4 + END, MULTIPART),
        (FILE.replace(b"file\r", b"x" * 1_000 + b"\r") + END, MULTIPART),
        (b"a=1&b=" + b"%41" * 51, FORM),
    ],
    ids=["field", "fields", "form", "part", "parts", "file", "encoded field"],
)
@pytest.mark.parametrize("make", [posted, in_chunks, lambda *a: posted(*a, CONTENT_LENGTH="1")])
def test_a_form_beyond_a_limit_is_a_413(
    app: Erlen, data: bytes, kind: str, make: t.Callable[..., Environ]
) -> None:
    environ = make(data, kind)
    environ["wsgi.input_terminated"] = True
    with app.request_context(environ) as ctx, pytest.raises(RequestEntityTooLarge):
        ctx.request.form


@pytest.mark.parametrize("make", [posted, in_chunks])
def test_what_is_no_file_is_limited_as_a_whole(app: Erlen, make: t.Callable[..., Environ]) -> None:
    app.config.update(MAX_CONTENT_LENGTH=None, MAX_FORM_TOTAL_MEMORY=100)
    wide = b"&".join(b"a=" + b"x" * 45 for _ in range(3))
    parts = FIELD * 3 + END
    for data, kind in ((wide, FORM), (parts, MULTIPART)):
        with app.request_context(make(data, kind)) as ctx, pytest.raises(RequestEntityTooLarge):
            ctx.request.form
    file = FILE.replace(b"file\r", b"x" * 1_000 + b"\r") + END
    with app.request_context(make(file, MULTIPART)) as ctx:
        assert len(ctx.request.files["f"].read()) == 1_000


def test_a_field_within_its_limit_may_be_longer_encoded(app: Erlen) -> None:
    with app.request_context(posted(b"a=" + b"%41" * 50)) as ctx:
        assert ctx.request.form["a"] == "A" * 50


def test_a_query_has_a_limit_of_fields(app: Erlen) -> None:
    with app.test_request_context("/?a=1&&b=2&c=3&"):
        assert len(_current().args) == 3
    with app.test_request_context("/?a=1&b=2&c=3&d=4"), pytest.raises(HTTPException) as raised:
        _current().args
    assert raised.value.code == 414
    app.config["MAX_QUERY_FIELDS"] = None
    with app.test_request_context("/?" + "a&" * 20_000):
        assert len(_current().args.getlist("a")) == 20_000


def _current() -> Request:
    from erlen import request

    return request._get_current_object()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("depth, code", [(512, 200), (513, 400), (100_000, 400)])
def test_json_nested_too_deep_is_a_400(depth: int, code: int) -> None:
    app = Erlen("bodies")

    @app.post("/")
    def read() -> str:
        return str(type(_current().get_json()))

    body = "[" * depth + "]" * depth
    answer = app.test_client().post("/", data=body, content_type="application/json")
    assert answer.status_code == code


# What belongs to others


class Lists(MultiDict[str, str]):
    """A storage of one's own."""


class Parser(FormDataParser):
    def parse(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        stream, _, files = super().parse(*args, **kwargs)
        return stream, MultiDict([("by", type(self).__name__)]), files


class OwnParserClass(Request):
    form_data_parser_class = Parser


class OwnParser(Request):
    def make_form_data_parser(self) -> FormDataParser:
        return Parser()


class NoForms(Request):
    want_form_data_parsed = False


class OwnStorage(Request):
    parameter_storage_class = Lists


class OwnStream(Request):
    @property
    def stream(self) -> t.IO[bytes]:
        return io.BytesIO(b"a=own")


class OwnType(Request):
    mimetype = FORM


class OwnQuery(Request):
    query_string = b"a=own"


class OwnLimit(Request):
    max_form_parts = 1


class OwnData(Request):
    def get_data(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        return b'{"a": "own"}'


def test_parsers_of_ones_own_are_used() -> None:
    assert OwnParserClass(posted(b"a=1")).form.to_dict() == {"by": "Parser"}
    assert OwnParser(posted(FIELD + END, MULTIPART)).form.to_dict() == {"by": "Parser"}
    assert not NoForms(posted(b"a=1")).form
    assert OwnType(posted(b"a=1", "text/plain")).form.to_dict() == {"a": "1"}


def test_parsers_that_are_put_in_later_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    class Later(Request):
        """Changed when it is in use already."""

    assert Later(posted(b"a=1")).form.to_dict() == {"a": "1"}
    monkeypatch.setattr(Later, "form_data_parser_class", Parser)
    assert Later(posted(b"a=1")).form.to_dict() == {"by": "Parser"}
    monkeypatch.undo()
    monkeypatch.setattr(Later, "want_form_data_parsed", False)
    assert not Later(posted(b"a=1")).form


def test_sources_of_ones_own_are_read() -> None:
    assert OwnStream(posted(b"a=1")).form.to_dict() == {"a": "own"}
    assert OwnStream(posted(b"a=1")).get_data() == b"a=own"
    assert OwnQuery(make_environ(QUERY_STRING="a=1")).args.to_dict() == {"a": "own"}
    assert OwnData(posted(b"{}", "application/json")).get_json() == {"a": "own"}
    request = Request(posted(b"a=1"))
    request.stream = io.BytesIO(b"a=2")
    assert request.form.to_dict() == {"a": "2"}
    request.query_string = b"a=3"
    assert request.args.to_dict() == {"a": "3"}


def test_storages_and_limits_of_ones_own_are_used() -> None:
    request = OwnStorage(posted(b"a=1&b=2&a=3", QUERY_STRING="q=1"))
    assert {type(each) for each in (request.form, request.files, request.args)} == {Lists}
    assert request.form.getlist("a") == ["1", "3"]
    with pytest.raises(RequestEntityTooLarge):
        OwnLimit(posted(b"a=1&b=2")).form
    limited = Request(posted(FIELD * 2 + END, MULTIPART))
    limited.max_form_parts = 1
    with pytest.raises(RequestEntityTooLarge):
        limited.form


def test_files_are_kept_where_a_subclass_says() -> None:
    told: list[dict[str, t.Any]] = []

    class Keeper(Request):
        def _get_file_stream(self, *args: t.Any, **kwargs: t.Any) -> t.IO[bytes]:
            told.append(kwargs)
            return io.BytesIO()

    data = FILE.replace(b"\r\n\r\n", b"\r\nContent-Type: text/x\r\nContent-Length: 4\r\n\r\n") + END
    with Keeper(posted(data, MULTIPART)) as request:
        assert type(request.files["f"].stream) is io.BytesIO
        assert request.files["f"].read() == b"file"
    assert told == [
        {
            "total_content_length": len(data),
            "filename": "x.txt",
            "content_type": "text/x",
            "content_length": 4,
        }
    ]


def test_json_is_parsed_by_whom_it_may_concern() -> None:
    class Module:
        loads = staticmethod(lambda data, **_: ["own", data])

    class Own(Request):
        json_module = Module

        def on_json_loading_failed(self, e: ValueError | None) -> t.Any:
            return "failed"

    assert Own(posted(b"{}", "application/json")).get_json() == ["own", b"{}"]
    assert Own(posted(b"{}", "text/plain")).get_json() == "failed"


@pytest.mark.parametrize("data", ["[1, 2.5]", "NaN", '{"a": "ä"}', "[1", "", '"\\ud800"', "1e999"])
@pytest.mark.parametrize("force", [True, False])
def test_json_in_an_application_is_flasks(data: str, force: bool) -> None:
    found = []
    for framework in (Erlen, flask.Flask):
        app: t.Any = framework("bodies")

        @app.post("/")  # type: ignore[untyped-decorator]
        def read(app: t.Any = app) -> str:
            request = _current() if isinstance(app, Erlen) else flask.request
            return repr(request.get_json(force=force))

        answer = app.test_client().post("/", data=data, content_type="application/json")
        found.append((answer.status_code, answer.data))
    assert found[0] == found[1]


def test_a_shallow_request_reads_no_body() -> None:
    for read in ("form", "get_data", "stream"):
        with pytest.raises(RuntimeError, match="shallow=True"):
            READS[read](Request(posted(b"a=1"), shallow=True))


@pytest.mark.parametrize("kind", [None, "", "text/plain", "application/json"])
@pytest.mark.parametrize("shallow", [False, True])
def test_what_is_no_form_is_refused_as_by_werkzeug(kind: str | None, shallow: bool) -> None:
    found = []
    for cls in (Request, WerkzeugRequest):
        request = cls(posted(b"abc", kind), shallow=shallow)
        request.max_content_length = 2
        with pytest.raises((RequestEntityTooLarge, RuntimeError)) as raised:
            request.form
        found.append((raised.type, str(raised.value)))
    assert found[0] == found[1]


# The end


def test_uploads_are_closed_at_the_end_of_any_request() -> None:
    app = Erlen("bodies")
    files = []

    @app.post("/")
    def upload() -> str:
        files.append(_current().files["f"])
        return files[0].filename or ""

    answer = app.test_client().post(
        "/", data=FILE + END, content_type=MULTIPART, environ_overrides={"REMOTE_ADDR": "::1"}
    )
    assert answer.data == b"x.txt"
    assert files[0].closed


@pytest.mark.parametrize(
    "data, kind",
    [(b"a=%41", FORM), (FILE + END, MULTIPART), (b"[1]", "application/json"), (b"[", "text/json")],
)
def test_reading_leaves_nothing_for_the_garbage_collector(data: bytes, kind: str) -> None:
    app = Erlen("bodies")

    @app.post("/")
    def read() -> str:
        request = _current()
        return json.dumps([*request.args, *request.form, *request.files, request.get_data().hex()])

    def ask() -> None:
        for each in app(posted(data, kind, QUERY_STRING="q=1"), lambda *_: None):  # type: ignore[arg-type]
            assert each

    ask()
    gc.collect()
    gc.disable()
    try:
        ask()
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_debug_mode_leaves_a_form_alone_that_is_one() -> None:
    app = Erlen("debug", static_folder=None)
    app.debug = True
    data = {"a": "1"}
    for content_type in ("multipart/form-data", "application/x-www-form-urlencoded"):
        with app.test_request_context("/", method="POST", data=data, content_type=content_type):
            assert request.form["a"] == "1"


def test_a_form_can_be_parsed_of_a_body_that_was_read() -> None:
    kind = "application/x-www-form-urlencoded"
    environ = make_environ("/", "POST", CONTENT_LENGTH="3", CONTENT_TYPE=kind)
    environ["wsgi.input"] = io.BytesIO(b"a=1")
    form = Request(environ)
    assert form.get_data() == b"a=1"
    assert form.form["a"] == "1"
