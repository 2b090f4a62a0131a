"""A form over a SQLAlchemy model, described by one class.

Needs SQLAlchemy, which the models need anyway, but nothing else: any declarative class will do.
"""

from __future__ import annotations

import collections.abc as cabc
import typing as t

from wtforms.form import FormMeta
from wtforms.validators import ValidationError

from .form import Form

if t.TYPE_CHECKING:
    from sqlalchemy.orm import Mapper

#: Fields of the model come before all fields that a class declares itself.
_BEFORE_DECLARED = -1_000_000


class ModelFormMeta(FormMeta):
    """Adds the fields of ``Meta.model`` to a class of forms."""

    def __init__(
        cls, name: str, bases: tuple[type, ...], attrs: dict[str, t.Any], **kwargs: t.Any
    ) -> None:
        super().__init__(name, bases, attrs)
        model = getattr(attrs.get("Meta"), "model", None)
        if model is not None:
            cls._add_fields(model, attrs["Meta"])

    def _add_fields(cls, model: type, meta: t.Any) -> None:
        from .columns import field_for

        def given(kind: str, name: str) -> t.Any:
            return (getattr(meta, kind, None) or {}).get(name)

        for position, name in enumerate(_chosen(model, meta)):
            field = getattr(cls, name, None)
            if not hasattr(field, "_formfield"):
                field = field_for(
                    model,
                    name,
                    given("choices", name),
                    given("labels", name),
                    given("field_args", name),
                )
            if field is not None:
                field.creation_counter = _BEFORE_DECLARED + position
                setattr(cls, name, field)


def _chosen(model: type, meta: t.Any) -> list[str]:
    """Return the attributes that become fields: those of columns, without the primary key."""
    names = _column_names(model)
    only = getattr(meta, "only", None)
    exclude = getattr(meta, "exclude", None) or ()
    unknown = ({*(only or ()), *exclude}) - {*names}
    if unknown:
        raise TypeError(
            f"The form over {model.__name__} names {', '.join(sorted(unknown))}, but the model's"
            f" columns are {', '.join(names)}."
        )
    if only is not None:
        return [*only]
    keys = {name for name in names if _mapper(model).columns[name].primary_key}
    return [name for name in names if name not in keys and name not in exclude]


def _mapper(model: type) -> Mapper[t.Any]:
    from sqlalchemy import inspect

    return t.cast("Mapper[t.Any]", inspect(model))


def _column_names(model: type) -> list[str]:
    return [attribute.key for attribute in _mapper(model).column_attrs]


class ModelForm(Form, metaclass=ModelFormMeta):
    """A form with a field for each column of a model.

    ``Meta`` has ``model``, and if needed ``only`` or ``exclude``, names of columns; ``labels``;
    ``choices``, a callable for each column that is one of a list; ``field_args``, further
    arguments of the fields; and ``session``, with which values of unique columns are looked for.
    A field that the class declares itself takes the place of the column's.
    """

    def __init__(self, *args: t.Any, obj: t.Any = None, **kwargs: t.Any) -> None:
        #: The object that is edited; None while one is made.
        self.obj = obj
        super().__init__(*args, obj=obj, **kwargs)

    def validate(
        self, extra_validators: cabc.Mapping[str, cabc.Sequence[t.Any]] | None = None
    ) -> bool:
        checks = {name: [*found] for name, found in (extra_validators or {}).items()}
        if getattr(self.meta, "session", None) is not None:
            for name in _unique_names(self.meta.model):
                if name in self:
                    checks.setdefault(name, []).append(_refuse_duplicate)
        return super().validate(checks)


def _unique_names(model: type) -> list[str]:
    columns = _mapper(model).columns
    return [name for name in _column_names(model) if columns[name].unique]


def _refuse_duplicate(form: ModelForm, field: t.Any) -> None:
    """Raise when another row has the value. The database has the last word on a race."""
    from sqlalchemy import select

    if field.data is None or field.errors:
        return
    model, session = form.meta.model, form.meta.session
    name = field.short_name
    with session.no_autoflush:  # the object that is edited may have it already
        found = session.scalars(select(model).where(getattr(model, name) == field.data)).first()
    if found is not None and found is not form.obj:
        raise ValidationError(field.gettext("Already exists."))
