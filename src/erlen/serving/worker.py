"""What a worker does beside answering: load the application, obey the main process, end.

Granian calls the loader first thing in a worker. What is set up here is set up there.
"""

from __future__ import annotations

import collections.abc as cabc
import dataclasses
import os
import select
import signal
import socket
import threading
import time
import typing as t

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


def load_in_worker(
    load: cabc.Callable[[], WSGIApplication], settings: ServerSettings, link: Link
) -> WSGIApplication:
    """Return the application; Granian is made to call it through a gate, and to be stoppable."""
    from granian import _signals
    from granian.server import mp
    from granian.wsgi import _build_access_logger

    for other in link.others:
        other.close()

    app = load()

    def make_gate(app: WSGIApplication, scope_opts: t.Any, log_format: str | None) -> Gate:
        gate = Gate(app, settings, _build_access_logger(log_format) if log_format else None)
        gate.watch()
        return gate

    def set_main_signals(stop: cabc.Callable[..., None], reload: t.Any = None) -> None:
        orders = Orders(link, settings.drain_delay, lambda: stop(signal.SIGTERM, None))
        orders.listen()
        link.line.send_bytes(READY)

    mp._wsgi_call_wrap = make_gate
    _signals.set_main_signals = set_main_signals
    return app


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
