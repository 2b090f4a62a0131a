"""Functions that views call, and the questions an application asks about its surroundings."""

from __future__ import annotations

import functools
import os
import typing as t

from ._core import paths as _paths
from ._core.flags import is_on
from ._core.redirects import redirect as redirect
from .ctx import has_app_context
from .files import _prepare_send_file_kwargs as _prepare_send_file_kwargs
from .files import send_file as send_file
from .files import send_from_directory as send_from_directory
from .flashing import flash as flash
from .flashing import get_flashed_messages as get_flashed_messages
from .globals import current_app
from .packages import find_package as find_package
from .packages import get_root_path as get_root_path
from .streaming import stream_with_context as stream_with_context

if t.TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

    from .wrappers import Response


def _environment_value(name: str) -> str | None:
    """Look up ``ERLEN_<name>``, and ``FLASK_<name>`` where the former is not set."""
    value = os.environ.get(f"ERLEN_{name}")
    return os.environ.get(f"FLASK_{name}") if value is None else value


def get_debug_flag() -> bool:
    """Tell whether :envvar:`ERLEN_DEBUG` asks for debug mode.

    Unset, empty, ``0``, ``false`` and ``no`` mean off, anything else means on.
    :envvar:`FLASK_DEBUG` answers where :envvar:`ERLEN_DEBUG` is not set.
    """
    return is_on(_environment_value("DEBUG"))


def get_load_dotenv(default: bool = True) -> bool:
    """Tell whether dotenv files are to be loaded.

    :envvar:`ERLEN_SKIP_DOTENV` (else :envvar:`FLASK_SKIP_DOTENV`) turns that off; where
    neither says anything, ``default`` is the answer.
    """
    value = _environment_value("SKIP_DOTENV")
    return not is_on(value) if value else default


def make_response(*args: t.Any) -> Response:
    """Turn a view's return value into a response object, so that headers can be added to it.

    Takes what a view may return, either as one value or spread over arguments
    (``make_response("gone", 410)``). Without arguments an empty response is made.
    """
    if not args:
        return current_app.response_class()
    return current_app.make_response(args[0] if len(args) == 1 else args)


@_paths.with_short_way
def url_for(
    endpoint: str,
    *,
    _anchor: str | None = None,
    _method: str | None = None,
    _scheme: str | None = None,
    _external: bool | None = None,
    **values: t.Any,
) -> str:
    """Build the URL of an endpoint by asking ``current_app.url_for``.

    ``".name"`` means that endpoint of the current blueprint. Values that are no part of the
    rule become the query string. Outside a request the URL is external by default.
    """
    return current_app.url_for(
        endpoint,
        _anchor=_anchor,
        _method=_method,
        _scheme=_scheme,
        _external=_external,
        **values,
    )


def abort(code: int | BaseResponse, *args: t.Any, **kwargs: t.Any) -> t.NoReturn:
    """Raise the HTTP exception for a status code, or one that carries the response given.

    The current application's ``aborter`` knows the codes; a code that it does not know is a
    ``LookupError``. The other arguments go to the exception.
    """
    if has_app_context():
        current_app.aborter(code, *args, **kwargs)

    import werkzeug.exceptions

    werkzeug.exceptions.abort(code, *args, **kwargs)


def get_template_attribute(template_name: str, attribute: str) -> t.Any:
    """Get a macro or a variable that a template exports, to use it from Python."""
    return getattr(current_app.jinja_env.get_template(template_name).module, attribute)


def _split_blueprint_path(name: str) -> list[str]:
    """List a dotted blueprint name and its parents, the innermost first.

    The list is the caller's own.
    """
    return list(_blueprint_lineage(name))


@functools.lru_cache(maxsize=1024)
def _blueprint_lineage(name: str) -> tuple[str, ...]:
    parts = name.split(".")
    return tuple(".".join(parts[:length]) for length in range(len(parts), 0, -1))
