"""What applications and blueprints have in common: folders, and the registration of functions."""

from __future__ import annotations

import collections.abc as cabc
import os
import typing as t
from collections import defaultdict
from functools import cached_property, lru_cache, partial, update_wrapper

from werkzeug.exceptions import HTTPException, default_exceptions

from .globals import current_app
from .helpers import send_from_directory
from .packages import find_package as find_package
from .packages import get_root_path
from .templating import _default_template_ctx_processor

if t.TYPE_CHECKING:
    from datetime import timedelta

    from jinja2 import BaseLoader

    from . import typing as ft
    from .cli import AppGroup
    from .wrappers import Response

_sentinel: t.Any = object()

F = t.TypeVar("F", bound=cabc.Callable[..., t.Any])
T_after_request = t.TypeVar("T_after_request", bound="ft.AfterRequestCallable[t.Any]")
T_before_request = t.TypeVar("T_before_request", bound="ft.BeforeRequestCallable")
T_check = t.TypeVar("T_check", bound="ft.CheckCallable")
T_error_handler = t.TypeVar("T_error_handler", bound="ft.ErrorHandlerCallable")
T_teardown = t.TypeVar("T_teardown", bound="ft.TeardownCallable")
T_template_context_processor = t.TypeVar(
    "T_template_context_processor", bound="ft.TemplateContextProcessorCallable"
)
T_url_defaults = t.TypeVar("T_url_defaults", bound="ft.URLDefaultCallable")
T_url_value_preprocessor = t.TypeVar(
    "T_url_value_preprocessor", bound="ft.URLValuePreprocessorCallable"
)
T_route = t.TypeVar("T_route", bound="ft.RouteCallable")


# PERF: the 304 of a file takes 60,600 instructions, joined each time 63,700 (callgrind).
@lru_cache(maxsize=64)
def _joined(root_path: str, folder: str) -> str:
    return os.path.join(root_path, folder)


def setupmethod(f: F) -> F:
    """Make a method refuse, with an ``AssertionError``, once it would come too late."""

    def checked(self: Scaffold, *args: t.Any, **kwargs: t.Any) -> t.Any:
        self._check_setup_finished(f.__name__)
        return f(self, *args, **kwargs)

    return t.cast(F, update_wrapper(checked, f))


class Scaffold:
    """The registries of functions, and the folders, of an application or a blueprint.

    The registries are public. Their first key is None for the application or the blueprint
    itself, and a blueprint's dotted name in those of an application.
    """

    name: str
    _static_folder: str | None = None
    _static_url_path: str | None = None

    def __init__(
        self,
        import_name: str,
        static_folder: str | os.PathLike[str] | None = None,
        static_url_path: str | None = None,
        template_folder: str | os.PathLike[str] | None = None,
        root_path: str | None = None,
    ) -> None:
        self.import_name = import_name
        self.static_folder = static_folder
        self.static_url_path = static_url_path
        self.template_folder = template_folder
        self.root_path = get_root_path(import_name) if root_path is None else root_path

        self.view_functions: dict[str, ft.RouteCallable] = {}
        self.error_handler_spec: dict[
            ft.AppOrBlueprintKey, dict[int | None, dict[type[Exception], ft.ErrorHandlerCallable]]
        ] = defaultdict(_handlers_by_code)
        self.before_request_funcs: dict[ft.AppOrBlueprintKey, list[ft.BeforeRequestCallable]] = (
            defaultdict(list)
        )
        self.after_request_funcs: dict[
            ft.AppOrBlueprintKey, list[ft.AfterRequestCallable[t.Any]]
        ] = defaultdict(list)
        self.teardown_request_funcs: dict[ft.AppOrBlueprintKey, list[ft.TeardownCallable]] = (
            defaultdict(list)
        )
        self.template_context_processors: dict[
            ft.AppOrBlueprintKey, list[ft.TemplateContextProcessorCallable]
        ] = defaultdict(list, {None: [_default_template_ctx_processor]})
        self.url_value_preprocessors: dict[
            ft.AppOrBlueprintKey, list[ft.URLValuePreprocessorCallable]
        ] = defaultdict(list)
        self.url_default_functions: dict[ft.AppOrBlueprintKey, list[ft.URLDefaultCallable]] = (
            defaultdict(list)
        )
        #: What ``erlen check`` calls, and whether with ``--deploy`` only.
        self.check_funcs: list[tuple[ft.CheckCallable, bool]] = []

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}>"

    def _check_setup_finished(self, f_name: str) -> None:
        raise NotImplementedError

    @cached_property
    def cli(self) -> AppGroup:
        """The commands that are registered here."""
        from .cli import AppGroup

        return AppGroup(self.name)

    # Folders

    @property
    def static_folder(self) -> str | None:
        """The absolute path of the folder of static files, or None."""
        if self._static_folder is None:
            return None
        return _joined(self.root_path, self._static_folder)

    @static_folder.setter
    def static_folder(self, value: str | os.PathLike[str] | None) -> None:
        self._static_folder = None if value is None else os.fspath(value).rstrip(r"\/")

    @property
    def has_static_folder(self) -> bool:
        """Whether a folder of static files is set, be it there or not."""
        return self._static_folder is not None

    @property
    def static_url_path(self) -> str | None:
        """The URL prefix of static files; the folder's name unless it was set."""
        if self._static_url_path is not None:
            return self._static_url_path
        if self.static_folder is None:
            return None
        return f"/{os.path.basename(self.static_folder)}".rstrip("/")

    @static_url_path.setter
    def static_url_path(self, value: str | None) -> None:
        self._static_url_path = None if value is None else value.rstrip("/")

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """Return the seconds a file may be cached for; None makes clients ask each time."""
        value: timedelta | int | None = current_app.config["SEND_FILE_MAX_AGE_DEFAULT"]
        if value is None or isinstance(value, int):
            return value
        return int(value.total_seconds())

    def send_static_file(self, filename: str) -> Response:
        """Answer with a file from ``static_folder``: the view of the static route."""
        if not self.has_static_folder:
            raise RuntimeError("'static_folder' must be set to serve static_files.")
        max_age = self.get_send_file_max_age(filename)
        folder: t.Any = self.static_folder
        return send_from_directory(folder, filename, max_age=max_age)

    def open_resource(
        self, resource: str, mode: str = "rb", encoding: str | None = None
    ) -> t.IO[t.Any]:
        """Open a file that lies beside the code, relative to ``root_path``, for reading."""
        if mode not in {"r", "rt", "rb"}:
            raise ValueError("Resources can only be opened for reading.")
        path = os.path.join(self.root_path, resource)
        return open(path, mode, encoding=None if mode == "rb" else encoding)

    @cached_property
    def jinja_loader(self) -> BaseLoader | None:
        """The loader of the templates in ``template_folder``, or None."""
        if self.template_folder is None:
            return None
        from jinja2 import FileSystemLoader

        return FileSystemLoader(os.path.join(self.root_path, self.template_folder))

    # Routes

    def _method_route(
        self, method: str, rule: str, options: dict[str, t.Any]
    ) -> cabc.Callable[[T_route], T_route]:
        if "methods" in options:
            raise TypeError("Use the 'route' decorator to use the 'methods' argument.")
        return self.route(rule, methods=[method], **options)

    @setupmethod
    def get(self, rule: str, **options: t.Any) -> cabc.Callable[[T_route], T_route]:
        """Do as :meth:`route` for GET alone."""
        return self._method_route("GET", rule, options)

    @setupmethod
    def post(self, rule: str, **options: t.Any) -> cabc.Callable[[T_route], T_route]:
        """Do as :meth:`route` for POST alone."""
        return self._method_route("POST", rule, options)

    @setupmethod
    def put(self, rule: str, **options: t.Any) -> cabc.Callable[[T_route], T_route]:
        """Do as :meth:`route` for PUT alone."""
        return self._method_route("PUT", rule, options)

    @setupmethod
    def delete(self, rule: str, **options: t.Any) -> cabc.Callable[[T_route], T_route]:
        """Do as :meth:`route` for DELETE alone."""
        return self._method_route("DELETE", rule, options)

    @setupmethod
    def patch(self, rule: str, **options: t.Any) -> cabc.Callable[[T_route], T_route]:
        """Do as :meth:`route` for PATCH alone."""
        return self._method_route("PATCH", rule, options)

    @setupmethod
    def route(self, rule: str, **options: t.Any) -> cabc.Callable[[T_route], T_route]:
        """Register the decorated view for *rule*; takes the options of :meth:`add_url_rule`."""

        def decorator(f: T_route) -> T_route:
            endpoint = options.pop("endpoint", None)
            self.add_url_rule(rule, endpoint, f, **options)
            return f

        return decorator

    @setupmethod
    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: ft.RouteCallable | None = None,
        provide_automatic_options: bool | None = None,
        **options: t.Any,
    ) -> None:
        """Register *view_func* for *rule* under *endpoint*, its name by default."""
        raise NotImplementedError

    @setupmethod
    def add_url_rules(
        self,
        table: cabc.Iterable[
            tuple[str, ft.RouteCallable] | tuple[str, ft.RouteCallable, cabc.Mapping[str, t.Any]]
        ],
    ) -> None:
        """Register every ``(rule, view)`` or ``(rule, view, options)`` of *table*, in its order."""
        for row in table:
            if len(row) not in (2, 3):
                raise TypeError(
                    f"A row of the table is (rule, view) or (rule, view, options), not {row!r}."
                )
            rule, view, *rest = row
            self.add_url_rule(rule, view_func=view, **dict(*rest))

    @setupmethod
    def endpoint(self, endpoint: str) -> cabc.Callable[[F], F]:
        """Register the decorated view for an endpoint whose rule is added without one."""

        def decorator(f: F) -> F:
            self.view_functions[endpoint] = f
            return f

        return decorator

    # Functions around a request

    @setupmethod
    def before_request(self, f: T_before_request) -> T_before_request:
        """Call *f* before each request; what it returns, if anything, is the answer."""
        self.before_request_funcs[None].append(f)
        return f

    @setupmethod
    def after_request(self, f: T_after_request) -> T_after_request:
        """Call *f* with each response; it returns the response to send."""
        self.after_request_funcs[None].append(f)
        return f

    @setupmethod
    def teardown_request(self, f: T_teardown) -> T_teardown:
        """Call *f* at the end of each request, however it ended, with the exception or None."""
        self.teardown_request_funcs[None].append(f)
        return f

    @setupmethod
    def context_processor(self, f: T_template_context_processor) -> T_template_context_processor:
        """Give templates the variables in the dict that *f* returns."""
        self.template_context_processors[None].append(f)
        return f

    @setupmethod
    def url_value_preprocessor(self, f: T_url_value_preprocessor) -> T_url_value_preprocessor:
        """Call *f* with the endpoint and the view's arguments, which it may change."""
        self.url_value_preprocessors[None].append(f)
        return f

    @setupmethod
    def url_defaults(self, f: T_url_defaults) -> T_url_defaults:
        """Call *f* with the endpoint and values of each ``url_for``, to which it may add."""
        self.url_default_functions[None].append(f)
        return f

    # Checks

    @t.overload
    def check(self, f: T_check) -> T_check: ...
    @t.overload
    def check(self, *, deploy: bool = ...) -> cabc.Callable[[T_check], T_check]: ...
    def check(self, f: t.Any = None, *, deploy: bool = False) -> t.Any:
        """Let ``erlen check`` call *f*, which returns what it finds; ``deploy``: for production.

        *f* takes no arguments and runs in an application context. It returns or yields
        :class:`erlen.check.Finding` objects, or None.
        """
        if f is None:
            return partial(self.check, deploy=deploy)
        self._check_setup_finished("check")
        self.check_funcs.append((f, deploy))
        return f

    # Errors

    @setupmethod
    def errorhandler(
        self, code_or_exception: type[Exception] | int
    ) -> cabc.Callable[[T_error_handler], T_error_handler]:
        """Answer errors of a status code, or of an exception class, with the decorated function."""

        def decorator(f: T_error_handler) -> T_error_handler:
            self.register_error_handler(code_or_exception, f)
            return f

        return decorator

    @setupmethod
    def register_error_handler(
        self, code_or_exception: type[Exception] | int, f: ft.ErrorHandlerCallable
    ) -> None:
        """Do as :meth:`errorhandler` without a decorator."""
        exc_class, code = self._get_exc_class_and_code(code_or_exception)
        self.error_handler_spec[None][code][exc_class] = f

    @staticmethod
    def _get_exc_class_and_code(
        exc_class_or_code: type[Exception] | int,
    ) -> tuple[type[Exception], int | None]:
        """Return the class that a handler is for, and its code when it is an HTTP exception."""
        exc_class: t.Any = exc_class_or_code
        if isinstance(exc_class_or_code, int):
            if exc_class_or_code not in default_exceptions:
                raise ValueError(
                    f"'{exc_class_or_code}' is not a recognized HTTP error code. Use a"
                    " subclass of HTTPException with that code instead."
                )
            exc_class = default_exceptions[exc_class_or_code]
        rest = "Handlers can only be registered for Exception classes or HTTP error codes."
        if isinstance(exc_class, Exception):
            raise TypeError(f"{exc_class!r} is an instance, not a class. {rest}")
        if not issubclass(exc_class, Exception):
            raise ValueError(f"'{exc_class.__name__}' is not a subclass of Exception. {rest}")
        if issubclass(exc_class, HTTPException):
            return exc_class, exc_class.code
        return exc_class, None


def _handlers_by_code() -> dict[int | None, dict[type[Exception], t.Any]]:
    return defaultdict(dict)


def _endpoint_from_view_func(view_func: ft.RouteCallable | None) -> str:
    """Return the name of *view_func*, the default for an endpoint."""
    if view_func is None:
        raise AssertionError("expected view func if endpoint is not provided.")
    return t.cast(t.Any, view_func).__name__  # type: ignore[no-any-return]
