"""Blueprints: registrations that wait until an application takes them over."""

from __future__ import annotations

import collections.abc as cabc
import os
import typing as t
from collections import defaultdict
from functools import update_wrapper

from .scaffold import Scaffold, _endpoint_from_view_func, _sentinel, setupmethod

if t.TYPE_CHECKING:
    from . import typing as ft
    from .app import Erlen

    F = t.TypeVar("F", bound=cabc.Callable[..., t.Any])
    T_after_request = t.TypeVar("T_after_request", bound=ft.AfterRequestCallable[t.Any])
    T_before_request = t.TypeVar("T_before_request", bound=ft.BeforeRequestCallable)
    T_error_handler = t.TypeVar("T_error_handler", bound=ft.ErrorHandlerCallable)
    T_teardown = t.TypeVar("T_teardown", bound=ft.TeardownCallable)
    T_template_context_processor = t.TypeVar(
        "T_template_context_processor", bound=ft.TemplateContextProcessorCallable
    )
    T_template_filter = t.TypeVar("T_template_filter", bound=ft.TemplateFilterCallable)
    T_template_global = t.TypeVar("T_template_global", bound=ft.TemplateGlobalCallable)
    T_template_test = t.TypeVar("T_template_test", bound=ft.TemplateTestCallable)
    T_url_defaults = t.TypeVar("T_url_defaults", bound=ft.URLDefaultCallable)
    T_url_value_preprocessor = t.TypeVar(
        "T_url_value_preprocessor", bound=ft.URLValuePreprocessorCallable
    )

DeferredSetupFunction = cabc.Callable[["BlueprintSetupState"], None]

#: The registries of lists that an application takes over, under the blueprint's name.
_LIST_REGISTRIES = (
    "before_request_funcs",
    "after_request_funcs",
    "teardown_request_funcs",
    "url_default_functions",
    "url_value_preprocessors",
    "template_context_processors",
)


class BlueprintSetupState:
    """One registration of a blueprint with an application, as its recorded functions see it."""

    def __init__(
        self,
        blueprint: Blueprint,
        app: Erlen,
        options: dict[str, t.Any],
        first_registration: bool,
    ) -> None:
        self.app = app
        self.blueprint = blueprint
        self.options = options
        #: False when the blueprint is registered once more, under another name.
        self.first_registration = first_registration
        self.subdomain: str | None = _first_set(options.get("subdomain"), blueprint.subdomain)
        self.url_prefix: str | None = _first_set(options.get("url_prefix"), blueprint.url_prefix)
        self.name: str = options.get("name", blueprint.name)
        self.name_prefix: str = options.get("name_prefix", "")
        self.url_defaults = {
            **blueprint.url_values_defaults,
            **dict(options.get("url_defaults", ())),
        }

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: ft.RouteCallable | None = None,
        **options: t.Any,
    ) -> None:
        """Add a rule to the application, with the prefixes and defaults of this registration."""
        if self.url_prefix is not None:
            rule = _join_prefix(self.url_prefix, rule) if rule else self.url_prefix
        options.setdefault("subdomain", self.subdomain)
        if endpoint is None:
            endpoint = _endpoint_from_view_func(view_func)
        defaults = {**self.url_defaults, **(options.pop("defaults", None) or {})}
        self.app.add_url_rule(
            rule,
            f"{self.name_prefix}.{self.name}.{endpoint}".lstrip("."),
            view_func,
            defaults=defaults,
            **options,
        )


class Blueprint(Scaffold):
    """A part of an application that is registered with it, once or under several names.

    Takes the arguments of Flask's. ``cli_group`` is the name of the group that the blueprint's
    commands are put in, None to put them beside the application's own; its name by default.
    """

    _got_registered_once = False

    def __init__(
        self,
        name: str,
        import_name: str,
        static_folder: str | os.PathLike[str] | None = None,
        static_url_path: str | None = None,
        template_folder: str | os.PathLike[str] | None = None,
        url_prefix: str | None = None,
        subdomain: str | None = None,
        url_defaults: dict[str, t.Any] | None = None,
        root_path: str | None = None,
        cli_group: str | None = _sentinel,
    ) -> None:
        super().__init__(import_name, static_folder, static_url_path, template_folder, root_path)
        if not name:
            raise ValueError("'name' may not be empty.")
        if "." in name:
            raise ValueError("'name' may not contain a dot '.' character.")
        self.name = name
        self.url_prefix = url_prefix
        self.subdomain = subdomain
        self.deferred_functions: list[DeferredSetupFunction] = []
        self.url_values_defaults = {} if url_defaults is None else url_defaults
        self.cli_group = cli_group
        self._blueprints: list[tuple[Blueprint, dict[str, t.Any]]] = []
        # A blueprint has no processor of its own before somebody adds one.
        self.template_context_processors = defaultdict(list)

    def _check_setup_finished(self, f_name: str) -> None:
        if self._got_registered_once:
            raise AssertionError(
                f"The setup method '{f_name}' can no longer be called on the blueprint"
                f" '{self.name}'. It has already been registered at least once, any"
                " changes will not be applied consistently.\n"
                "Make sure all imports, decorators, functions, etc. needed to set up"
                " the blueprint are done before registering it."
            )

    # Registration

    @setupmethod
    def record(self, func: DeferredSetupFunction) -> None:
        """Call *func* with the :class:`BlueprintSetupState` at each registration."""
        self.deferred_functions.append(func)

    @setupmethod
    def record_once(self, func: DeferredSetupFunction) -> None:
        """Call *func* at the first registration only."""

        def first_time(state: BlueprintSetupState) -> None:
            if state.first_registration:
                func(state)

        self.record(update_wrapper(first_time, func))

    def make_setup_state(
        self, app: Erlen, options: dict[str, t.Any], first_registration: bool = False
    ) -> BlueprintSetupState:
        """Make the object that recorded functions get; can be overridden."""
        return BlueprintSetupState(self, app, options, first_registration)

    @setupmethod
    def register_blueprint(self, blueprint: Blueprint, **options: t.Any) -> None:
        """Nest *blueprint* in this one; *options* go over its own values."""
        if blueprint is self:
            raise ValueError("Cannot register a blueprint on itself")
        self._blueprints.append((blueprint, options))

    def register(self, app: Erlen, options: dict[str, t.Any]) -> None:
        """Put everything that was registered here into *app*."""
        name = self._claim_name(app, options)
        first_registration = not any(bp is self for bp in app.blueprints.values())
        app.blueprints[name] = self
        self._got_registered_once = True
        state = self.make_setup_state(app, options, first_registration)

        if self.has_static_folder:
            state.add_url_rule(
                f"{self.static_url_path}/<path:filename>",
                view_func=self.send_static_file,
                endpoint="static",
            )
        self._merge_functions(app, name)
        for deferred in self.deferred_functions:
            deferred(state)
        self._merge_commands(app, name, options)
        for blueprint, its_options in self._blueprints:
            blueprint.register(app, _nested_options(state, name, blueprint, its_options))

    def _claim_name(self, app: Erlen, options: dict[str, t.Any]) -> str:
        own_name = options.get("name", self.name)
        name = f"{options.get('name_prefix', '')}.{own_name}".lstrip(".")
        if name in app.blueprints:
            whose = "this" if app.blueprints[name] is self else "a different"
            where = f" '{name}'" if own_name != name else ""
            raise ValueError(
                f"The name '{own_name}' is already registered for {whose} blueprint{where}."
                " Use 'name=' to provide a unique name."
            )
        return name

    def _merge_functions(self, app: Erlen, name: str) -> None:
        def full(key: str | None) -> str:
            return name if key is None else f"{name}.{key}"

        for key, handlers in self.error_handler_spec.items():
            app.error_handler_spec[full(key)] = defaultdict(
                dict, {code: dict(by_class) for code, by_class in handlers.items()}
            )
        app.view_functions.update(self.view_functions)
        for registry_name in _LIST_REGISTRIES:
            registry = getattr(app, registry_name)
            for key, functions in getattr(self, registry_name).items():
                registry[full(key)].extend(functions)

    def _merge_commands(self, app: Erlen, name: str, options: dict[str, t.Any]) -> None:
        if "cli" not in self.__dict__ or not self.cli.commands:
            return
        group = options.get("cli_group", self.cli_group)
        if group is None:
            app.cli.commands.update(self.cli.commands)
        else:
            self.cli.name = name if group is _sentinel else group
            app.cli.add_command(self.cli)

    @setupmethod
    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: ft.RouteCallable | None = None,
        provide_automatic_options: bool | None = None,
        **options: t.Any,
    ) -> None:
        """Register *view_func* for *rule*, below the prefix of each registration."""
        if endpoint and "." in endpoint:
            raise ValueError("'endpoint' may not contain a dot '.' character.")
        if view_func and "." in getattr(view_func, "__name__", ""):
            raise ValueError("'view_func' name may not contain a dot '.' character.")

        def add(state: BlueprintSetupState) -> None:
            state.add_url_rule(
                rule,
                endpoint,
                view_func,
                provide_automatic_options=provide_automatic_options,
                **options,
            )

        self.record(add)

    # Registrations for the whole application

    @setupmethod
    def app_template_filter(
        self, name: str | None = None
    ) -> cabc.Callable[[T_template_filter], T_template_filter]:
        """Register a template filter for the whole application."""

        def decorator(f: T_template_filter) -> T_template_filter:
            self.add_app_template_filter(f, name=name)
            return f

        return decorator

    @setupmethod
    def add_app_template_filter(
        self, f: ft.TemplateFilterCallable, name: str | None = None
    ) -> None:
        self._record_in_jinja("filters", f, name)

    @setupmethod
    def app_template_test(
        self, name: str | None = None
    ) -> cabc.Callable[[T_template_test], T_template_test]:
        """Register a template test for the whole application."""

        def decorator(f: T_template_test) -> T_template_test:
            self.add_app_template_test(f, name=name)
            return f

        return decorator

    @setupmethod
    def add_app_template_test(self, f: ft.TemplateTestCallable, name: str | None = None) -> None:
        self._record_in_jinja("tests", f, name)

    @setupmethod
    def app_template_global(
        self, name: str | None = None
    ) -> cabc.Callable[[T_template_global], T_template_global]:
        """Register a template global for the whole application."""

        def decorator(f: T_template_global) -> T_template_global:
            self.add_app_template_global(f, name=name)
            return f

        return decorator

    @setupmethod
    def add_app_template_global(
        self, f: ft.TemplateGlobalCallable, name: str | None = None
    ) -> None:
        self._record_in_jinja("globals", f, name)

    def _record_in_jinja(self, table: str, f: t.Any, name: str | None) -> None:
        def put(state: BlueprintSetupState) -> None:
            getattr(state.app.jinja_env, table)[name or f.__name__] = f

        self.record_once(put)

    def _record_in_app(self, registry_name: str, f: t.Any) -> None:
        def put(state: BlueprintSetupState) -> None:
            getattr(state.app, registry_name).setdefault(None, []).append(f)

        self.record_once(put)

    @setupmethod
    def before_app_request(self, f: T_before_request) -> T_before_request:
        """Do as ``app.before_request``: for every request, not only the blueprint's."""
        self._record_in_app("before_request_funcs", f)
        return f

    @setupmethod
    def before_app_first_request(self, f: F) -> F:
        """Do as ``app.before_first_request`` (1.x)."""
        self.record_once(lambda state: state.app.before_first_request_funcs.append(f))
        return f

    @setupmethod
    def after_app_request(self, f: T_after_request) -> T_after_request:
        """Do as ``app.after_request``: for every request, not only the blueprint's."""
        self._record_in_app("after_request_funcs", f)
        return f

    @setupmethod
    def teardown_app_request(self, f: T_teardown) -> T_teardown:
        """Do as ``app.teardown_request``: for every request, not only the blueprint's."""
        self._record_in_app("teardown_request_funcs", f)
        return f

    @setupmethod
    def app_context_processor(
        self, f: T_template_context_processor
    ) -> T_template_context_processor:
        """Do as ``app.context_processor``: for every template."""
        self._record_in_app("template_context_processors", f)
        return f

    @setupmethod
    def app_errorhandler(
        self, code: type[Exception] | int
    ) -> cabc.Callable[[T_error_handler], T_error_handler]:
        """Do as ``app.errorhandler``: for every request, not only the blueprint's."""

        def decorator(f: T_error_handler) -> T_error_handler:
            self.record_once(lambda state: state.app.register_error_handler(code, f))
            return f

        return decorator

    @setupmethod
    def app_url_value_preprocessor(self, f: T_url_value_preprocessor) -> T_url_value_preprocessor:
        """Do as ``app.url_value_preprocessor``: for every request."""
        self._record_in_app("url_value_preprocessors", f)
        return f

    @setupmethod
    def app_url_defaults(self, f: T_url_defaults) -> T_url_defaults:
        """Do as ``app.url_defaults``: for every ``url_for``."""
        self._record_in_app("url_default_functions", f)
        return f


def _first_set(*values: t.Any) -> t.Any:
    return next((value for value in values if value is not None), None)


def _join_prefix(prefix: str, rule: str) -> str:
    return f"{prefix.rstrip('/')}/{rule.lstrip('/')}"


def _nested_options(
    state: BlueprintSetupState, name: str, blueprint: Blueprint, options: dict[str, t.Any]
) -> dict[str, t.Any]:
    """Return the options of a nested blueprint, those of the outer registration added."""
    subdomain = _first_set(options.get("subdomain"), blueprint.subdomain)
    if state.subdomain is not None:
        subdomain = state.subdomain if subdomain is None else f"{subdomain}.{state.subdomain}"
    prefix = _first_set(options.get("url_prefix"), blueprint.url_prefix)
    if state.url_prefix is not None:
        prefix = state.url_prefix if prefix is None else _join_prefix(state.url_prefix, prefix)

    nested = {**options, "name_prefix": name}
    if subdomain is not None:
        nested["subdomain"] = subdomain
    if prefix is not None:
        nested["url_prefix"] = prefix
    return nested
