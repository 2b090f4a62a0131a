from __future__ import annotations

import secrets
import time
from pathlib import Path

from click.testing import CliRunner, Result

from erlen import Erlen
from erlen.cli import ErlenGroup
from erlen.sessions import Session
from erlen.sessions.stores import Change
from tests.sessions.places import place_of, store_of


def prune(app: Erlen) -> Result:
    return CliRunner().invoke(ErlenGroup(create_app=lambda: app), ["sessions", "prune"])


def test_pruning_removes_expired_sessions_and_says_how_many(tmp_path: Path) -> None:
    with place_of("sqlite", tmp_path) as place:
        app = place.app()
        store = store_of(app)
        for lifetime in (-1, -2, 60):
            change = Change("g", {"a": b"1"}, expires=time.time() + lifetime, creates=True)
            store.apply(secrets.token_urlsafe(32), change)
        assert prune(app).output == "2 expired sessions removed.\n"
        assert prune(app).output == "0 expired sessions removed.\n"
        store.close()


def test_cookies_need_no_pruning_and_it_says_so() -> None:
    app = Erlen("cookies", static_folder=None, root_path="/")
    result = prune(app)
    assert result.exit_code == 1
    assert "keeps its sessions in cookies" in result.output


def test_a_store_that_is_down_is_told_without_a_traceback(tmp_path: Path) -> None:
    app = Erlen("down", static_folder=None, root_path="/")
    app.config.update(
        SESSION_TYPE="sqlalchemy", SESSION_SQLALCHEMY="mysql+pymysql://root@127.0.0.1:1/x"
    )
    Session(app)
    result = prune(app)
    assert result.exit_code == 1
    assert "The store could not be pruned: SQL: OperationalError" in result.output
    store_of(app).close()
