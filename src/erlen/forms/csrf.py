"""Protection against requests that somebody else's page makes with the user's cookies."""

from __future__ import annotations

import collections.abc as cabc
import logging
import typing as t

from werkzeug.exceptions import BadRequest
from wtforms import ValidationError
from wtforms.csrf.core import CSRF

from ..blueprints import Blueprint
from ..globals import current_app, g, request
from .i18n import translations
from .origin import Source, same_origin, source_of
from .tokens import generate_csrf as generate_csrf
from .tokens import validate_csrf as validate_csrf

if t.TYPE_CHECKING:
    from ..app import Erlen

    V = t.TypeVar("V")

logger = logging.getLogger(__name__)

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_CHECKED_METHODS = ("POST", "PUT", "PATCH", "DELETE")
_HEADERS = ("X-CSRFToken", "X-CSRF-Token")


class CSRFError(BadRequest):
    """A request without proof that a page of the application made it: a 400 with the reason."""

    description = "CSRF validation failed."


def _source() -> Source:
    """Judge the current request by the headers that browsers add."""
    config = current_app.config
    if request.method in _SAFE_METHODS or not config.get("WTF_CSRF_CHECK_ORIGIN", True):
        return Source.UNKNOWN
    return source_of(request, config.get("WTF_CSRF_TRUSTED_ORIGINS") or ())


def _check(source: Source, find_token: cabc.Callable[[], str | None], *args: t.Any) -> None:
    """Raise ``ValidationError`` unless the request was meant by the user.

    A token that was sent is always checked: it tells a form that was made for another session.
    """
    if source is Source.FOREIGN:  # said before the body is read
        raise ValidationError("The request comes from another site.")
    token = find_token()
    if token or source is not Source.OWN:
        validate_csrf(token, *args)


class RequestCSRF(CSRF):
    """The guard of a single form."""

    def setup_form(self, form: t.Any) -> list[tuple[str, t.Any]]:
        self.meta = form.meta
        return super().setup_form(form)

    def generate_csrf_token(self, csrf_token_field: t.Any) -> str:
        return generate_csrf(self.meta.csrf_secret, self.meta.csrf_field_name)

    def validate_csrf_token(self, form: t.Any, field: t.Any) -> None:
        if g.get("csrf_valid", False):  # CSRFProtect did it already
            return
        meta = self.meta
        try:
            _check(
                _source(),
                lambda: t.cast("str | None", field.data),
                meta.csrf_secret,
                meta.csrf_time_limit,
                meta.csrf_field_name,
            )
        except ValidationError as exc:
            logger.info(exc.args[0])
            raise ValidationError(field.gettext(exc.args[0])) from exc


class CSRFProtect:
    """Check every request of an application that could change something.

    What proves a request is a token, in the field ``csrf_token`` or the header ``X-CSRFToken``,
    or the browser's word that a page of the application sent it. Templates can use
    ``csrf_token()``, and the macros of ``erlen/forms.html``.
    """

    def __init__(self, app: Erlen | None = None) -> None:
        self._exempt_views: set[t.Any] = set()
        self._exempt_blueprints: set[Blueprint] = set()
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Erlen) -> None:
        from .macros import register_macros

        app.extensions["csrf"] = self
        config = app.config
        config.setdefault("WTF_CSRF_ENABLED", True)
        config.setdefault("WTF_CSRF_CHECK_DEFAULT", True)
        config["WTF_CSRF_METHODS"] = set(config.get("WTF_CSRF_METHODS", _CHECKED_METHODS))
        config.setdefault("WTF_CSRF_FIELD_NAME", "csrf_token")
        config.setdefault("WTF_CSRF_HEADERS", [*_HEADERS])
        config.setdefault("WTF_CSRF_TIME_LIMIT", 3600)
        config.setdefault("WTF_CSRF_SSL_STRICT", True)
        config.setdefault("WTF_CSRF_CHECK_ORIGIN", True)
        config.setdefault("WTF_CSRF_TRUSTED_ORIGINS", [])
        register_macros(app)

        @app.context_processor
        def offer_token() -> dict[str, t.Any]:
            # A macro that is imported without the context looks here. Not at once: that would
            # make the environment before its options are set.
            current_app.jinja_env.globals.setdefault("csrf_token", generate_csrf)
            return {"csrf_token": generate_csrf}

        @app.before_request
        def protect() -> None:
            if request.method not in config["WTF_CSRF_METHODS"]:
                return
            is_on = config["WTF_CSRF_ENABLED"] and config["WTF_CSRF_CHECK_DEFAULT"]
            if is_on and request.endpoint and not self._is_exempt():
                self.protect()

    def protect(self) -> None:
        """Raise :exc:`CSRFError` unless the request proves that the application made it.

        Called for every request unless ``WTF_CSRF_CHECK_DEFAULT`` is False.
        """
        if request.method not in current_app.config["WTF_CSRF_METHODS"]:
            return
        source = _source()
        try:
            _check(source, self._sent_token)
            if source is Source.UNKNOWN:
                _check_referrer()
        except ValidationError as exc:
            logger.info(exc.args[0])
            self._error_response(translations.gettext(exc.args[0]))
        g.csrf_valid = True

    def _error_response(self, reason: str) -> t.NoReturn:
        """Answer a request that failed; can be overridden."""
        raise CSRFError(reason)

    def _sent_token(self) -> str | None:
        """Return the token from the form, the field of a prefixed form, or a header."""
        config = current_app.config
        name = config["WTF_CSRF_FIELD_NAME"]
        form = request.form
        for key in (name, *(key for key in form if key.endswith(name))):
            if token := form.get(key):
                return token
        for header in config["WTF_CSRF_HEADERS"]:
            if token := request.headers.get(header):
                return token
        return None

    def exempt(self, view: V) -> V:
        """Leave a view, a class-based view, the view of a dotted name or a blueprint unchecked."""
        if isinstance(view, Blueprint):
            self._exempt_blueprints.add(view)
        else:
            self._exempt_views.add(view)
        return view

    def _is_exempt(self) -> bool:
        app = current_app
        if app.blueprints.get(request.blueprint or "") in self._exempt_blueprints:
            return True
        exempt = self._exempt_views
        view = app.view_functions.get(t.cast(str, request.endpoint))
        if not exempt or view is None:
            return False
        return not exempt.isdisjoint(_identities(view))


def _identities(view: t.Any) -> cabc.Iterator[t.Any]:
    """Yield what a view can be exempt as: itself, what it wraps, its class, its dotted name.

    Not by name alone: other views of the module, made by the same decorator, may share it.
    """
    yield f"{view.__module__}.{getattr(view, '__name__', '')}"
    yield getattr(view, "view_class", None)
    while view is not None:
        yield view
        view = getattr(view, "__wrapped__", None)


def _check_referrer() -> None:
    """Over TLS a token is not enough: whoever controls a subdomain may have planted the cookie."""
    if not request.is_secure or not current_app.config["WTF_CSRF_SSL_STRICT"]:
        return
    if not request.referrer:
        raise ValidationError("The referrer header is missing.")
    if not same_origin(request.referrer, f"https://{request.host}/"):
        raise ValidationError("The referrer does not match the host.")
