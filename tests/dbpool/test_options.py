"""The settings of a pool: where they come from, and what is said about wrong ones."""

from __future__ import annotations

import pathlib
import re
import sqlite3
import typing as t

import pytest

from erlen import Erlen
from erlen.dbpool import Pool
from erlen.dbpool.options import ADDRESS, SETTINGS, Options

ROOT = pathlib.Path(__file__).parents[2]


def options_of(arguments: dict[str, t.Any] | None = None, **config: t.Any) -> Options:
    app = Erlen(__name__)
    app.config.update(config)
    return Pool(app, **(arguments or {}))._options[app]


def test_settings_come_from_the_configuration_before_the_arguments() -> None:
    options = options_of(
        {"creator": "sqlite3", "database": "x", "maxconnections": 2, "maxwait": None},
        DBPOOL_MAXCONNECTIONS=6,
        DBPOOL_BLOCKING=True,
    )
    assert (options.maxconnections, options.blocking, options.maxwait) == (6, True, None)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_DBPOOL_URL", "mysql://root@localhost/shop")
    monkeypatch.setenv("SHOP_DBPOOL_MAXCONNECTIONS", "6")
    monkeypatch.setenv("SHOP_DBPOOL_CONNECT_ARGS", '{"connect_timeout": 3}')
    app = Erlen(__name__)
    app.config.from_prefixed_env("SHOP")
    options = Pool(app)._options[app]
    assert options.maxconnections == 6
    assert options.creator._arguments["connect_timeout"] == 3


def test_the_drivers_arguments_come_from_four_places() -> None:
    options = options_of(
        {"creator": "pymysql", "charset": "latin1", "user": "nobody"},
        DBPOOL_CONNECT_ARGS={"connect_timeout": 3},
        DBPOOL_USER="root",
        DBPOOL_PASSWORD="secret",
    )
    expected = {"charset": "latin1", "user": "root", "password": "secret", "connect_timeout": 3}
    assert options.creator._arguments == expected


def test_a_url_and_a_creator_together() -> None:
    seen: list[dict[str, t.Any]] = []

    def connect(**arguments: t.Any) -> sqlite3.Connection:
        seen.append(arguments)
        return sqlite3.connect(":memory:", check_same_thread=False)

    app = Erlen(__name__)
    pool = Pool(app, url="mysql://ada@db/shop?charset=utf8mb4", creator=connect)
    pool.connection().close()
    pool.close()
    assert seen == [{"host": "db", "user": "ada", "database": "shop", "charset": "utf8mb4"}]


WRONG = [
    ({}, ValueError, "Set DBPOOL_URL, such as"),
    ({"URL": 7}, TypeError, r"DBPOOL_URL \(or url=…\) should be text, not int"),
    ({"URL": "oracle://x"}, ValueError, "DBPOOL_URL begins with 'oracle'"),
    ({"MAXCONECTIONS": 6}, ValueError, "Did you mean DBPOOL_MAXCONNECTIONS?"),
    ({"QWERTY": 6}, ValueError, "DBPOOL_QWERTY is not a setting of a pool. What only the driver"),
    ({"MAXCONNECTIONS": "6"}, TypeError, "should be a whole number, not '6'"),
    ({"MAXCONNECTIONS": True}, TypeError, "should be a whole number, not True"),
    ({"MAXUSAGE": -1}, ValueError, "DBPOOL_MAXUSAGE .* 0 .no limit. or more, not -1"),
    ({"MAXWAIT": "long"}, TypeError, "DBPOOL_MAXWAIT .* number of seconds"),
    ({"MAXWAIT": -1}, ValueError, "DBPOOL_MAXWAIT .* 0 seconds or more"),
    ({"BLOCKING": "no"}, TypeError, "DBPOOL_BLOCKING .* True or False, not 'no'"),
    ({"MODE": "steady"}, ValueError, "DBPOOL_MODE .* 'pooled' or 'persistent', not 'steady'"),
    ({"CONNECT_ARGS": "host=x password=y"}, TypeError, "a dict of arguments, not str"),
    ({"SETSESSION": [7]}, TypeError, "DBPOOL_SETSESSION .* list of SQL statements"),
    ({"FAILURES": "OperationalError"}, TypeError, "DBPOOL_FAILURES .* an exception class"),
    ({"PING": 8}, ValueError, "DBPOOL_PING .* a number from 0 to 7"),
    ({"MODE": "persistent", "MAXCONNECTIONS": 3}, ValueError, "MAXCONNECTIONS is for mode"),
    ({"MAXCONNECTIONS": 3, "MINCACHED": 4}, ValueError, "DBPOOL_MINCACHED is 4, more than"),
    ({"MAXCONNECTIONS": 3, "MAXCACHED": 4}, ValueError, "DBPOOL_MAXCACHED is 4, more than"),
    ({"MAXCACHED": 3, "MINCACHED": 4}, ValueError, "DBPOOL_MINCACHED is 4, more than .*MAXCACHED"),
    ({"MAXSHARED": 3, "CREATOR": "pymysql"}, ValueError, "DBPOOL_MAXSHARED .* pymysql"),
    ({"URL": "sqlite://"}, ValueError, "':memory:' .* DBPOOL_MAXCONNECTIONS = 1"),
]


@pytest.mark.parametrize("config,kind,message", WRONG, ids=[str(case[0]) for case in WRONG])
def test_a_wrong_setting_is_named(
    config: dict[str, t.Any], kind: type[Exception], message: str
) -> None:
    given = {} if not config or "CREATOR" in config else {"URL": "sqlite:///x.db"}
    with pytest.raises(kind, match=message):
        options_of(**{f"DBPOOL_{name}": value for name, value in (given | config).items()})


def test_an_argument_that_is_nearly_a_setting_does_not_go_to_the_driver() -> None:
    with pytest.raises(TypeError, match=r"'maxconection'. Did you mean 'maxconnections'\?"):
        options_of({"url": "sqlite:///x.db", "maxconection": 3})


def test_nothing_is_also_a_number() -> None:
    options = options_of(
        {"url": "sqlite:///x.db", "maxusage": None, "setsession": None, "failures": None}
    )
    assert (options.maxusage, options.setsession, options.failures) == (0, (), ())


@pytest.mark.parametrize("mode", ["PooledDB", "pooled", "PersistentDB", "persistent"])
def test_modes_may_have_the_names_of_dbutils(mode: str) -> None:
    options = options_of({"url": "sqlite:///x.db", "mode": mode})
    assert options.mode == mode.lower().removesuffix("db")


@pytest.mark.parametrize(
    "given,moments,asked",
    [
        (None, 0, False),
        (7, 7, False),
        ("SELECT 2", 1, True),
        ((6, "SELECT 2"), 6, True),
        ([3, None], 3, False),
        ((3, bool), 3, True),
    ],
)
def test_when_and_how_to_ping(given: t.Any, moments: int, asked: bool) -> None:
    options = options_of({"url": "sqlite:///x.db", "ping": given})
    usual = options_of({"url": "sqlite:///x.db"})
    assert options.ping.moments == moments
    assert (options.ping.ask is not usual.ping.ask) == asked


def test_single_values_stand_for_lists() -> None:
    options = options_of({"url": "sqlite:///x.db", "setsession": "a", "failures": KeyError})
    assert options.setsession == ("a",)
    assert options.failures == (KeyError,)


def test_every_setting_is_in_the_guide() -> None:
    guide = (ROOT / "docs/guide/connection-pools.md").read_text()
    documented = set(re.findall(r"^\| `DBPOOL_([A-Z_]+)`", guide, re.M))
    documented |= set(re.findall(r"`DBPOOL_(HOST|PORT|USER|PASSWORD|DATABASE)`", guide))
    assert documented == {name.upper() for name in (*SETTINGS, *ADDRESS)}
