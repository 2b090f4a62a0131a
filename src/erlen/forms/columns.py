"""Which field suits a column."""

from __future__ import annotations

import collections.abc as cabc
import math
import typing as t

import sqlalchemy as sa
import wtforms
from wtforms import validators

#: Missing in the published types.
choice_of: t.Any = wtforms.SelectChoice  # type: ignore[attr-defined]

Arguments = dict[str, t.Any]

#: The field of each type; of several that fit the first one.
_FIELDS: tuple[tuple[type[t.Any], type[wtforms.Field]], ...] = (
    (sa.Text, wtforms.TextAreaField),
    (sa.String, wtforms.StringField),
    (sa.Boolean, wtforms.BooleanField),
    (sa.Integer, wtforms.IntegerField),
    (sa.Float, wtforms.FloatField),
    (sa.Numeric, wtforms.DecimalField),
    (sa.DateTime, wtforms.DateTimeLocalField),
    (sa.Date, wtforms.DateField),
    (sa.Time, wtforms.TimeField),
)


def field_for(
    model: type,
    name: str,
    choices: cabc.Callable[[], t.Any] | None = None,
    labels: str | None = None,
    field_args: Arguments | None = None,
) -> t.Any:
    """Return the unbound field for the column *name*, None for a type that no field suits."""
    column: sa.Column[t.Any] = sa.inspect(model).columns[name]
    arguments: Arguments = {
        "label": labels or column.info.get("label") or name.replace("_", " ").capitalize(),
        "description": column.comment or "",
        "validators": _validators(column),
        "filters": [],
    }
    _add_default(arguments, column)
    kind = _kind(column, choices, arguments)
    if kind is None:
        return None
    if column.nullable:
        arguments["filters"].append(_none_for_nothing)
    return kind(**arguments | (field_args or {}))


def _kind(
    column: sa.Column[t.Any], choices: t.Any, arguments: Arguments
) -> type[wtforms.Field] | None:
    if choices is not None:
        offered = _with_nothing(choices) if column.nullable else choices
        arguments.update(choices=offered, coerce=_coercion(column))
        return wtforms.SelectField
    if isinstance(column.type, sa.Enum):
        _offer_members(column, arguments)
        return wtforms.SelectField
    for type_, field in _FIELDS:
        if isinstance(column.type, type_):
            return field
    return None


def _with_nothing(choices: cabc.Callable[[], t.Any]) -> cabc.Callable[[], t.Any]:
    """Offer to choose nothing, too."""

    def offered() -> t.Any:
        found = choices()
        if isinstance(found, dict):
            return {"": ""} | found
        return [choice_of("", ""), *found]

    return offered


def _offer_members(column: sa.Column[t.Any], arguments: Arguments) -> None:
    type_ = t.cast(sa.Enum, column.type)
    members = type_.enum_class
    if members is None:
        offered = {name: name for name in type_.enums}
        coerce: cabc.Callable[[t.Any], t.Any] = str
    else:
        offered = {member.name: str(member.value) for member in members}
        coerce = _member_of(members)
    if column.nullable:
        offered = {"": ""} | offered
    arguments.update(choices=offered, coerce=_or_none(coerce))


def _member_of(members: t.Any) -> cabc.Callable[[t.Any], t.Any]:
    """Return what finds a member by its name, and leaves one that it is given."""

    def coerce(value: t.Any) -> t.Any:
        if isinstance(value, members):
            return value
        try:
            return members[value]
        except KeyError:
            raise ValueError(f"{value!r} is no member of {members.__name__}.") from None

    return coerce


def _coercion(column: sa.Column[t.Any]) -> cabc.Callable[[t.Any], t.Any]:
    try:
        kind = column.type.python_type
    except NotImplementedError:
        kind = object
    # A type that says no more than "object", INET for one, is chosen by its text.
    return _or_none(str if kind is object else kind)


def _or_none(coerce: cabc.Callable[[t.Any], t.Any]) -> cabc.Callable[[t.Any], t.Any]:
    return lambda value: None if value is None or value == "" else coerce(value)


def _none_for_nothing(value: t.Any) -> t.Any:
    return None if value == "" else value


def _add_default(arguments: Arguments, column: sa.Column[t.Any]) -> None:
    if column.default is not None and column.default.is_scalar:
        arguments["default"] = column.default.arg  # type: ignore[attr-defined]


def _validators(column: sa.Column[t.Any]) -> list[t.Any]:
    found: list[t.Any] = []
    if not isinstance(column.type, sa.Boolean):
        found.append(_presence(column))
    if isinstance(column.type, sa.Enum):
        return found
    if isinstance(column.type, sa.String) and column.type.length:
        found.append(validators.Length(max=column.type.length))
    elif isinstance(column.type, sa.Integer):
        # What a database cannot hold would be its error, and a 500.
        bits = _BITS.get(type(column.type).__name__.upper().replace("INTEGER", "INT"), 32)
        found.append(validators.NumberRange(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1))
    elif isinstance(column.type, sa.Numeric):
        found.append(_require_number)
    return found


_BITS = {"SMALLINT": 16, "BIGINT": 64}


def _presence(column: sa.Column[t.Any]) -> t.Any:
    if column.nullable or column.default is not None or column.server_default is not None:
        return validators.Optional()
    if isinstance(column.type, sa.String):
        return validators.DataRequired()  # refuses blanks
    return validators.InputRequired()  # accepts 0


def _require_number(form: t.Any, field: t.Any) -> None:
    """Refuse what a text field accepts as a number and a database does not: ``nan``, ``inf``."""
    if field.data is not None and not math.isfinite(field.data):
        raise validators.ValidationError(field.gettext("Not a valid decimal value."))
