"""No header of a request makes reading it fail, or take long."""

from __future__ import annotations

import typing as t

import pytest

from erlen import Request, request
from tests.measuring import cpu_of
from tests.safe.site import make_site
from tests.wsgi import ask, make_environ

READ = [
    "authorization",
    "accept_mimetypes",
    "accept_charsets",
    "accept_encodings",
    "accept_languages",
    "cookies",
    "cache_control",
    "if_match",
    "if_none_match",
    "if_modified_since",
    "if_unmodified_since",
    "if_range",
    "range",
    "date",
    "pragma",
    "access_control_request_headers",
    "content_length",
    "mimetype",
    "mimetype_params",
    "host",
    "max_forwards",
    "user_agent",
    "referrer",
    "access_route",
    "origin",
    "url",
    "is_json",
    "is_secure",
    "args",
    "full_path",
]
HEADERS = [
    "AUTHORIZATION",
    "ACCEPT",
    "ACCEPT_CHARSET",
    "ACCEPT_ENCODING",
    "ACCEPT_LANGUAGE",
    "CACHE_CONTROL",
    "IF_MATCH",
    "IF_NONE_MATCH",
    "IF_MODIFIED_SINCE",
    "IF_UNMODIFIED_SINCE",
    "IF_RANGE",
    "RANGE",
    "COOKIE",
    "DATE",
    "PRAGMA",
    "ACCESS_CONTROL_REQUEST_HEADERS",
    "MAX_FORWARDS",
    "X_FORWARDED_FOR",
    "USER_AGENT",
    "ORIGIN",
    "REFERER",
]
DATE = "Wed, 21 Oct 2015 07:28:00 "
LONG = 64_000
VALUES = {
    "nothing": "",
    "quotes": '"' * LONG,
    "backslashes": "\\" * LONG,
    "escaped quotes": '\\"' * (LONG // 2),
    "an open quote": 'a="\\' * (LONG // 4),
    "commas": "," * LONG,
    "semicolons": "a;" * (LONG // 2),
    "pairs": "a=b," * (LONG // 4),
    "spaces": " " * LONG,
    "tabs and spaces": "\t " * (LONG // 2),
    "digits": "9" * LONG,
    "brackets": "(" * LONG,
    "qualities": "a;q=0.1," * (LONG // 8),
    "a quality of many digits": f"a;q={'9' * LONG}",
    "a quality that is no number": "a;q=nan,b;q=-1,c;q=1e999",
    "basic": "Basic " + "A" * LONG,
    "basic that is no base64": "Basic \xff\xff",
    "digest": "Digest " + 'a="b",' * (LONG // 6),
    "bearer": "Bearer " + "=" * LONG,
    "continuations": "".join(f'a*{n}="b"; ' for n in range(5000)),
    "continuations of high numbers": "a*99999999999=b; " * 3000,
    "an encoding that is none": "a*=UTF-99''%" + "%" * LONG,
    "weak tags": 'W/"a",' * (LONG // 6),
    "ranges": "bytes=0-0" + ",1-1" * (LONG // 4),
    "a range of many digits": f"bytes={'9' * LONG}-",
    "a range from the end": f"bytes=-{'9' * LONG}",
    "languages": "en-US-" * (LONG // 6),
    "types": "*/*," * (LONG // 4),
    "cookies": "a=b; " * (LONG // 5),
    "quoted cookies": 'a="\\000"; ' * (LONG // 10),
    "dates": DATE * (LONG // len(DATE)),
    "a zone of many digits": DATE + "+99999999999999",
    "a zone of very many digits": DATE + "-" + "9" * 5000,
    "a year before all": "Mon, 01 Jan 0001 00:00:00 +2359",
    "a year after all": "Fri, 31 Dec 9999 23:59:59 -2359",
    "a comment in a date": DATE + "(" * LONG,
    "raw bytes": "\xff" * LONG,
    "zeros": "\0" * LONG,
    "boundaries": "multipart/form-data; " + 'boundary="' * 6000,
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_every_header_can_be_read_whatever_it_says(value: str) -> None:
    app = make_site()

    @app.route("/")
    def read() -> list[str]:
        for name in READ:
            getattr(request, name)
        return []

    sent: dict[str, t.Any] = {f"HTTP_{name}": value for name in HEADERS}
    assert ask(app, "/", CONTENT_TYPE=value, **sent).body == b"[]\n"


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_64_kb_of_one_header_take_less_than_50_ms(value: str) -> None:
    for header in HEADERS:
        environ = make_environ(**{f"HTTP_{header}": value})

        def read(environ: t.Any = environ) -> None:
            request = Request(environ)
            for name in READ:
                getattr(request, name)

        assert cpu_of(read, 50) < 50, header


@pytest.mark.parametrize("name", ["date", "if_modified_since", "if_unmodified_since"])
def test_a_date_that_no_calendar_has_is_none(name: str) -> None:
    header = f"HTTP_{name.upper()}"
    found = getattr(Request(make_environ(**{header: f"{DATE}GMT"})), name)
    assert found.year == 2015
    assert getattr(Request(make_environ(**{header: f"{DATE}+99999999999999"})), name) is None
    assert getattr(Request(make_environ()), name) is None


def test_a_range_for_a_date_that_no_calendar_has_is_for_nothing() -> None:
    environ = make_environ(HTTP_IF_RANGE=f"{DATE}+99999999999999")
    assert (Request(environ).if_range.date, Request(environ).if_range.etag) == (None, None)
    assert Request(make_environ(HTTP_IF_RANGE='"a"')).if_range.etag == "a"
