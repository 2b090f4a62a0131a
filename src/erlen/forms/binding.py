"""What a form is filled from: the body of the current request."""

from __future__ import annotations

import collections.abc as cabc
import itertools
import typing as t

from werkzeug.datastructures import CombinedMultiDict, ImmutableMultiDict, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from ..ctx import has_request_context
from ..globals import request

SUBMIT_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})

#: No field has a longer name. A small body could otherwise ask for a huge number of them.
_LONGEST_NAME = 1_000


def is_submitted() -> bool:
    """Tell whether there is a request whose method carries a form."""
    return has_request_context() and request.method in SUBMIT_METHODS


def submitted_data() -> MultiDict[str, t.Any] | None:
    """Return the fields and files of the current request; None when nothing was submitted."""
    if not is_submitted():
        return None
    if request.files:
        return CombinedMultiDict((request.files, request.form))
    if request.is_json and not request.form:
        return _json_data()
    return request.form


def without_odd_names(formdata: t.Any) -> t.Any:
    """Return *formdata* without the fields whose names no field of a form has.

    WTForms would take ``name-²``, or a number of thousands of digits, for an entry of a
    ``FieldList``, and fail to read its number.
    """
    if not isinstance(formdata, MultiDict) or not any(map(_is_odd, formdata)):
        return formdata
    fields = formdata.items(multi=True)
    return ImmutableMultiDict([(name, value) for name, value in fields if not _is_odd(name)])


def _is_odd(name: str) -> bool:
    if len(name) > _LONGEST_NAME:
        return True
    return not name.isascii() and any(char.isdigit() and not char.isdecimal() for char in name)


def _json_data() -> MultiDict[str, t.Any]:
    """Return the fields of a JSON body, as many as a form may have; ``413`` for more."""
    fields = _json_fields("", request.get_json())
    limit = request.max_form_parts
    if limit is None:
        return ImmutableMultiDict(fields)
    found = list(itertools.islice(fields, 2 * limit + 1))  # a list's values have two names each
    if len(found) > 2 * limit:
        raise RequestEntityTooLarge()
    return ImmutableMultiDict(found)


def _json_fields(name: str, value: t.Any) -> cabc.Iterator[tuple[str, str]]:
    """Yield the fields that an HTML form would have sent for a JSON value.

    Fields only ever see text: a client that sends an object where text is expected does not get
    one past the validators. The parts of an object or a list have WTForms' names for the fields
    within a ``FormField`` or ``FieldList``.
    """
    if len(name) > _LONGEST_NAME:
        return
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _json_fields(f"{name}-{key}" if name else key, part)
    elif isinstance(value, list):
        for number, part in enumerate(value if name else ()):
            yield from _json_fields(f"{name}-{number}", part)
            if not isinstance(part, dict | list):
                yield from _json_fields(name, part)  # for a field with several values
    elif value is not None and name:
        yield name, _as_text(value)


def _as_text(value: t.Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
