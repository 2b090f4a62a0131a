"""httpbin: every endpoint, with the methods it has and one that it has not."""

from __future__ import annotations

import hashlib
import itertools

import httpbin.core
from werkzeug.exceptions import HTTPException

app = httpbin.core.app


def digest(uri, *, qop="auth", algorithm="MD5", nonce="abc", password="secret"):
    """Return an `Authorization` header; httpbin checks the sum and takes any nonce."""

    def hashed(*parts):
        return hashlib.new(algorithm.lower().replace("-", ""), ":".join(parts).encode()).hexdigest()

    ha2 = ["GET", uri] + ([hashed("")] if qop == "auth-int" else [])
    sums = hashed("jo", "me@kennethreitz.com", password), hashed(*ha2)
    response = hashed(sums[0], nonce, "00000001", "0a4f113b", qop, sums[1])
    value = (
        f'Digest username="jo", realm="me@kennethreitz.com", nonce="{nonce}", uri="{uri}",'
        f' response="{response}", algorithm={algorithm}, qop={qop}, nc=00000001,'
        ' cnonce="0a4f113b", opaque="xyz"'
    )
    return {"path": uri, "headers": {"Authorization": value}}


PATHS = [
    "/",
    "/spec.json",
    "/legacy",
    "/static/favicon.ico",
    "/static/missing",
    "/flasgger_static/swagger-ui.css",
    "/oauth2-redirect.html",
    "/apidocs/index.html",
    "/html",
    "/robots.txt",
    "/deny",
    "/ip",
    "/uuid",
    "/headers",
    "/user-agent",
    "/get?a=1&a=2&b=%C3%A9&c=",
    "/anything?show_env=1",
    "/anything/and/more%20of%2Fit?x=y",
    "/post",
    "/put",
    "/patch",
    "/delete",
    "/gzip",
    "/deflate",
    "/brotli",
    "/redirect/1",
    "/redirect/3",
    "/redirect/2?absolute=true",
    "/redirect-to?url=/get%3Fa%3D%C3%A9",
    "/redirect-to?url=http://example.com/&status_code=307",
    "/redirect-to?url=http://example.com/&status_code=999",
    "/relative-redirect/1",
    "/relative-redirect/4",
    "/absolute-redirect/1",
    "/absolute-redirect/4",
    "/stream/0",
    "/stream/5?q=1",
    *(f"/status/{code}" for code in (200, 204, 301, 304, 401, 402, 404, 406, 407, 418, 500, 599)),
    "/status/418:1",
    "/status/nonsense",
    "/status/200,nonsense",
    "/response-headers?a=1&a=2&Content-Type=text/plain",
    "/response-headers?X-Long=" + "x" * 500,
    "/cookies",
    "/forms/post",
    "/cookies/set/flavour/oat",
    "/cookies/set?a=1&b=%C3%A9%20;,",
    "/cookies",
    "/cookies/delete?a=",
    "/cookies",
    "/basic-auth/jo/secret",
    "/hidden-basic-auth/jo/secret",
    "/bearer",
    "/digest-auth/auth/jo/secret",
    "/digest-auth/auth-int/jo/secret",
    "/digest-auth/nonsense/jo/secret",
    "/digest-auth/auth/jo/secret/SHA-256",
    "/digest-auth/auth/jo/secret/SHA-512/never",
    "/digest-auth/auth/jo/secret/MD5/2",
    "/delay/0.01",
    "/delay/nonsense",
    "/drip?numbytes=5&duration=0.02&code=201",
    "/drip?numbytes=0",
    "/drip?duration=0&numbytes=3&delay=0.01",
    "/base64/SFRUUEJJTiBpcyBhd2Vzb21l",
    "/base64/nonsense",
    "/cache",
    "/cache/60",
    "/etag/abc",
    "/encoding/utf8",
    "/bytes/64?seed=4",
    "/bytes/0",
    "/stream-bytes/64?seed=4&chunk_size=10",
    "/range/200",
    "/range/0",
    "/range/200?duration=0&chunk_size=30",
    "/links/5/0",
    "/links/5/3",
    "/links/3",
    "/image",
    "/image/png",
    "/image/jpeg",
    "/image/webp",
    "/image/svg",
    "/xml",
    "/json",
    "/no/such/endpoint",
    "/GET",
    "/get/",
    "//get",
]

WRITTEN = ["/post", "/put", "/patch", "/delete", "/anything", "/anything/x"]
#: Written out: a client would draw a boundary.
FORM_DATA = """\
--xyz\r
Content-Disposition: form-data; name="a"\r
\r
1\r
--xyz\r
Content-Disposition: form-data; name="file"; filename="héllo.txt"\r
Content-Type: text/plain\r
\r
some text\r
--xyz--\r
"""
BODIES = [
    {"form": {"a": "1", "b": "é ü"}},
    {"data": FORM_DATA, "headers": {"Content-Type": "multipart/form-data; boundary=xyz"}},
    {"json": {"a": [1, 2.5, None, "é"]}},
    {"data": "plain", "headers": {"Content-Type": "text/plain"}},
    {"data": "{broken", "headers": {"Content-Type": "application/json"}},
    {"data": b"\xff\xfe\x00".decode("latin-1"), "headers": {"Content-Type": "image/png"}},
    {"data": "", "headers": {"Transfer-Encoding": "chunked"}},
]
ACCEPTS = ["image/webp", "image/svg+xml", "image/jpeg", "image/png;q=0.5", "image/*", "text/html"]
RANGES = ["bytes=0-9", "bytes=10-", "bytes=-5", "bytes=190-300", "bytes=300-", "lines=1-2", "x"]
ETAGS = ['"abc"', 'W/"abc"', '"other", "abc"', "*", '"other"']


def requests():
    for path in PATHS:
        for method in ("GET", "HEAD", "OPTIONS", "PURGE"):
            yield {"path": path, "method": method}
    for path, method in itertools.product(WRITTEN, ("POST", "PUT", "PATCH", "DELETE", "TRACE")):
        for body in BODIES:
            yield {"path": path, "method": method, **body}
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE"):
        yield {"path": "/status/202", "method": method}
        yield {"path": "/delay/0", "method": method, "data": "x"}
        yield {
            "path": "/redirect-to",
            "method": method,
            "form": {"url": "/get", "status_code": "308"},
        }
    yield {"path": "/response-headers?a=%C3%A9", "method": "POST"}
    for accept in ACCEPTS:
        yield {"path": "/image", "headers": {"Accept": accept}}
        yield {"path": "/status/406", "headers": {"Accept": accept}}
    for wanted in RANGES:
        yield {"path": "/range/200", "headers": {"Range": wanted}}
    for tag in ETAGS:
        yield {"path": "/etag/abc", "headers": {"If-None-Match": tag}}
        yield {"path": "/etag/abc", "headers": {"If-Match": tag}}
    yield {"path": "/cache", "headers": {"If-None-Match": "x"}}
    yield {"path": "/cache", "headers": {"If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"}}
    for name, password in (("jo", "secret"), ("jo", "wrong"), ("é", "ü")):
        yield {"path": "/basic-auth/jo/secret", "auth": (name, password)}
        yield {"path": "/hidden-basic-auth/jo/secret", "auth": (name, password)}
    for value in ("Bearer abc", "bearer abc", "Basic ???", "Bearer"):
        yield {"path": "/bearer", "headers": {"Authorization": value}}
        yield {"path": "/basic-auth/jo/secret", "headers": {"Authorization": value}}
    yield {**digest("/digest-auth/auth/jo/secret"), "new": True}
    yield digest("/digest-auth/auth/jo/secret", password="wrong")
    yield digest("/digest-auth/auth-int/jo/secret", qop="auth-int")
    yield digest("/digest-auth/auth/jo/secret/SHA-256", algorithm="SHA-256")
    yield digest("/digest-auth/auth/jo/secret/SHA-512/never", algorithm="SHA-512")
    yield digest("/digest-auth/auth/jo/secret/MD5/1")
    yield digest("/digest-auth/auth/jo/secret/MD5/1")
    yield {
        "path": "/headers",
        "headers": {"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.1, 10.0.0.2"},
    }
    yield {"path": "/redirect-to?url=/get", "headers": {"X-Forwarded-Proto": "https"}}
    yield {"path": "/get", "headers": {"Origin": "http://there.example", "Cookie": "a=b; c=d"}}
    yield {
        "path": "/get",
        "method": "OPTIONS",
        "headers": {"Origin": "http://there.example", "Access-Control-Request-Headers": "X-A"},
    }


REQUESTS = list(requests())

VOLATILE = [
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<uuid>"),
    (r"^\"?[0-9a-f]{32}\"?$", "<tag>"),
    (r'(nonce|opaque)="[0-9a-f]+"', r'\1="<random>"'),
    (r"last_nonce=[0-9a-f]+", "last_nonce=<random>"),
]


def unvisited():
    """Return the endpoints that no request reaches."""
    adapter = app.url_map.bind("localhost")
    left = {rule.endpoint for rule in app.url_map.iter_rules()}
    for step in REQUESTS:
        try:
            left.discard(adapter.match(step["path"].split("?")[0], step.get("method", "GET"))[0])
        except HTTPException:  # some of them are asked for what is not there
            continue
    return left


if unvisited():
    raise RuntimeError(f"no request reaches {', '.join(sorted(unvisited()))}")
