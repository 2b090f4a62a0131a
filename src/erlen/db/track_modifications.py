"""Signals that tell which models a session changed; ``SQLALCHEMY_TRACK_MODIFICATIONS``."""

from __future__ import annotations

import typing as t

import sqlalchemy as sa
import sqlalchemy.event as sa_event
import sqlalchemy.orm as sa_orm
from blinker import Namespace

from ..ctx import has_app_context
from ..globals import current_app

_signals = Namespace()

#: Sent by the application after a commit, with ``changes``: a list of ``(model, operation)``;
#: the operations are ``"insert"``, ``"update"`` and ``"delete"``.
models_committed = _signals.signal("models-committed")
#: The same, before the commit.
before_models_committed = _signals.signal("before-models-committed")

#: The key of the changes in ``session.info``.
CHANGES = "erlen.db.changes"


def track(session: sa_orm.scoped_session[t.Any]) -> None:
    """Send the signals for the sessions of *session*; a second call changes nothing."""
    if not sa_event.contains(session, "before_commit", _announce):
        sa_event.listen(session, "before_flush", _note)
        sa_event.listen(session, "before_commit", _announce)
        sa_event.listen(session, "after_commit", _report)
        sa_event.listen(session, "after_rollback", _forget)


def _is_on() -> bool:
    return has_app_context() and bool(current_app.config.get("SQLALCHEMY_TRACK_MODIFICATIONS"))


def _note(session: sa_orm.Session, *_: object) -> None:
    if not _is_on():
        return
    changes = session.info.setdefault(CHANGES, {})
    kinds = ((session.new, "insert"), (session.dirty, "update"), (session.deleted, "delete"))
    for models, operation in kinds:
        for model in models:
            state = sa.inspect(model)
            # A new row has no identity before the flush.
            changes[state.identity_key if state.has_identity else id(model)] = (model, operation)


def _announce(session: sa_orm.Session) -> None:
    _note(session)  # what the commit is going to flush
    changes = session.info.get(CHANGES)
    if changes:
        app: t.Any = current_app
        before_models_committed.send(app._get_current_object(), changes=list(changes.values()))


def _report(session: sa_orm.Session) -> None:
    changes = session.info.pop(CHANGES, None)
    if changes:
        app: t.Any = current_app
        models_committed.send(app._get_current_object(), changes=list(changes.values()))


def _forget(session: sa_orm.Session) -> None:
    session.info.pop(CHANGES, None)
