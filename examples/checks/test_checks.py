"""The example of the guide page "Checking before going live", and what it prints there."""

from __future__ import annotations

import importlib
import pathlib
import sys

import pytest
from click.testing import CliRunner

from erlen import Erlen
from erlen.check import check_app
from erlen.cli import ErlenGroup

HERE = pathlib.Path(__file__).parent


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Erlen:
    monkeypatch.chdir(HERE)
    monkeypatch.syspath_prepend(str(HERE))
    monkeypatch.delitem(sys.modules, "corner_shop", raising=False)
    app: Erlen = importlib.import_module("corner_shop").app
    monkeypatch.setitem(sys.modules, "corner_shop", sys.modules.pop("corner_shop"))
    return app


def test_what_the_guide_prints(app: Erlen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ERLEN_DEBUG", raising=False)
    result = CliRunner().invoke(ErlenGroup(create_app=lambda: app), ["check"])
    assert result.exit_code == 1
    assert result.stdout == (HERE / "found.txt").read_text(encoding="utf-8")


def test_the_own_check_is_for_production(app: Erlen) -> None:
    assert "mail-stays-here" not in {finding.id for finding in check_app(app)}
    assert "mail-stays-here" in {finding.id for finding in check_app(app, deploy=True)}


# [start: test]
def test_mail_leaves_the_machine(app: Erlen) -> None:
    app.config["MAIL_SERVER"] = "mail.example"
    assert check_app(app, deploy=True, tags=["own"]) == []


# [end: test]
