from __future__ import annotations

import pathlib
import socket
import time
import typing as t

import pytest

from erlen import Erlen
from erlen.check import patience
from erlen.check.patience import TookTooLong, call_with_patience
from erlen.sessions import Session
from tests.check.conftest import ids, only


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return t.cast(int, probe.getsockname()[1])


def test_a_store_that_answers(app: Erlen, tmp_path: pathlib.Path) -> None:
    app.config.update(SESSION_TYPE="filesystem", SESSION_FILE_DIR=str(tmp_path / "sessions"))
    Session(app)
    assert ids(app) == []


@pytest.mark.service("redis")
def test_redis_answers(app: Erlen) -> None:
    app.config["SESSION_TYPE"] = "redis"
    Session(app)
    assert ids(app) == []


def test_a_store_that_is_down(app: Erlen) -> None:
    from redis import Redis

    app.config.update(SESSION_TYPE="redis", SESSION_REDIS=Redis(port=closed_port()))
    Session(app)
    finding = only(app)
    assert (finding.id, finding.level) == ("session-store-unreachable", "error")
    assert "(redis) does not answer" in finding.reason
    assert ".. " not in finding.reason


def test_a_store_that_hangs(app: Erlen, monkeypatch: pytest.MonkeyPatch) -> None:
    class Store:
        def ping(self) -> None:
            time.sleep(0.5)

    class Interface:
        store = Store()

    monkeypatch.setattr(patience, "PATIENCE", 0.01)
    app.session_interface = Interface()  # type: ignore[assignment]
    assert "no answer within 0.01 seconds" in only(app).reason


def test_patience_hands_on_answers_and_errors() -> None:
    assert call_with_patience(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        call_with_patience(lambda: 1 // 0)
    with pytest.raises(TookTooLong):
        call_with_patience(lambda: time.sleep(0.5), seconds=0.01)
