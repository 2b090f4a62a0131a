"""What is true after every request, whatever it was."""

from __future__ import annotations

import http.cookies
import os
import re
import time
import typing as t

from erlen._core.contexts import current
from erlen.globals import _app_ctx_stack, _request_ctx_stack
from tests.measuring import pace

from .drawing import Case
from .notes import AskedFor, notes

#: Seconds of CPU that a request may take at most on an ordinary machine.
MOST_CPU = 0.25
DESCRIPTORS = "/proc/self/fd"

_is_status = re.compile(r"[1-9][0-9]{2} [\t\x20-\x7e\x80-\xff]*", re.DOTALL).fullmatch
_is_token = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
_is_value = re.compile(r"[\t\x20-\x7e\x80-\xff]*").fullmatch
_WITHOUT_BODY = ("1", "204", "304")

Application = t.Callable[..., t.Any]


class Outcome:
    """What came of a request."""

    def __init__(self) -> None:
        self.starts: list[tuple[t.Any, t.Any]] = []
        self.chunks: list[t.Any] = []
        self.ended = False
        self.faults: list[str] = []
        self.cpu = 0.0

    @property
    def status(self) -> str:
        return str(self.starts[0][0]) if self.starts else ""

    def start(self, status: t.Any, headers: t.Any, exc_info: t.Any = None) -> t.Any:
        self.starts.append((status, headers))
        return self.chunks.append


def open_descriptors() -> int:
    return len(os.listdir(DESCRIPTORS))


def run(app: Application, case: Case) -> Outcome:
    """Make the request as a server does, and return what is wrong with what came of it."""
    outcome = Outcome()
    notes.start(case.environ.get("QUERY_STRING"))
    descriptors = open_descriptors()
    began = time.process_time()
    _call(app, case, outcome)
    outcome.cpu = time.process_time() - began
    faults = outcome.faults
    faults += _left_behind()
    if open_descriptors() > descriptors:
        faults.append("a file was left open")
    if any(not file.closed for file in notes.files):
        faults.append("an upload was left open")
    if outcome.cpu > MOST_CPU and outcome.cpu > MOST_CPU * pace():
        faults.append(f"took {outcome.cpu * 1000:.0f} ms of CPU")
    if outcome.starts:
        faults += _faults_of_answer(case, outcome)
    return outcome


def is_only_slow(faults: list[str]) -> bool:
    """Tell whether a second look may find nothing: machines hiccup."""
    return bool(faults) and all("of CPU" in fault for fault in faults)


def _call(app: Application, case: Case, outcome: Outcome) -> None:
    body: t.Any = ()
    answered = False
    try:
        body = app(case.environ, outcome.start)
        answered = True
        for chunk in body:
            if case.takes is not None and len(outcome.chunks) >= case.takes:
                break
            outcome.chunks.append(chunk)
        else:
            outcome.ended = True
    except Exception as exc:
        # A body that breaks off on purpose, or that an odd environ breaks, tells the server so.
        if not answered or (case.conforms and not isinstance(exc, AskedFor)):
            outcome.faults.append(f"{_name(exc)} escaped")
    finally:
        try:
            if hasattr(body, "close"):
                body.close()
        except Exception as exc:
            outcome.faults.append(f"{_name(exc)} escaped from close()")


def _name(exc: Exception) -> str:
    place = exc.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = "" if place is None else f" at {place.tb_frame.f_code.co_filename}:{place.tb_lineno}"
    return f"{type(exc).__name__}: {str(exc)[:200]}{where}"


def _left_behind() -> list[str]:
    left = []
    if current.get() is not None:
        left.append("a context is still current")
    for name, stack in (("request", _request_ctx_stack), ("application", _app_ctx_stack)):
        if stack.top is not None:
            left.append(f"the {name} stack is not empty")
    while current.get() is not None:
        _app_ctx_stack.pop()
        current.set(None)
    return left


def _faults_of_answer(case: Case, outcome: Outcome) -> list[str]:
    if len(outcome.starts) > 1:
        return [f"the answer was started {len(outcome.starts)} times"]
    status, headers = outcome.starts[0]
    faults = []
    if type(status) is not str or not _is_status(status):
        return [f"the status is {status!r}"]
    if status[:3] == "500" and case.conforms and not notes.asked:
        faults.append(f"a 500 that was not asked for {notes.logged}")
    elif notes.logged and case.conforms and not notes.asked:
        faults.append(f"logged {notes.logged}")
    faults += _faults_of_headers(headers)
    if any(type(chunk) is not bytes for chunk in outcome.chunks):
        return [*faults, "the body is not made of bytes"]
    return faults or _faults_of_body(case, outcome, status, headers)


def _faults_of_headers(headers: t.Any) -> list[str]:
    if type(headers) is not list:
        return [f"the headers are {type(headers)}"]
    faults = []
    for pair in headers:
        name, value = pair
        if type(pair) is not tuple or type(name) is not str or type(value) is not str:
            faults.append(f"a header is {pair!r}")
        elif not _is_token(name) or not _is_value(value):
            faults.append(f"a header may not be sent: {pair!r}")
    for single in ("content-length", "content-type", "location"):
        if sum(name.lower() == single for name, _ in headers) > 1 and not notes.asked:
            faults.append(f"{single} was sent twice")
    return faults


def _faults_of_body(case: Case, outcome: Outcome, status: str, headers: t.Any) -> list[str]:
    faults = []
    data = b"".join(outcome.chunks)
    method = case.environ.get("REQUEST_METHOD")
    if data and (method == "HEAD" or status.startswith(_WITHOUT_BODY)):
        faults.append(f"{method} {status} has a body")
    lengths = [value for name, value in headers if name.lower() == "content-length"]
    whole = outcome.ended and method != "HEAD" and not status.startswith("304")
    if whole and lengths and lengths[0] != str(len(data)) and not notes.asked:
        faults.append(f"the body has {len(data)} bytes, not {lengths[0]}")
    if b"SECRET" in data:
        faults.append("a file outside of the folder was sent")
    read = notes.body
    if read is not None and case.conforms and not case.may_be_read(read):
        faults.append(f"{len(read)} bytes were taken for the body")
    return faults


def cookies_of(outcome: Outcome, known: dict[str, str]) -> None:
    """Put the cookies that the answer sets into *known*."""
    for name, value in outcome.starts[0][1] if outcome.starts else ():
        if name == "Set-Cookie":
            try:
                jar = http.cookies.SimpleCookie(value)
            except http.cookies.CookieError:
                continue
            known.update({key: morsel.coded_value for key, morsel in jar.items()})
