"""What Erlen answers in another way on purpose: sessions, the end of a request, the way out."""

from __future__ import annotations

import re
from itertools import takewhile
from urllib.parse import unquote

from tests.differential.differences import difference, hooks_differ, is_refused
from tests.differential.wire import Answer, Request

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
    if "stream" not in request.path or events.count("appcontext_popped []") < 2:
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
    if flask.error != "builtins.ValueError: teardown":
        return flask
    if "stream" in request.path or "generator" in request.path:
        return erlen  # On Flask the stream does not even begin.
    own = iter(erlen.events)
    others = [event for each in flask.events for event in takewhile(lambda e: e != each, own)]
    if not all(event.startswith(TEARDOWNS) for event in [*others, *own]):
        return flask
    # What ends the process is not to be stopped by a teardown function either.
    error = erlen.error if erlen.error == "builtins.SystemExit: 3" else ""
    return flask.but(error=error, body=erlen.body, events=erlen.events)


@difference(
    "SAFE-1",
    "an error handler that fails is answered with a plain 500",
    Request("/raise/value", query="handler=fails", variant="hooked"),
    documented="the handler for 500",
)
def failing_handler_is_contained(request: Request, flask: Answer, erlen: Answer) -> Answer:
    failed = "handler=fails" in request.query and not flask.status
    plain = not erlen.body or b"<h1>Internal Server Error</h1>" in erlen.body
    return erlen if failed and plain and is_refused(erlen, 500) else flask


#: What debug mode shows of the same.
_REFUSED_LOCATIONS = (
    "builtins.ValueError: Header values must not contain newline characters.",
    "builtins.ValueError: Invalid IPv6 URL",
    "builtins.UnicodeError: encoding with 'idna' codec failed",
)


@difference(
    "SAFE-1",
    "a location that is no URL is encoded until it can be sent",
    Request("/redirect", query="to=http://["),
    documented="A `Location` that is no URL",
)
def location_that_is_no_url_is_sent(request: Request, flask: Answer, erlen: Answer) -> Answer:
    escaped = flask.error.startswith(_REFUSED_LOCATIONS) and not flask.status
    failed = escaped or flask.status.startswith("500 ")
    location = erlen.header("Location") or erlen.header("Content-Location") or ""
    return erlen if failed and location and "://" not in location else flask


_WITH_HOST = re.compile(r"https?://[^/\"<]*(?=/)")


@difference(
    "SAFE-12",
    "a redirect of the routing does not repeat the host that the client sent",
    Request("/static//style.css"),
    documented="Redirects of the routing",
)
def routing_redirects_within(request: Request, flask: Answer, erlen: Answer) -> Answer:
    own = erlen.header("Location") or ""
    if not flask.status.startswith("308 ") or own[:2] == "//":
        return flask
    if _seen(own) != _seen(flask.header("Location") or ""):
        return flask
    if flask.body and _seen(erlen.body.decode("latin1")) != _seen(flask.body.decode("latin1")):
        return flask
    new = {"Location": own, "Content-Length": erlen.header("Content-Length")}
    headers = tuple((name, new.get(name) or value) for name, value in flask.headers)
    return flask.but(headers=headers, body=erlen.body if flask.body else b"")


def _seen(url: str) -> str:
    """Return *url* without its host, and without what Flask drops from it and Erlen encodes."""
    return re.sub(r"[\x00-\x20\x7f]", "", unquote(_WITH_HOST.sub("", url), "latin1"))


@difference(
    "SAFE-12",
    "a trusted host may be written in any case and with a final dot",
    Request(headers=(("Host", "localhost."),), variant="limited"),
    documented="`TRUSTED_HOSTS`",
)
def trusted_hosts_in_any_case(request: Request, flask: Answer, erlen: Answer) -> Answer:
    refused = re.search(r"Host '([^':]*)(?::\d*)?' is not trusted", flask.error or "")
    name = refused[1].lower().removesuffix(".") if refused else ""
    is_trusted = name in ("localhost", "example.com") or name.endswith("example.org")
    return erlen if is_trusted and not erlen.error else flask


@difference(
    "SAFE-12",
    "a host outside of SERVER_NAME matches no rule, also none with a variable subdomain",
    Request("/sub", variant="named"),
    documented="a host outside of `SERVER_NAME`",
)
def foreign_hosts_match_nothing(request: Request, flask: Answer, erlen: Answer) -> Answer:
    # This variant traps HTTP exceptions, so that the 404 is a 500.
    return erlen if b"<invalid>" in flask.body and erlen.status[:3] in ("404", "500") else flask


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
    raised = erlen.error.startswith("erlen._core.checks.InvalidResponse: The")
    return erlen if raised or is_refused(erlen, 500) else flask


_has_control = re.compile(r"[\x00-\x08\n-\x1f\x7f]").search


@difference(
    "SAFE-3",
    "a file may be called anything, and is downloaded under a name that can be sent",
    Request("/attached/style.css", query="name=a%0Ab"),
    documented="in the name of a download",
)
def names_of_downloads_can_be_sent(request: Request, flask: Answer, erlen: Answer) -> Answer:
    named = "_" in (erlen.header("Content-Disposition") or "")
    return erlen if named and _has_control(unquote(request.query, "latin1")) else flask


@difference(
    "SAFE-9",
    "NaN and infinities are no JSON",
    Request("/answer/nan"),
    documented="NaN",
)
def json_has_no_nan(request: Request, flask: Answer, erlen: Answer) -> Answer:
    known = "answer/nan" in request.path or re.search(rb"NaN|Infinity|1e400", request.body)
    if known and hooks_differ(request):
        return erlen
    if not known or not flask.status.startswith("200 "):
        return flask
    raised = "The value for a JSON response holds a NaN or an infinity" in erlen.error
    return erlen if raised or is_refused(erlen, 500) else flask


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
