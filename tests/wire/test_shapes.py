"""Requests that two readers could read in two ways: here they are read in one, or refused."""

from __future__ import annotations

import json
import typing as t

import pytest

from tests.wire.client import ask, get_json, send

HOST = b"Host: wire\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: wire\r\n\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(SMUGGLED)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
END = b"0\r\n\r\n"


def post(headers: bytes, body: bytes, version: bytes = b"1.1") -> bytes:
    return b"POST /body HTTP/%s\r\n%s%s\r\n%s" % (version, HOST, headers, body)


#: If the body ended elsewhere than it does, the rest of the data would be a request of its own.
AMBIGUOUS = {
    "a length and chunks": post(LENGTH + CHUNKED, END + SMUGGLED),
    "chunks and a length": post(CHUNKED + LENGTH, END + SMUGGLED),
    "two lengths": post(b"Content-Length: 0\r\n" + LENGTH, SMUGGLED),
    "a list of lengths": post(b"Content-Length: 0, %d\r\n" % len(SMUGGLED), SMUGGLED),
    "a length with a sign": post(b"Content-Length: +0\r\n", SMUGGLED),
    "a negative length": post(b"Content-Length: -1\r\n", SMUGGLED),
    "a length in hexadecimal": post(b"Content-Length: 0x0\r\n", SMUGGLED),
    "a length with an underscore": post(b"Content-Length: 0_0\r\n", SMUGGLED),
    "a length in other digits": post("Content-Length: \u0660\r\n".encode(), SMUGGLED),
    "a length beyond all integers": post(b"Content-Length: %s\r\n" % (b"9" * 40), SMUGGLED),
    "an empty length": post(b"Content-Length:\r\n", SMUGGLED),
    "a space before the colon": post(b"Content-Length : 0\r\n", SMUGGLED),
    "a space before the coding's colon": post(b"Transfer-Encoding : chunked\r\n", END + SMUGGLED),
    "another coding": post(b"Transfer-Encoding: xchunked\r\n", END + SMUGGLED),
    "a vertical tab": post(b"Transfer-Encoding: \x0bchunked\r\n", END + SMUGGLED),
    "chunked, but not last": post(b"Transfer-Encoding: chunked, identity\r\n", END + SMUGGLED),
    "identity": post(b"Transfer-Encoding: identity\r\n" + LENGTH, SMUGGLED),
    "gzip and chunked": post(b"Transfer-Encoding: gzip, chunked\r\n" + LENGTH, END + SMUGGLED),
    "chunks in HTTP/1.0": post(CHUNKED + LENGTH, END + SMUGGLED, b"1.0"),
    "a header on two lines": post(b"X-A: 1\r\n Content-Length: 0\r\n" + LENGTH, SMUGGLED),
    "a bare carriage return": post(b"X-A: 1\rContent-Length: 0\r\n" + LENGTH, SMUGGLED),
    "a null byte": post(b"X-A: 1\0\r\nContent-Length: 0\r\n", SMUGGLED),
    "a chunk that overflows": post(CHUNKED, b"10000000000000000\r\n\r\n" + END + SMUGGLED),
    "a negative chunk": post(CHUNKED, b"-1\r\n" + END + SMUGGLED),
    "a chunk in two notations": post(CHUNKED, b"0x0\r\n\r\n" + SMUGGLED),
    "a chunk with an underscore": post(CHUNKED, b"0_0\r\n\r\n" + SMUGGLED),
    "a chunk longer than it says": post(CHUNKED, b"1\r\nabc\r\n" + END + SMUGGLED),
    "a chunk without its end": post(CHUNKED, b"3\r\nabc" + END + SMUGGLED),
    "a chunk extension with a line feed": post(CHUNKED, b"0;a\nb\r\n\r\n" + SMUGGLED),
}


@pytest.mark.parametrize("shape", AMBIGUOUS)
def test_nothing_is_smuggled_in(server: t.Any, shape: str) -> None:
    before = get_json(server.port, "/held")["seen"]
    reply = send(server.port, AMBIGUOUS[shape], end=True)
    after = get_json(server.port, "/held")
    assert ["GET", "/smuggled", 0] not in after["seen"]
    assert reply.closed
    assert (after["contexts"], after["streams"]) == (0, 0)

    if reply.statuses == [200]:
        # A length beside chunks is ignored, as RFC 9112 has it, and the connection is closed.
        assert after["seen"][len(before) :] == [["POST", "/body", 0]]
    else:
        assert set(reply.statuses) <= {400, 413, 501}


#: What a server may answer itself, or hand on; the one answer is in the reply's status.
REFUSED = {
    "no request at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "HTTP/0.9": b"GET /body\r\n\r\n",
    "a method with a sign": b"G@T /body HTTP/1.1\r\n" + HOST + b"\r\n",
    "two spaces": b"GET  /body HTTP/1.1\r\n" + HOST + b"\r\n",
    "no colon": b"GET /body HTTP/1.1\r\n" + HOST + b"X-A\r\n\r\n",
    "an empty name": b"GET /body HTTP/1.1\r\n" + HOST + b": 1\r\n\r\n",
    "too many headers": b"GET /body HTTP/1.1\r\n" + HOST + b"X: 1\r\n" * 200 + b"\r\n",
    "a header too large": b"GET /body HTTP/1.1\r\n" + HOST + b"X: %s\r\n\r\n" % (b"a" * 300_000),
    "a target too long": b"GET /%s HTTP/1.1\r\n" % (b"a" * 100_000) + HOST + b"\r\n",
}


@pytest.mark.parametrize("shape", REFUSED)
def test_what_is_no_request_reaches_nobody(server: t.Any, shape: str) -> None:
    before = get_json(server.port, "/held")["seen"]
    reply = send(server.port, REFUSED[shape], end=True)
    assert reply.closed
    assert all(400 <= status < 500 for status in reply.statuses)
    assert get_json(server.port, "/held")["seen"] == before


@pytest.mark.parametrize("hosts", [b"", b"Host: a\r\nHost: b\r\n", b"Host:\r\n"])
def test_a_request_names_one_host(server: t.Any, hosts: bytes) -> None:
    end = b"Connection: close\r\n\r\n"
    reply = send(server.port, b"GET /body HTTP/1.1\r\n" + hosts + end)
    # gunicorn hands on what has no host, and the host of the address is taken.
    lenient = "gunicorn" in server.kind and b"a" not in hosts
    assert reply.statuses == [200 if lenient else 400]


def test_pipelined_requests_are_answered_in_order(server: t.Any) -> None:
    first = b"POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\none"
    last = b"GET /body HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    reply = send(server.port, first + last)

    # The sync class closes every connection after one request.
    assert reply.statuses == ([200] if server.kind == "gunicorn-sync" else [200, 200])
    assert reply.data.index(b'"one"') < (reply.data + b'"text":""').index(b'"text":""')


def test_a_body_that_nobody_read_is_no_request(server: t.Any) -> None:
    head = b"POST /empty/200 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
    reply = send(server.port, head + LENGTH + b"\r\n" + SMUGGLED)
    assert reply.statuses == [405]
    assert ["GET", "/smuggled", 0] not in get_json(server.port, "/held")["seen"]


def test_an_absolute_target_does_not_change_the_host(server: t.Any) -> None:
    environ = get_json(server.port, "http://evil.example/environ")
    assert environ["HTTP_HOST"] == "wire"
    assert environ["PATH_INFO"] == "/environ"


def test_lengths_with_an_underscore_are_no_lengths(server: t.Any) -> None:
    reply = ask(server.port, "/environ", "Content_Length: 5", "Content_Type: text/plain")
    assert b"HTTP_CONTENT_LENGTH" not in reply.data
    assert b"HTTP_CONTENT_TYPE" not in reply.data


@pytest.mark.parametrize("turn", [1, -1])
def test_names_with_an_underscore_are_dropped(server: t.Any, turn: int) -> None:
    headers = ["X-Forwarded-For: proxy", "X_Forwarded_For: client", "X_Alone: client"]
    reply = ask(server.port, "/environ", *headers[::turn])
    assert b'"HTTP_X_FORWARDED_FOR":"proxy"' in reply.data
    assert b"HTTP_X_ALONE" not in reply.data


def test_values_that_are_not_ascii_arrive_as_latin_1(server: t.Any) -> None:
    reply = ask(server.port, "/environ", "X-Name: caf\xe9")
    assert json.loads(reply.body)["HTTP_X_NAME"] == "caf\xe9"


def test_headers_that_come_twice_are_joined(server: t.Any) -> None:
    reply = ask(server.port, "/environ", "X-Twice: a", "X-Other: b", "X-Twice: c")
    assert json.loads(reply.body)["HTTP_X_TWICE"] == "a,c"


def test_a_path_arrives_byte_by_byte(server: t.Any) -> None:
    environ = get_json(server.port, "/environ?%ff=%e9")
    assert environ["QUERY_STRING"] == "%ff=%e9"
    assert get_json(server.port, "/%65nviron")["PATH_INFO"] == "/environ"
    assert get_json(server.port, "/bytes/%ff%C3%A9")["path"] == "/bytes/\xff\xc3\xa9"


def test_the_environment_of_the_process_is_not_the_requests(server: t.Any) -> None:
    assert "PYTHONUNBUFFERED" not in get_json(server.port, "/environ")


@pytest.mark.parametrize("value", ["a%0d%0aX-B:%201", "a%0aX-B:%201", "a%0dX-B", "a%00"])
def test_a_response_is_not_split(server: t.Any, value: str) -> None:
    reply = ask(server.port, f"/header?value={value}")
    assert len(reply.statuses) == 1
    assert b"x-b" not in reply.data.lower().partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize("status", [204, 304])
def test_statuses_without_a_body_send_none(server: t.Any, status: int) -> None:
    reply = ask(server.port, f"/empty/{status}")
    assert reply.statuses == [status]
    assert reply.body == b""
    assert b"content-length: 1" not in reply.data.lower()


def test_head_sends_no_body(server: t.Any) -> None:
    for target in ("/body", "/stream", "/nowhere"):
        assert ask(server.port, target, method="HEAD").body == b""


def test_http_1_0(server: t.Any) -> None:
    reply = send(server.port, b"GET /body HTTP/1.0\r\n\r\n")
    assert reply.statuses == [200]
    assert reply.closed
    stream = send(server.port, b"GET /stream HTTP/1.0\r\n\r\n")
    assert stream.body == b"0,1,2,"


def test_expect_100_continue(server: t.Any) -> None:
    data = b"POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n"
    reply = send(server.port, data + b"Connection: close\r\n\r\nabc")
    assert reply.statuses == [100, 200]
    assert b'"length":3' in reply.data
