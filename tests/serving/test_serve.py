from __future__ import annotations

import os
import signal
import socket
import sys
import typing as t

import pytest

from erlen import Erlen, serving
from erlen.serving import ServerError, ServerSettings, serve
from tests.processes import free_port


def never() -> None:
    raise AssertionError("not to be loaded")


def test_a_missing_granian_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "granian", None)

    with pytest.raises(ServerError, match=r"pip install 'erlen\[server\]'"):
        serve(never, ServerSettings())  # type: ignore[arg-type]


def test_reloading_without_watchfiles(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("granian")
    monkeypatch.setitem(sys.modules, "watchfiles", None)

    with pytest.raises(ServerError, match="pip install watchfiles"):
        serve(never, ServerSettings(reload=True))  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_free_address_is_fine(host: str) -> None:
    if host == "::1" and not socket.has_ipv6:
        pytest.skip("no IPv6 here")

    serving._check_address(host, 0)


def test_an_address_that_cannot_be_had_is_explained() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(ServerError, match=f"127.0.0.1:{port}: Address already in use.*--port"):
            serving._check_address("127.0.0.1", port)

    with pytest.raises(ServerError, match="Cannot listen on no-such-host.invalid:80"):
        serving._check_address("no-such-host.invalid", 80)


@pytest.mark.parametrize("status", [2, 1])
def test_an_application_that_fails_to_load_ends_with_its_status(status: int) -> None:
    with pytest.raises(SystemExit) as caught:
        serving._try_loading(lambda: os._exit(status))

    assert caught.value.code == status


@pytest.mark.parametrize("version", ["3.0.0", "2.9.0", "2.8.6", "2.8"])
def test_a_granian_of_another_kind_is_refused(
    monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    granian = pytest.importorskip("granian")
    monkeypatch.setattr(granian, "__version__", version)

    with pytest.raises(ServerError, match=f"Granian {version} .*pip install 'granian~=2.8.7'"):
        serve(never, ServerSettings())  # type: ignore[arg-type]


def test_where_processes_do_not_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("granian")
    monkeypatch.delattr(os, "fork")

    with pytest.raises(ServerError, match="any WSGI server serves the application"):
        serve(never, ServerSettings())  # type: ignore[arg-type]


@pytest.mark.parametrize("reload", [False, True])
def test_what_granian_is_given(monkeypatch: pytest.MonkeyPatch, reload: bool) -> None:
    pytest.importorskip("granian")
    pytest.importorskip("watchfiles")
    from erlen.serving.supervisor import Supervisor

    served: list[t.Any] = []

    def record(self: t.Any, **options: t.Any) -> None:
        served.extend((self, options["target_loader"]))

    monkeypatch.setattr(Supervisor, "serve", record)
    monkeypatch.setattr(serving, "_let_starting_workers_be_stopped", lambda: None)
    settings = ServerSettings(port=free_port(), header_timeout=7, reload=reload, graceful_timeout=0)
    serve(lambda: Erlen("shop"), settings)
    server, loader = served
    assert server.http == "1"
    assert server.http1_settings.header_read_timeout == 7000
    assert server.backpressure == settings.connections < server.blocking_threads
    assert server.workers_kill_timeout is None
    assert loader.args[1] is settings


def test_a_starting_worker_is_stopped_by_sigterm(monkeypatch: pytest.MonkeyPatch) -> None:
    hooks: dict[str, t.Any] = {}
    handlers: dict[int, t.Any] = {}
    monkeypatch.setattr(os, "register_at_fork", lambda **given: hooks.update(given))
    monkeypatch.setattr(signal, "signal", handlers.__setitem__)
    serving._let_starting_workers_be_stopped()
    hooks["after_in_child"]()
    assert handlers == {}  # a child of a child is none of its business
    monkeypatch.setattr(os, "getppid", os.getpid)
    hooks["after_in_child"]()
    assert handlers == {signal.SIGINT: signal.SIG_IGN, signal.SIGTERM: signal.SIG_DFL}


def test_loading_quietly_restores_ctrl_c() -> None:
    before = signal.getsignal(signal.SIGINT)
    try:
        serving._load_quietly(lambda: Erlen("shop"))
        assert signal.getsignal(signal.SIGINT) == signal.SIG_DFL
    finally:
        signal.signal(signal.SIGINT, before)
