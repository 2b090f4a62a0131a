from __future__ import annotations

import os
import socket
import sys

import pytest

from erlen import serving
from erlen.serving import ServerError, ServerSettings, serve


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
