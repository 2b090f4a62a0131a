"""What requests are made of: good texts, odd ones and broken ones."""

from __future__ import annotations

import gzip
import json

from tests.differential.answering import ERRORS, KINDS
from tests.differential.files import STATIC
from tests.differential.keeping import VALUES
from tests.differential.wire import ETAG, LAST_MODIFIED


def raw(text: str) -> str:
    """Return *text* as a server hands it over: its UTF-8 bytes read as latin-1."""
    return text.encode().decode("latin1")


# fmt: off
WORDS = [
    "a", "b", "7", "0", "-1", "1.5", "", "a b", "a+b", "%20", "%C3%BC", "%FF", "%", "%zz", "%00",
    "<b>", "'\"", "a=b", "&amp;", "x" * 300, "None", "true", "{}", "../..", "//evil", "\t", "\\",
    raw("grüße"), raw("€"), raw("😀"), "\xff", "\xc3", "\x80abc", raw("٣"), "user", "text",
]

#: Paths that answer, by what else a request for them wants.
PLAIN = [
    "/", "/folder/", "/folder", "/file", "/file/", "/lax", "/lax/", "/laxer", "/laxer/",
    "/merged//twice", "/merged/twice", "/old/7", "/older/abc", "/built/7", "/alias/7", "/methods",
    "/options", "/no-options", "/post", raw("/größe/x"), raw("/größe/ß/"), "/sub", "/shared",
    "/async/7", "/nothing", "//", "///file", "/file//", "", "*", "file", "/favicon.ico",
    *(f"/c/text/{word}" for word in ("a", "a b", raw("ü"), "\xff", "a/b", "%41", "", "a\nb")),
    *(f"/c/long/{word}" for word in ("a", "ab", "abcd", "abcde")), "/c/two/ab", "/c/two/abc",
    "/c/two/" + raw("üö"),
    *(f"/c/int/{word}" for word in ("7", "007", "-7", "7a", "1" * 400, raw("٣"), "1" * 5000)),
    *(f"/c/signed/{word}" for word in ("7", "-7", "--7", "+7")), "/c/digits/007", "/c/digits/07",
    "/c/digits/0007", *(f"/c/range/{word}" for word in ("1", "2", "20", "21")),
    *(f"/c/float/{word}" for word in ("1.5", "1", "1.", ".5", "-1.5", "1e5", "1.5.5")),
    *(f"/c/sfloat/{word}" for word in ("-1.5", "9.1", "9.0")),
    "/c/uuid/a9c1d4d6-7ed6-4c09-b7a9-0d3d7b0f5d34", "/c/uuid/a9c1d4d6",
    "/c/uuid/A9C1D4D6-7ED6-4C09-B7A9-0D3D7B0F5D34", "/c/any/a", "/c/any/bc", "/c/any/d e",
    "/c/any/abc",
    *(f"/c/path/{word}" for word in ("a", "a/b", "a//b", "a/", "/a", "a/../b", raw("ü/ö"))),
    "/c/paths/a/b/edit/7", "/c/paths/a/edit/edit/7", "/c/paths/edit/7", "/c/list/a,b",
    "/c/list/a,", "/c/even/8", "/c/even/7", "/c/slashes/a//b/", "/c/slashes/", "/c/item-7.html",
    "/c/item-x.html", "/c/item-7.", "/c/de/page/1", "/c/de/page", "/c/de/page/2", "/book/",
    "/book", "/book/page/1", "/book/page/0", "/book/page/404", "/book/nothing", "/book/shared",
    "/book/book_static/book.css", "/book/book_static/style.css", "/book/chapter/1",
    "/book/chapter/0", "/book/chapter/7", "/book/chapter/x", "/one/here", "/two/3/here",
    "/two/x/here", "/things/", "/things", "/things/3", "/things/x", "/single",
]
ANSWERS = [
    *(f"/answer/{kind}" for kind in KINDS), *(f"/raise/{kind}" for kind in ERRORS),
    *(f"/abort/{code}" for code in (400, 401, 403, 404, 405, 410, 413, 418, 429, 500, 503)),
    "/abort/999", "/abort/200", "/abort/302", "/abort/304", "/abort/response",
]
READS = [
    "/read/args", "/read/needed", "/read/url", "/read/headers", "/read/accept",
    "/read/conditions", "/read/authorization", "/read/cookies", "/read/content",
]
BODIES = [
    "/read/form", "/read/field", "/read/upload", "/read/json", "/read/json/silent", "/read/data",
    "/read/stream", "/read/ignored", "/read/content", "/things/", "/shared", "/read/args",
    "/folder", "/answer/text",
]
KEEPS = [
    "/session/read", "/session/set", "/flash", "/flashed", "/cookies/set", "/cookies/delete/a",
    "/cookies/delete/session", "/read/cookies", "/page/page.html", "/stream/wrapped",
    *(
        f"/session/touch/{how}"
        for how in (
            "in", "get", "len", "bool", "iterate", "new", "modified", "equal", "keys", "item",
            "default", "object", "not",
        )
    ),
    *(
        f"/session/change/{how}"
        for how in (
            "pop", "clear", "permanent", "temporary", "modified", "update", "inside", "fails",
            "unserializable", "forbidden", "cached", "streamed",
        )
    ),
]
PAGES = [
    *(
        f"/page/{name}"
        for name in (
            "page.html", "text.txt", "broken.html", "failing.html", "missing.html", "shared.html",
            "../outside.txt",
        )
    ),
    "/pages", "/source", "/streamed/stream.html", "/streamed/failing.html", "/streamed/missing",
    "/macro", "/stream/plain", "/stream/context", "/stream/wrapped", "/stream/fails/0",
    "/stream/fails/2", "/stream/closing", "/stream/kept",
]
FILE_NAMES = [
    *(raw(name) for name in STATIC), "link.txt", "inner_link.css", "nothing", "", "folder",
    "folder/", "../outside.txt", "folder/../style.css", "//style.css", "/etc/passwd", "a\x00b",
    "style.css/", "..", ".", "con", "\xff", "folder//inner.js", "style.css\\..\\text.txt",
    "x" * 300, "./style.css", "folder/%2e%2e/style.css",
]
FILES = [
    *(f"/static/{name}" for name in FILE_NAMES), *(f"/files/{name}" for name in FILE_NAMES),
    *(f"/attached/{name}" for name in FILE_NAMES), "/sent", "/memory", "/conditional",
    "/answer/etag", "/sent", "/memory", "/conditional", "/static/style.css", "/files/big.bin",
]
URLS = [
    *(
        f"/url/{endpoint}"
        for endpoint in (
            "home", "text", "int", "float", "path", "any", "list", "localized", "folder", "built",
            "static", "book.page", "book.chapter.show", "two.here", "things", "single", "missing",
            "boo.page", ".home", "umlaut", "digits", "uuid", "sub_variable",
        )
    ),
    "/redirect", "/redirect", "/redirect",
]

METHODS = [
    "GET", "GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE",
    "CONNECT", "PROPFIND", "get", "post", "Head", "", "G T",
]

#: Names of query fields, with the values that they are for.
FIELDS = {
    "n": ["1", "-1", "x", "1.5", ""],
    "a": WORDS,
    "needed": WORDS,
    "value": ["7", "<v>", *WORDS],
    "user": ["anna", *VALUES],
    "count": ["1"],
    "list": list(VALUES),
    "x": list(VALUES),
    "category": ["a", "message"],
    "with": [""],
    "name": ["page.html", "text.txt", *WORDS],
    "max_age": ["0", "60", "-1", "x"],
    "mimetype": ["text/css", "a/b", "x", "text/plain; a=b"],
    "etag": ["tag", "a b", '"q"', ""],
    "modified": ["0", "1700000000", "x"],
    "attach": [""],
    "unconditional": [""],
    "to": [
        "/", "//evil", "http://example.org/a b?c=d#e", raw("/größe?ü=ö"), "\\\\evil", "a/b",
        "javascript:x", "/%0d%0aX-A:1", "/?a=%FF", "http://", "http://[", "",
    ],
    "code": ["301", "303", "307", "308", "200", "x", "399"],
    "_external": ["1", "0"],
    "_anchor": ["x", "a b", raw("ü")],
    "_scheme": ["https", "ftp", ""],
    "_method": ["POST", "x"],
    "filename": ["style.css", "a b", raw("größe")],
    "page": ["1", "2", "x"],
    "number": ["7"],
    "lang": ["de"],
    "path": ["/", "/p", "a;b"],
    "domain": ["example.org", ".x", raw("ü.de")],
    "samesite": ["lax", "Strict", "none", "x"],
    "secure": [""],
    "httponly": [""],
    "partitioned": [""],
    "expires": [""],
    "halt": ["text", "tuple", "error", "abort", "x"],
    "after": ["this", "first", "second"],
    "teardown": ["fails"],
    "handler": ["fails"],
    "book": ["halt"],
    "text": ["1"],
    "weak": [""],
    "description": ["why <b>", ""],
    "session": ["x", "y"],
    "kind": ["x"],
}
QUERIES = [
    "", "&", "=", "&&a=1&", "a", "a=1;b=2", "a=1&a=2", "%61=1", "a%=1", "a=%", "a=%FF", "a=%C3",
    "\xff=\xfe", raw("ü=ö"), "a=1#b", "?a=1", "a[]=1&a[]=2", "=x", "a=b=c", "+=+", "a=%00",
    "&".join(f"f{n}={n}" for n in range(300)), "a=" + "x" * 5000, "a=\x7f", "a= b",
]

_DATES = [
    LAST_MODIFIED, "Tue, 14 Nov 2023 22:13:20 GMT", "Tue, 14 Nov 2023 22:13:19 GMT",
    "Tue, 14 Nov 2023 22:13:21 +0000", "Sun, 06 Nov 1994 08:49:37 GMT", "x", "",
    "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Mon, 32 Foo 2023 99:99:99 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT", "1 Jan 0000 00:00:00 GMT", "Sat, 01 Jan 100000 00:00:00 GMT",
    "Thu, 01 Jan 1970 00:00:00 +9999", "0", "-1", "\xff",
]
_TAGS = [
    ETAG, f"W/{ETAG}", f'"x", {ETAG}', "*", '"an etag"', 'W/"an etag"', "an etag", '"', '""', "x",
    '"a","b"', "w/x", ",", "", '"' + "a," * 2000, "\xff",
]
HEADERS: dict[str, list[str]] = {
    "Accept": [
        "*/*", "text/html", "application/json;q=0.5, text/html;q=0.9", "text/*", "x", "",
        "text/html;level=1, */*;q=0.1", "text/html;q=x", "text/html;q=2", "a/b;q=-1", ";;;", ",,",
        "application/xhtml+xml,application/xml;q=0.9", 'text/html; a="b,c"', "\xff/x", "/",
        "text/html;q=1e5", "text/html;q=\u0663".encode().decode("latin1"), "a/b;q=0.1234567",
    ],
    "Accept-Language": [
        "de", "en-US,en;q=0.5", "*", "de-at;q=0.1, fr", "x-y-z", "", "en_US", "fr;q=nan", "-",
    ],
    "Accept-Charset": ["utf-8", "iso-8859-1;q=0.5, *", "x", "", "utf8", "undefined", "\xfcx"],
    "Accept-Encoding": ["gzip", "gzip;q=0, br", "*", "identity;q=0.5", ""],
    "Authorization": [
        "Basic dXNlcjpwYXNz", "Basic dXNlcg==", "Basic !!!", "Basic", "basic  dXNlcjpwYXNz ",
        "Basic /////w==", "Bearer abc.def", "Bearer abc=", 'Digest username="a", realm="b"',
        "Digest x", "Token a=b", "x", "", " ", "Basic \xff", "Bearer \xff", 'Digest a="', "A b c",
        "Digest username*=UTF-8''%c3%bc", "Basic " + "A" * 3000, "Basic dXNlcjpw\nYXNz",
    ],
    "Range": [
        "bytes=0-9", "bytes=10-", "bytes=-5", "bytes=0-0,5-6", "bytes=5-2", "bytes=9999-", "x",
        "bytes=", "bytes=-", "bytes=0-99999", "bytes=0-9,", "items=0-9", "bytes 0-9", "bytes=-0",
        "bytes=a-b", "bytes=0-9, -5", "bytes=" + ",".join(f"{n}-{n}" for n in range(40)), "",
        "bytes=" + "9" * 5000 + "-", raw("bytes=٣-"), "bytes=+1-2", "bytes=1 - 2", "bytes=0-9;x",
        "bytes=1_0-2_0", "BYTES=0-1",
    ],
    "If-Range": [*_TAGS[:8], *_DATES[:6], ""],
    "If-Match": _TAGS,
    "If-None-Match": _TAGS,
    "If-Modified-Since": _DATES,
    "If-Unmodified-Since": _DATES,
    "Date": _DATES,
    "Cache-Control": [
        "no-cache", "max-age=0", "max-age=x, no-store", 'private="a, b"', ",", "", "max-age=",
        "only-if-cached, max-stale", "a=b=c", "max-age=\xb2", "=", "max-age=-1", '"',
        "max-age*=UTF-8''%31",
    ],
    "Pragma": ["no-cache", ""],
    "Max-Forwards": ["5", "-1", "x", "", raw("٣"), "1" * 5000, "+5", "1_0"],
    "User-Agent": ["curl/8", "Mozilla/5.0 (\xff)", ""],
    "Referer": ["http://example.org/", raw("/ü"), ""],
    "Origin": ["http://example.org", "null"],
    "X-User": ["anna", "\xff", raw("ü"), "", "a,b"],
    "X-Number": ["7", "x", "", raw("٣"), " 7 "],
    "X-Forwarded-For": ["1.2.3.4", "1.2.3.4, 5.6.7.8", ",", "", "\xff"],
    "X-Forwarded-Proto": ["https"],
    "Access-Control-Request-Method": ["PUT", ""],
    "Access-Control-Request-Headers": ["X-A, X-B", ",", '"'],
    "Content-Encoding": ["gzip", ""],
    "Content-MD5": ["x"],
    "Transfer-Encoding": ["chunked", "gzip, chunked", ""],
    "Expect": ["100-continue"],
    "Upgrade": ["websocket", "h2c"],
    "Connection": ["Upgrade", "close"],
    "X-Long": ["x" * 60_000],
    "X-HTTP-Method-Override": ["DELETE"],
    "Remote_User": ["anna"],
    "Host": [
        "localhost", "example.org", "EXAMPLE.ORG", "api.example.org", "x.y.example.org",
        "example.org:80", "example.org:443", "example.org:8080", "127.0.0.1:5000", "[::1]",
        "[::1]:80", "", "localhost:", "localhost:x", "localhost:99999", "a b", "evil.com/x",
        "evil.com\\", "user@localhost", "localhost.", ".example.org", "example.com:8080", "\xff",
        raw("ü.example.org"), "xn--4ca.example.org", "a" * 300, "a..b", "localhost:80:80", "<b>",
        "-", "_x.example.org", "localhost?", "localhost#x", "1.2.3.4.", "tenant.example.org",
        "localhost\t", "[", "[::1", "::1", "example.org.", "0x7f.1", "localhost:080",
        "localhost:0", "%41.example.org", "ex_ample.org", "a,b",
    ],
    "Cookie": [
        "a=b", "a=b; a=c", "a=b;c=d", "a", "=b", "a=", ";;", "a=b; ; c", 'a="q\\"uo\\073"',
        "a=b,c=d", " a = b ", "\xff=\xfe", raw("ü=ö"), "a=%20", "session=x", "session=",
        "session=eyJhIjoxfQ.ZZZZZZ.x", "session=.eJw.x.y", 'session="x"', "$Version=1; a=b",
        "a=" + "x" * 5000, "session=" + "A" * 5000 + ".A.A", 'a="', "a=b\tc", "a=\\", "visit=x",
        "; ".join(f"c{n}={n}" for n in range(200)), 'a="\\377\\400"', "a\tb=c", "__proto__=1",
        "session=..", "session=eyJfcGVybWFuZW50Ijp0cnVlfQ.ZZZZZZ.x", "session=\xff",
        "a=b; session=y; session=x", "a==b=", "a=b c", "a=<b>", 'a="b;c=d', "a=b;\x00c=d",
    ],
}

_BOUNDARY = b"frontier"


def part(head: str, body: bytes = b"value") -> bytes:
    return b"--" + _BOUNDARY + b"\r\n" + head.encode("latin1") + b"\r\n\r\n" + body + b"\r\n"


_FIELD = 'Content-Disposition: form-data; name="field"'
_FILE = 'Content-Disposition: form-data; name="file"; filename="a.txt"'
_END = b"--" + _BOUNDARY + b"--\r\n"
PARTS = [
    part(_FIELD), part(_FIELD, b""), part(_FIELD, "grüße".encode()), part(_FIELD, b"\xff\xfe"),
    part(_FIELD, b"x" * 2000), part(_FILE, b"content"), part(_FILE, b""),
    part(_FILE + "\r\nContent-Type: text/css; charset=x", b"a\r\n\r\nb"),
    part(_FILE + "\r\nContent-Length: 5\r\nX-More: \xff", b"\x00\xff" * 700),
    part('Content-Disposition: form-data; name="file"; filename="C:\\dir\\a.txt"'),
    part('Content-Disposition: form-data; name="file"; filename="../../a"'),
    part('Content-Disposition: form-data; name="file"; filename=""'),
    part("Content-Disposition: form-data; name=field; filename*=UTF-8''%c3%bc.txt"),
    part('Content-Disposition: form-data; filename="nameless"'), part("Content-Disposition: x"),
    part("Content-Type: text/plain"), part(""), part("no colon"), part('Content-Disposition: "'),
    part(_FIELD + "\r\nContent-Type: text/plain; charset=iso-8859-1", b"\xe4"),
    part(_FIELD + "\r\nContent-Type: text/plain; charset=none", b"\xe4"),
    part(_FIELD + "\r\nContent-Transfer-Encoding: base64", b"YQ=="),
    part(raw('Content-Disposition: form-data; name="grüße"')), part(_FIELD, b"--frontier"),
    part('Content-Disposition: form-data; name=""'), part(_FIELD.replace("; ", ";\r\n ")),
    b"--frontier\n" + _FIELD.encode() + b"\n\nunix\n", b"--frontier\r\n", b"junk\r\n", _END,
]

_FORM = "application/x-www-form-urlencoded"
FORM_TYPES = [_FORM, f"{_FORM}; charset=utf-8", f"{_FORM};charset=latin1", _FORM.upper()]
FORM_BODIES = [
    b"field=value", b"field=a+b%20c&n=1.5", b"", b"field", b"=", b"&&&", b"field=%FF",
    b"\xff=\xfe", b"field=%C3%BC", "field=ü".encode(), b"a=1;b=2", b"field=%",
    b"a=1&a=2&a=3&a=4&a=5&a=6", b"field=" + b"x" * 2000,
    b"&".join(b"f%d=x" % n for n in range(1200)), b"field=a\r\n", b"+=%00", b"field=a&field=b",
    b"%66ield=x", b"user=anna&needed=1",
]
MULTIPART_TYPES = [
    "multipart/form-data; boundary=frontier", 'multipart/form-data; boundary="frontier"',
    "multipart/form-data", "multipart/form-data; boundary=",
    "multipart/form-data; boundary=other", "multipart/form-data; boundary=\xff",
    "multipart/mixed; boundary=frontier",
    "multipart/form-data; boundary=frontier; charset=latin1",
    "multipart/form-data; boundary=" + "b" * 300, "Multipart/Form-Data; Boundary=frontier",
    "multipart/form-data;boundary*=utf-8''frontier",
]
MULTIPART_CUTS = [None, None, None, None, 40, 90, -1, -10, -14]
JSON_TYPES = [
    "application/json", "application/json; charset=utf-8", "application/vnd.x+json",
    "APPLICATION/JSON", "application/json; charset=utf-16", "text/json", "application/jsonx",
    "application/json;",
]
JSON_BODIES = [
    b"{}", b"[]", b"null", b'{"a": [1, 2.5, true, null, "x"]}', b'"text"', b"7", b"-0", b"1e400",
    b"NaN", b"[Infinity, -Infinity]", b"", b" ", b"{", b'{"a": }', b"{'a': 1}", b"[1,]", b"\xff",
    b"\xef\xbb\xbf{}", '{"ü": "€😀"}'.encode(), '"ü"'.encode("utf-16"), '"ü"'.encode("latin1"),
    b'"\\ud800"', b'{"a": 1, "a": 2}', b"[" * 400 + b"]" * 400, b"[" * 600 + b"]" * 600,
    b"[" * 40_000, b'{"a":' * 600 + b"1" + b"}" * 600, b"1" * 5000, b"// c\n{}",
    b'"' + b"[" * 600 + b'"', json.dumps({str(n): n for n in range(300)}).encode(), b'"\x00"',
    b'"a\nb"', b"tru", b"{} {}",
]
OTHER_TYPES = [
    "text/plain", "application/octet-stream", "", "x", "/", "text/html; charset=\xff", "a/b; c",
    'text/plain; a="b\\"c"; d=e', "text/plain; charset=utf-8, application/json",
    "text/x; a*=UTF-8''%c3%bc; a*0=b", "text/x;" + "a=b;" * 500,
]
OTHER_BODIES = [
    b"", b"plain", b"\xff\xfe\x00", "grüße".encode(), b"x" * 2990, b"x" * 3000, b"x" * 3001,
    b"x" * 70_000, gzip.compress(b"zipped", mtime=0),
]

#: What is said of a body's length, given the right one.
LENGTHS = [
    "{}", "{}", "{}", "{}", "{}", "{}", None, None, "0", "1", "-1", "x", "", "999999", "+{}",
    " {} ", "{}.0", "0x5", raw("٣"), "9" * 5000, "{},{}", "1_0", "\xb2",
]
