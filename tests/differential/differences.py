"""The differences that are wanted, each with its row of the specification and its reason.

A difference tells what Erlen answers where Flask answers so: `adapt` gets the request and
Flask's answer, or what the differences before it have made of that, and returns what Erlen's
answer has to be. What Erlen answered is there as well, for what cannot be foretold: the text of
an error page, say.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from werkzeug.http import parse_date
from werkzeug.wsgi import get_host

from tests.differential.wire import Answer, Request

Adapt = t.Callable[[Request, Answer, Answer], Answer]


@dataclasses.dataclass(frozen=True)
class Difference:
    row: str
    reason: str
    adapt: Adapt
    #: A request for which the two differ by this, the last of a batch.
    example: tuple[Request, ...]
    #: Words of docs/differences.md that tell a reader of it.
    documented: str


DIFFERENCES: list[Difference] = []


def difference(
    row: str, reason: str, *example: Request, documented: str
) -> t.Callable[[Adapt], Adapt]:
    def add(adapt: Adapt) -> Adapt:
        DIFFERENCES.append(Difference(row, reason, adapt, example, documented))
        return adapt

    return add


def expected(request: Request, flask: Answer, erlen: Answer) -> tuple[Answer, tuple[str, ...]]:
    """Return what Erlen has to answer, and the rows that make it differ from Flask's answer."""
    wanted, rows = flask.but(leaked=False, headers=_same_second(flask, erlen)), []
    for each in DIFFERENCES:
        adapted = each.adapt(request, wanted, erlen)
        if adapted != wanted:
            wanted = adapted
            rows.append(each.row)
    return wanted, tuple(rows)


_EXPIRES = re.compile("(?<=; Expires=)[^;]+")


def _same_second(flask: Answer, erlen: Answer) -> tuple[tuple[str, str], ...]:
    """Return Flask's headers with Erlen's dates where the clock has only gone on meanwhile.

    The one date that the workers' clock does not give is that of a permanent session's cookie.
    """
    dates = [_EXPIRES.search(value) for name, value in erlen.headers if name == "Set-Cookie"]
    own = [found[0] for found in dates if found]

    def same(found: re.Match[str]) -> str:
        return next((date for date in own if _seconds_apart(date, found[0]) <= 5), found[0])

    return tuple(
        (name, _EXPIRES.sub(same, value) if name == "Set-Cookie" else value)
        for name, value in flask.headers
    )


def _seconds_apart(one: str, other: str) -> float:
    dates = parse_date(one), parse_date(other)
    if None in dates:
        return float("inf")
    return abs((dates[0] - dates[1]).total_seconds())  # type: ignore[operator]


def _is_refused(answer: Answer, code: int) -> bool:
    """Tell whether the answer is this one error: a page, what a handler made, or the exception."""
    return answer.status.startswith(f"{code} ") and not answer.error


# Sessions


def _sets_session(header: tuple[str, str]) -> bool:
    return header[0] == "Set-Cookie" and header[1].startswith(("session=", "visit="))


@difference(
    "SAFE-10",
    "no shared cache hands one visitor's session cookie to another",
    Request("/session/set", query="a=b"),
    documented='Cache-Control: no-cache="Set-Cookie"',
)
def session_is_not_cached(request: Request, flask: Answer, erlen: Answer) -> Answer:
    names = [name.lower() for name, _ in flask.headers]
    if "cache-control" in names or "Cookie" not in (flask.header("Vary") or ""):
        return flask
    cookies = [at for at, header in enumerate(flask.headers) if _sets_session(header)]
    if not cookies and flask.status.startswith("500 ") and erlen.header("Cache-Control"):
        cookies = [len(names) - 1]  # it could not be saved, and all but the cookie was there
    if not cookies:
        return flask
    # Vary comes first where the session was read, and last where it was only sent again.
    at = cookies[-1] if "vary" in names[: cookies[-1]] else names.index("vary") + 1
    added = ("Cache-Control", 'no-cache="Set-Cookie"')
    return flask.but(headers=(*flask.headers[:at], added, *flask.headers[at:]))


# The end of a request


@difference(
    "SAFE-2",
    "a request ends once: when its stream does, and a client may stop reading",
    Request("/stream/context", variant="hooked"),
    documented="the teardown functions run once",
)
def stream_ends_once(request: Request, flask: Answer, erlen: Answer) -> Answer:
    """Flask ends the request when the view has returned, and again when the stream has."""
    events = list(flask.events)
    if "/stream" not in request.path or events.count("appcontext_popped []") < 2:
        return flask
    first = events.index("second teardown")
    again = events.index("appcontext_pushed []", first)
    early, late = events[:again], events[again + 1 :]
    if any("NoneType" not in event for event in early[first:] if event.startswith(TEARDOWNS)):
        return flask.but(events=tuple(early))
    ended = (event.replace("GeneratorExit", "NoneType") for event in late)
    return flask.but(events=(*events[:first], *ended))


TEARDOWNS = ("teardown request", "request_tearing_down", "book teardown")


@difference(
    "SAFE-1",
    "a teardown function that fails keeps neither the answer nor the other ones back",
    Request("/", query="teardown=fails", variant="hooked"),
    documented="A failure in a teardown function",
)
def failing_teardown_is_contained(request: Request, flask: Answer, erlen: Answer) -> Answer:
    if flask.error != "builtins.ValueError: teardown" or erlen.error:
        return flask
    others = tuple(event for event in erlen.events if not event.startswith(TEARDOWNS))
    if others != flask.events:
        return flask
    return flask.but(error="", body=erlen.body, events=erlen.events)


@difference(
    "SAFE-1",
    "an error handler that fails is answered with a plain 500",
    Request("/raise/value", query="handler=fails", variant="hooked"),
    documented="the handler for 500",
)
def failing_handler_is_contained(request: Request, flask: Answer, erlen: Answer) -> Answer:
    if flask.error != "builtins.ValueError: the handler" or not _is_refused(erlen, 500):
        return flask
    if request.method == "HEAD" or b"<h1>Internal Server Error</h1>" in erlen.body:
        return flask.but(error="", status=erlen.status, headers=erlen.headers, body=erlen.body)
    return flask


# The way out

_is_token = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_is_value = re.compile(r"[\t\x20-\x7e\x80-\xff]*").fullmatch
_is_status = re.compile(r"[1-9][0-9]{2} [\t\x20-\x7e\x80-\xff]*").fullmatch


def _may_be_sent(answer: Answer) -> bool:
    return not answer.status or bool(
        _is_status(answer.status)
        and all(_is_token(name) and _is_value(value) for name, value in answer.headers)
    )


@difference(
    "SAFE-3",
    "what is no valid status line or header never reaches the server",
    Request("/answer/statusbreak"),
    documented="with a header that must not be sent",
)
def exit_is_checked(request: Request, flask: Answer, erlen: Answer) -> Answer:
    if _may_be_sent(flask):
        return flask
    raised = erlen.error.startswith("erlen._core.respond.InvalidResponse: The")
    return erlen if raised or _is_refused(erlen, 500) else flask


@difference(
    "SAFE-9",
    "NaN and infinities are no JSON",
    Request("/answer/nan"),
    documented="NaN",
)
def json_has_no_nan(request: Request, flask: Answer, erlen: Answer) -> Answer:
    known = request.path == "/answer/nan" or re.search(rb"NaN|Infinity|1e400", request.body)
    if not known or not flask.status.startswith("200 "):
        return flask
    raised = "The value for a JSON response holds a NaN or an infinity" in erlen.error
    return erlen if raised or _is_refused(erlen, 500) else flask


@difference(
    "APP-3",
    "PEP 3333 lets a body be made of bytes only",
    Request("/answer/bytearray"),
    documented="bytearray",
)
def bytearray_is_sent_as_bytes(request: Request, flask: Answer, erlen: Answer) -> Answer:
    if "the server got bytearray(b'bytearray')" not in flask.error:
        return flask
    return flask.but(error="", body=b"bytearray")


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
    if _is_text(request.query) or not failed:
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
    if "RecursionError" not in f"{flask.error}{flask.body!r}" and not re.match(
        "200 |500 ", flask.status
    ):
        return flask
    silent = "/silent" in request.path and b'{"read":null}' in erlen.body.replace(b" ", b"")
    bad = _is_refused(erlen, 400) or erlen.error.startswith("werkzeug.exceptions.BadRequest: 400")
    return erlen if bad or silent else flask


@difference(
    "SAFE-5",
    "credentials that are not ASCII are no credentials",
    Request("/read/authorization", headers=(("Authorization", "Basic \xff"),)),
    documented="Authorization",
)
def credentials_are_ascii(request: Request, flask: Answer, erlen: Answer) -> Answer:
    failed = flask.status.startswith("500 ") or flask.error.startswith("builtins.ValueError: str")
    if request.header("Authorization").isascii() or not failed:
        return flask
    return erlen if erlen.body in (b"none", b"") and not erlen.error else flask


@difference(
    "SAFE-12",
    "a Host with characters that no host name has is refused",
    Request("/", headers=(("Host", "a b"),)),
    documented="Host",
)
def host_is_checked(request: Request, flask: Answer, erlen: Answer) -> Answer:
    host = request.header("Host")
    if not host or get_host({"wsgi.url_scheme": "http", "HTTP_HOST": host}):
        return flask
    reason = f"Host {host!r} has characters that no host name has."
    page = reason.replace("'", "&#39;").encode("utf-8", "replace")
    raised = reason in erlen.error
    return erlen if raised or page in erlen.body or _is_refused(erlen, 400) else flask


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
    found = not _is_refused(flask, 404)
    missing = _is_refused(erlen, 404) or "NotFound: 404" in erlen.error
    return erlen if found and missing else flask


@difference(
    "SAFE-13",
    "links that lead out of a folder of files are not followed",
    Request("/static/link.txt"),
    documented="symbolic links",
)
def links_stay_inside(request: Request, flask: Answer, erlen: Answer) -> Answer:
    if "/link.txt" not in request.path:
        return flask
    missing = _is_refused(erlen, 404) or "NotFound: 404" in erlen.error
    return erlen if missing or _is_refused(erlen, 500) else flask


# Texts


@difference(
    "APP-3",
    "the error for a wrong return value names the view",
    Request("/answer/set", variant="debug"),
    documented="names the view",
)
def wrong_values_name_the_view(request: Request, flask: Answer, erlen: Answer) -> Answer:
    if "did not return a valid response" not in flask.error or "returned None" in flask.error:
        return flask
    return flask.but(error=f"{flask.error} It is the view of 'answer'.")


@difference(
    "VIEW-1",
    "a method that both classes have is defined once",
    Request("/book/book_static/book.css", variant="debug"),
    documented="qualified name",
)
def methods_lie_elsewhere(request: Request, flask: Answer, erlen: Answer) -> Answer:
    own = flask.error.replace("Blueprint.send_static_file()", "Scaffold.send_static_file()")
    return flask.but(error=own)


@difference(
    "ROUTE-1",
    "the methods in Allow are a set, which promises no order",
    Request("/read/args", "TRACE"),
    documented="`Allow`",
)
def methods_have_no_order(request: Request, flask: Answer, erlen: Answer) -> Answer:
    theirs, own = flask.header("Allow"), erlen.header("Allow")
    if theirs is None or own is None or sorted(theirs.split(", ")) != sorted(own.split(", ")):
        return flask
    headers = ((name, own if name == "Allow" else value) for name, value in flask.headers)
    return flask.but(headers=tuple(headers))
