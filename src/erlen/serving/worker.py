"""What a worker does: load the application, have its requests answered, obey the main process.

Granian calls the loader first thing in a worker, and then `answer_requests` with what it returned.
"""

from __future__ import annotations

import collections.abc as cabc
import dataclasses
import logging
import os
import select
import signal
import socket
import threading
import time
import typing as t

from .bridge import Inline
from .gate import Gate
from .phase import PHASE, Phase
from .settings import ServerSettings

if t.TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from _typeshed.wsgi import WSGIApplication

#: What the main process says, and what a worker says to it.
DRAIN, RETIRE, STOP, READY = b"drain", b"retire", b"stop", b"ready"

#: Seconds for requests on connections that are open: the next answer closes them.
RETIRING = 1.0
#: Seconds for the first request on a connection that was accepted last.
SETTLING = 0.3
#: Seconds between looks at whether the main process is still there.
HEARTBEAT = 1.0


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """What a worker inherits from the main process."""

    line: Connection
    listener: socket.socket
    #: The main process' id.
    main: int
    #: The sockets of the other workers, which would stay open with this one.
    others: tuple[socket.socket, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Loaded:
    """An application in its worker."""

    app: WSGIApplication
    settings: ServerSettings
    link: Link

    def make_gate(self, log_format: str | None) -> Gate:
        from granian.wsgi import _build_access_logger

        log = _build_access_logger(log_format) if log_format else None
        gate = Gate(self.app, self.settings, log)
        gate.watch()
        return gate


def load_in_worker(
    load: cabc.Callable[[], WSGIApplication], settings: ServerSettings, link: Link
) -> Loaded:
    for other in link.others:
        other.close()

    return Loaded(load(), settings, link)


def answer_requests(
    number: int, loaded: Loaded, listener: t.Any, pipe: t.Any, loop: t.Any, *options: t.Any
) -> None:
    """Run a worker until it is told to end; the parameters are those of Granian's own workers."""
    from granian import _granian as known

    granian: t.Any = known  # more than its stubs say
    _, *sizes, _, mode, http1, http2, _, files, log_format, tls, _, metrics = options
    # It is told as news that clients leave.
    logging.getLogger("_granian.asgi.io").setLevel(logging.WARNING)
    stop, ended = granian.WorkerSignal(), threading.Event()
    stop.add_cb(ended.set)
    gate, inline = loaded.make_gate(log_format), Inline()
    scheduler = granian.CallbackScheduler(inline, gate, None, None, None)
    scheduler._schedule_fn = gate
    worker = granian.ASGIWorker(
        *(number, listener, pipe, *sizes, mode, http1, http2, False, files, *tls, metrics)
    )
    Orders(loaded.link, loaded.settings.drain_delay, stop.set).listen()
    worker.serve_mtr(scheduler, inline, stop)
    loaded.link.line.send_bytes(READY)
    ended.wait()


class Orders:
    """The thread that ends a worker when the main process, or SIGTERM, says so.

    Python runs signal handlers in the main thread, which in a worker waits for a lock. Of two
    signals in quick succession, as systemd causes them by signalling every process and not only
    the main one, the kernel may hand both to one of Granian's own threads; the main thread then
    sleeps on. The wake-up descriptor is written to in whatever thread the signal arrives.

    :param stop: makes Granian accept no more, finish what is in flight, and return.
    """

    def __init__(
        self, link: Link, drain_delay: float, stop: cabc.Callable[[], None], phase: Phase = PHASE
    ) -> None:
        self._link = link
        self._drain_delay = drain_delay
        self._stop = stop
        self._phase = phase
        self._signals = -1

    def listen(self) -> None:
        self._signals, write_end = os.pipe()
        os.set_blocking(write_end, False)
        signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
        signal.signal(signal.SIGTERM, lambda number, frame: None)
        # Ctrl-C reaches the workers as well; the main process stops them in good order.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=self.obey, daemon=True).start()

    def obey(self) -> None:
        order = self._next_order()

        while order is None:
            order = self._next_order()

        self._phase.draining = order == DRAIN
        self._phase.closing = True

        if order == DRAIN:
            self._wait(self._drain_delay)

        stop_accepting(self._link.listener.fileno())
        self._wait({DRAIN: SETTLING, RETIRE: RETIRING, STOP: 0}[order])
        self._stop()

    def _wait(self, seconds: float) -> None:
        """Wait, unless told to stop at once."""
        deadline = time.monotonic() + seconds

        while (left := deadline - time.monotonic()) > 0:
            if self._next_order(left) == STOP:
                return

    def _next_order(self, timeout: float = HEARTBEAT) -> bytes | None:
        """Return the next order, or None when there is none for *timeout* seconds."""
        line = self._link.line
        ready, _, _ = select.select([self._signals, line.fileno()], [], [], timeout)

        if self._signals in ready:
            return DRAIN if signal.SIGTERM in os.read(self._signals, 64) else None

        if ready:
            try:
                return line.recv_bytes()
            except EOFError:
                return STOP

        return STOP if os.getppid() != self._link.main else None


def stop_accepting(listener: int) -> None:
    """Leave new connections to the other processes that listen on the same socket.

    Granian would close the connections it accepted last, before their requests are read, together
    with the listener. Another socket, which nobody connects to, takes its number.
    """
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        nobody.setblocking(False)
        os.dup2(nobody.fileno(), listener, inheritable=False)
