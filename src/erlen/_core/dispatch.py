"""The way of a request, from the server's call to the answer.

:func:`serve` is the whole of it for an application that overrides nothing: contexts, match, view,
answer and end are written out, so that each costs what it must and nothing else. It relies on the
plan (:mod:`.plan`) for all that can be known beforehand. What is out of the ordinary leaves it
early: :func:`serve_by_methods` goes through the application's methods one by one, as Flask does.
"""

from __future__ import annotations

import re
import sys
import typing as t

from werkzeug.exceptions import InternalServerError
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.exceptions import NotFound

from .contexts import BOTH
from .contexts import current
from .matcher import ASK_ADAPTER
from .matcher import NOT_FOUND

if t.TYPE_CHECKING:
    import collections.abc as cabc

    from _typeshed.wsgi import StartResponse
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.wrappers import Response

    from ..app import Erlen
    from ..ctx import RequestContext
    from .plan import Plan
    from .plan import Served

_get_frame = current.get
_set_frame = current.set
_new = object.__new__
_is_plain_host = re.compile(r"[a-zA-Z0-9.\-_]+(:[0-9]{1,5})?|\[[0-9a-fA-F:.]+\](:[0-9]{1,5})?").fullmatch


def serve(
    app: Erlen, environ: WSGIEnvironment, start_response: StartResponse
) -> cabc.Iterable[bytes]:
    """Answer a request: what ``app.wsgi_app`` does."""
    served = app._serving
    if served is None:
        served = app._start_serving()
    if served.by_methods or _get_frame() is not None or _is_unusual(environ):
        return serve_by_methods(app, environ, start_response)

    # The contexts are filled, not constructed: see RequestContext for what the rest defaults to.
    if served.plain_request:
        request = _new(app.request_class)
        request._environ = environ
    else:
        request = app.request_class(environ)
    ctx = _new(app._request_context_class)
    ctx.app = app
    ctx.request = request
    _set_frame((ctx, ctx, None, BOTH))
    error: BaseException | None = None
    try:
        try:
            if "HTTP_COOKIE" in environ and served.refreshes_session is not None:
                ctx._open_early()
            method = environ["REQUEST_METHOD"]
            by_method = served.statics.get(environ.get("PATH_INFO", ""))
            plan = None if by_method is None else by_method.get(method)
            if plan is not None:
                request.url_rule = plan.rule
                request.view_args = args = {}
            else:
                plan = _find_plan(served, ctx, method)
                args = request.view_args
            if plan is None or not plan.direct:
                response = app.full_dispatch_request()
            else:
                try:
                    rv = plan.view(**args)
                except Exception as exc:
                    rv = app.handle_user_exception(exc)
                else:
                    if not ctx.touched and app._serving is served:
                        kind = type(rv)
                        body = None
                        if kind is str:
                            body, content_type = rv.encode(), served.text_type
                        elif kind is dict or kind is list:
                            body, content_type = app._direct_json(rv)
                        if body is not None:
                            start_response(
                                "200 OK", [content_type, ("Content-Length", str(len(body)))]
                            )
                            return [body] if method != "HEAD" else []
                response = app.finalize_request(rv)
        except Exception as exc:
            error = exc
            response = answer_failure(app, exc)
        return send(app, response, environ, start_response)
    except BaseException as exc:
        error = exc
        raise
    finally:
        if served.tears_down or ctx.touched or request._in_environ or app._serving is not served:
            app._end_request(ctx, error)
        else:
            _set_frame(None)
        error = None  # the exception knows this frame: without this the two would be a cycle


def _is_unusual(environ: WSGIEnvironment) -> bool:
    """Tell whether the request asks for what only the way of methods gives."""
    return (
        "HTTP_UPGRADE" in environ
        or "werkzeug.debug.preserve_context" in environ
        or not _is_plain_host(environ.get("HTTP_HOST", "localhost"))
    )


def _find_plan(served: Served, ctx: RequestContext, method: str) -> Plan | None:
    """Match what is no static path, and tell the request its rule or why there is none."""
    request = ctx.request
    find = served.find
    found = ASK_ADAPTER
    if find is not None and ctx.request._environ.get("PATH_INFO"):
        method = method.upper()
        found = find(request.path, method)
    if type(found) is tuple:
        plan, request.view_args = found
        request.url_rule = plan.rule
        if method == "OPTIONS" and not plan.direct_options:
            return None
        return t.cast("Plan", plan)
    if found is NOT_FOUND:
        request.routing_exception = NotFound()
    elif found is ASK_ADAPTER:
        ctx.match_request()
        if request.url_rule is not None and method != "OPTIONS":
            return served.plan_for(request.url_rule)
    else:
        request.routing_exception = MethodNotAllowed(valid_methods=list(found.methods))
    return None


def serve_by_methods(
    app: Erlen, environ: WSGIEnvironment, start_response: StartResponse
) -> cabc.Iterable[bytes]:
    """Answer a request step by step, through methods that may be overridden."""
    ctx = app.request_context(environ)
    error: BaseException | None = None
    ctx._enter()
    try:
        try:
            ctx._begin()
            response = app.full_dispatch_request()
        except Exception as exc:
            error = exc
            response = answer_failure(app, exc)
        return send(app, response, environ, start_response)
    except BaseException as exc:
        error = exc
        raise
    finally:
        if "werkzeug.debug.preserve_context" in environ:
            preserve = environ["werkzeug.debug.preserve_context"]
            preserve(t.cast(t.Any, _get_frame())[0].app_ctx)
            preserve(ctx)
        app._end_request(ctx, error)
        error = None


def answer_failure(app: Erlen, exc: Exception) -> Response:
    """Return the 500 for an exception that nobody handled, also when its handler fails too."""
    try:
        return app.handle_exception(exc)
    except Exception:
        if app._propagates_exceptions():
            raise
        app.log_exception(sys.exc_info())
        return app.response_class.force_type(InternalServerError().get_response())  # type: ignore[return-value]


def send(
    app: Erlen, response: Response, environ: WSGIEnvironment, start_response: StartResponse
) -> cabc.Iterable[bytes]:
    """Hand the response to the server; one that may not be sent becomes a 500."""
    try:
        return response(environ, start_response)
    except Exception as exc:
        return answer_failure(app, exc)(environ, start_response)
