"""The databases of a ``db`` object, and their foreign keys while migrations run."""

from __future__ import annotations

import types

import sqlalchemy as sa

from erlen import Erlen
from erlen.migrate import Migrate
from erlen.migrate.databases import engines_of, foreign_keys_off, metadata_of
from erlen.migrate.extension import settings


def keys(connection: sa.Connection) -> int:
    found: int = connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one()
    return found


def test_an_object_with_one_engine_will_do() -> None:
    engine, metadata = sa.create_engine("sqlite://"), sa.MetaData()
    db = types.SimpleNamespace(engine=engine, metadata=metadata)
    assert engines_of(db) == {None: engine}
    assert metadata_of(db, None) is metadata
    assert metadata_of(db, "log").tables == {}


def test_foreign_keys_that_are_on_are_off_meanwhile_and_on_again() -> None:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
    with foreign_keys_off([engine]), engine.connect() as connection:
        assert keys(connection) == 0
    with engine.connect() as connection:
        assert keys(connection) == 1
    engine.dispose()


def test_foreign_keys_that_are_off_stay_off_also_when_a_connection_is_lost() -> None:
    engine = sa.create_engine("sqlite://")
    with foreign_keys_off([engine]):
        with engine.connect() as connection:
            assert keys(connection) == 0
            connection.invalidate()
    with engine.connect() as connection:
        assert keys(connection) == 0
    engine.dispose()


def test_what_init_app_says_goes_before_the_constructor() -> None:
    app, metadata = Erlen(__name__), sa.MetaData()
    migrate = Migrate(compare_type=True, db=types.SimpleNamespace(metadata=metadata))
    migrate.init_app(app, compare_type=False, render_as_batch=False)
    with app.app_context():
        assert settings().metadata is metadata
        assert settings().configure_args == {"compare_type": False, "render_as_batch": False}
