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

from werkzeug.exceptions import InternalServerError, MethodNotAllowed, NotFound

from .contexts import BOTH, current
from .matcher import ASK_ADAPTER, NOT_FOUND, MethodsAllowed

if t.TYPE_CHECKING:
    import collections.abc as cabc

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from ..app import Erlen
    from ..ctx import RequestContext
    from ..wrappers import Response
    from .plan import Plan, Served

_get_frame = current.get
_set_frame = current.set
_new: t.Any = object.__new__
_PORT = r"6553[0-5]|655[0-2]\d|65[0-4]\d\d|6[0-4]\d{3}|[1-5]\d{4}|[1-9]\d{0,3}"
_is_plain_host = re.compile(
    rf"(?=.{{1,250}}\Z)[a-z0-9_-]{{1,63}}(\.[a-z0-9_-]{{1,63}})*(:({_PORT}))?\Z",
    re.ASCII | re.IGNORECASE,
).match
_is_plain_path = re.compile(r"/(?!/)[\x20-\x7e]*\Z").match


def serve(
    app: Erlen, environ: WSGIEnvironment, start_response: StartResponse
) -> cabc.Iterable[bytes]:
    """Answer a request; to put middleware around an application, wrap its ``wsgi_app``."""
    served = app._serving
    if served is None:
        served = app._start_serving()
    host = environ.get("HTTP_HOST")
    if (
        served.by_methods
        or _get_frame() is not None
        or "HTTP_UPGRADE" in environ
        or "werkzeug.debug.preserve_context" in environ
        # PERF: comparing with the host of an earlier request takes 30 ns, looking at it 240.
        or (host != served.plain_host and not _admit_host(served, host))
    ):
        return serve_by_methods(app, environ, start_response)

    # The contexts are filled, not constructed: see RequestContext for what the rest defaults to.
    request_class = app.request_class
    if served.plain_request:
        request = _new(request_class)
        request._environ = environ
    else:
        request = request_class(environ)
    ctx = _new(app._request_context_class)
    ctx.app = app
    ctx.request = request
    _set_frame((ctx, ctx, None, BOTH))
    plan = served.by_exception
    error: BaseException | None = None
    try:
        try:
            if (
                "HTTP_COOKIE" in environ
                and served.refreshes_session is not None
                and served.refreshes_session(environ["HTTP_COOKIE"])
            ):
                ctx.open_session()
            method = environ["REQUEST_METHOD"]
            by_method = served.statics.get(environ.get("PATH_INFO", ""))
            if by_method is not None and method in by_method:
                plan = by_method[method]
                request.url_rule = plan.rule
                request.view_args = args = {}
            else:
                plan = _find_plan(served, ctx, environ, method)
                args = request.view_args
            if plan.direct:
                try:
                    rv = plan.view(**args)
                except Exception as exc:
                    rv = app.handle_user_exception(exc)
                kind = type(rv)
                if ctx.touched or app._serving is not served:
                    response = app.finalize_request(rv)
                elif kind is str or kind is dict or kind is list:
                    if kind is str:
                        body, content_type = rv.encode(), served.text_type
                    else:
                        body, content_type = app._direct_json(rv)
                    if body is not None:
                        length = ("Content-Length", str(len(body)))
                        start_response("200 OK", [content_type, length])
                        return [body] if method != "HEAD" else []
                    response = app.make_response(rv)
                else:
                    response = rv if kind is served.response_class else app.make_response(rv)
            elif plan.refusal is not None and not ctx.touched:
                return plan.refusal.answer(ctx.allowed_methods, method, start_response)
            else:
                response = app.full_dispatch_request()
            return response(environ, start_response)
        except Exception as exc:
            error = exc
            response = answer_failure(app, exc)
        return send_failure(app, response, environ, start_response)
    except BaseException as exc:
        error = exc
        raise
    finally:
        if plan.tears_down or ctx._depth != 1 or app._serving is not served:
            app._end_request(ctx, error)
        else:
            _set_frame(None)
            if request._in_environ:
                request._finish()
        # An exception knows this frame: without this the two would be a cycle.
        error = rv = None


def _admit_host(served: Served, host: str | None) -> bool:
    """Tell whether *host* needs no closer look: no adapter would refuse it."""
    if host is not None and not _is_plain_host(host):
        return False
    served.plain_host = host
    return True


def _find_plan(served: Served, ctx: RequestContext, environ: WSGIEnvironment, method: str) -> Plan:
    """Match what is no static path, and tell the request its rule or why there is none."""
    request = ctx.request
    path = environ.get("PATH_INFO")
    if path and served.find is not None:
        method = method.upper()
        found = served.find(path if _is_plain_path(path) else request.path, method)
        if type(found) is tuple:
            plan, request.view_args = found
            request.url_rule = plan.rule
            return plan.for_options if method == "OPTIONS" else plan
    else:
        found = ASK_ADAPTER

    if found is NOT_FOUND:
        plan = served.not_found
        if plan.shows_exception or ctx.touched:
            request.routing_exception = NotFound()
        return plan
    if type(found) is MethodsAllowed:
        plan = served.method_not_allowed
        ctx.allowed_methods = found.methods
        if plan.shows_exception or ctx.touched:
            request.routing_exception = MethodNotAllowed(valid_methods=list(found.methods))
        return plan
    ctx.match_request()
    if request.url_rule is None:
        return served.by_exception
    plan = served.plan_for(request.url_rule)
    return plan.for_options if method == "OPTIONS" else plan


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
            return response(environ, start_response)
        except Exception as exc:
            error = exc
            response = answer_failure(app, exc)
        return send_failure(app, response, environ, start_response)
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
        frame = _get_frame()
        if frame is not None and frame[1] is not None:
            frame[1].drop_streams()
        return app.handle_exception(exc)
    except Exception:
        if app._propagates_exceptions():
            raise
        app.log_exception(t.cast(t.Any, sys.exc_info()))
        plain = InternalServerError().get_response()
        return t.cast("Response", plain)


def send_failure(
    app: Erlen, failure: Response, environ: WSGIEnvironment, start_response: StartResponse
) -> cabc.Iterable[bytes]:
    """Hand the 500 to the server, a bare one if it may not be sent itself."""
    try:
        return failure(environ, start_response)
    except Exception:  # what spoiled the response spoils its 500, too: an after_request function
        if app._propagates_exceptions():
            raise
        app.log_exception(t.cast(t.Any, sys.exc_info()))
        return InternalServerError()(environ, start_response)
