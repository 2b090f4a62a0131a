"""The base class of forms."""

from __future__ import annotations

import collections.abc as cabc
import functools
import typing as t

import wtforms
from markupsafe import Markup
from wtforms.meta import DefaultMeta
from wtforms.widgets import HiddenInput

from ..globals import current_app, session
from .binding import is_submitted, submitted_data, without_odd_names
from .csrf import RequestCSRF
from .i18n import translations

if t.TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict
    from wtforms.fields import Field

_FROM_REQUEST: t.Any = object()


class RequestMeta(DefaultMeta):
    """How a form meets the request: where data, token and messages come from."""

    csrf_class = RequestCSRF
    csrf_context = session  # for a csrf_class of one's own
    #: The form that this one is a field of, if any; WTForms sets it.
    _parent_form: wtforms.form.BaseForm | None = None

    @functools.cached_property
    def csrf(self) -> bool:  # type: ignore[override]
        # A form within a form is guarded by the outer one.
        return self._parent_form is None and current_app.config.get("WTF_CSRF_ENABLED", True)

    @functools.cached_property
    def csrf_secret(self) -> t.Any:  # type: ignore[override]
        return current_app.config.get("WTF_CSRF_SECRET_KEY")

    @functools.cached_property
    def csrf_field_name(self) -> str:  # type: ignore[override]
        return t.cast(str, current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token"))

    @functools.cached_property
    def csrf_time_limit(self) -> int | None:
        return t.cast("int | None", current_app.config.get("WTF_CSRF_TIME_LIMIT", 3600))

    def wrap_formdata(self, form: t.Any, formdata: t.Any) -> t.Any:
        if formdata is _FROM_REQUEST:
            return without_odd_names(submitted_data())
        return without_odd_names(super().wrap_formdata(form, formdata))

    def get_translations(self, form: t.Any) -> t.Any:
        if self.locales is not False or not current_app.config.get("WTF_I18N_ENABLED", True):
            return super().get_translations(form)
        return translations


class Form(wtforms.Form):
    """A form that is filled from the current request: its form, its files, or its JSON.

    Takes the arguments of :class:`wtforms.Form`. With ``formdata=None`` it is not filled; with
    ``formdata=request.args`` it is filled from the query.
    """

    Meta = RequestMeta

    def __init__(
        self, formdata: MultiDict[str, t.Any] | None = _FROM_REQUEST, **kwargs: t.Any
    ) -> None:
        super().__init__(formdata, **kwargs)

    def is_submitted(self) -> bool:
        """Tell whether the current request is a POST, PUT, PATCH or DELETE."""
        return is_submitted()

    def validate_on_submit(
        self, extra_validators: cabc.Mapping[str, cabc.Sequence[t.Any]] | None = None
    ) -> bool:
        """Validate a form that was submitted; False for one that was not."""
        return self.is_submitted() and self.validate(extra_validators=extra_validators)

    def hidden_tag(self, *fields: Field | str) -> Markup:
        """Return the HTML of the hidden fields, all of them or those of *fields* that are."""
        chosen = (self._fields.get(field) if isinstance(field, str) else field for field in fields)
        return Markup("\n").join(
            Markup(field())
            for field in (chosen if fields else self)
            if field is not None and isinstance(field.widget, HiddenInput)
        )

    def gettext(self, message: str) -> str:
        """Return *message* in the language that the form speaks."""
        found: t.Any = self.meta.get_translations(self)
        return message if found is None else found.gettext(message)


#: Under Flask-WTF's name, for code that is moved over.
FlaskForm = Form
