"""The older names of Flask's modules: where each is found now, and what to write instead."""

from __future__ import annotations

import os
import sys
import typing as t
import warnings

import erlen

_PACKAGE = os.path.dirname(erlen.__file__) + os.sep
_HERE = "erlen.as_flask.older"
_PROVIDER = "make a subclass of 'flask.json.provider.DefaultJSONProvider'"
_JINJA = "use 'jinja2.utils.htmlsafe_json_dumps', or the filter 'tojson' in a template"
_STACKS = "use 'flask.globals.request_ctx' and 'flask.globals.app_ctx'"

#: Module -> name -> (where it is, what to do instead).
NAMES: t.Final[dict[str, dict[str, tuple[str, str]]]] = {
    "flask": {
        "Markup": ("markupsafe:Markup", "import it from 'markupsafe'"),
        "escape": ("markupsafe:escape", "import it from 'markupsafe'"),
        "safe_join": ("werkzeug.utils:safe_join", "import it from 'werkzeug.utils'"),
        "json_available": (f"{_HERE}.helpers:json_available", "leave it out, it is always true"),
        "signals_available": (
            f"{_HERE}.helpers:signals_available",
            "leave it out, it is always true",
        ),
    },
    "flask.app": {
        "_make_timedelta": ("erlen.registration:_make_timedelta", "use 'datetime.timedelta'"),
        "_request_ctx_stack": ("erlen.globals:_request_ctx_stack", "import it from 'flask'"),
        "_app_ctx_stack": ("erlen.globals:_app_ctx_stack", "import it from 'flask'"),
        "locked_cached_property": (
            f"{_HERE}.helpers:locked_cached_property",
            "use 'werkzeug.utils.cached_property'",
        ),
    },
    "flask.blueprints": {
        "_PackageBoundObject": ("erlen.scaffold:Scaffold", "use 'flask.sansio.scaffold.Scaffold'"),
    },
    "flask.globals": {
        "_lookup_req_object": (f"{_HERE}.helpers:_lookup_req_object", _STACKS),
        "_lookup_app_object": (f"{_HERE}.helpers:_lookup_app_object", _STACKS),
        "_request_ctx_err_msg": ("erlen.globals:_no_req_msg", "write a message of your own"),
        "_app_ctx_err_msg": ("erlen.globals:_no_app_msg", "write a message of your own"),
        "LocalStack": ("erlen.local:LocalStack", "import it from 'werkzeug.local'"),
    },
    "flask.helpers": {
        "Markup": ("markupsafe:Markup", "import it from 'markupsafe'"),
        "safe_join": ("werkzeug.utils:safe_join", "import it from 'werkzeug.utils'"),
        "locked_cached_property": (
            f"{_HERE}.helpers:locked_cached_property",
            "use 'werkzeug.utils.cached_property'",
        ),
        "total_seconds": (f"{_HERE}.helpers:total_seconds", "use 'timedelta.total_seconds'"),
        "get_env": (f"{_HERE}.helpers:get_env", "use 'app.debug', or a setting of your own"),
        "is_ip": (f"{_HERE}.helpers:is_ip", "use 'ipaddress.ip_address'"),
        "url_quote": ("urllib.parse:quote", "use 'urllib.parse.quote'"),
        "_endpoint_from_view_func": (
            "erlen.scaffold:_endpoint_from_view_func",
            "use the function's '__name__'",
        ),
        "_PackageBoundObject": ("erlen.scaffold:Scaffold", "use 'flask.sansio.scaffold.Scaffold'"),
        "_request_ctx_stack": ("erlen.globals:_request_ctx_stack", "import it from 'flask'"),
        "_app_ctx_stack": ("erlen.globals:_app_ctx_stack", "import it from 'flask'"),
    },
    "flask.json": {
        "JSONEncoder": (f"{_HERE}.encoders:JSONEncoder", _PROVIDER),
        "JSONDecoder": (f"{_HERE}.encoders:JSONDecoder", _PROVIDER),
        "htmlsafe_dumps": (f"{_HERE}.encoders:htmlsafe_dumps", _JINJA),
        "htmlsafe_dump": (f"{_HERE}.encoders:htmlsafe_dump", _JINJA),
        "tojson_filter": (f"{_HERE}.encoders:htmlsafe_dumps", _JINJA),
        "detect_encoding": ("json:detect_encoding", "use 'json.detect_encoding'"),
        "json_available": (f"{_HERE}.helpers:json_available", "leave it out, it is always true"),
    },
    "flask.logging": {
        "_has_config": (f"{_HERE}.helpers:_has_config", "use 'logging.Logger.hasHandlers'"),
    },
    "flask.sessions": {
        "total_seconds": (f"{_HERE}.helpers:total_seconds", "use 'timedelta.total_seconds'"),
    },
    "flask.signals": {
        "signals_available": (
            f"{_HERE}.helpers:signals_available",
            "leave it out, it is always true",
        ),
    },
    "flask.testing": {
        "make_test_environ_builder": (
            f"{_HERE}.helpers:make_test_environ_builder",
            "use 'flask.testing.EnvironBuilder'",
        ),
    },
    "flask.views": {
        "MethodViewType": (f"{_HERE}.helpers:MethodViewType", "leave the metaclass out"),
    },
    "flask.wrappers": {
        "JSONMixin": (f"{_HERE}.helpers:JSONMixin", "leave it out, 'Request' has its methods"),
    },
}


def warn_of(name: str, advice: str) -> None:
    """Warn whoever uses the older *name*: the nearest caller that is not of this package."""
    level = 1
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        level += 1
        frame = frame.f_back
    warnings.warn(
        f"'{name}' is a name that Flask has dropped: {advice}.",
        DeprecationWarning,
        stacklevel=level + 1,
    )
