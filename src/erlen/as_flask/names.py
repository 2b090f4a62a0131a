"""Names that a module of Flask holds only because it imports them for itself.

`from flask.app import Rule` or `from flask.helpers import request` is no public name of Flask, and
extensions and their tests say it all the same. Erlen's modules import other things, so the names
are put into them when they are loaded as Flask's, and only then.
"""

from __future__ import annotations

import collections.abc as cabc
import importlib
import types
import typing as t

#: Name of a module of Erlen -> the module a name comes from -> the names. `a as b` as in an import.
INCIDENTAL: t.Final[dict[str, dict[str, str]]] = {
    "erlen.app": {
        "collections": "abc as cabc",
        "datetime": "timedelta",
        "erlen": "cli, typing as ft",
        "erlen.app": "Erlen as App",
        "erlen.config": "Config, ConfigAttribute",
        "erlen.ctx": "_AppCtxGlobals",
        "erlen.globals": "_cv_app, _cv_request, current_app, g, request, request_ctx, session",
        "erlen.helpers": "get_debug_flag, get_flashed_messages, get_load_dotenv,"
        " send_from_directory, _split_blueprint_path",
        "erlen.json.provider": "DefaultJSONProvider, JSONProvider",
        "erlen.logging": "create_logger",
        "erlen.scaffold": "Scaffold, find_package, setupmethod, _endpoint_from_view_func",
        "erlen.sessions": "SecureCookieSessionInterface, SessionInterface",
        "erlen.signals": "appcontext_tearing_down, got_request_exception, request_finished,"
        " request_started, request_tearing_down",
        "erlen.templating": "DispatchingJinjaLoader, Environment",
        "erlen.wrappers": "Request, Response",
        "inspect": "iscoroutinefunction",
        "itertools": "chain",
        "types": "TracebackType",
        "urllib.parse": "quote as _url_quote",
        "werkzeug.datastructures": "Headers, ImmutableDict",
        "werkzeug.exceptions": "Aborter, BadRequest, BadRequestKeyError, HTTPException,"
        " InternalServerError",
        "werkzeug.routing": "BuildError, Map, MapAdapter, RequestRedirect, RoutingException, Rule",
        "werkzeug.serving": "is_running_from_reloader",
        "werkzeug.utils": "cached_property, redirect as _wz_redirect",
        "werkzeug.wrappers": "Response as BaseResponse",
        "werkzeug.wsgi": "get_host",
    },
    "erlen.blueprints": {
        "datetime": "timedelta",
        "erlen": "typing as ft",
        "erlen.blueprints": "Blueprint as SansioBlueprint",
        "erlen.cli": "AppGroup",
        "erlen.globals": "current_app",
        "erlen.helpers": "send_from_directory",
        "erlen.scaffold": "T_after_request, T_before_request, T_error_handler, T_teardown,"
        " T_template_context_processor, T_url_defaults, T_url_value_preprocessor",
    },
    "erlen.cli": {
        "click.core": "ParameterSource",
        "erlen.globals": "current_app",
        "erlen.helpers": "get_debug_flag, get_load_dotenv",
        "functools": "update_wrapper",
        "operator": "itemgetter",
        "types": "ModuleType",
        "werkzeug.serving": "is_running_from_reloader, run_simple",
        "werkzeug.utils": "import_string",
    },
    "erlen.config": {"werkzeug.utils": "import_string"},
    "erlen.ctx": {
        "erlen": "typing as ft",
        "erlen.globals": "_cv_app, _cv_request",
        "types": "TracebackType",
    },
    "erlen.debughelpers": {
        "erlen.app": "Erlen as App",
        "erlen.blueprints": "Blueprint",
        "erlen.globals": "request_ctx",
        "jinja2.loaders": "BaseLoader",
        "werkzeug.routing": "RequestRedirect",
    },
    "erlen.globals": {"contextvars": "ContextVar", "erlen.local": "LocalProxy"},
    "erlen.helpers": {
        "datetime": "datetime",
        "erlen.globals": "_cv_app, _cv_request, current_app, request, request_ctx, session",
        "erlen.signals": "message_flashed",
        "functools": "cache, update_wrapper",
        "werkzeug.exceptions": "abort as _wz_abort",
        "werkzeug.utils": "redirect as _wz_redirect",
        "werkzeug.wrappers": "Response as BaseResponse",
    },
    "erlen.logging": {"erlen.globals": "request"},
    "erlen.scaffold": {"erlen": "typing as ft", "jinja2": "BaseLoader, FileSystemLoader"},
    "erlen.sessions": {
        "collections.abc": "MutableMapping",
        "datetime": "datetime, timezone",
        "erlen.json.tag": "TaggedJSONSerializer",
        "itsdangerous": "BadSignature, URLSafeTimedSerializer",
        "werkzeug.datastructures": "CallbackDict",
    },
    "erlen.templating": {
        "erlen.globals": "_cv_app, _cv_request, current_app, request",
        "jinja2": "BaseLoader, Template, TemplateNotFound, Environment as BaseEnvironment",
    },
    "erlen.testing": {
        "click.testing": "CliRunner, Result",
        "contextlib": "ExitStack, contextmanager",
        "erlen.cli": "ScriptInfo",
        "erlen.sessions": "SessionMixin",
        "types": "TracebackType",
        "werkzeug.test": "Client",
    },
    "erlen.wrappers": {"erlen.globals": "current_app", "werkzeug.exceptions": "HTTPException"},
}

#: The standard modules that stand in a module of Flask under their own names.
MODULES: t.Final[dict[str, str]] = {
    "erlen.app": "click, logging, os, sys, weakref",
    "erlen.cli": "ast, click, importlib, inspect, os, platform, re, sys, traceback",
    "erlen.ctx": "contextvars, sys",
    "erlen.helpers": "importlib, os, sys, werkzeug",
    "erlen.scaffold": "importlib, os, pathlib, sys",
    "erlen.sessions": "hashlib",
    "erlen.testing": "importlib",
}


def fill(module: types.ModuleType) -> None:
    """Give a module of Erlen the names that lie in Flask's by chance and that it has not itself."""
    for name in _listed(MODULES.get(module.__name__, "")):
        if not hasattr(module, name):
            setattr(module, name, importlib.import_module(name))
    for source, names in INCIDENTAL.get(module.__name__, {}).items():
        _import_from(source, _listed(names), module)


def _import_from(source: str, names: cabc.Iterable[str], module: types.ModuleType) -> None:
    for entry in names:
        name, _, alias = entry.partition(" as ")
        if not hasattr(module, alias or name):
            setattr(module, alias or name, _find(source, name))


def _find(source: str, name: str) -> object:
    try:
        return getattr(importlib.import_module(source), name)
    except AttributeError:
        return importlib.import_module(f"{source}.{name}")


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]
