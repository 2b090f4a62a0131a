"""Where a session lives, when it ends, and which engine it talks to."""

from __future__ import annotations

import collections.abc as cabc
import gc
import threading
import typing as t

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from erlen import Erlen, copy_current_request_context, stream_with_context
from erlen.db import Model, Session, SQLAlchemy
from tests.db.conftest import MakeApp


class Base(Model, orm.DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Note(Base):
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    text: orm.Mapped[str]


class Line(Base):
    __bind_key__ = "log"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)


@pytest.fixture
def app(make_app: MakeApp) -> Erlen:
    app = make_app(
        db,
        SQLALCHEMY_DATABASE_URI="sqlite:///main.db",
        SQLALCHEMY_BINDS={"log": "sqlite:///log.db"},
    )
    with app.app_context():
        db.create_all()
    return app


def count(app: Erlen) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count(Note.id))) or 0


def busy(app: Erlen) -> int:
    """Return how many connections of the default engine are taken."""
    with app.app_context():
        pool = db.engine.pool
        assert isinstance(pool, sa.QueuePool)
        return pool.checkedout()


def test_a_session_needs_an_application_context() -> None:
    with pytest.raises(RuntimeError, match="application context"):
        db.session.execute(sa.text("SELECT 1"))


def test_a_context_has_one_session_and_the_next_another(app: Erlen) -> None:
    with app.app_context():
        first = db.session()
        assert db.session() is first
        with app.app_context():
            assert db.session() is not first
        assert db.session() is first
    with app.app_context():
        assert db.session() is not first


def test_a_session_ends_with_its_context(app: Erlen) -> None:
    with app.app_context():
        note = Note(text="a")
        db.session.add(note)
        db.session.flush()
        assert busy(app) == 1
    assert sa.inspect(note).detached or sa.inspect(note).transient
    assert busy(app) == 0
    assert count(app) == 0


def test_what_was_not_committed_when_a_view_fails_is_gone(app: Erlen) -> None:
    @app.post("/")
    def fail() -> str:
        db.session.add(Note(text="a"))
        db.session.flush()
        raise ValueError("after the flush")

    with pytest.raises(ValueError):
        app.test_client().post("/")
    assert (count(app), busy(app)) == (0, 0)


def test_what_was_committed_before_a_view_fails_stays(app: Erlen) -> None:
    app.testing = False

    @app.post("/")
    def fail() -> str:
        db.session.add(Note(text="a"))
        db.session.commit()
        db.session.add(Note(text="b"))
        raise ValueError

    assert app.test_client().post("/").status_code == 500
    assert (count(app), busy(app)) == (1, 0)


def test_a_failed_flush_does_not_reach_the_next_request(app: Erlen) -> None:
    @app.post("/<int:key>")
    def add(key: int) -> str:
        db.session.add(Note(id=key, text="a"))
        db.session.commit()
        return "added"

    client = app.test_client()
    assert client.post("/1").text == "added"
    with pytest.raises(sa.exc.IntegrityError):
        client.post("/1")
    assert client.post("/2").text == "added"
    assert busy(app) == 0


def stream_notes(app: Erlen) -> None:
    @app.get("/stream")
    def stream() -> cabc.Iterator[str]:
        @stream_with_context
        def lines() -> cabc.Iterator[str]:
            db.session.add(Note(text="from the stream"))
            db.session.flush()
            for number in range(1000):
                db.session.execute(sa.select(Note)).all()
                yield f"{number}\n"

        return lines()


def test_a_stream_keeps_the_session_to_its_end(app: Erlen) -> None:
    stream_notes(app)
    assert app.test_client().get("/stream").text.count("\n") == 1000
    assert (count(app), busy(app)) == (0, 0)


def test_a_stream_that_is_cut_rolls_back_and_gives_its_connection_back(app: Erlen) -> None:
    stream_notes(app)
    response = app.test_client().get("/stream", buffered=False)
    chunks = iter(response.response)
    next(chunks)
    assert busy(app) == 1
    response.close()
    del chunks
    gc.collect()
    assert (count(app), busy(app)) == (0, 0)


def test_the_functions_at_the_end_of_a_request_still_have_the_session(app: Erlen) -> None:
    @app.post("/")
    def add() -> str:
        db.session.add(Note(text="a"))
        return ""

    @app.teardown_request
    def commit(exc: BaseException | None) -> None:
        if exc is None:
            db.session.commit()

    app.test_client().post("/")
    assert count(app) == 1


def test_a_thread_with_a_copied_context_has_a_session_of_its_own(app: Erlen) -> None:
    found: list[Session] = []

    @app.get("/")
    def start() -> str:
        work = copy_current_request_context(lambda: found.append(db.session()))
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        return str(found[0] is db.session())

    assert app.test_client().get("/").text == "False"


def test_many_threads_never_share_a_session(app: Erlen) -> None:
    @app.post("/")
    def add() -> str:
        before = db.session()
        db.session.add(Note(text="a"))
        db.session.commit()
        return str(db.session() is before and len(list(before)) <= 1)

    answers: list[str] = []

    def ask() -> None:
        client = app.test_client()
        answers.extend(client.post("/").text for _ in range(10))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["True"] * 80
    assert (count(app), busy(app)) == (80, 0)


def test_a_model_goes_to_the_engine_of_its_bind_key(app: Erlen) -> None:
    with app.app_context():
        db.session.add_all([Note(text="a"), Line()])
        db.session.commit()
        assert sa.inspect(db.engines[None]).get_table_names() == ["note"]
        assert sa.inspect(db.engines["log"]).get_table_names() == ["line"]
        assert db.session.get_bind(Line) is db.engines["log"]
        assert db.session.get_bind(Note) is db.engine
        assert db.session.get_bind(clause=sa.update(Line)) is db.engines["log"]
        assert db.session.get_bind() is db.engine


def test_a_bind_key_that_is_not_configured_is_named(make_app: MakeApp) -> None:
    app = make_app(db, SQLALCHEMY_DATABASE_URI="sqlite://")
    with app.app_context(), pytest.raises(sa.exc.UnboundExecutionError, match="'log'"):
        db.session.execute(sa.select(Line))


def test_a_class_that_is_no_model_is_told_so(app: Erlen) -> None:
    with app.app_context(), pytest.raises(orm.exc.UnmappedClassError):
        db.session.get_bind(int)


def test_two_applications_have_data_of_their_own(make_app: MakeApp) -> None:
    apps = [
        make_app(db, SQLALCHEMY_ENGINES={"default": "sqlite://", "log": "sqlite://"})
        for _ in range(2)
    ]
    for number, app in enumerate(apps):
        with app.app_context():
            db.create_all()
            db.session.add_all([Note(text="a") for _ in range(number)])
            db.session.commit()
    assert [count(app) for app in apps] == [0, 1]


def test_a_context_of_another_application_in_between_has_its_own_session(
    app: Erlen, make_app: MakeApp
) -> None:
    other = make_app(db, SQLALCHEMY_ENGINES={"default": "sqlite://", "log": "sqlite://"})
    with app.app_context():
        outer = db.session()
        outer.execute(sa.select(Note))
        with other.app_context():
            assert db.session() is not outer
            assert db.session.get_bind() is not outer.get_bind()
        assert db.session() is outer


def test_the_class_of_the_session_can_be_ones_own(make_app: MakeApp) -> None:
    class Mine(Session):
        pass

    own = SQLAlchemy(session_options={"class_": Mine, "expire_on_commit": False})
    app = make_app(own, SQLALCHEMY_DATABASE_URI="sqlite://")
    with app.app_context():
        assert isinstance(own.session(), Mine)
        assert own.session().expire_on_commit is False


def test_the_scope_of_the_session_can_be_ones_own(make_app: MakeApp) -> None:
    own = SQLAlchemy(session_options={"scopefunc": threading.get_ident})
    app = make_app(own, SQLALCHEMY_DATABASE_URI="sqlite://")
    with app.app_context():
        outer = own.session()
        with app.app_context():
            assert own.session() is outer


def test_a_session_is_freed_with_its_context(app: Erlen) -> None:
    import weakref

    ctx = app.app_context()
    with ctx:
        session = weakref.ref(db.session())
    del ctx
    gc.collect()
    assert session() is None


def test_a_session_can_be_put_in_place_of_the_contexts_own(app: Erlen) -> None:
    with app.app_context():
        registry = db.session.registry
        own = Session(db)
        registry.set(own)
        assert db.session() is own
        registry.clear()
        assert not registry.has()
        assert db.session() is not own


def test_an_engine_that_is_named_goes_before_the_models(app: Erlen) -> None:
    with app.app_context():
        other = sa.create_engine("sqlite://")
        assert db.session.get_bind(Note, bind=other) is other
        assert Session(db, bind=other).get_bind() is other
        other.dispose()


def test_what_is_neither_model_nor_statement_has_no_engine(app: Erlen) -> None:
    with app.app_context(), pytest.raises(sa.exc.NoInspectionAvailable):
        db.session.get_bind(t.cast(t.Any, 7))
