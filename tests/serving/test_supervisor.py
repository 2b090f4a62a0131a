from __future__ import annotations

import os
import signal
import socket
import threading
import time
import typing as t
from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection

import pytest

pytest.importorskip("granian")

from erlen.serving import ServerSettings, _make_server
from erlen.serving.supervisor import PATIENCE, Supervisor, listen
from erlen.serving.worker import READY, RETIRE, STOP
from tests.processes import free_port


class Inner:
    """The process of a worker, without a process."""

    def __init__(self, idx: int) -> None:
        self.idx = idx
        self.alive = True
        self.deaf = False
        self.done: list[str] = []
        self.interrupt_by_parent = False
        self.inner = self
        self.own_end, self.end = Pipe()

    def start(self) -> None:
        self.done.append("start")

    def is_alive(self) -> bool:
        return self.alive

    def terminate(self) -> None:
        self.done.append("terminate")
        self.alive = False

    def kill(self) -> None:
        self.done.append("kill")
        self.alive = False

    @property
    def sentinel(self) -> Connection:
        """Obey, and return what can be read from once the process has ended."""
        while self.end.poll():
            self.done.append(self.end.recv_bytes().decode())
            self.alive = self.deaf
        if not self.alive:
            self.own_end.send_bytes(b"ended")
        return self.end

    def join(self, timeout: float | None = None) -> None:
        pass


class Faked(Supervisor):
    """A supervisor of workers that are ready at once, or never."""

    ready = True

    def __init__(self, **settings: t.Any) -> None:
        made = _make_server(ServerSettings(port=free_port(), drain_delay=0, **settings))
        self.__dict__.update(made.__dict__)
        self.spawned: list[Inner] = []

    def _spawn_worker(self, idx: int, target: t.Any, callback_loader: t.Any) -> t.Any:
        worker = Inner(idx)
        self.spawned.append(worker)
        self._lines[worker] = worker.own_end
        if self.ready:
            worker.end.send_bytes(READY)
        else:
            worker.alive = False
        return worker


@pytest.fixture
def make() -> Iterator[t.Callable[..., Faked]]:
    made: list[Faked] = []

    def make(**settings: t.Any) -> Faked:
        made.append(Faked(**settings))
        made[-1]._spawn_workers(None, None)
        return made[-1]

    yield make

    for each in made:
        for worker in each.spawned:
            worker.end.close()
            worker.own_end.close()


def run(server: Faked) -> threading.Thread:
    thread = threading.Thread(target=server._serve_loop, args=(None, None))
    thread.start()
    return thread


def wake(server: Faked, until: t.Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not until():
        assert time.monotonic() < deadline
        server.main_loop_interrupt.set()
        time.sleep(0.01)


def test_a_dead_worker_is_replaced(make: t.Any) -> None:
    server = make(workers=2)
    thread = run(server)
    server.wrks[1].alive = False
    wake(server, lambda: len(server.spawned) == 3)
    server.signal_handler_interrupt()
    thread.join()
    assert server.wrks == [server.spawned[0], server.spawned[2]]


def test_without_respawn_the_first_death_ends_it(make: t.Any) -> None:
    server = make(workers=2, respawn=False)
    server.wrks[0].alive = False
    server.main_loop_interrupt.set()
    server._serve_loop(None, None)
    assert server.interrupt_children == [0]
    assert server.wrks == [server.spawned[1]]


def test_workers_that_never_start_end_it(make: t.Any) -> None:
    Faked.ready = False
    try:
        server = make()
        thread = run(server)
        wake(server, lambda: not thread.is_alive())
    finally:
        Faked.ready = True
    assert len(server.spawned) == PATIENCE
    assert server.interrupt_children == [0]


def test_a_reload_replaces_one_after_another(make: t.Any) -> None:
    server = make(workers=2)
    thread = run(server)
    server.signal_handler_reload()
    wake(server, lambda: len(server.spawned) == 4)
    server.signal_handler_interrupt()
    thread.join()
    for each in server._leaving:
        each.join()
    assert [each.done for each in server.spawned[:2]] == [["retire"], ["retire"]]
    assert server.wrks == server.spawned[2:]


def test_a_successor_that_dies_changes_nothing(make: t.Any) -> None:
    server = make(workers=2)
    server.ready = False
    server._respawn_workers([0, 1], None, None)
    assert server.wrks == server.spawned[:2]
    assert len(server.spawned) == 3
    for each in server._leaving:
        each.join()


def test_a_stop_ends_the_wait_for_a_successor(make: t.Any) -> None:
    server = make()
    loading = Inner(0)
    server._lines[loading] = loading.own_end
    server.signal_handler_interrupt()
    assert not server._waits_for(loading)
    server._tell(loading, STOP)
    assert loading.done == ["terminate"]
    loading.end.close()
    loading.own_end.close()


def test_a_successor_is_waited_for(make: t.Any) -> None:
    server = make()
    loading = Inner(0)
    server._lines[loading] = loading.own_end
    timer = threading.Timer(0.3, loading.end.send_bytes, (READY,))
    timer.start()
    assert server._waits_for(loading)
    timer.join()
    server._tell(loading, RETIRE)
    server._see_off_later(loading)
    server._stop_workers()  # which waits for those that are on their way
    assert loading.done == ["retire"]
    loading.end.close()


def test_a_dead_line_is_no_error(make: t.Any) -> None:
    server = make()
    [worker] = server.wrks
    assert server._is_ready(worker)
    worker.end.close()
    server._tell(worker, STOP)
    server._ready.clear()
    assert not server._is_ready(worker)


@pytest.mark.parametrize(
    "number,expected", [(signal.SIGTERM, ["drain"]), (signal.SIGINT, ["drain", "stop"])]
)
def test_stopping(make: t.Any, number: int, expected: list[str]) -> None:
    server = make(graceful_timeout=0)
    [worker] = server.wrks
    server.signal_handler_interrupt(number)
    server._stop_workers()
    assert worker.done == expected
    assert server.wrks == []


def test_reloading_on_changes_does_not_drain(make: t.Any) -> None:
    pytest.importorskip("watchfiles")
    server = make(reload=True)
    server._stop_workers()
    assert server.spawned[0].done == ["stop"]


def test_a_worker_that_does_not_end_is_killed(make: t.Any) -> None:
    server = make(graceful_timeout=1)
    [worker] = server.wrks
    worker.deaf = True
    server._stop_workers()
    assert worker.done == ["drain", "kill"]


def test_a_worker_that_has_ended_is_not_killed_because_another_thread_knows_first(
    make: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = make(graceful_timeout=1)
    [worker] = server.wrks
    monkeypatch.setattr(worker, "is_alive", lambda: True)
    server._stop_workers()
    assert worker.done == ["drain"]


def test_each_place_has_a_socket_and_a_worker_gets_its_own(
    make: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[int, t.Any]] = []

    def spawn(self: t.Any, idx: int, target: t.Any, loader: t.Any) -> Inner:
        given.append((idx, loader))
        return Inner(idx)

    monkeypatch.setattr(Supervisor.__base__, "_spawn_worker", spawn)
    server = make(workers=2)
    server._init_shared_socket()
    workers = [Supervisor._spawn_worker(server, idx, None, lambda link: link) for idx in range(2)]
    assert [worker.done for worker in workers] == [["start"], ["start"]]
    links = [loader() for _, loader in given]
    assert [link.listener for link in links] == server._sockets
    assert {link.main for link in links} == {os.getpid()}
    assert links[0].others == (server._sockets[1],)
    for worker in workers:
        server._forget(worker)
        worker.end.close()
        worker.own_end.close()
    server._drop_shared_socket()
    assert {each.fileno() for each in server._sockets} == {-1}


def test_elsewhere_one_socket_serves_all(make: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    server = make(workers=2)
    server._init_shared_socket()
    assert len(server._sockets) == 1
    server._drop_shared_socket()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_sockets_share_an_address(host: str) -> None:
    port = free_port()
    first, second = listen(host, port), listen(host, port)
    assert first.getsockname() == second.getsockname()
    with socket.create_connection((host, port), timeout=10):
        pass
    first.close()
    second.close()
