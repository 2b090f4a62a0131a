"""Views, hooks and error handlers that are missing, never called, or cannot be run."""

from __future__ import annotations

import collections.abc as cabc
import importlib.util
import inspect
import typing as t

from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from ..steps import Steps
from .finding import Finding
from .kinds import found
from .places import place_of, plain_function

if t.TYPE_CHECKING:
    from ..app import Erlen
    from .survey import Survey

#: What runs coroutines, unless an application has a way of its own.
_RUNNERS = ("ensure_sync", "async_to_sync")
_HOOKS = ("before_request_funcs", "after_request_funcs", "teardown_request_funcs")


def check_views(survey: Survey) -> cabc.Iterator[Finding]:
    app = survey.app
    endpoints = set()
    for rule in app.url_map.iter_rules():
        endpoints.add(rule.endpoint)
        needs_view = not (rule.build_only or rule.redirect_to)
        if needs_view and rule.endpoint not in app.view_functions:
            yield found(
                "endpoint-without-view",
                f"rule {rule.rule}",
                f"The endpoint {rule.endpoint!r} has no function: requests for it fail.",
                f"Write @app.endpoint({rule.endpoint!r}) above its function, or pass 'view_func'.",
            )
    for endpoint, view in app.view_functions.items():
        if endpoint not in endpoints:
            yield found(
                "view-without-rule",
                place_of(view),
                f"No rule leads to the endpoint {endpoint!r}: its function is never called.",
                "Add a rule with this endpoint, or remove the function.",
            )


def check_error_handlers(survey: Survey) -> cabc.Iterator[Finding]:
    app = survey.app
    for owner, by_code in app.error_handler_spec.items():
        for by_class in by_code.values():
            for cls, handler in by_class.items():
                reason = _why_unreachable(app, owner, cls)
                if reason is not None:
                    yield found(
                        "error-handler-unreachable",
                        place_of(handler),
                        f"This handler of {cls.__name__} is never called: {reason}.",
                        "Remove it, or register it where it is asked.",
                    )


def _why_unreachable(app: Erlen, owner: str | None, cls: type[Exception]) -> str | None:
    if owner is not None and owner not in app.blueprints:
        return f"there is no blueprint {owner!r}"
    if issubclass(cls, RoutingException):
        return "redirects of the routing are answers already"
    if issubclass(cls, HTTPException) and cls is not HTTPException and not _has_code(cls):
        return "an HTTP exception without a code is an answer already"
    return None


def _has_code(cls: type[HTTPException]) -> bool:
    return cls.code is not None or any(_has_code(each) for each in cls.__subclasses__())


def check_coroutines(survey: Survey) -> cabc.Iterator[Finding]:
    """Look for coroutine functions where the library that runs them is missing."""
    if importlib.util.find_spec("asgiref") is not None:
        return
    app = survey.app
    if any(getattr(type(app), name) is not getattr(Steps, name) for name in _RUNNERS):
        return
    for function in dict.fromkeys(_functions_called(app)):
        if inspect.iscoroutinefunction(plain_function(function)):
            yield found(
                "async-without-asgiref",
                place_of(function),
                "This is a coroutine, and the library that runs it in a request is missing.",
                "pip install 'erlen[async]'",
            )


def _functions_called(app: Erlen) -> cabc.Iterator[t.Any]:
    yield from app.view_functions.values()
    for registry in _HOOKS:
        for functions in getattr(app, registry).values():
            yield from functions
    for by_code in app.error_handler_spec.values():
        for by_class in by_code.values():
            yield from by_class.values()
