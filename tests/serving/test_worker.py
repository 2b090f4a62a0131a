from __future__ import annotations

import functools
import multiprocessing
import os
import signal
import socket
import threading
import typing as t
from collections.abc import Iterator
from multiprocessing.connection import Connection

import pytest

from erlen import Erlen
from erlen.serving import ServerSettings, is_draining, phase
from erlen.serving import worker as worker_module
from erlen.serving.phase import Phase
from erlen.serving.worker import (
    DRAIN,
    READY,
    RETIRE,
    STOP,
    Link,
    Orders,
    answer_requests,
    load_in_worker,
    stop_accepting,
)
from tests.processes import get

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


def test_the_sockets_of_other_workers_are_closed(main: Main) -> None:
    app = Erlen("shop")
    other = socket.create_server(("127.0.0.1", 0))
    link = Link(main.link.line, main.link.listener, os.getppid(), (other,))
    loaded = load_in_worker(lambda: app, ServerSettings(), link)
    assert loaded.app is app
    assert other.fileno() == -1


@pytest.mark.usefixtures("signals")
@pytest.mark.parametrize("log_format", [None, "%(method)s %(status)d"])
def test_requests_are_answered_until_an_order_comes(
    main: Main, monkeypatch: pytest.MonkeyPatch, log_format: str | None
) -> None:
    from granian import _granian
    from granian.http import HTTP1Settings, HTTP2Settings

    monkeypatch.setattr(worker_module, "Orders", functools.partial(Orders, phase=Phase()))
    app = Erlen("shop")
    app.add_url_rule("/", view_func=lambda: "bread")
    loaded = load_in_worker(lambda: app, ServerSettings(), main.link)
    holder: t.Any = _granian.SocketHolder
    port = main.link.listener.getsockname()[1]
    # Granian closes the one it is given.
    sockets = (None, holder(os.dup(main.link.listener.fileno()), False, 16))
    sizes = (1, 16, 4, 30, 16)
    options = ("mt", *sizes, "asyncio", "1", HTTP1Settings(), HTTP2Settings(), False, None)
    tls: tuple[t.Any, ...] = (False, None, None, None, "tls1.3", None, [], False)
    answers: list[str] = []

    def talk() -> None:
        assert main.line.recv_bytes() == READY
        answers.append(get(port, "/").body)
        main.line.send_bytes(STOP)

    client = threading.Thread(target=talk)
    client.start()
    answer_requests(1, loaded, sockets, None, None, *options, log_format, tls, {}, (None, None))
    client.join()
    assert answers == ["bread"]


def test_is_draining(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_draining()
    monkeypatch.setattr(phase.PHASE, "draining", True)
    assert is_draining()
