"""Serve an application for production, on Granian.

Granian accepts connections and speaks HTTP in threads of its own, outside Python; the workers are
processes, and the application runs in threads of them. Signals to the main process: SIGTERM and
SIGINT finish what is in flight and stop, SIGHUP replaces the workers one after another, each once
its successor answers, so that new code is taken up without a refused connection.
"""

from __future__ import annotations

import collections.abc as cabc
import dataclasses
import functools
import logging
import multiprocessing
import os
import pathlib
import signal
import socket
import sys
import threading
import typing as t

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LOG_LEVELS = ("critical", "error", "warning", "info", "debug")


class ServerError(Exception):
    """The server could not be started; the message says what would mend it."""


@dataclasses.dataclass(frozen=True, slots=True)
class ServerSettings:
    """How to serve; times are in seconds."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    #: The most requests that one worker works on at once.
    threads: int = 32
    reload: bool = False
    log_level: str = "info"
    access_log: bool = False
    #: How long a worker may take to finish what is in flight; 0 waits for ever.
    graceful_timeout: int = 30
    #: Whether a worker that dies is replaced.
    respawn: bool = True


def serve(load: cabc.Callable[[], WSGIApplication], settings: ServerSettings) -> None:
    """Serve what ``load`` returns until a signal ends it.

    :param load: called once in every worker, so that each has connections of its own and a
        replaced worker runs new code. Has to be picklable where processes are not forked.
    :raises ServerError: Granian is missing, or the address cannot be bound.
    :raises SystemExit: ``load`` failed, or the last worker died.
    """
    server = _make_server(settings)

    if not settings.reload:
        _try_loading(load)

    # Granian warns of more than two threads a core; measured, idle ones cost no throughput, and
    # a dozen of clients that stall must not be able to occupy a worker.
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in record.msg)
    _let_starting_workers_be_stopped()
    server.serve(target_loader=functools.partial(_load_in_worker, load), wrap_loader=False)


def _make_server(settings: ServerSettings) -> t.Any:
    try:
        from granian import Granian
        from granian.constants import Interfaces
        from granian.log import LogLevels
    except ImportError:
        raise ServerError(
            "The production server is not installed: pip install 'erlen[server]'"
        ) from None

    if settings.reload:
        _require_watchfiles()

    _check_address(settings.host, settings.port)
    return Granian(
        "application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
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


def _require_watchfiles() -> None:
    try:
        import watchfiles  # noqa: F401
    except ImportError:
        raise ServerError("Reloading needs watchfiles: pip install watchfiles") from None


def _check_address(host: str, port: int) -> None:
    """Bind and release, for Granian's workers would only report that they panicked."""
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

    Granian gives the workers handlers of their own, but only when the application is loaded.
    Until then they would run the main process' one, which does nothing there, and a stop would
    wait for the whole graceful timeout.
    """
    main = os.getpid()

    def reset() -> None:
        if os.getppid() == main:
            # Ctrl-C reaches the workers as well; the main process stops them in good order.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)

    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=reset)


def _load_in_worker(load: cabc.Callable[[], WSGIApplication]) -> WSGIApplication:
    _stop_from_a_thread()
    return load()


def _stop_from_a_thread() -> None:
    """Make a worker stop when it is told to, also when it is told twice.

    Python runs signal handlers in the main thread, which in a worker waits for a lock. Of two
    signals in quick succession, as Ctrl-C and systemd cause them by signalling every process
    and not only the main one, the kernel may hand both to one of Granian's own threads; the main
    thread then sleeps on, and the stop takes the whole graceful timeout. The wake-up descriptor
    is written to in whatever thread the signal arrives, and a thread of its own reads it.
    """
    from granian import _signals

    install = getattr(_signals, "set_main_signals", None)

    if install is None:
        return

    def set_main_signals(stop: cabc.Callable[..., None], reload: t.Any = None) -> None:
        read_end, write_end = os.pipe()
        os.set_blocking(write_end, False)
        signal.set_wakeup_fd(write_end, warn_on_full_buffer=False)
        threading.Thread(target=_stop_when_told, args=(read_end, stop), daemon=True).start()
        install(lambda signum, frame: None, reload)

    _signals.set_main_signals = set_main_signals


def _stop_when_told(signals: int, stop: cabc.Callable[..., None]) -> None:
    while (number := os.read(signals, 1)[0]) not in (signal.SIGINT, signal.SIGTERM):
        pass

    stop(number, None)


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
