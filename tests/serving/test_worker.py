from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import threading
import time
import typing as t
from collections.abc import Iterator
from multiprocessing.connection import Connection

import pytest

from erlen import Erlen
from erlen.serving import ServerSettings, is_draining, phase
from erlen.serving import worker as worker_module
from erlen.serving.gate import Gate
from erlen.serving.phase import Phase
from erlen.serving.worker import (
    DRAIN,
    READY,
    RETIRE,
    STOP,
    Link,
    Orders,
    load_in_worker,
    stop_accepting,
)

pytest.importorskip("granian")
PATIENCE = 10.0


class Main(t.NamedTuple):
    """The main process' side."""

    line: Connection
    link: Link


@pytest.fixture
def main() -> Iterator[Main]:
    own_end, end = multiprocessing.Pipe()
    listener = socket.create_server(("127.0.0.1", 0))
    yield Main(own_end, Link(end, listener, os.getppid()))
    own_end.close()
    end.close()
    listener.close()


@pytest.fixture
def signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    signal.set_wakeup_fd(-1)
    for number, handler in before.items():
        signal.signal(number, handler)


class Ended:
    def __init__(self) -> None:
        self._event = threading.Event()

    def __call__(self) -> None:
        self._event.set()

    def wait(self, seconds: float = PATIENCE) -> bool:
        return self._event.wait(seconds)


def listening(main: Main, delay: float = 0) -> tuple[Phase, Ended]:
    state, ended = Phase(), Ended()
    Orders(main.link, delay, ended, state).listen()
    return state, ended


@pytest.mark.usefixtures("signals")
@pytest.mark.parametrize("order", [DRAIN, RETIRE, STOP])
def test_a_worker_ends_when_it_is_told_to(main: Main, order: bytes) -> None:
    state, ended = listening(main)
    main.line.send_bytes(order)
    assert ended.wait()
    assert (state.draining, state.closing) == (order == DRAIN, True)


@pytest.mark.usefixtures("signals")
def test_sigterm_drains(main: Main) -> None:
    state, ended = listening(main, delay=0.1)
    os.kill(os.getpid(), signal.SIGTERM)
    assert ended.wait()
    assert state.draining


@pytest.mark.usefixtures("signals")
def test_a_drain_can_be_cut_short(main: Main) -> None:
    state, ended = listening(main, delay=600)
    main.line.send_bytes(DRAIN)
    main.line.send_bytes(RETIRE)  # changes nothing
    assert not ended.wait(0.2)
    assert state.draining
    main.line.send_bytes(STOP)
    assert ended.wait()


@pytest.mark.usefixtures("signals")
def test_another_signal_and_ctrl_c_mean_nothing(main: Main) -> None:
    _, ended = listening(main)
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    try:
        os.kill(os.getpid(), signal.SIGUSR1)
        os.kill(os.getpid(), signal.SIGINT)
        assert not ended.wait(0.2)
    finally:
        signal.signal(signal.SIGUSR1, before)
        main.line.send_bytes(STOP)
        assert ended.wait()


@pytest.mark.usefixtures("signals")
def test_the_end_of_the_main_process_is_noticed(
    main: Main, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, ended = listening(main)
    assert not ended.wait(0.2)
    monkeypatch.setattr("os.getppid", lambda: 1)
    assert ended.wait()


@pytest.mark.usefixtures("signals")
def test_the_end_of_the_line_is_noticed(main: Main) -> None:
    _, ended = listening(main)
    main.line.close()
    assert ended.wait()


def test_a_listener_that_accepts_no_more_leaves_its_connections_to_others() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, listener.dup() as successor:
        address = listener.getsockname()
        stop_accepting(listener.fileno())

        with socket.create_connection(address, timeout=PATIENCE):
            listener.setblocking(False)
            with pytest.raises(BlockingIOError):
                listener.accept()
            successor.settimeout(PATIENCE)
            successor.accept()[0].close()


@pytest.mark.usefixtures("signals")
@pytest.mark.parametrize("log_format", [None, "%(method)s"])
def test_granian_is_made_to_use_the_gate(
    main: Main, monkeypatch: pytest.MonkeyPatch, log_format: str | None
) -> None:
    from granian import _signals
    from granian.server import mp

    for module, name in ((mp, "_wsgi_call_wrap"), (_signals, "set_main_signals")):
        monkeypatch.setattr(module, name, getattr(module, name))

    app = Erlen("shop")
    other = socket.create_server(("127.0.0.1", 0))
    link = Link(main.link.line, main.link.listener, os.getppid(), (other,))
    assert load_in_worker(lambda: app, ServerSettings(drain_delay=0), link) is app
    assert other.fileno() == -1
    assert isinstance(mp._wsgi_call_wrap(app, {}, log_format), Gate)
    stopped: list[int] = []
    monkeypatch.setattr(worker_module, "PHASE", Phase())
    _signals.set_main_signals(lambda number, frame: stopped.append(number))
    assert main.line.recv_bytes() == READY
    main.line.send_bytes(STOP)
    deadline = time.monotonic() + PATIENCE
    while not stopped and time.monotonic() < deadline:
        time.sleep(0.01)
    assert stopped == [signal.SIGTERM]
    phase.PHASE.closing = False


def test_is_draining(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_draining()
    monkeypatch.setattr(phase.PHASE, "draining", True)
    assert is_draining()
