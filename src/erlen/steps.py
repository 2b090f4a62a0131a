"""The steps of a request as methods: each can be overridden, and is then called.

:mod:`erlen._core.dispatch` decides which of them a request needs.
"""

from __future__ import annotations

import collections.abc as cabc
import sys
import typing as t
from inspect import iscoroutinefunction

from werkzeug.exceptions import BadRequest, BadRequestKeyError, HTTPException, InternalServerError
from werkzeug.routing import RequestRedirect, RoutingException

from ._core.contexts import current
from ._core.failures import note_further
from ._core.states import environ_of
from ._core.teardown import run_all
from .compilation import CompiledApp
from .globals import request_ctx
from .logging.formats import printable
from .results import response_from
from .scaffold import _sentinel
from .sessions import SessionUnavailable
from .signals import (
    appcontext_tearing_down,
    got_request_exception,
    request_finished,
    request_started,
    request_tearing_down,
)

if t.TYPE_CHECKING:
    from types import TracebackType

    from . import typing as ft
    from .ctx import RequestContext
    from .sessions import SessionMixin
    from .wrappers import Request, Response

    ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


#: Exception classes, for each blueprint, whose handlers are remembered.
_REMEMBERED_HANDLERS = 200


def _current_ctx() -> RequestContext:
    """Return the current request context itself; the steps run inside of one."""
    frame = current.get()
    if frame is None or frame[1] is None:
        return request_ctx._get_current_object()  # type: ignore[attr-defined,no-any-return]
    return frame[1]


class Steps(CompiledApp):
    """The serving half of an application."""

    # Dispatch

    def full_dispatch_request(self) -> Response:
        """Run the functions before the request, the view, and what finishes the response.

        Exceptions go through :meth:`handle_user_exception`; what that raises is raised here.
        """
        try:
            if self.before_first_request_funcs:
                self.try_trigger_before_first_request_functions()
            if not self._got_first_request:
                self._got_first_request = True
            if request_started.receivers:
                request_started.send(self, _async_wrapper=self.ensure_sync)
            rv = self.preprocess_request()
            if rv is None:
                rv = self.dispatch_request()
        except Exception as exc:
            rv = self.handle_user_exception(exc)
            # Exceptions know the frames they came through: what is known to one of these, as
            # this one is to the request and to `rv`, is kept by it in a cycle.
            if exc is _current_ctx().request.routing_exception:
                exc.__traceback__ = None
        try:
            return self.finalize_request(rv)
        finally:
            rv = None

    def preprocess_request(self) -> ft.ResponseReturnValue | None:
        """Run the value preprocessors and ``before_request`` functions.

        The first value that one of the latter returns is the answer.
        """
        hooks = self._hooks()
        if hooks.preprocessors:
            req = _current_ctx().request
            for preprocess in hooks.preprocessors:
                preprocess(req.endpoint, req.view_args)
        for function in hooks.before:
            rv: ft.ResponseReturnValue | None = function()
            if rv is not None:
                return rv
        return None

    def dispatch_request(self) -> ft.ResponseReturnValue:
        """Call the view of the rule that matched, or raise the reason why none did."""
        req = _current_ctx().request
        if req.routing_exception is not None:
            self.raise_routing_exception(req)
        rule: t.Any = req.url_rule
        if getattr(rule, "provide_automatic_options", False) and req.method == "OPTIONS":
            return self.make_default_options_response()
        view = self._plans().views[rule.endpoint]
        rv: ft.ResponseReturnValue = view(**(req.view_args or {}))
        return rv

    def raise_routing_exception(self, request: Request) -> t.NoReturn:
        """Raise the request's routing exception.

        In debug mode a redirect that would lose the request's body is an error that says so.
        """
        exc = request.routing_exception
        if (
            not self.debug
            or not isinstance(exc, RequestRedirect)
            or exc.code in {307, 308}
            or request.method in {"GET", "HEAD", "OPTIONS"}
        ):
            raise t.cast(HTTPException, exc)
        from .debughelpers import FormDataRoutingRedirect

        raise FormDataRoutingRedirect(request)

    def make_default_options_response(self) -> Response:
        """Answer an OPTIONS request with the methods of the URL."""
        adapter: t.Any = _current_ctx().url_adapter
        response = self.response_class()
        response.allow.update(adapter.allowed_methods())
        return response

    def make_response(self, rv: ft.ResponseReturnValue) -> Response:
        """Turn what a view returned into a response; ``TypeError`` names the view if that fails."""
        return response_from(self, rv)

    def finalize_request(
        self, rv: ft.ResponseReturnValue | HTTPException, from_error_handler: bool = False
    ) -> Response:
        """Make the response and run what comes after a request.

        With *from_error_handler* a failure of the latter is logged and not raised.
        """
        response = self.make_response(rv)
        try:
            response = self.process_response(response)
            if request_finished.receivers:
                request_finished.send(self, _async_wrapper=self.ensure_sync, response=response)
        except Exception as exc:
            if not from_error_handler:
                raise
            failure = _current_ctx().failure
            if failure is not None:
                note_further(failure, exc)
            else:
                self.logger.exception(
                    "Request finalizing failed with an error while handling an error"
                )
        return response

    def process_response(self, response: Response) -> Response:
        """Run the ``after_request`` functions and save the session."""
        ctx = _current_ctx()
        for function in ctx._after or ():
            response = self.ensure_sync(function)(response)
        for function in self._hooks().after:
            response = function(response)
        return response if ctx._opened is None else self._save_session(ctx._opened, response)

    def _save_session(self, session: SessionMixin, response: Response) -> Response:
        interface = self.session_interface
        if interface.is_null_session(session):
            return response
        try:
            interface.save_session(self, session, response)  # type: ignore[arg-type]
        except SessionUnavailable as exc:
            response.close()
            response = self._answer_unsaved(exc)
        return response

    def _answer_unsaved(self, exc: HTTPException) -> Response:
        """Return the answer of a request whose session could not be saved; raise what is not so."""
        if not isinstance(exc, SessionUnavailable):
            raise exc
        return self.make_response(self.handle_http_exception(exc))

    def try_trigger_before_first_request_functions(self) -> None:
        """(1.x) Run the ``before_first_request`` functions if that was not done yet.

        First requests that race wait until they have run. If one raises, the next request tries
        again.
        """
        with self._first_request_lock:
            if self._first_request_is_pending():
                for function in self.before_first_request_funcs:
                    self.ensure_sync(function)()
                self._first_request_done = True
                self._plans_are_stale()

    # Errors

    def handle_user_exception(self, e: Exception) -> HTTPException | ft.ResponseReturnValue:
        """Answer an exception with its error handler; raise it when there is none."""
        if isinstance(e, BadRequestKeyError) and (
            self.debug or self.config["TRAP_BAD_REQUEST_ERRORS"]
        ):
            e.show_exception = True
        if isinstance(e, HTTPException) and not self.trap_http_exception(e):
            return self.handle_http_exception(e)
        handler = self._error_handler_for(e)
        if handler is None:
            try:
                raise e
            finally:
                del e  # it knows this frame: without this the two are a cycle
        rv: ft.ResponseReturnValue = handler(e)
        return rv

    def handle_http_exception(self, e: HTTPException) -> HTTPException | ft.ResponseReturnValue:
        """Answer an HTTP exception with its error handler, or else with itself."""
        # An exception without a code, or one that redirects, is an answer already.
        if e.code is None or isinstance(e, RoutingException):
            return e
        handler = self._error_handler_for(e)
        rv: HTTPException | ft.ResponseReturnValue = e if handler is None else handler(e)
        return rv

    def handle_exception(self, e: Exception) -> Response:
        """Answer an exception that nobody handled with a 500, and log it.

        What fails meanwhile, the handler for 500 say, is told in the same log record.

        It is raised again when exceptions are propagated: in debug mode, in tests, or as
        ``PROPAGATE_EXCEPTIONS`` says.
        """
        exc_info = sys.exc_info()
        if got_request_exception.receivers:
            got_request_exception.send(self, _async_wrapper=self.ensure_sync, exception=e)
        if self._propagates_exceptions():
            raise e
        ctx = _current_ctx()
        ctx.failure = e
        try:
            server_error: t.Any = InternalServerError(original_exception=e)
            handler = self._error_handler_for(server_error)
            if handler is not None:
                server_error = handler(server_error)
            return self.finalize_request(server_error, from_error_handler=True)
        except Exception as exc:
            note_further(e, exc)
            return t.cast("Response", InternalServerError().get_response())
        finally:
            ctx.failure = None
            self.log_exception(exc_info)

    def _propagates_exceptions(self) -> bool:
        propagate = self.config["PROPAGATE_EXCEPTIONS"]
        return bool(self.testing or self.debug) if propagate is None else bool(propagate)

    if t.TYPE_CHECKING:

        def log_exception(self, exc_info: ExcInfo) -> None: ...

    def trap_http_exception(self, e: Exception) -> bool:
        """Tell whether an HTTP exception is treated as any other: the ``TRAP_…`` settings."""
        if self.config["TRAP_HTTP_EXCEPTIONS"]:
            return True
        trap = self.config["TRAP_BAD_REQUEST_ERRORS"]
        if trap is None:
            return self.debug and isinstance(e, BadRequestKeyError)
        return bool(trap) and isinstance(e, BadRequest)

    def should_ignore_error(self, error: BaseException | None) -> bool:
        """Tell whether the teardown functions shall not be told of *error*; can be overridden."""
        return False

    def _error_handler_for(self, e: Exception) -> cabc.Callable[[Exception], t.Any] | None:
        """Return the handler in the current request, made callable from synchronous code."""
        served = self._plans()
        known = served.current_hooks().handlers
        kind = type(e)
        if kind in known:
            return known[kind]
        found = self._find_error_handler(e, _current_ctx().request.blueprints)
        handler = None if found is None else self.ensure_sync(found)
        # Programs may make exception classes as they run: what is remembered has a limit.
        if served.remembers_handlers and len(known) < _REMEMBERED_HANDLERS:
            known[kind] = handler
        return handler

    def _find_error_handler(
        self, e: Exception, blueprints: cabc.Sequence[str]
    ) -> ft.ErrorHandlerCallable | None:
        """Return the most specific handler.

        One for the code goes before one for a class; then the innermost blueprint's goes first,
        and within one blueprint the nearest class.
        """
        exc_class, code = self._get_exc_class_and_code(type(e))
        spec = self.error_handler_spec
        for wanted in (code, None) if code is not None else (None,):
            for name in (*blueprints, None):
                by_class = spec[name].get(wanted) if name in spec else None
                if not by_class:
                    continue
                for cls in exc_class.__mro__:
                    handler = by_class.get(cls)
                    if handler is not None:
                        return handler
        return None

    # The end

    def do_teardown_request(self, exc: BaseException | None = _sentinel) -> None:
        """Run the ``teardown_request`` functions, each of them even if others fail."""
        if exc is _sentinel:
            exc = sys.exc_info()[1]
        functions = self._hooks().teardown
        if request_tearing_down.receivers:
            functions = (*functions, self._sender_of(request_tearing_down))
        run_all(functions, exc)

    def do_teardown_appcontext(self, exc: BaseException | None = _sentinel) -> None:
        """Run the ``teardown_appcontext`` functions, each of them even if others fail."""
        if exc is _sentinel:
            exc = sys.exc_info()[1]
        functions = self._plans().app_teardown
        if appcontext_tearing_down.receivers:
            functions = (*functions, self._sender_of(appcontext_tearing_down))
        run_all(functions, exc)

    def _sender_of(self, signal: t.Any) -> cabc.Callable[[BaseException | None], t.Any]:
        return lambda exc: signal.send(self, _async_wrapper=self.ensure_sync, exc=exc)

    def _end_request(self, ctx: RequestContext, error: BaseException | None) -> None:
        """Pop the context; a failure there is logged, for the answer is out already."""
        if error is not None and self.should_ignore_error(error):
            error = None
        try:
            ctx.pop(error)
        except Exception:
            self._log_end_failure(ctx)

    def _log_end_failure(self, ctx: RequestContext) -> None:
        if self._propagates_exceptions():
            raise  # what is being handled
        environ = environ_of(ctx.request)  # a property of the request may be what failed
        place = printable(f"{environ.get('PATH_INFO')} [{environ.get('REQUEST_METHOD')}]")
        self.logger.exception(f"Exception at the end of {place}")

    # Coroutines

    def ensure_sync(self, func: cabc.Callable[..., t.Any]) -> cabc.Callable[..., t.Any]:
        """Return *func*, or for a coroutine function one that waits for it; can be overridden."""
        return self.async_to_sync(func) if iscoroutinefunction(func) else func

    def async_to_sync(
        self, func: cabc.Callable[..., cabc.Coroutine[t.Any, t.Any, t.Any]]
    ) -> cabc.Callable[..., t.Any]:
        """Return a function that runs the coroutine function *func* to its end."""
        try:
            from asgiref.sync import async_to_sync
        except ImportError:
            raise RuntimeError(
                "Install Erlen with the 'async' extra in order to use async views:"
                " pip install 'erlen[async]'"
            ) from None
        return async_to_sync(func)
