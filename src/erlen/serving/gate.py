"""What stands between Granian and the application: one call for each request.

Granian parses HTTP strictly, but what it makes of a request is not always what PEP 3333 asks
for. This is the one place where that is put right, and where requests are refused that no
application should have to see.
"""

from __future__ import annotations

import collections.abc as cabc
import functools
import http
import io
import sys
import threading
import time
import typing as t

from .answers import Pairs, Start, Stream, begun, send_whole
from .bodies import LongBody, ShortBodies
from .bridge import Exchange, Receive, promised
from .environs import Environ, make_environ
from .inbox import Inbox
from .permits import Permits, Turn
from .phase import PHASE, Phase
from .seats import Seats
from .settings import ServerSettings

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Log = cabc.Callable[[float, float, Environ, int], None]

#: Bytes of a body that is read before the application is called.
SHORT = 64 * 1024
CLOSE = ("Connection", "close")
#: What the access log has for a request whose client left; nobody is sent it.
CLIENT_LEFT = 499


Step = cabc.Callable[["Request"], int]


class Refused(Exception):
    """The request is answered here."""

    def __init__(self, status: http.HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Left(Exception):
    """The client left while its request stood in line."""


class Request:
    """A request on its way through the gate.

    :param step: what is next; it returns the status, or 0 when the body is still to come.
    """

    __slots__ = ("began", "environ", "exchange", "received", "step")

    def __init__(self, exchange: Exchange, environ: Environ, step: Step) -> None:
        self.exchange = exchange
        self.environ = environ
        self.step = step
        self.began = 0.0, 0.0
        self.received: Inbox | None = None

    @property
    def inbox(self) -> Inbox:
        """What the client sends, `received` for those that have asked before; most never do."""
        if self.received is None:
            self.received = Inbox(self.exchange.proto.receive)

        return self.received

    def stand_in_line(self) -> None:
        self.inbox.watch()

    def go_on(self) -> None:
        """Raise `Left` if the client did so while the request stood in line."""
        if self.inbox.has_left():
            raise Left

    def done(self) -> None:
        """Let go of the client."""
        self.close_inbox()
        self.exchange.done()

    def err(self, exc: BaseException) -> None:
        self.close_inbox()
        self.exchange.err(exc)

    def close_inbox(self) -> None:
        """Listen to the client no longer."""
        if self.received is not None:
            self.received.close()


class Gate:
    """Calls the application for each request of a worker."""

    def __init__(
        self,
        app: WSGIApplication,
        settings: ServerSettings,
        log: Log | None = None,
        phase: Phase = PHASE,
    ) -> None:
        self._app = app
        self._log = log
        self._phase = phase
        self._timeout = settings.body_timeout
        self._permits = Permits(settings.threads)
        self._seats = Seats(settings.connections, self._go_on)
        self._short = ShortBodies(settings.body_timeout)
        self._bell: Receive | None = None
        self._constant: Environ = {
            "GATEWAY_INTERFACE": "CGI/1.1",
            "SCRIPT_NAME": "",
            "SERVER_SOFTWARE": "Granian",
            "wsgi.errors": sys.stderr,
            "wsgi.input_terminated": True,
            "wsgi.multiprocess": settings.workers > 1,
            "wsgi.multithread": settings.threads > 1,
            "wsgi.run_once": False,
            "wsgi.version": (1, 0),
        }

    def watch(self) -> None:
        """Refuse overdue bodies and wake the pool from now on, in a thread of its own."""
        threading.Thread(target=self._watch_for_ever, daemon=True).start()

    def _watch_for_ever(self) -> None:
        while True:
            time.sleep(min(0.5, self._timeout / 4))
            self._short.refuse_overdue()
            self.wake_pool()

    def wake_pool(self) -> None:
        """Have Granian look whether there are threads enough for what is to be done.

        It starts one when there is more to do than there are idle threads, and takes one for idle
        that is about to do something else. What was left without a thread is found when the next
        task comes, and until then whoever waits for it waits, a slow upload for its next piece
        too. That somebody does not wait any longer for a piece is such a task.
        """
        if self._bell is not None and not self._seats.are_empty:
            promised(self._bell()).cancel()

    def __call__(self, exchange: Exchange) -> None:
        request = Request(exchange, make_environ(exchange.scope, self._constant), self._admit)

        if self._log is not None:
            request.began = time.time(), time.perf_counter()

        self._seats.take(request)

    def _go_on(self, request: Request) -> None:
        try:
            if request.received is not None:
                request.go_on()

            status = request.step(request)
        except Refused as refused:
            status = refused.status
            _refuse(request, refused)
        except Left:
            status = CLIENT_LEFT
            request.done()
        except BaseException as exc:
            status = 500
            request.err(exc)

        if status and self._log is not None:
            self._log(*request.began, request.environ, status)

    def _admit(self, request: Request) -> int:
        environ = request.environ
        host = environ["HTTP_HOST"]

        if not host or "," in host:
            _check_host(environ)

        if "CONTENT_LENGTH" in environ or "HTTP_TRANSFER_ENCODING" in environ:
            return self._take_body(request)

        if self._bell is None:
            self._bell = request.exchange.proto.receive  # there is nothing that could be lost

        environ["wsgi.input"] = io.BytesIO()
        return self._answer(request)

    def _take_body(self, request: Request) -> int:
        environ = request.environ
        length = None

        if "HTTP_TRANSFER_ENCODING" in environ:
            _check_coding(environ["HTTP_TRANSFER_ENCODING"])
        else:
            length = int(environ["CONTENT_LENGTH"])

        if length == 0:
            environ["wsgi.input"] = io.BytesIO()
            return self._answer(request)

        if length is not None and length <= SHORT:
            self._short.read(request.inbox, length, functools.partial(self._take_short, request))
            return 0

        with LongBody(request.inbox, length, self._timeout, self._permits) as body:
            environ["wsgi.input"] = body
            status = self._answer(request, body)

        request.done()
        return status

    def _take_short(self, request: Request, body: bytes | OSError) -> None:
        request.step = functools.partial(self._answer_short, body=body)
        self._seats.take(request)

    def _answer_short(self, request: Request, body: bytes | OSError) -> int:
        if isinstance(body, TimeoutError):
            raise Refused(http.HTTPStatus.REQUEST_TIMEOUT, str(body))

        if isinstance(body, OSError):
            raise Refused(http.HTTPStatus.BAD_REQUEST, str(body))

        request.environ["wsgi.input"] = io.BytesIO(body)
        return self._answer(request)

    def _answer(self, request: Request, unread: LongBody | None = None) -> int:
        start = Start()

        if (turn := self._permits.ask()) is not None:
            self._stand_in_line(request, turn)

        try:
            body = self._app(request.environ, start)

            if isinstance(body, list):
                start.require()
            else:
                body = begun(body, start)
        finally:
            self._permits.give_back()

        headers = start.headers

        if self._phase.closing or (unread is not None and not unread.is_finished):
            headers = [*headers, CLOSE]

        if not isinstance(body, list):
            stream = Stream(body, start, self._permits, unread)
            return stream.send(request.exchange, request.inbox, headers)

        send_whole(request.exchange.proto, start.status, headers, start.first + b"".join(body))
        request.close_inbox()  # a request that stood in line still listens to its client
        return start.status

    def _stand_in_line(self, request: Request, turn: Turn) -> None:
        """Wait for a permit, unless the client leaves: nobody works for nobody."""
        try:
            request.inbox.watch(functools.partial(self._permits.leave, turn))
            turn.wait()
            request.go_on()
        except BaseException:
            self._permits.forsake(turn)
            raise


def _check_host(environ: Environ) -> None:
    """Refuse what RFC 9112, 3.2, has refused: no host, and two."""
    if environ["HTTP_HOST"] or environ["SERVER_PROTOCOL"] != "HTTP/1.0":
        raise Refused(http.HTTPStatus.BAD_REQUEST, "A request names one Host.")

    del environ["HTTP_HOST"]


def _check_coding(coding: str) -> None:
    if coding.strip().lower() != "chunked":
        raise Refused(
            http.HTTPStatus.NOT_IMPLEMENTED, "Transfer-Encoding: only 'chunked' is known here."
        )


def _refuse(request: Request, refused: Refused) -> None:
    headers: Pairs = [("Content-Type", "text/plain; charset=utf-8"), CLOSE]
    send_whole(request.exchange.proto, refused.status, headers, f"{refused}\n".encode())
    request.done()  # Granian closes the connection once nobody waits for the rest of the body
