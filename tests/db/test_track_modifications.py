"""Signals about changed models."""

from __future__ import annotations

import typing as t

from erlen.db import SQLAlchemy
from erlen.db.track_modifications import before_models_committed, models_committed
from tests.db.conftest import MakeApp


def test_a_commit_tells_what_it_changed(db: SQLAlchemy, make_app: MakeApp) -> None:
    class Thing(db.Model):  # type: ignore[name-defined,misc]
        id = db.Column(db.Integer, primary_key=True)
        name: t.Any = db.Column(db.String(10))

    app = make_app(db, SQLALCHEMY_TRACK_MODIFICATIONS=True, SQLALCHEMY_DATABASE_URI="sqlite://")
    told: list[tuple[str, list[str]]] = []

    def note(when: str) -> t.Callable[..., None]:
        def receive(sender: t.Any, changes: list[tuple[t.Any, str]]) -> None:
            assert sender is app
            told.append((when, [operation for _, operation in changes]))

        return receive

    before, after = note("before"), note("after")
    with app.app_context(), models_committed.connected_to(after):
        with before_models_committed.connected_to(before):
            db.create_all()
            thing = Thing(name="a")
            db.session.add(thing)
            db.session.commit()
            thing.name = "b"
            db.session.commit()
            thing.name = "c"
            db.session.flush()
            db.session.rollback()
            db.session.commit()
            db.session.delete(thing)
            db.session.commit()
    assert told == [
        (when, [operation])
        for operation in ("insert", "update", "delete")
        for when in ("before", "after")
    ]


def test_nothing_is_told_unless_asked_for(db: SQLAlchemy, make_app: MakeApp) -> None:
    class Thing(db.Model):  # type: ignore[name-defined,misc]
        id = db.Column(db.Integer, primary_key=True)

    told: list[t.Any] = []

    def receive(sender: t.Any, changes: t.Any) -> None:
        told.append(changes)

    with make_app(db, SQLALCHEMY_DATABASE_URI="sqlite://").app_context():
        with models_committed.connected_to(receive):
            db.create_all()
            db.session.add(Thing())
            db.session.commit()
    assert told == []


def test_two_applications_are_told_apart(db: SQLAlchemy, make_app: MakeApp) -> None:
    class Thing(db.Model):  # type: ignore[name-defined,misc]
        id = db.Column(db.Integer, primary_key=True)

    url = "sqlite://"
    first, quiet, last = (
        make_app(db, SQLALCHEMY_TRACK_MODIFICATIONS=on, SQLALCHEMY_DATABASE_URI=url)
        for on in (True, False, True)
    )
    told: list[t.Any] = []

    def receive(sender: t.Any, changes: object) -> None:
        told.append(sender)

    with models_committed.connected_to(receive):
        for app in (first, quiet, last):
            with app.app_context():
                db.create_all()
                db.session.add(Thing())
                db.session.commit()
    assert told == [first, last]
