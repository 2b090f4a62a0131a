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
    wanted, rows = flask.but(leaked=False), []
    for each in DIFFERENCES:
        adapted = each.adapt(request, wanted, erlen)
        if adapted != wanted:
            wanted = adapted
            rows.append(each.row)
    return wanted, tuple(rows)


_SESSION_COOKIES = ("session=", "visit=")


def _sets_session(header: tuple[str, str]) -> bool:
    return header[0] == "Set-Cookie" and header[1].startswith(_SESSION_COOKIES)


@difference(
    "SAFE-10",
    "no shared cache hands one visitor's session cookie to another",
    Request("/session/set", query="a=b"),
    documented='Cache-Control: no-cache="Set-Cookie"',
)
def _session_is_not_cached(request: Request, flask: Answer, erlen: Answer) -> Answer:
    names = [name.lower() for name, _ in flask.headers]
    if "cache-control" in names or "Cookie" not in (flask.header("Vary") or ""):
        return flask
    cookies = [at for at, header in enumerate(flask.headers) if _sets_session(header)]
    if not cookies:
        return flask
    at = max(cookies[-1], len(names) if names[-1] == "vary" else 0)
    added = ("Cache-Control", 'no-cache="Set-Cookie"')
    return flask.but(headers=(*flask.headers[:at], added, *flask.headers[at:]))


@difference(
    "SAFE-2",
    "a request ends once: when its stream does",
    Request("/stream/context", variant="hooked"),
    documented="tear-down functions run once, at the stream's end",
)
def _stream_ends_once(request: Request, flask: Answer, erlen: Answer) -> Answer:
    """Flask ends the request when the view has returned, and again when the stream has."""
    events = list(flask.events)
    if events.count("appcontext_popped []") < 2 or not request.path.startswith("/stream"):
        return flask
    first = events.index("second teardown")
    again = events.index("appcontext_pushed []", first)
    return flask.but(events=(*events[:first], *events[again + 1 :]))


_TEARDOWN = ("teardown request", "request_tearing_down", "book teardown")


@difference(
    "SAFE-1",
    "a teardown function that fails keeps neither the answer nor the other ones back",
    Request("/", query="teardown=fails", variant="hooked"),
    documented="A failure in a teardown function",
)
def _failing_teardown_is_contained(request: Request, flask: Answer, erlen: Answer) -> Answer:
    if flask.error != "builtins.ValueError: teardown":
        return flask
    others = tuple(event for event in erlen.events if not event.startswith(_TEARDOWN))
    if others != flask.events:
        return flask
    return flask.but(error="", body=erlen.body, events=erlen.events)


_is_token = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_is_value = re.compile(r"[\t\x20-\x7e\x80-\xff]*").fullmatch
_is_status = re.compile(r"[1-9][0-9]{2} [\t\x20-\x7e\x80-\xff]*").fullmatch


def _may_be_sent(answer: Answer) -> bool:
    return bool(
        not answer.status
        or _is_status(answer.status)
        and all(_is_token(name) and _is_value(value) for name, value in answer.headers)
    )


@difference(
    "SAFE-3",
    "what is no valid status line or header never reaches the server",
    Request("/answer/statusbreak"),
    documented="a header that must not be sent",
)
def _exit_is_checked(request: Request, flask: Answer, erlen: Answer) -> Answer:
    if _may_be_sent(flask):
        return flask
    if erlen.error.startswith("erlen._core.respond.InvalidResponse: The"):
        return erlen
    return erlen if erlen.status.startswith("500 ") and not erlen.error else flask


_is_name = re.compile(r"[a-z0-9_.-]+(:[0-9]*)?|\[[0-9a-f:.]+\](:[0-9]*)?", re.I | re.A).fullmatch


@difference(
    "SAFE-12",
    "a Host with characters that no host name has is refused",
    Request("/", headers=(("Host", "a b"),)),
    documented="Host",
)
def _host_is_checked(request: Request, flask: Answer, erlen: Answer) -> Answer:
    host = request.header("Host")
    if not host or _is_name(host):
        return flask
    refused = erlen.status.startswith("400 ") or "SecurityError: " in erlen.error
    return erlen if refused else flask


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
def _query_may_be_any_bytes(request: Request, flask: Answer, erlen: Answer) -> Answer:
    if _is_text(request.query):
        return flask
    failed = flask.status.startswith("500 ") or "UnicodeDecodeError" in flask.error
    healthy = not erlen.error and not erlen.status.startswith("500 ")
    return erlen if failed and healthy else flask


@difference(
    "ROUTE-5",
    "the methods in Allow are a set; neither framework promises an order",
    Request("/methods"),
    documented="order",
)
def _methods_have_no_order(request: Request, flask: Answer, erlen: Answer) -> Answer:
    theirs, own = flask.header("Allow"), erlen.header("Allow")
    if theirs is None or own is None or sorted(theirs.split(", ")) != sorted(own.split(", ")):
        return flask
    headers = ((name, own if name == "Allow" else value) for name, value in flask.headers)
    return flask.but(headers=tuple(headers))
