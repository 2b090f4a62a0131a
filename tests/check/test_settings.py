from __future__ import annotations

import pathlib
import re
import sys
import types

import pytest

import erlen
from erlen import Erlen
from erlen.check.settings import GONE, KNOWN
from tests.check.conftest import ids, only


@pytest.mark.parametrize(
    "name,meant",
    [
        ("SESION_COOKIE_SECURE", "SESSION_COOKIE_SECURE"),
        ("TRUSTED_HOST", "TRUSTED_HOSTS"),
        ("SQLALCHEMY_DATABASE_URL", "SQLALCHEMY_DATABASE_URI"),
        ("SECRETKEY_FALLBACKS", "SECRET_KEY_FALLBACKS"),
    ],
)
def test_a_misspelt_name(app: Erlen, name: str, meant: str) -> None:
    app.config[name] = "x"
    finding = only(app)
    assert (finding.id, finding.level, finding.place) == ("setting-misspelt", "warning", name)
    assert meant in finding.mend


@pytest.mark.parametrize("name", ["MAIL_SERVER", "SHOP_NAME", "DEBUGS", "PAGE_SIZE", "DEBU", "ENV"])
def test_names_of_ones_own(app: Erlen, name: str) -> None:
    app.config[name] = "x"
    assert ids(app) == []


def test_who_sets_the_right_one_too_knows_it(app: Erlen) -> None:
    app.config.update(TRUSTED_HOSTS=["shop.example"], TRUSTED_HOST="shop.example")
    assert ids(app) == []


@pytest.mark.parametrize("name", GONE)
def test_what_flask_had(app: Erlen, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "erlen.as_flask", raising=False)
    app.config[name] = True
    assert only(app).id == "setting-gone"
    monkeypatch.setitem(sys.modules, "erlen.as_flask", types.ModuleType("erlen.as_flask"))
    assert ids(app) == []


def test_all_settings_that_erlen_reads_are_known() -> None:
    read = set()
    for path in pathlib.Path(erlen.__path__[0]).rglob("*.py"):
        if "skeleton" not in path.parts and "as_flask" not in path.parts:
            pattern = r"""\bconfig(?:\.get\(|\[)["']([A-Z][A-Z0-9_]+)"""
            read.update(re.findall(pattern, path.read_text(encoding="utf-8")))
    read.discard("MAIL")  # in a docstring
    assert read - KNOWN - set(Erlen.default_config) - set(GONE) == set()
