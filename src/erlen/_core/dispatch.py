"""The way of a request, from the server's call to the answer.

:func:`serve` is the whole of it for an application that overrides nothing: contexts, match, view,
answer and end are written out, so that each costs what it must and nothing else. It relies on the
plan (:mod:`.plan`) for all that can be known beforehand. What is out of the ordinary leaves it
early: :func:`serve_by_methods` goes through the application's methods one by one, as Flask does.
"""

from __future__ import annotations

import re
import sys
import traceback
import typing as t

from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound

from .construct import length_header, new_response, plain_response
from .contexts import APP, BOTH, current
from .failures import is_same
from .hosts import makes_urls
from .matcher import ASK_ADAPTER, NOT_FOUND, MethodsAllowed
from .respond import send
from .teardown import run_all

if t.TYPE_CHECKING:
    import collections.abc as cabc

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from ..app import Erlen
    from ..ctx import RequestContext
    from ..wrappers import Request, Response
    from .plan import Functions, Plan, Served

_get_frame = current.get
_set_frame = current.set
_PORT = r"6553[0-5]|655[0-2]\d|65[0-4]\d\d|6[0-4]\d{3}|[1-5]\d{4}|[1-9]\d{0,3}"
_is_plain_host = re.compile(
    rf"(?=.{{1,250}}\Z)[a-z0-9_-]{{1,63}}(\.[a-z0-9_-]{{1,63}})*(:({_PORT}))?\Z",
    re.ASCII | re.IGNORECASE,
).match


def call(
    app: Erlen, environ: WSGIEnvironment, start_response: StartResponse
) -> cabc.Iterable[bytes]:
    """Answer a request through ``app.wsgi_app``, around which there may be middleware."""
    return app.wsgi_app(environ, start_response)


def serve(
    app: Erlen, environ: WSGIEnvironment, start_response: StartResponse
) -> cabc.Iterable[bytes]:
    """Answer a request; to put middleware around an application, wrap its ``wsgi_app``."""
    served = app._serving
    if served is None:
        try:
            served = app._start_serving()
        except Exception as exc:
            return answer_unmade(app, exc, environ, start_response)
    if type(environ) is not dict or served.by_methods or _get_frame() is not None:
        return serve_by_methods(app, environ, start_response)
    env = environ
    host = env.get("HTTP_HOST")
    if (
        "HTTP_UPGRADE" in env
        or "werkzeug.debug.preserve_context" in env
        # PERF: comparing with the host of an earlier request takes 30 ns, looking at it 240.
        or (host != served.plain_host and not _admit_host(served, host))
    ):
        return serve_by_methods(app, environ, start_response)

    if served.plain_request:
        request_class = served.request_class
        request = request_class.__new__(request_class)
        request._environ = environ
    else:
        try:
            request = served.request_class(environ)
        except Exception as exc:
            return answer_unmade(app, exc, environ, start_response)
    context_class = served.context_class
    ctx = context_class.__new__(context_class)
    ctx.app = app
    ctx.request = request
    ctx._depth = 1
    _set_frame((ctx, ctx, None, BOTH))
    plan = served.by_exception
    error: BaseException | None = None
    args: t.Any
    response: t.Any
    try:
        try:
            method = env["REQUEST_METHOD"]
            by_method = served.statics.get(env.get("PATH_INFO", ""))
            if by_method is not None and method in by_method:
                plan = by_method[method]
                request.url_rule = plan.rule
                request.view_args = args = {}
            else:
                plan = _find_plan(served, ctx, env, method)
                args = request.view_args
            if not plan.direct and "HTTP_COOKIE" in env:
                _open_if_permanent(served, ctx, env)
            if plan.direct:
                try:
                    rv = plan.view(**args)
                except Exception as exc:
                    handler = _handler_of(plan, request, exc) if served.is_current else None
                    rv = app.handle_user_exception(exc) if handler is None else handler(exc)
                if "HTTP_COOKIE" in env:
                    _open_if_permanent(served, ctx, env)
                kind = type(rv)
                if ctx.touched or not served.is_current:
                    if (
                        (kind is str or kind is dict or kind is list)
                        and served.save_apart is not None
                        and ctx._opened is not None
                        and ctx._after is None
                        and served.is_current
                    ):
                        response = _answer_apart(app, served, ctx, rv, start_response)
                        if type(response) is list:  # it is the body, and sent
                            return response if method != "HEAD" else []
                    else:
                        response = _finish_touched(app, served, ctx, rv)
                elif kind is str or kind is dict or kind is list:
                    if kind is str:
                        body, content_type = rv.encode(), served.text_type
                    else:
                        body, content_type = served.answer_json(rv)
                    if body is not None:
                        start_response("200 OK", [content_type, length_header(body)])
                        return [body] if method != "HEAD" else []
                    response = app.make_response(rv)
                else:
                    response = _make_response(app, served, rv)
                    if ctx.touched:  # by what made the response, an exception's page say
                        response = app.finalize_request(response)
            elif plan.hooks is not None:
                response = _serve_hooked(app, served, ctx, plan)
            elif plan.refusal is not None and not ctx.touched:
                return plan.refusal.answer(ctx.allowed_methods, method, start_response)
            else:
                response = app.full_dispatch_request()
            if type(response) is served.plain_class:
                return send(response, environ, start_response)
            return response(environ, start_response)  # type: ignore[no-any-return]
        except Exception as exc:
            error = exc
            response = answer_failure(app, exc)
        return send_failure(app, response, error, environ, start_response)
    except BaseException as exc:
        error = exc
        raise
    finally:
        if ctx._depth != 1 or not served.is_current:
            app._end_request(ctx, error)
        elif not plan.tears_down:
            _set_frame(None)
            if request._in_environ:
                request._finish()
        elif plan.ending is not None:
            _end_request(app, ctx, plan.ending, error)
        else:
            app._end_request(ctx, error)
        # An exception knows this frame: without this the two would be a cycle.
        error = rv = None


def _open_if_permanent(served: Served, ctx: RequestContext, env: dict[str, t.Any]) -> None:
    """Open a session that must be sent again although nobody touched it."""
    # PERF: asked after the view, a request that touches its session does without: 98,700
    # instructions, and 102,400 when it is asked before (callgrind).
    if (
        ctx._opened is None
        and served.refreshes_session is not None
        and served.refreshes_session(env["HTTP_COOKIE"])
    ):
        ctx.open_session()


def _answer_apart(
    app: Erlen, served: Served, ctx: RequestContext, rv: t.Any, start_response: StartResponse
) -> t.Any:
    """Save the session of a request that is answered with text or JSON; return the response.

    Where the session adds nothing but headers, these are sent at once, and a list with the body is
    returned.
    """
    # PERF: a text after reading a session of 1 KB takes 96,400 instructions, with a response object
    # 102,900 (callgrind, a store that is Redis, without what its client does).
    if type(rv) is str:
        body, content_type = rv.encode(), served.text_type
    else:
        body, content_type = served.answer_json(rv)
    if body is None:
        return _finish_touched(app, served, ctx, rv)
    try:
        saved = served.save_apart(app, ctx._opened)
    except HTTPException as exc:
        return app._answer_unsaved(exc)
    pairs = [content_type, length_header(body)]
    if type(saved) is list:
        start_response("200 OK", pairs + saved)
        return [body]
    cls: t.Any = served.plain_class
    return saved(new_response(cls, body, 200, pairs))


def _finish_touched(app: Erlen, served: Served, ctx: RequestContext, rv: t.Any) -> t.Any:
    """Return the finished response of a request that left more to do than to answer it."""
    response = _make_response(app, served, rv)
    if ctx._after is not None or not served.is_current:
        return app.finalize_request(response)
    return response if ctx._opened is None else app._save_session(ctx._opened, response)


def _serve_hooked(app: Erlen, served: Served, ctx: RequestContext, plan: Plan) -> Response:
    """Do what ``full_dispatch_request`` and the steps in it do where none is overridden."""
    # PERF: three functions before and after the view: 10.1 instead of 11.4 µs a request.
    hooks: t.Any = plan.hooks
    request = ctx.request
    try:
        for preprocess in hooks.preprocessors:
            preprocess(request.endpoint, request.view_args)
        for function in hooks.before:
            rv = function()
            if rv is not None:
                break
        else:
            if (
                served.is_current
                and request.url_rule is plan.rule
                and request.routing_exception is None
            ):
                rv = plan.view(**(request.view_args or {}))
            else:  # one of the functions had another answer in mind
                rv = app.dispatch_request()
    except Exception as exc:
        handler = _handler_of(plan, request, exc) if served.is_current else None
        rv = app.handle_user_exception(exc) if handler is None else handler(exc)
    try:
        response = _make_response(app, served, rv)
    finally:
        rv = None  # an exception that is its own answer knows this frame
    if not served.is_current or ctx._after is not None:
        return app.finalize_request(response)
    for function in hooks.after:
        response = function(response)
    return response if ctx._opened is None else app._save_session(ctx._opened, response)


def _handler_of(plan: Plan, request: Request, exc: Exception) -> t.Any:
    """Return the handler of *exc* where it was found before and nothing else can have a say."""
    # PERF: a view that raises 2.3 instead of 2.9 µs, through handle_user_exception (timeit).
    if plan.handlers is None or request.url_rule is not plan.rule or isinstance(exc, HTTPException):
        return None
    return plan.handlers.get(type(exc))


def _make_response(app: Erlen, served: Served, rv: t.Any) -> t.Any:
    """Do what ``make_response`` does, where neither it nor the response's class is overridden."""
    if type(rv) is served.response_class:
        return rv
    response = plain_response(served.response_class, served.text_type, rv)
    return app.make_response(rv) if response is None else response


def _end_request(
    app: Erlen,
    ctx: RequestContext,
    ending: tuple[Functions, Functions],
    error: BaseException | None,
) -> None:
    """Do what popping the context comes to where only teardown functions run."""
    # PERF: a request with one function of its own 2.2 instead of 2.8 µs, with one of the
    # application context 2.2 instead of 5.3, through RequestContext.pop and AppContext.pop.
    if error is not None and app.should_ignore_error(error):
        error = None
    of_request, of_app = ending
    try:
        try:
            run_all(of_request, error)
        finally:
            try:
                if ctx.request._in_environ:
                    ctx.request._finish()
            finally:
                if of_app:
                    _set_frame((ctx, None, None, APP))
                    run_all(of_app, error)
    except Exception:
        app._log_end_failure(ctx)
    finally:
        _set_frame(None)
        if ctx._app_ctx is not None:
            ctx._app_ctx._depth = 0
        error = None


def _admit_host(served: Served, host: str | None) -> bool:
    """Tell whether *host* needs no closer look: no adapter would refuse it."""
    if host is not None and not (_is_plain_host(host) and makes_urls(host)):
        return False
    served.plain_host = host
    return True


def _find_plan(served: Served, ctx: RequestContext, env: dict[str, t.Any], method: str) -> Plan:
    """Match what is no static path, and tell the request its rule or why there is none."""
    plan: Plan
    request = ctx.request
    path = env.get("PATH_INFO")
    if path and served.find is not None:
        if method != "GET":
            method = method.upper()
        is_plain = _is_plain_path(path)
        # PERF: a redirect takes 3.2 instead of 3.4 µs through the table alone.
        found: t.Any = None
        if is_plain and served.ways is not None:
            found = served.ways.find(path, method)
        if type(found) is not tuple:
            found = served.find(path if is_plain else request.path, method)
        if type(found) is tuple:
            plan, request.view_args = found
            request.url_rule = plan.rule
            return plan.for_options if method == "OPTIONS" else plan
    else:
        found = ASK_ADAPTER

    if "HTTP_COOKIE" in env:  # there may be no view to ask after
        _open_if_permanent(served, ctx, env)
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


def _is_plain_path(path: object) -> bool:
    """Tell whether *path* is what the matcher wants, as it stands in the environ."""
    if type(path) is not str:
        return False
    text = path
    if text[0] != "/" or (len(text) > 1 and text[1] == "/"):
        return False
    return text.isascii() and text.isprintable()


def serve_by_methods(
    app: Erlen, environ: WSGIEnvironment, start_response: StartResponse
) -> cabc.Iterable[bytes]:
    """Answer a request step by step, through methods that may be overridden."""
    try:
        ctx = app.request_context(environ)
    except Exception as exc:
        return answer_unmade(app, exc, environ, start_response)
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
        return send_failure(app, response, error, environ, start_response)
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


def answer_unmade(
    app: Erlen, exc: Exception, environ: WSGIEnvironment, start_response: StartResponse
) -> cabc.Iterable[bytes]:
    """Answer where there is no request: its class failed, its context, or the start."""
    if app._propagates_exceptions():
        raise exc
    answer = exc if isinstance(exc, HTTPException) else InternalServerError()
    if answer is not exc:
        path, method = environ.get("PATH_INFO"), environ.get("REQUEST_METHOD")
        app.logger.error(f"Exception before {path!r} [{method!r}]", exc_info=exc)
    environ.setdefault("REQUEST_METHOD", "GET")
    return answer(environ, start_response)


def answer_failure(app: Erlen, exc: Exception) -> Response:
    """Return the 500 for an exception that nobody handled, also when its handling fails too."""
    try:
        frame = _get_frame()
        if frame is not None and frame[1] is not None:
            frame[1].drop_streams()
            _open_for_failure(app, frame[1], exc)
        return app.handle_exception(exc)
    except Exception:
        if app._propagates_exceptions():
            raise
        _log_failure(app)
        plain = InternalServerError().get_response()
        return t.cast("Response", plain)


def _open_for_failure(app: Erlen, ctx: RequestContext, exc: Exception) -> None:
    """Open a session that must be sent again with the 500, unless that is what failed."""
    try:
        ctx._open_if_permanent()
    except Exception as further:
        if not is_same(exc, further):
            _log_failure(app)


def send_failure(
    app: Erlen,
    failure: Response,
    error: BaseException,
    environ: WSGIEnvironment,
    start_response: StartResponse,
) -> cabc.Iterable[bytes]:
    """Hand the 500 for *error* to the server, a bare one if it may not be sent itself."""
    environ.setdefault("REQUEST_METHOD", "GET")  # it may be what was missing
    try:
        return failure(environ, start_response)
    except Exception as exc:  # what spoiled the response spoils its 500: an after_request function
        if app._propagates_exceptions():
            raise
        if not is_same(error, exc):
            _log_failure(app)
        return InternalServerError()(environ, start_response)


def _log_failure(app: Erlen) -> None:
    try:
        app.log_exception(t.cast(t.Any, sys.exc_info()))
    except Exception:
        traceback.print_exc()
