from __future__ import annotations

import socket

import pytest

from tests.services import Program, Server, require


def closed_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def test_a_service_that_listens_is_used() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        require(Server("thing", listener.getsockname()[1]))


def test_a_missing_service_skips_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no thing answers at 127.0.0.1"):
        require(Server("thing", closed_port()))


def test_a_missing_service_fails_under_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no-such-program is not installed"):
        require(Program("no-such-program"))


def test_the_address_can_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ERLEN_TEST_THING", "db.internal:7000")
    assert Server("thing", 1).address == ("db.internal", 7000)
