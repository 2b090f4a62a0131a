"""What Erlen reads in another way on purpose: hosts, paths, queries, bodies."""

from __future__ import annotations

import re

from werkzeug.wsgi import get_host

from tests.differential.differences import (
    difference,
    hooks_differ,
    is_missing,
    is_refused,
    is_trapped,
)
from tests.differential.wire import Answer, Request

# The way in


def _is_text(text: str) -> bool:
    try:
        text.encode("latin1").decode()
    except UnicodeDecodeError:
        return False
    return True


@difference(
    "SAFE-9",
    "bytes in a query that are no UTF-8 stay percent-encoded",
    Request("/read/args", query="a=\xff"),
    documented="no UTF-8",
)
def query_may_be_any_bytes(request: Request, flask: Answer, erlen: Answer) -> Answer:
    failed = flask.status.startswith("500 ") or "UnicodeDecodeError" in flask.error
    if _is_text(request.query) or not (failed or hooks_differ(request)):
        return flask
    seen = f"{erlen.error}{erlen.events}{erlen.body!r}"
    return flask if "UnicodeDecodeError" in seen else erlen


@difference(
    "SAFE-9",
    "JSON nested deeper than JSON_MAX_DEPTH is a bad request",
    Request(
        "/read/json",
        "POST",
        headers=(("Content-Type", "application/json"),),
        body=b"[" * 600 + b"]" * 600,
        length="1200",
    ),
    documented="JSON_MAX_DEPTH",
)
def json_has_a_depth(request: Request, flask: Answer, erlen: Answer) -> Answer:
    if max(request.body.count(b"["), request.body.count(b"{")) <= 512:
        return flask
    if hooks_differ(request):
        return erlen
    if "RecursionError" not in f"{flask.error}{flask.body!r}" and not re.match(
        "200 |500 ", flask.status
    ):
        return flask
    silent = "/silent" in request.path and re.match(rb'(?s).*"read":\s*null|\Z', erlen.body)
    bad = is_refused(erlen, 400) or erlen.error.startswith("werkzeug.exceptions.BadRequest: 400")
    return erlen if bad or silent or is_trapped(request, erlen) else flask


@difference(
    "SAFE-5",
    "credentials that are not ASCII are no credentials",
    Request("/read/authorization", headers=(("Authorization", "Basic \xff"),)),
    documented="Authorization",
)
def credentials_are_ascii(request: Request, flask: Answer, erlen: Answer) -> Answer:
    if request.header("Authorization").isascii():
        return flask
    if hooks_differ(request):
        return erlen
    failed = flask.status.startswith("500 ") or flask.error.startswith("builtins.ValueError: str")
    none = erlen.body in (b"none", b"") and not erlen.error
    return erlen if failed and none else flask


@difference(
    "SAFE-5",
    "conditions that cannot be are none",
    Request("/read/conditions", headers=(("If-Range", '"x", "y"'),)),
    documented="`If-Modified-Since` and `If-Range`",
)
def odd_conditions_are_none(request: Request, flask: Answer, erlen: Answer) -> Answer:
    names = ("If-Range", "If-Modified-Since", "If-Unmodified-Since", "Date", "Accept-Charset")
    failed = flask.status.startswith("500 ") or "ValueError" in (flask.error or "")
    is_answered = not erlen.error and not erlen.status.startswith("500 ")
    return erlen if any(map(request.header, names)) and failed and is_answered else flask


@difference(
    "SAFE-12",
    "a Host with characters that no host name has is refused",
    Request("/", headers=(("Host", "a b"),)),
    documented="Host",
)
def host_is_checked(request: Request, flask: Answer, erlen: Answer) -> Answer:
    host = request.header("Host")
    if not host or get_host({"wsgi.url_scheme": request.scheme, "HTTP_HOST": host}):
        return flask
    reason = f"Host {host!r} has characters that no host name has."
    page = reason.replace("'", "&#39;").encode("utf-8", "replace")
    raised = reason in erlen.error
    refused = raised or page in erlen.body or is_refused(erlen, 400) or is_trapped(request, erlen)
    return erlen if refused or hooks_differ(request) else flask


@difference(
    "SAFE-4",
    "digits in a path are ASCII",
    Request("/c/int/\xd9\xa3"),
    documented="Digits in paths",
)
def digits_are_ascii(request: Request, flask: Answer, erlen: Answer) -> Answer:
    path = request.path.encode("latin1").decode(errors="replace")
    if not any(char.isdecimal() and not char.isascii() for char in path):
        return flask
    return flask if is_refused(flask, 404) or not is_missing(request, erlen) else erlen


@difference(
    "SAFE-13",
    "links that lead out of a folder of files are not followed",
    Request("/static/link.txt"),
    documented="symbolic links",
)
def links_stay_inside(request: Request, flask: Answer, erlen: Answer) -> Answer:
    if "/link.txt" not in request.path:
        return flask
    return erlen if is_missing(request, erlen) else flask


# Bodies

_MULTIPART = (("Content-Type", "multipart/form-data; boundary=frontier"),)
_URLENCODED = (("Content-Type", "application/x-www-form-urlencoded"),)


def _post(path: str, headers: tuple[tuple[str, str], ...], body: bytes) -> Request:
    return Request(path, "POST", headers=headers, body=body, length=str(len(body)))


def _is_error(request: Request, answer: Answer, code: int) -> bool:
    raised = re.match(rf"werkzeug\.exceptions\.\w+: {code} ", answer.error)
    refused = is_refused(answer, code) or is_trapped(request, answer)
    return bool(raised) or refused or hooks_differ(request)


@difference(
    "SAFE-7",
    "the limits of forms hold for urlencoded ones as well, and a boundary has one",
    _post("/read/form", _URLENCODED, b"&".join(b"f%d=x" % n for n in range(1200))),
    documented="for multipart and urlencoded forms",
)
def forms_have_limits(request: Request, flask: Answer, erlen: Answer) -> Answer:
    content_type = request.header("Content-Type").lower()
    most, longest = (4, 100) if request.variant == "limited" else (1000, 500_000)
    if "urlencoded" in content_type:
        fields = [field for field in request.body.split(b"&") if field]
        above = len(fields) > most or any(len(field) > longest for field in fields)
    else:
        above = len(content_type.partition("boundary")[2]) > 256
        # Flask holds what it has not looked at yet against the limit, Erlen a field.
        if "multipart" in content_type and longest < len(request.body) and not above:
            return erlen if _is_error(request, flask, 413) else flask
    return erlen if above and _is_error(request, erlen, 413) else flask


@difference(
    "SAFE-6",
    "a body that is shorter than was announced is not taken as whole",
    Request("/read/form", "POST", headers=_URLENCODED, body=b"a=1", length="9", chunked=True),
    documented="cut short",
)
def bodies_are_whole(request: Request, flask: Answer, erlen: Answer) -> Answer:
    length = (request.length or "").strip()
    cut = length.isdecimal() and length.isascii() and int(length[:9]) > len(request.body)
    return erlen if cut and _is_error(request, erlen, 400) else flask


_NAMED = re.compile(rb"(?i)content-disposition:[^\n]*?;\s*name\*?=")
_FOLDER = re.compile(rb'(?i)filename="[^"]*[/\\]')


@difference(
    "SAFE-6",
    "a body that is longer than allowed is refused, whatever length was announced",
    Request("/read/data", "POST", body=b"x" * 4000, chunked=True, variant="limited"),
    documented="understates",
)
def bodies_have_a_limit(request: Request, flask: Answer, erlen: Answer) -> Answer:
    above = request.variant == "limited" and request.chunked and len(request.body) > 3000
    return erlen if above and _is_error(request, erlen, 413) else flask


@difference(
    "SAFE-8",
    "parts without a name are dropped, and a file's name has no folder",
    _post(
        "/read/form", _MULTIPART, b"--frontier\r\nContent-Disposition: x\r\n\r\n1\r\n--frontier--"
    ),
    documented="without a name",
)
def parts_have_names(request: Request, flask: Answer, erlen: Answer) -> Answer:
    if "multipart/form-data" not in request.header("Content-Type").lower():
        return flask
    parts = request.body.replace(b"\r\n ", b" ").split(b"--frontier")[1:]
    odd = any(_FOLDER.search(part) or not _NAMED.search(part) for part in parts)
    healthy = not is_refused(erlen, 500) or is_trapped(request, erlen) or hooks_differ(request)
    return erlen if odd and healthy else flask
