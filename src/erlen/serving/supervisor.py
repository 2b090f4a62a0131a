"""The main process: it keeps workers running, and replaces them without losing a request.

Granian's own main process lets each worker open a socket of its own. What waits in the queue of
one is reset when that worker ends, and a worker that is replaced is stopped after a fixed time,
whether or not its successor has started. Here the main process opens the sockets and keeps them
open, one for each place of a worker, so that the kernel shares connections out evenly; and a
worker is asked to leave when its successor says that it is ready.
"""

from __future__ import annotations

import functools
import os
import signal
import socket
import sys
import threading
import time
import typing as t
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait

from granian import _granian
from granian.log import logger
from granian.server.mp import MPServer, WorkerProcess

from .worker import DRAIN, READY, RETIRE, STOP, Link, answer_requests

#: Connections that wait to be accepted, for each worker.
BACKLOG = 1024
#: Workers that may die in succession before one of them is ready.
PATIENCE = 5
#: Seconds that the delays of stopping take beyond those that are configured.
SLACK = 1.5


class Supervisor(MPServer):  # type: ignore[misc]  # Granian is not typed
    """Granian with sockets, workers, replacement and stopping of its own."""

    _spawn_wsgi_worker = staticmethod(WorkerProcess.wrap_target(answer_requests))

    def __init__(self, target: str, *, drain_delay: float, **options: t.Any) -> None:
        super().__init__(target, backlog=BACKLOG, **options)
        self.wrks: list[WorkerProcess] = []
        self._drain_delay = drain_delay
        self._sockets: list[socket.socket] = []
        self._lines: dict[WorkerProcess, Connection] = {}
        self._ready: set[WorkerProcess] = set()
        self._failures = 0
        self._hurry = threading.Event()
        self._leaving: list[threading.Thread] = []

    # Sockets

    def _init_shared_socket(self) -> None:
        # Elsewhere the kernel gives every connection to the last one that listens.
        count = self.workers if sys.platform == "linux" else 1
        self._sockets = [listen(self.bind_addr, self.bind_port) for _ in range(count)]
        self._ssp = self._sso = None

    def _drop_shared_socket(self) -> None:
        for each in self._sockets:
            each.close()

    # Workers

    def _spawn_worker(self, idx: int, target: t.Any, callback_loader: t.Any) -> WorkerProcess:
        own_end, end = Pipe()
        listener = self._sockets[idx % len(self._sockets)]
        others = tuple(each for each in self._sockets if each is not listener)
        self._shd = t.cast(t.Any, _granian).SocketHolder(listener.fileno(), False, BACKLOG)
        loader = functools.partial(callback_loader, Link(end, listener, os.getpid(), others))
        worker = super()._spawn_worker(idx, target, loader)
        self._lines[worker] = own_end
        worker.start()
        end.close()
        return worker

    def _spawn_workers(self, spawn_target: t.Any, target_loader: t.Any) -> None:
        for idx in range(self.workers):
            self.wrks.append(self._spawn_worker(idx, spawn_target, target_loader))

    def _is_ready(self, worker: WorkerProcess, timeout: float = 0) -> bool:
        line = self._lines[worker]

        try:
            if worker not in self._ready and line.poll(timeout) and line.recv_bytes() == READY:
                self._ready.add(worker)
        except (EOFError, OSError):
            pass  # it died

        return worker in self._ready

    def _tell(self, worker: WorkerProcess, order: bytes) -> None:
        """Make *worker* end; one that is still loading knows no orders."""
        worker.interrupt_by_parent = True

        try:
            if self._is_ready(worker):
                return self._lines[worker].send_bytes(order)
        except OSError:
            return  # it is gone

        worker.inner.terminate()

    def _see_off(self, worker: WorkerProcess, deadline: float | None) -> None:
        """Wait until *worker* has ended, and make it end when it takes too long."""
        seconds = None if deadline is None else max(deadline - time.monotonic(), 0)

        # Not is_alive(): Granian's own thread waits as well, and while only that one knows of
        # the end, it would still be true.
        if not wait([worker.inner.sentinel], seconds):
            logger.warning(f"Killing worker-{worker.idx + 1}, which does not finish its requests")
            worker.kill()

        worker.join()

        self._forget(worker)
        is_old = worker not in self.wrks
        logger.info(f"Stopped {'old ' if is_old else ''}worker-{worker.idx + 1}")

    def _deadline(self) -> float | None:
        if not self.workers_kill_timeout:
            return None

        return time.monotonic() + self._drain_delay + SLACK + float(self.workers_kill_timeout)

    def _forget(self, worker: WorkerProcess) -> None:
        self._ready.discard(worker)
        self._lines.pop(worker).close()

    # The main loop

    def _serve_loop(self, spawn_target: t.Any, target_loader: t.Any) -> None:
        while not self.interrupt_signal:
            self.main_loop_interrupt.wait()
            self.main_loop_interrupt.clear()
            dead = [worker for worker in self.wrks if not worker.is_alive()]

            if dead and not self._may_replace(dead):
                self.interrupt_children = [worker.idx for worker in dead]
                self.wrks = [worker for worker in self.wrks if worker not in dead]
                break

            for worker in dead:
                self.wrks[worker.idx] = self._spawn_worker(worker.idx, spawn_target, target_loader)

            if self.reload_signal:
                self._reload(spawn_target, target_loader)

    def _may_replace(self, dead: list[WorkerProcess]) -> bool:
        for worker in dead:
            self._failures = 0 if self._is_ready(worker) else self._failures + 1
            self._forget(worker)

        if self._failures >= PATIENCE:
            logger.error("Worker crash loop: the application does not load any more")

        return self.respawn_failed_workers and self._failures < PATIENCE

    def _respawn_workers(
        self, workers: list[int], spawn_target: t.Any, target_loader: t.Any, delay: float = 0
    ) -> None:
        for idx in workers:
            successor = self._spawn_worker(idx, spawn_target, target_loader)

            if not self._waits_for(successor):
                logger.error(f"The successor of worker-{idx + 1} did not start; it stays")
                self._tell(successor, STOP)
                self._see_off_later(successor)
                return

            old, self.wrks[idx] = self.wrks[idx], successor
            logger.info(f"Stopping old worker-{idx + 1}")
            self._tell(old, RETIRE)
            self._see_off_later(old)

    def _waits_for(self, worker: WorkerProcess) -> bool:
        """Wait until *worker* is ready; false when it dies, or when the server is to stop."""
        while not self._is_ready(worker, timeout=0.1):
            if self.interrupt_signal or not worker.is_alive():
                return False

        return True

    def _see_off_later(self, worker: WorkerProcess) -> None:
        self._leaving = [each for each in self._leaving if each.is_alive()]
        thread = threading.Thread(target=self._see_off, args=(worker, self._deadline()))
        thread.start()
        self._leaving.append(thread)

    # The end

    def signal_handler_interrupt(self, number: int = signal.SIGTERM, frame: t.Any = None) -> None:
        if number == signal.SIGINT:
            self._hurry.set()

        super().signal_handler_interrupt()

    def _stop_workers(self) -> None:
        deadline = self._deadline()

        if not self.reload_on_changes:
            self._tell_all(DRAIN)
            self._hurry.wait(self._drain_delay)

        if self.reload_on_changes or self._hurry.is_set():
            self._tell_all(STOP)

        for worker in self.wrks:
            self._see_off(worker, deadline)

        for thread in self._leaving:
            thread.join()

        self.wrks.clear()

    def _tell_all(self, order: bytes) -> None:
        for worker in self.wrks:
            self._tell(worker, order)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket beside others on the same address."""
    family, kind, proto, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, proto)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.bind(address)
    listener.listen(BACKLOG)
    return listener
