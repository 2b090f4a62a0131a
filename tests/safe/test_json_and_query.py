"""JSON and queries, of any depth, size and bytes."""

from __future__ import annotations

import typing as t

import pytest

from erlen import Erlen, jsonify, request
from tests.safe.site import Log, make_site, post
from tests.wsgi import ask

JSON = "application/json"


@pytest.fixture
def app() -> Erlen:
    app = make_site()
    app.add_url_rule("/json", "json", lambda: str(request.get_json() and "read"), methods=["POST"])
    app.add_url_rule("/query", "query", lambda: [len(request.args), request.args.get("a")])
    return app


@pytest.mark.parametrize("depth, code", [(512, 200), (513, 400), (2000, 400), (200_000, 400)])
def test_json_is_nested_512_deep_and_no_deeper(app: Erlen, depth: int, code: int) -> None:
    for opening, inner, closing in (
        (b"[", b"1", b"]"),
        (b'{"a":', b"1", b"}"),
        (b'[ {"a":', b"1", b"}]"),
    ):
        times = depth // (2 if opening[:2] == b"[ " else 1)
        if depth == 513 and opening[:2] == b"[ ":
            times += 1
        body = opening * times + inner + closing * times
        assert post(app, "/json", body, JSON).code == code
    assert post(app, "/json", b"[" * depth, JSON).code == 400


@pytest.mark.parametrize("body", [b"", b" ", b"\xff", b"9" * 5000, b'"\\', b"{a:1}", b"\x01[]"])
def test_what_is_no_json_is_a_400(app: Erlen, body: bytes) -> None:
    assert post(app, "/json", body, JSON).code == 400


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_json_is_never_sent(number: float) -> None:
    app = make_site()
    log = Log(app)
    ways: list[t.Callable[[], t.Any]] = [
        lambda: {"a": number},
        lambda: [number],
        lambda: jsonify(number),
        lambda: ({"a": [number]}, 201),
    ]
    for at, view in enumerate(ways):
        app.add_url_rule(f"/{at}", f"view{at}", view)
    for at in range(len(ways)):
        answer = ask(app, f"/{at}")
        assert answer.code == 500
        assert b"NaN" not in answer.body
        assert b"Infinity" not in answer.body
    assert len(log.records) == len(ways)


def test_a_query_has_10_000_fields_and_no_more(app: Erlen) -> None:
    assert ask(app, "/query", QUERY_STRING="&".join(["a=1"] * 10_000)).code == 200
    assert ask(app, "/query", QUERY_STRING="&".join(["a=1"] * 10_001)).code == 414
    app.config["MAX_QUERY_FIELDS"] = 2
    assert ask(app, "/query", QUERY_STRING="a&b&c").code == 414
    app.config["MAX_QUERY_FIELDS"] = None
    assert ask(app, "/query", QUERY_STRING="&".join(["a=1"] * 10_001)).code == 200


@pytest.mark.parametrize("query", ["a=%ff", "a=\xff", "a=%", "a=%zz", "a=%ed%a0%80", "\xc3=\0&a=1"])
def test_bytes_that_are_no_utf8_never_raise(app: Erlen, query: str) -> None:
    assert ask(app, "/query", QUERY_STRING=query).code == 200
