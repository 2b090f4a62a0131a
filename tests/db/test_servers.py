"""The same application on SQLite, MariaDB and PostgreSQL."""

from __future__ import annotations

import datetime as dt
import threading
import time

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from erlen import Erlen
from erlen.db import Model, PoolExhausted, SQLAlchemy
from tests.db.conftest import MakeApp


class Base(Model, orm.DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Account(Base):
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(40), unique=True)
    balance: orm.Mapped[int] = orm.mapped_column(default=0)
    seen: orm.Mapped[dt.datetime | None]


def make_bank(make_app: MakeApp, url: str, **config: object) -> Erlen:
    app = make_app(db, SQLALCHEMY_DATABASE_URI=url, **config)

    @app.post("/<name>/<int:amount>")
    def pay(name: str, amount: int) -> str:
        account = db.session.scalar(sa.select(Account).filter_by(name=name))
        if account is None:
            db.session.add(account := Account(name=name, balance=0))
        account.balance += amount
        db.session.flush()
        if amount > 100:
            raise ValueError("too much")
        db.session.commit()
        return str(account.balance)

    @app.get("/<name>")
    def show(name: str) -> str:
        return str(db.one_or_404(db.select(Account).filter_by(name=name)).balance)

    with app.app_context():
        db.create_all()
    return app


def test_a_request_commits_or_leaves_no_trace(make_app: MakeApp, database_url: str) -> None:
    app = make_bank(make_app, database_url)
    client = app.test_client()
    assert client.post("/Łódź/7").text == "7"
    with pytest.raises(ValueError):
        client.post("/Łódź/101")
    with pytest.raises(ValueError):
        client.post("/北京/101")
    assert client.get("/Łódź").text == "7"
    assert client.get("/北京").status_code == 404


def cut_connections(engine: sa.Engine) -> int:
    """Do to the connections of *engine* what a restart of the server does; return how many."""
    killer = sa.create_engine(engine.url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    postgres = engine.dialect.name == "postgresql"
    with killer.connect() as connection:
        if postgres:
            find = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            mine = connection.scalar(sa.text("SELECT pg_backend_pid()"))
        else:
            find = "SELECT id FROM information_schema.processlist WHERE db = database()"
            mine = connection.scalar(sa.text("SELECT connection_id()"))
        others = [number for number in connection.scalars(sa.text(find)) if number != mine]
        for number in others:
            kill = f"SELECT pg_terminate_backend({number})" if postgres else f"KILL {number}"
            connection.execute(sa.text(kill))
        while set(others) & set(connection.scalars(sa.text(find))):
            time.sleep(0.01)
    return len(others)


def test_connections_that_the_server_dropped_are_replaced(
    make_app: MakeApp, server_database_url: str
) -> None:
    app = make_bank(make_app, server_database_url)
    client = app.test_client()
    client.post("/a/1")
    for expected in ("2", "3"):
        with app.app_context():
            assert cut_connections(db.engine) >= 1
        assert client.post("/a/1").text == expected


def test_a_connection_dropped_in_the_middle_costs_only_its_request(
    make_app: MakeApp, server_database_url: str
) -> None:
    app = make_bank(make_app, server_database_url)

    @app.post("/cut")
    def cut() -> str:
        db.session.add(Account(name="lost"))
        db.session.flush()
        cut_connections(db.engine)
        db.session.commit()
        return "never"

    client = app.test_client()
    with pytest.raises(sa.exc.OperationalError):
        client.post("/cut")
    assert client.get("/lost").status_code == 404
    assert client.post("/a/1").text == "1"


def test_threads_share_a_small_pool_and_leak_nothing(
    make_app: MakeApp, server_database_url: str
) -> None:
    app = make_bank(
        make_app, server_database_url, SQLALCHEMY_POOL_SIZE=3, SQLALCHEMY_MAX_OVERFLOW=0
    )
    answers: list[str] = []

    def pay(name: str) -> None:
        client = app.test_client()
        for _ in range(10):
            answers.append(client.post(f"/{name}/1").text)
            with pytest.raises(ValueError):
                client.post(f"/{name}/101")

    threads = [threading.Thread(target=pay, args=[f"t{number}"]) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(int, answers)) == sorted(list(range(1, 11)) * 12)
    with app.app_context():
        pool = db.engine.pool
        assert isinstance(pool, sa.QueuePool)
        assert (pool.checkedout(), pool.checkedin()) == (0, 3)


def test_an_exhausted_pool_names_the_request_that_holds_it(
    make_app: MakeApp, server_database_url: str
) -> None:
    app = make_bank(
        make_app,
        server_database_url,
        SQLALCHEMY_POOL_SIZE=1,
        SQLALCHEMY_MAX_OVERFLOW=0,
        SQLALCHEMY_POOL_TIMEOUT=1,
    )
    taken, done = threading.Event(), threading.Event()

    @app.get("/slow")
    def slow() -> str:
        db.session.execute(sa.text("SELECT 1"))
        taken.set()
        done.wait(10)
        return ""

    thread = threading.Thread(target=lambda: app.test_client().get("/slow"), name="worker-7")
    thread.start()
    taken.wait(10)
    try:
        with pytest.raises(PoolExhausted, match=r"GET /slow, .*in slow \(worker-7\)"):
            app.test_client().get("/anybody")
    finally:
        done.set()
        thread.join()
    assert app.test_client().get("/anybody").status_code == 404
