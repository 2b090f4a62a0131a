"""The workloads: what is asked, and what must be answered.

Each is a list of different requests, so that remembering whole requests earns nothing.
"""

from __future__ import annotations

import collections.abc as cabc
import dataclasses
import json
import random
import string
import urllib.parse

from . import data
from .exchange import Exchange, Expected, Request

#: Different requests a workload.
VARIANTS = 48


@dataclasses.dataclass(frozen=True)
class Workload:
    """*variant* names the application that serves it: ``plain``, ``secret``, ``hooks`` …"""

    key: str
    title: str
    variant: str
    make: cabc.Callable[[int], Exchange]

    def exchanges(self) -> list[Exchange]:
        return [self.make(number) for number in range(VARIANTS)]


def _text(request: Request, body: str, **more: str) -> Exchange:
    headers = {"Content-Type": "text/", **more}
    return Exchange(request, Expected(body=body, headers=headers))


def _json(request: Request, body: dict[str, object]) -> Exchange:
    headers = {"Content-Type": "application/json"}
    return Exchange(request, Expected(body=body, headers=headers))


def hello(number: int) -> Exchange:
    return _text(Request("/hello", query=f"visit={number}"), data.HELLO)


def json_small(number: int) -> Exchange:
    return _json(Request("/json", query=f"visit={number}"), data.small())


def json_large(number: int) -> Exchange:
    return _json(Request("/json/large", query=f"visit={number}"), data.LARGE)


def params(number: int) -> Exchange:
    request = Request(
        f"/users/{number}/posts/post-{number * 7}", query=f"page={number + 1}&q=red%20fox+{number}"
    )
    return _text(request, f"{number} post-{number * 7} {number + 1} red fox {number}")


def one_of(count: int) -> cabc.Callable[[int], Exchange]:
    """Return requests that are spread over *count* routes, from the first to the last."""
    areas = count // len(data.KINDS)

    def make(number: int) -> Exchange:
        area = number * (areas - 1) // (VARIANTS - 1)
        kind = data.KINDS[number % len(data.KINDS)]
        path = kind.format(area=area, number=number + 1, word=f"word{number}")
        body = {"static": "page", "number": f"page {number + 1}", "word": f"page word{number}"}
        return _text(Request(path), body[data.kind_of(kind)])

    return make


def _person(number: int) -> dict[str, str]:
    return {
        "name": f"Ada Lovelace {number}",
        "mail": f"ada+{number}@example.org",
        "city": "Zürich & Genève",
        "age": str(20 + number),
        "message": f"Twenty-{number} words? No; a sentence will do.",
    }


def form(number: int) -> Exchange:
    person = _person(number)
    headers = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
    body = urllib.parse.urlencode(person).encode()
    request = Request("/form", method="POST", body=body, headers=headers)
    return _text(request, " ".join(person.values()))


def json_body(number: int) -> Exchange:
    sent = {"name": f"Ada {number}", "numbers": list(range(number, number + 10)), "ok": True}
    headers = {"CONTENT_TYPE": "application/json"}
    request = Request("/json/body", method="POST", body=json.dumps(sent).encode(), headers=headers)
    return _json(request, {"name": sent["name"], "total": sum(range(number, number + 10))})


def multipart(number: int) -> Exchange:
    size = 100 * 1024 + number
    chance = random.Random(number)
    content = chance.randbytes(size)  # like an image's
    letters = "".join(chance.choices(string.ascii_letters, k=16))
    boundary = f"----WebKitFormBoundary{letters}"  # a browser's
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="title"\r\n\r\n'
        f"title {number}\r\n".encode(),
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
        f'filename="file{number}.png"\r\nContent-Type: image/png\r\n\r\n'.encode()
        + content
        + b"\r\n",
        f"--{boundary}--\r\n".encode(),
    ]
    headers = {"CONTENT_TYPE": f"multipart/form-data; boundary={boundary}"}
    request = Request("/upload", method="POST", body=b"".join(parts), headers=headers)
    return _text(request, f"title {number} file{number}.png {size}")


def _signed_in(path: str, number: int, body: str, cookies: int) -> Exchange:
    expected = Expected(body=body, cookies=cookies)
    return Exchange(Request(path), expected, first=Request(f"/session/seed/{number}"))


def session_write(number: int) -> Exchange:
    return _signed_in("/session/write", number, f"user{number} {number}", cookies=1)


def session_read(number: int) -> Exchange:
    return _signed_in("/session/read", number, f"user{number}", cookies=0)


def session_untouched(number: int) -> Exchange:
    return _signed_in("/hello", number, data.HELLO, cookies=0)


def hooks(number: int) -> Exchange:
    request = Request(f"/parent/child/{number}")
    return _text(request, f"{number} app parent child", **{"X-App": "1", "X-Child": "3"})


def template(number: int) -> Exchange:
    return _text(Request(f"/page/{number}"), table_of(f"Title {number} &amp; more", data.ROWS))


def table_of(title: str, rows: cabc.Iterable[dict[str, object]]) -> str:
    """Return what `page.html` makes of a title, in HTML, and rows."""
    lines = "".join(map(_row, rows))
    return f"<!doctype html>\n<title>{title}</title>\n<h1>{title}</h1>\n<table>\n{lines}</table>"


def _row(row: dict[str, object]) -> str:
    stock = f"<td>{row['stock']} left</td>" if row["stock"] else "<td>none</td>"
    title = str(row["title"]).replace("<", "&lt;").replace(">", "&gt;")
    head = f"<td>{row['id']}</td><td>{title}</td><td>{row['price']}</td>"
    return f"  <tr>{head}\n    {stock}</tr>\n"


def not_found(number: int) -> Exchange:
    return Exchange(Request(f"/nothing/here/{number}"), Expected(404))


def not_allowed(number: int) -> Exchange:
    request = Request("/hello", query=f"visit={number}", method="DELETE")
    return Exchange(request, Expected(405, headers={"Allow": "GET"}))


def url_for(number: int) -> Exchange:
    links = (f"/users/{number + link}/posts/post-{link}" for link in range(data.LINKS))
    return _text(Request(f"/links/{number}"), " ".join(links))


def static(number: int) -> Exchange:
    content = (data.STATIC / "style.css").read_bytes()
    expected = Expected(body=content, headers={"Content-Type": "text/css"})
    return Exchange(Request("/static/style.css", query=f"v={number}"), expected)


def static_fresh(number: int) -> Exchange:
    request = Request("/static/style.css", query=f"v={number}")
    return Exchange(request, Expected(304, b""), first=request)


def failure(number: int) -> Exchange:
    return Exchange(Request(f"/fails/{number}"), Expected(409, f"Out of stock: {number}"))


def headers(number: int) -> Exchange:
    sent = {
        "HTTP_X_TOKEN": f"token-{number}",
        "HTTP_REFERER": f"http://localhost/from/{number}",
        "HTTP_COOKIE": f"theme=dark{number}; visits={number}; other=value",
    }
    body = f"token-{number} http://localhost/from/{number} benchmark/1.0 dark{number} {number}"
    want = {"X-One": f"token-{number}", "X-Two": "two", "Cache-Control": "no-store"}
    return Exchange(Request("/headers", headers=sent), Expected(body=body, headers=want, cookies=1))


def stream(number: int) -> Exchange:
    body = "".join(f"{number}: {chunk}\n" for chunk in range(data.CHUNKS)).encode()
    expected = Expected(body=body, headers={"Content-Type": "text/plain"})
    return Exchange(Request(f"/stream/{number}"), expected)


def proxies(number: int) -> Exchange:
    return _signed_in("/proxies", number, f"{4 * data.READS} reads", cookies=0)


def redirect(number: int) -> Exchange:
    expected = Expected(302, headers={"Location": f"/new/{number}"})
    return Exchange(Request(f"/old/{number}"), expected)


WORKLOADS = (
    Workload("hello", "hello", "plain", hello),
    Workload("hello_key", "hello, secret key set", "secret", hello),
    Workload("json", "small JSON", "plain", json_small),
    Workload("json_large", "10 KB JSON", "plain", json_large),
    Workload("params", "path and query", "plain", params),
    Workload("routes_10", "one of 10 routes", "routes-10", one_of(10)),
    Workload("routes_100", "one of 100 routes", "routes-100", one_of(100)),
    Workload("routes_1000", "one of 1,000 routes", "routes-1000", one_of(1000)),
    Workload("routes_10000", "one of 10,000 routes", "routes-10000", one_of(10_000)),
    Workload("form", "urlencoded form", "plain", form),
    Workload("json_body", "JSON body", "plain", json_body),
    Workload("multipart", "multipart, 100 KB", "plain", multipart),
    Workload("session_write", "session read, write", "secret", session_write),
    Workload("session_read", "session read", "secret", session_read),
    Workload("session_untouched", "session untouched", "secret", session_untouched),
    Workload("hooks", "hooks, nested blueprint", "hooks", hooks),
    Workload("template", "template, 20 rows", "plain", template),
    Workload("not_found", "404", "plain", not_found),
    Workload("not_allowed", "405", "plain", not_allowed),
    Workload("url_for", "url_for × 20", "plain", url_for),
    Workload("static", "static file", "plain", static),
    Workload("static_304", "static file, 304", "plain", static_fresh),
    Workload("error", "error handler", "plain", failure),
    Workload("headers", "headers and cookies", "plain", headers),
    Workload("stream", "100 chunks", "plain", stream),
    Workload("proxies", "proxies × 20", "secret", proxies),
    Workload("redirect", "redirect", "plain", redirect),
)
BY_KEY = {workload.key: workload for workload in WORKLOADS}
