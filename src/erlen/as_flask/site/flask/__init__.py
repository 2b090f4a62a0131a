"""Flask's name for Erlen. `erlen.as_flask` leads `import flask` here."""

from __future__ import annotations

import importlib
import typing as t

from erlen import Blueprint as Blueprint
from erlen import Config as Config
from erlen import Flask as Flask
from erlen import Request as Request
from erlen import Response as Response
from erlen import abort as abort
from erlen import after_this_request as after_this_request
from erlen import appcontext_popped as appcontext_popped
from erlen import appcontext_pushed as appcontext_pushed
from erlen import appcontext_tearing_down as appcontext_tearing_down
from erlen import before_render_template as before_render_template
from erlen import copy_current_request_context as copy_current_request_context
from erlen import current_app as current_app
from erlen import flash as flash
from erlen import g as g
from erlen import get_flashed_messages as get_flashed_messages
from erlen import get_template_attribute as get_template_attribute
from erlen import got_request_exception as got_request_exception
from erlen import has_app_context as has_app_context
from erlen import has_request_context as has_request_context
from erlen import jsonify as jsonify
from erlen import make_response as make_response
from erlen import message_flashed as message_flashed
from erlen import redirect as redirect
from erlen import render_template as render_template
from erlen import render_template_string as render_template_string
from erlen import request as request
from erlen import request_finished as request_finished
from erlen import request_started as request_started
from erlen import request_tearing_down as request_tearing_down
from erlen import send_file as send_file
from erlen import send_from_directory as send_from_directory
from erlen import session as session
from erlen import stream_template as stream_template
from erlen import stream_template_string as stream_template_string
from erlen import stream_with_context as stream_with_context
from erlen import template_rendered as template_rendered
from erlen import url_for as url_for
from erlen.globals import _app_ctx_stack as _app_ctx_stack
from erlen.globals import _request_ctx_stack as _request_ctx_stack

# A child process comes here through PYTHONPATH: the finder must be there before the submodules.
importlib.import_module("erlen.as_flask")

# What `import flask` has always loaded, so that `flask.helpers` is there without more.
for _name in (
    "app",
    "blueprints",
    "cli",
    "config",
    "ctx",
    "globals",
    "helpers",
    "json",
    "logging",
    "sansio.app",
    "sansio.blueprints",
    "sansio.scaffold",
    "sessions",
    "signals",
    "templating",
    "typing",
    "wrappers",
):
    importlib.import_module(f"{__name__}.{_name}")

_find_older = importlib.import_module("erlen.as_flask.older").finder(__name__)


def __getattr__(name: str) -> t.Any:
    if name != "__version__":
        return _find_older(name)

    import importlib.metadata
    import warnings

    warnings.warn(
        "The '__version__' attribute is deprecated and will be removed in"
        " Flask 3.2. Use feature detection or"
        " 'importlib.metadata.version(\"flask\")' instead.",
        DeprecationWarning,
        stacklevel=2,
    )
    return importlib.metadata.version("flask")
