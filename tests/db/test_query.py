"""``Model.query``."""

from __future__ import annotations

import typing as t

import pytest
from werkzeug.exceptions import NotFound

from erlen import Erlen
from erlen.db import Query, SQLAlchemy
from tests.db.conftest import MakeApp


def test_a_models_query_finds_rows_or_answers_404(db: SQLAlchemy, app: Erlen) -> None:
    class Word(db.Model):  # type: ignore[name-defined,misc]
        id = db.Column(db.Integer, primary_key=True)
        text = db.Column(db.String(10))

    with app.app_context():
        db.create_all()
        db.session.add_all([Word(text="a"), Word(text="b"), Word(text="b")])
        db.session.commit()
        assert Word.query.filter_by(text="b").count() == 2
        assert Word.query.get_or_404(1).text == "a"
        assert Word.query.filter_by(text="b").first_or_404().id == 2
        assert Word.query.filter_by(text="a").one_or_404().id == 1
        find: list[t.Callable[[], t.Any]] = [
            lambda: Word.query.get_or_404(9),
            lambda: Word.query.filter_by(text="c").first_or_404(),
            lambda: Word.query.filter_by(text="b").one_or_404("two of them"),
        ]
        for missing in find:
            with pytest.raises(NotFound):
                missing()


def test_the_class_of_a_query_can_be_ones_own(make_app: MakeApp) -> None:
    class Mine(Query):  # type: ignore[type-arg]
        def named(self, name: str) -> Mine:
            return self.filter_by(name=name)

    db = SQLAlchemy(query_class=Mine)

    class Town(db.Model):  # type: ignore[name-defined,misc]
        name = db.Column(db.String(10), primary_key=True)

    with make_app(db, SQLALCHEMY_DATABASE_URI="sqlite://").app_context():
        db.create_all()
        assert Town.query.named("Rom").all() == []
        assert type(db.session.query(Town)) is Mine
