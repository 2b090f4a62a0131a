"""Serve an application for production, on Granian.

Granian accepts connections and speaks HTTP in threads of its own, outside Python; the workers are
processes, and the application runs in threads of them. Signals to the main process: SIGTERM and
SIGINT finish what is in flight and stop, SIGHUP replaces the workers one after another, each once
its successor answers, so that new code is taken up without a failed request.

- `supervisor.py`: the main process,
- `worker.py`: what a worker does beside answering,
- `bridge.py`, `environs.py`, `gate.py`, `seats.py`, `permits.py`, `inbox.py`, `bodies.py`,
  `answers.py`: what stands between Granian and the application.
"""

from __future__ import annotations

import collections.abc as cabc
import functools
import logging
import multiprocessing
import os
import pathlib
import re
import signal
import socket
import sys
import typing as t

from .phase import is_draining as is_draining
from .settings import LOG_LEVELS as LOG_LEVELS
from .settings import ServerError as ServerError
from .settings import ServerSettings as ServerSettings

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: The Granian whose insides `supervisor.py` and `worker.py` know; earlier ones end a stream that
#: failed as if it were complete.
KNOWN_GRANIAN = (2, 8, 7)
#: Bytes of a request line and its headers after which Granian looks at whether to go on.
LARGEST_HEAD = 64 * 1024
#: Threads that `seats.py` leaves free: those that wait are woken by another one.
SPARE_THREADS = 16


def serve(load: cabc.Callable[[], WSGIApplication], settings: ServerSettings) -> None:
    """Serve what ``load`` returns until a signal ends it.

    :param load: called once in every worker, so that each has connections of its own and a
        replaced worker runs new code.
    :raises ServerError: Granian is missing, or the address cannot be bound.
    :raises SystemExit: ``load`` failed, or the last worker died.
    """
    server = _make_server(settings)

    if not settings.reload:
        _try_loading(load)

    from .worker import load_in_worker

    # Granian warns of more than two threads a core; measured, idle ones cost no throughput, and
    # clients that stall must not be able to occupy a worker.
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in record.msg)
    _let_starting_workers_be_stopped()
    server.serve(target_loader=functools.partial(load_in_worker, load, settings), wrap_loader=False)


def _make_server(settings: ServerSettings) -> t.Any:
    _require_granian()

    if settings.reload:
        _require_watchfiles()

    _check_address(settings.host, settings.port)

    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    from .supervisor import Supervisor

    return Supervisor(
        "application",
        drain_delay=settings.drain_delay,
        address=settings.host,
        port=settings.port,
        # What it is called here; `worker.py` uses the other interface from the inside.
        interface=Interfaces.WSGI,
        # Where it also expects HTTP/2, a connection that says nothing is never closed.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=settings.header_timeout * 1000, max_buffer_size=LARGEST_HEAD
        ),
        workers=settings.workers,
        # Every connection may have a thread; `permits.py` limits how many work.
        blocking_threads=settings.connections + SPARE_THREADS,
        backpressure=settings.connections,
        websockets=False,
        log_level=LogLevels(settings.log_level),
        log_access=settings.access_log,
        respawn_failed_workers=settings.respawn,
        workers_kill_timeout=settings.graceful_timeout or None,
        reload=settings.reload,
        reload_paths=[pathlib.Path.cwd()],
        # While code is edited it is broken now and then; the next save is to be picked up.
        reload_ignore_worker_failure=settings.reload,
    )


def _require_granian() -> None:
    try:
        from granian import __version__
    except ImportError:
        raise ServerError(
            "The production server is not installed: pip install 'erlen[server]'"
        ) from None

    if not _is_known(__version__):
        raise ServerError(
            f"Granian {__version__} is not one that this Erlen knows: pip install 'granian~=2.8.7'"
        )

    if not hasattr(os, "fork"):
        raise ServerError(
            "'erlen serve' needs an operating system that can fork; any WSGI server serves the"
            " application as well."
        )

    multiprocessing.set_start_method("fork", force=True)


def _is_known(version: str) -> bool:
    found = tuple(int(number) for number in re.findall(r"\d+", version)[:3])
    return found[:2] == KNOWN_GRANIAN[:2] and found >= KNOWN_GRANIAN


def _require_watchfiles() -> None:
    try:
        import watchfiles  # noqa: F401
    except ImportError:
        raise ServerError("Reloading needs watchfiles: pip install watchfiles") from None


def _check_address(host: str, port: int) -> None:
    """Bind and release, for the sockets of the workers may share an address."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]

        with socket.socket(family, kind, proto) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, OverflowError) as exc:
        reason = getattr(exc, "strerror", None) or exc
        raise ServerError(
            f"Cannot listen on {host}:{port}: {reason}. Choose another address with '--host' and"
            " '--port', or stop the program that has it."
        ) from None


def _let_starting_workers_be_stopped() -> None:
    """Undo in each forked worker the signal handlers that it inherits from the main process.

    A worker has handlers of its own, but only when the application is loaded. Until then it
    would run the main process' one, which does nothing there, and a stop would wait for the
    whole graceful timeout.
    """
    main = os.getpid()

    def reset() -> None:
        if os.getppid() == main:
            # Ctrl-C reaches the workers as well; the main process stops them in good order.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)

    os.register_at_fork(after_in_child=reset)


def _try_loading(load: cabc.Callable[[], WSGIApplication]) -> None:
    """Load the application in a process that ends at once.

    An application that cannot be loaded is then reported once, instead of by every worker and
    by every one that replaces it. The main process itself stays free of the application's code.
    """
    process = multiprocessing.Process(target=_load_quietly, args=(load,), name="erlen-check")
    process.start()
    process.join()

    if process.exitcode:
        sys.exit(process.exitcode if process.exitcode > 0 else 1)


def _load_quietly(load: cabc.Callable[[], WSGIApplication]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C is the main process' to report
    load()
