"""Making ``db.Model`` of whatever class ``SQLAlchemy(model_class=...)`` was given."""

from __future__ import annotations

import types
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as sa_orm

from .model import Model

_ROOTS = (sa_orm.DeclarativeBase, sa_orm.DeclarativeBaseNoMeta)


def make_base(model_class: type, metadata: sa.MetaData | None) -> t.Any:
    """Return the declarative base: *model_class* itself where it is one already."""
    if issubclass(model_class, _ROOTS):
        _refuse_two_roots(model_class)
        return model_class if issubclass(model_class, Model) else _add_model(model_class)
    if isinstance(model_class, sa_orm.DeclarativeMeta):
        return model_class
    mixins = (model_class,) if issubclass(model_class, Model) else (Model, model_class)
    namespace = {} if metadata is None else {"metadata": metadata}
    return types.new_class(
        "Model", (*mixins, sa_orm.DeclarativeBase), exec_body=lambda ns: ns.update(namespace)
    )


def _refuse_two_roots(model_class: type) -> None:
    roots = [base for base in model_class.__bases__ if issubclass(base, _ROOTS)]
    if len(roots) > 1:
        raise ValueError(
            f"Only one declarative base can be passed to SQLAlchemy. Got: {model_class.__bases__}"
        )


def _add_model(base: type) -> t.Any:
    """Return an abstract model under *base* that has what :class:`Model` adds.

    What *base* says itself goes before it.
    """
    own = {
        name: getattr(base, name)
        for name in ("__repr__", "query_class", "query")
        if any(name in vars(cls) for cls in base.__mro__[:-1])
    }
    body = {**own, "__abstract__": True}
    return types.new_class("Model", (Model, base), exec_body=lambda ns: ns.update(body))
