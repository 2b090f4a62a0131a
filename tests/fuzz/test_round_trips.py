"""What goes out comes in again as it was."""

from __future__ import annotations

import datetime as dt
import http.cookies
import io
import typing as t
import urllib.parse
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from erlen import Erlen, Request, Response, url_for
from erlen.json.tag import TaggedJSONSerializer
from tests.wsgi import make_environ

app = Erlen("round_trips", static_folder=None, root_path="/")
app.secret_key = "a key of thirty-two characters.."
RULES = {
    "text": "/text/<value>",
    "path": "/path/<path:value>",
    "int": "/int/<int(signed=True):value>",
    "float": "/float/<float(signed=True):value>",
    "uuid": "/uuid/<uuid:value>",
    "any": "/any/<any(a, b, 'c d'):value>",
    "mixed": "/mixed/<int:n>-<value>.html",
}
for _endpoint, _rule in RULES.items():
    app.add_url_rule(_rule, _endpoint, lambda **values: "")

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
#: What a segment may be: no slash, not empty, and no dots that clients take for folders.
segments = words.filter(lambda text: text and "/" not in text and text not in (".", ".."))
paths = st.lists(segments, min_size=1, max_size=4).map("/".join).filter(lambda p: "\n" not in p)
VALUES: dict[str, st.SearchStrategy[t.Any]] = {
    "text": segments,
    "path": paths,
    "int": st.integers(-(10**18), 10**18),
    "float": st.floats(-1e15, 1e15, allow_nan=False).map(lambda value: round(value, 3)),
    "uuid": st.uuids(),
    "any": st.sampled_from(["a", "b", "c d"]),
}


def matched(url: str) -> tuple[str | None, dict[str, t.Any] | None]:
    """Return what a client that asks for *url* gets to."""
    parts = urllib.parse.urlsplit(f"http://localhost{url}")
    path = urllib.parse.unquote_to_bytes(parts.path).decode("latin-1")
    environ = make_environ(path, QUERY_STRING=parts.query)
    with app.request_context(environ) as ctx:
        return ctx.request.endpoint, ctx.request.view_args


@pytest.mark.parametrize("endpoint", VALUES)
@given(data=st.data())
def test_a_url_leads_to_what_it_was_made_for(endpoint: str, data: st.DataObject) -> None:
    value = data.draw(VALUES[endpoint])
    with app.test_request_context():
        url = url_for(endpoint, value=value)
    assert url.isascii()
    assert matched(url) == (endpoint, {"value": value})


@given(st.dictionaries(words, st.lists(words, min_size=1, max_size=3), max_size=4))
def test_a_query_holds_what_a_url_was_given(values: dict[str, list[str]]) -> None:
    query: dict[str, t.Any] = {f"q{name}": found for name, found in values.items()}
    with app.test_request_context():
        url = url_for("text", value="x", **query)
    environ = make_environ("/", QUERY_STRING=urllib.parse.urlsplit(url).query)
    assert Request(environ).args.to_dict(flat=False) == query


plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | words
    | st.binary(max_size=20)
    | st.uuids()
    | words.map(Markup)
    | st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)).map(
        lambda value: value.replace(microsecond=0)
    )
)
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(words, inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(words, values, max_size=4))
def test_a_session_comes_back_as_it_was(data: dict[str, t.Any]) -> None:
    with app.test_request_context() as ctx:
        ctx.session.update(data)
        response = app.process_response(Response())
    cookie = response.headers.get("Set-Cookie", "session=;").partition(";")[0]
    with app.test_request_context(headers={"Cookie": cookie}) as ctx:
        assert dict(ctx.session) == data
        assert {key: type(value) for key, value in ctx.session.items()} == {
            key: type(value) for key, value in data.items()
        }


@given(values)
def test_tagged_json_comes_back_as_it_was(value: t.Any) -> None:
    serializer = TaggedJSONSerializer()
    assert serializer.loads(serializer.dumps(value)) == value


@given(words)
def test_a_cookie_comes_back_as_it_was(value: str) -> None:
    response = Response()
    response.set_cookie("name", value)
    line = response.headers["Set-Cookie"]
    assert line.isprintable()
    sent = line.partition(";")[0]
    assert Request(make_environ(HTTP_COOKIE=f"a=b; {sent}; c=d")).cookies["name"] == value


names = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=5)


@given(names.map("n-{}".format), st.text("abc;=\"\\ ,!#$%&'()", max_size=10))
def test_the_standard_library_understands_it_as_well(name: str, value: str) -> None:
    response = Response()
    response.set_cookie(name, value)
    jar = http.cookies.SimpleCookie(response.headers["Set-Cookie"])
    assert jar[name].value == value


fields = st.lists(st.tuples(words, words), max_size=6)


def posted(kind: str, data: bytes) -> Request:
    more: dict[str, t.Any] = {"wsgi.input": io.BytesIO(data), "CONTENT_LENGTH": str(len(data))}
    return Request(make_environ("/", "POST", CONTENT_TYPE=kind, **more))


@given(fields)
def test_a_form_comes_in_as_it_was_sent(sent: list[tuple[str, str]]) -> None:
    data = urllib.parse.urlencode(sent).encode()
    request = posted("application/x-www-form-urlencoded", data)
    assert sorted(request.form.items(multi=True)) == sorted(sent)


@given(st.dictionaries(names, words, max_size=4), st.dictionaries(names, st.binary(), max_size=2))
def test_a_multipart_form_comes_in_as_it_was_sent(
    sent: dict[str, str], files: dict[str, bytes]
) -> None:
    uploads = {
        f"file-{name}": FileStorage(io.BytesIO(content), f"{name}.bin")
        for name, content in files.items()
    }
    boundary, data = encode_multipart({**sent, **uploads})
    request = posted(f"multipart/form-data; boundary={boundary}", data)
    assert request.form.to_dict() == sent
    read = {name: file.read() for name, file in request.files.items()}
    assert read == {f"file-{name}": content for name, content in files.items()}
    request.close()


@given(st.recursive(st.none() | st.booleans() | st.integers() | words, st.lists, max_leaves=5))
def test_json_comes_back_as_it_was(value: t.Any) -> None:
    with app.test_request_context():
        data = app.json.response(value).get_data()
    assert posted("application/json", data).get_json() == value


def test_a_uuid_in_a_url_may_be_a_string() -> None:
    known = uuid.UUID(int=7)
    with app.test_request_context():
        assert matched(url_for("uuid", value=str(known))) == ("uuid", {"value": known})
