"""An application as it is put together: configuration, registries, folders, templates.

What happens to a request is in :mod:`erlen.steps`; :class:`erlen.app.Erlen` is both.
"""

from __future__ import annotations

import collections.abc as cabc
import os
import sys
import typing as t
from datetime import timedelta
from functools import cached_property

from werkzeug.exceptions import Aborter

from .config import Config, ConfigAttribute
from .ctx import _AppCtxGlobals
from .helpers import get_debug_flag
from .json.provider import DefaultJSONProvider, JSONProvider
from .packages import find_package
from .routing import Map, Rule
from .scaffold import Scaffold, _endpoint_from_view_func, setupmethod
from .sessions import SecureCookieSessionInterface, SessionInterface
from .wrappers import Request, Response

if t.TYPE_CHECKING:
    import logging

    from jinja2 import Environment

    from . import typing as ft
    from .blueprints import Blueprint
    from .jinja import DispatchingJinjaLoader
    from .testing import ErlenClient, ErlenCliRunner

    T_shell_context_processor = t.TypeVar(
        "T_shell_context_processor", bound=ft.ShellContextProcessorCallable
    )
    T_teardown = t.TypeVar("T_teardown", bound=ft.TeardownCallable)
    T_template_filter = t.TypeVar("T_template_filter", bound=ft.TemplateFilterCallable)
    T_template_global = t.TypeVar("T_template_global", bound=ft.TemplateGlobalCallable)
    T_template_test = t.TypeVar("T_template_test", bound=ft.TemplateTestCallable)

F = t.TypeVar("F", bound=cabc.Callable[..., t.Any])


def _make_timedelta(value: timedelta | int | None) -> timedelta | None:
    """Return *value*, which may be a number of seconds, as a time span."""
    if value is None or isinstance(value, timedelta):
        return value
    return timedelta(seconds=value)


class _JinjaEnvironmentClass:
    """The default of ``jinja_environment``, imported when somebody asks for it."""

    def __get__(self, obj: object, owner: type | None = None) -> type[Environment]:
        from .jinja import Environment

        return Environment


class App(Scaffold):
    """The registration half of an application."""

    aborter_class = Aborter
    jinja_environment: t.Any = _JinjaEnvironmentClass()
    app_ctx_globals_class = _AppCtxGlobals
    config_class = Config
    json_provider_class: type[JSONProvider] = DefaultJSONProvider
    jinja_options: dict[str, t.Any] = {}
    request_class: type[Request] = Request
    response_class: type[Response] = Response
    session_interface: SessionInterface = SecureCookieSessionInterface()
    url_rule_class: type[t.Any] = Rule
    url_map_class: type[t.Any] = Map
    test_client_class: type[ErlenClient] | None = None
    test_cli_runner_class: type[ErlenCliRunner] | None = None
    default_config: cabc.Mapping[str, t.Any]

    testing = ConfigAttribute[bool]("TESTING")
    secret_key = ConfigAttribute[str | bytes | None]("SECRET_KEY")
    permanent_session_lifetime = ConfigAttribute[timedelta](
        "PERMANENT_SESSION_LIFETIME",
        get_converter=_make_timedelta,  # type: ignore[arg-type]
    )

    def __init__(
        self,
        import_name: str,
        static_url_path: str | None = None,
        static_folder: str | os.PathLike[str] | None = "static",
        static_host: str | None = None,
        host_matching: bool = False,
        subdomain_matching: bool = False,
        template_folder: str | os.PathLike[str] | None = "templates",
        instance_path: str | None = None,
        instance_relative_config: bool = False,
        root_path: str | None = None,
    ) -> None:
        super().__init__(import_name, static_folder, static_url_path, template_folder, root_path)
        if instance_path is None:
            instance_path = self.auto_find_instance_path()
        elif not os.path.isabs(instance_path):
            raise ValueError(
                "If an instance path is provided it must be absolute."
                " A relative path was given instead."
            )
        self.instance_path = instance_path
        self.config = self.make_config(instance_relative_config)
        self.aborter = self.make_aborter()
        self.json: JSONProvider = self.json_provider_class(t.cast(t.Any, self))
        self.url_build_error_handlers: list[
            cabc.Callable[[Exception, str, dict[str, t.Any]], str]
        ] = []
        self.teardown_appcontext_funcs: list[ft.TeardownCallable] = []
        self.before_first_request_funcs: list[cabc.Callable[[], t.Any]] = []
        self.shell_context_processors: list[ft.ShellContextProcessorCallable] = []
        self.blueprints: dict[str, Blueprint] = {}
        self.extensions: dict[str, t.Any] = {}
        self.url_map = self.url_map_class(host_matching=host_matching)
        self.subdomain_matching = subdomain_matching
        self._got_first_request = False

    def _check_setup_finished(self, f_name: str) -> None:
        if self._got_first_request:
            raise AssertionError(
                f"The setup method '{f_name}' can no longer be called on the application. It"
                " has already handled its first request, any changes will not be applied"
                " consistently.\n"
                "Make sure all imports, decorators, functions, etc. needed to set up the"
                " application are done before running it."
            )

    @property
    def got_first_request(self) -> bool:
        """(1.x) Whether the application has begun to answer requests."""
        return self._got_first_request

    # Names and folders

    @cached_property
    def name(self) -> str:  # type: ignore[override]
        """The import name, or the name of the file that is run as ``__main__``."""
        if self.import_name != "__main__":
            return self.import_name
        filename: str | None = getattr(sys.modules["__main__"], "__file__", None)
        if filename is None:
            return "__main__"
        return os.path.splitext(os.path.basename(filename))[0]

    @cached_property
    def logger(self) -> logging.Logger:
        """The logger named after the application."""
        from .logging import create_logger

        return create_logger(t.cast(t.Any, self))

    def auto_find_instance_path(self) -> str:
        """Return the instance folder: beside the code, or in ``var`` of where it is installed."""
        prefix, package_path = find_package(self.import_name)
        if prefix is None:
            return os.path.join(package_path, "instance")
        return os.path.join(prefix, "var", f"{self.name}-instance")

    def open_instance_resource(
        self, resource: str, mode: str = "rb", encoding: str | None = "utf-8"
    ) -> t.IO[t.Any]:
        """Open a file in the instance folder, for reading or writing."""
        path = os.path.join(self.instance_path, resource)
        return open(path, mode, encoding=None if "b" in mode else encoding)

    # Configuration

    def make_config(self, instance_relative: bool = False) -> Config:
        """Make the configuration from ``default_config``; can be overridden."""
        root_path = self.instance_path if instance_relative else self.root_path
        return self.config_class(root_path, {**self.default_config, "DEBUG": get_debug_flag()})

    def make_aborter(self) -> Aborter:
        """Make the object behind :func:`erlen.abort`; can be overridden."""
        return self.aborter_class()

    @property
    def debug(self) -> bool:
        """Debug mode, ``DEBUG`` in the configuration; setting it also reloads templates."""
        return t.cast(bool, self.config["DEBUG"])

    @debug.setter
    def debug(self, value: bool) -> None:
        self.config["DEBUG"] = value
        if self.config["TEMPLATES_AUTO_RELOAD"] is None and "jinja_env" in self.__dict__:
            self.jinja_env.auto_reload = value

    # Routes and blueprints

    @setupmethod
    def register_blueprint(self, blueprint: Blueprint, **options: t.Any) -> None:
        """Register *blueprint*; *options* (``url_prefix``, ``name``, …) go over its own."""
        blueprint.register(t.cast(t.Any, self), options)

    def iter_blueprints(self) -> cabc.ValuesView[Blueprint]:
        """Return the blueprints in the order of their registration."""
        return self.blueprints.values()

    @setupmethod
    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: ft.RouteCallable | None = None,
        provide_automatic_options: bool | None = None,
        **options: t.Any,
    ) -> None:
        """Register *view_func* for *rule* under *endpoint*, its name by default.

        *options* are those of :class:`erlen.routing.Rule`. Without *view_func* the endpoint gets
        its function later, through ``view_functions`` or :meth:`endpoint`. Raises
        ``AssertionError`` when the endpoint has another function already.
        """
        if endpoint is None:
            endpoint = _endpoint_from_view_func(view_func)
        methods = _methods_of(options.pop("methods", None), view_func)
        if provide_automatic_options is None:
            provide_automatic_options = getattr(view_func, "provide_automatic_options", None)
        if provide_automatic_options is None:
            automatic = self.config["PROVIDE_AUTOMATIC_OPTIONS"]
            provide_automatic_options = bool("OPTIONS" not in methods and automatic)
            if provide_automatic_options:
                methods.add("OPTIONS")
        methods.update(getattr(view_func, "required_methods", ()))

        url_rule = self.url_rule_class(rule, methods=methods, endpoint=endpoint, **options)
        url_rule.provide_automatic_options = provide_automatic_options
        self.url_map.add(url_rule)
        if view_func is None:
            return
        present = self.view_functions.get(endpoint)
        if present is not None and present != view_func:
            raise AssertionError(
                f"View function mapping is overwriting an existing endpoint function: {endpoint}"
            )
        self.view_functions[endpoint] = view_func

    # Functions

    @setupmethod
    def before_first_request(self, f: F) -> F:
        """Call *f* once per process, before the first request (1.x)."""
        self.before_first_request_funcs.append(f)
        return f

    @setupmethod
    def teardown_appcontext(self, f: T_teardown) -> T_teardown:
        """Call *f* at the end of each application context, with the exception or None."""
        self.teardown_appcontext_funcs.append(f)
        return f

    @setupmethod
    def shell_context_processor(self, f: T_shell_context_processor) -> T_shell_context_processor:
        """Put the names in the dict that *f* returns into ``erlen shell``."""
        self.shell_context_processors.append(f)
        return f

    # Templates

    @cached_property
    def jinja_env(self) -> Environment:
        """The Jinja environment, made when first used."""
        return self.create_jinja_environment()

    def create_jinja_environment(self) -> Environment:
        """Make the Jinja environment; can be overridden."""
        from .templating import create_environment

        return create_environment(t.cast(t.Any, self))

    def create_global_jinja_loader(self) -> DispatchingJinjaLoader:
        """Make the loader that looks into the application's, then the blueprints' folders."""
        from .jinja import DispatchingJinjaLoader

        return DispatchingJinjaLoader(t.cast(t.Any, self))

    def select_jinja_autoescape(self, filename: str | None) -> bool:
        """Tell whether a template is escaped: by its extension, and always without a name."""
        if filename is None:
            return True
        return filename.endswith((".html", ".htm", ".xml", ".xhtml", ".svg"))

    @setupmethod
    def template_filter(
        self, name: str | None = None
    ) -> cabc.Callable[[T_template_filter], T_template_filter]:
        """Register the decorated function as a template filter, under its name by default."""

        def decorator(f: T_template_filter) -> T_template_filter:
            self.add_template_filter(f, name=name)
            return f

        return decorator

    @setupmethod
    def add_template_filter(self, f: ft.TemplateFilterCallable, name: str | None = None) -> None:
        self.jinja_env.filters[name or f.__name__] = f

    @setupmethod
    def template_test(
        self, name: str | None = None
    ) -> cabc.Callable[[T_template_test], T_template_test]:
        """Register the decorated function as a template test, under its name by default."""

        def decorator(f: T_template_test) -> T_template_test:
            self.add_template_test(f, name=name)
            return f

        return decorator

    @setupmethod
    def add_template_test(self, f: ft.TemplateTestCallable, name: str | None = None) -> None:
        self.jinja_env.tests[name or f.__name__] = f

    @setupmethod
    def template_global(
        self, name: str | None = None
    ) -> cabc.Callable[[T_template_global], T_template_global]:
        """Register the decorated function as a template global, under its name by default."""

        def decorator(f: T_template_global) -> T_template_global:
            self.add_template_global(f, name=name)
            return f

        return decorator

    @setupmethod
    def add_template_global(self, f: ft.TemplateGlobalCallable, name: str | None = None) -> None:
        self.jinja_env.globals[name or f.__name__] = f


def _methods_of(given: t.Any, view_func: t.Any) -> set[str]:
    methods = given
    if methods is None:
        methods = getattr(view_func, "methods", None) or ("GET",)
    if isinstance(methods, str):
        raise TypeError(
            "Allowed methods must be a list of strings, for"
            ' example: @app.route(..., methods=["POST"])'
        )
    return {method.upper() for method in methods}
