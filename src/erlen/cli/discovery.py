"""Find the application that a command is about.

Two questions are answered here: which module is meant (``prepare_import``, ``locate_app``) and
which object in it (``find_best_app``, ``find_app_by_string``). Whatever goes wrong ends in a
:exc:`NoAppException` that names the place and what to write instead.
"""

from __future__ import annotations

import ast
import inspect
import os
import sys
import traceback
import types
import typing as t

import click

if t.TYPE_CHECKING:
    from ..app import Erlen

#: Looked up first, in this order, before the module is searched.
APP_NAMES = ("app", "application")
FACTORY_NAMES = ("create_app", "make_app")

AS_FLASK_HINT = (
    "It is written for Flask: start it with 'erlen --as-flask …', or change its import to"
    " 'from erlen import Erlen'."
)


class NoAppException(click.UsageError):
    """No application could be found or loaded; the message says where and what to do."""


def find_best_app(module: types.ModuleType) -> Erlen:
    """Return the one application that ``module`` obviously means.

    :raises NoAppException: there is none, there are several, or the factory needs arguments.
    """
    app = _app_by_usual_name(module) or _only_app(module) or _app_from_usual_factory(module)

    if app is not None:
        return app

    raise NoAppException(
        f"Failed to find Erlen application or factory in module {module.__name__!r}. Use"
        f" '{module.__name__}:name' to specify one.{_flask_app_hint(vars(module).values())}"
    )


def find_app_by_string(module: types.ModuleType, app_name: str) -> Erlen:
    """Return what ``app_name`` says: the name of an application, or a call of a factory.

    Arguments of the call are literals; nothing is evaluated.
    """
    name, args, kwargs = _parse_app_name(app_name)

    try:
        found = getattr(module, name)
    except AttributeError as exc:
        raise NoAppException(
            f"Failed to find attribute {name!r} in {module.__name__!r}.{_name_hint(module, name)}"
        ) from exc

    if inspect.isfunction(found):
        found = _call_factory(found, args, kwargs, module, app_name)

    if _is_app(found):
        return t.cast("Erlen", found)

    raise NoAppException(
        f"A valid Erlen application was not obtained from '{module.__name__}:{app_name}':"
        f" it is {_describe(found)}.{_flask_app_hint([found])}"
    )


def prepare_import(path: str) -> str:
    """Make the module at ``path`` importable and return its dotted name.

    The folder above the outermost package is put first on ``sys.path``. A dotted name is
    taken as it is, relative to the working directory.
    """
    path = os.path.realpath(path)
    stem, extension = os.path.splitext(path)

    if extension == ".py":
        path = stem

    if os.path.basename(path) == "__init__":
        path = os.path.dirname(path)

    folder, name = os.path.split(path)
    parts = [name]

    while os.path.exists(os.path.join(folder, "__init__.py")):
        folder, name = os.path.split(folder)
        parts.insert(0, name)

    if sys.path[0] != folder:
        sys.path.insert(0, folder)

    return ".".join(parts)


@t.overload
def locate_app(
    module_name: str, app_name: str | None, raise_if_not_found: t.Literal[True] = True
) -> Erlen: ...


@t.overload
def locate_app(
    module_name: str, app_name: str | None, raise_if_not_found: t.Literal[False] = ...
) -> Erlen | None: ...


def locate_app(
    module_name: str, app_name: str | None, raise_if_not_found: bool = True
) -> Erlen | None:
    """Import ``module_name`` and return its application.

    :param raise_if_not_found: False returns None when there is no such module. A module that
        is there and fails to import raises in any case.
    """
    try:
        __import__(module_name)
    except ImportError as exc:
        if _raised_inside_module(exc):
            raise NoAppException(
                f"While importing {module_name!r}, an ImportError was raised:\n\n"
                f"{traceback.format_exc()}{_missing_flask_hint(exc)}"
            ) from None

        if not raise_if_not_found:
            return None

        raise NoAppException(
            f"Could not import {module_name!r}. Looked in {sys.path[0]!r} and the rest of"
            " sys.path; give a dotted module name or the path of a file."
        ) from None

    module = sys.modules[module_name]
    return find_best_app(module) if app_name is None else find_app_by_string(module, app_name)


def _is_app(value: object) -> bool:
    from ..app import Erlen

    return isinstance(value, Erlen)


def _app_by_usual_name(module: types.ModuleType) -> Erlen | None:
    for name in APP_NAMES:
        if _is_app(app := getattr(module, name, None)):
            return t.cast("Erlen", app)

    return None


def _only_app(module: types.ModuleType) -> Erlen | None:
    # By identity: one application under two names is still one.
    found = {id(value): name for name, value in vars(module).items() if _is_app(value)}

    if len(found) > 1:
        raise NoAppException(
            f"Detected multiple Erlen applications in module {module.__name__!r}:"
            f" {', '.join(sorted(found.values()))}. Use '{module.__name__}:name' to specify the"
            " correct one."
        )

    return t.cast("Erlen", vars(module)[next(iter(found.values()))]) if found else None


def _app_from_usual_factory(module: types.ModuleType) -> Erlen | None:
    for name in FACTORY_NAMES:
        factory = getattr(module, name, None)

        if inspect.isfunction(factory):
            try:
                app = factory()
            except TypeError as exc:
                if _was_entered(factory, exc):
                    raise

                raise NoAppException(
                    f"Detected factory {name!r} in module {module.__name__!r}, but could not"
                    f" call it without arguments. Use '{module.__name__}:{name}(args)' to"
                    " specify arguments."
                ) from exc

            if _is_app(app):
                return t.cast("Erlen", app)

    return None


def _call_factory(
    factory: types.FunctionType,
    args: list[t.Any],
    kwargs: dict[str, t.Any],
    module: types.ModuleType,
    app_name: str,
) -> object:
    try:
        return factory(*args, **kwargs)
    except TypeError as exc:
        if _was_entered(factory, exc):
            raise

        raise NoAppException(
            f"The factory {app_name!r} in module {module.__name__!r} could not be called with"
            f" the specified arguments. Its signature is"
            f" '{factory.__name__}{inspect.signature(factory)}'."
        ) from exc


def _was_entered(function: types.FunctionType, exc: BaseException) -> bool:
    """Tell a ``TypeError`` of the call itself from one raised in the function's body."""
    frames = (frame for frame, _ in traceback.walk_tb(exc.__traceback__))
    return any(frame.f_code is function.__code__ for frame in frames)


def _parse_app_name(app_name: str) -> tuple[str, list[t.Any], dict[str, t.Any]]:
    unparsable = f"Failed to parse {app_name!r} as an attribute name or function call."

    try:
        expression = ast.parse(app_name.strip(), mode="eval").body
    except SyntaxError:
        raise NoAppException(unparsable) from None

    if isinstance(expression, ast.Name):
        return expression.id, [], {}

    if not isinstance(expression, ast.Call):
        raise NoAppException(unparsable)

    if not isinstance(expression.func, ast.Name):
        raise NoAppException(f"Function reference must be a simple name: {app_name!r}.")

    try:
        args = [ast.literal_eval(arg) for arg in expression.args]
        kwargs = {
            keyword.arg: ast.literal_eval(keyword.value)
            for keyword in expression.keywords
            if keyword.arg is not None
        }
    except ValueError:
        raise NoAppException(
            f"Failed to parse arguments as literal values: {app_name!r}."
        ) from None

    return expression.func.id, args, kwargs


def _raised_inside_module(exc: ImportError) -> bool:
    # Python strips the import machinery's own frames: when the module was never reached, the
    # traceback holds nothing but the frame that asked for it.
    tb = exc.__traceback__
    return tb is not None and tb.tb_next is not None


def _missing_flask_hint(exc: ImportError) -> str:
    return f"\n{AS_FLASK_HINT}" if (exc.name or "").partition(".")[0] == "flask" else ""


def _flask_app_hint(values: t.Iterable[object]) -> str:
    """Return a sentence when one of ``values`` is an application of the real Flask."""
    for value in values:
        for cls in type(value).__mro__:
            if cls.__name__ == "Flask" and cls.__module__.partition(".")[0] == "flask":
                return f" {AS_FLASK_HINT}"

    return ""


def _name_hint(module: types.ModuleType, name: str) -> str:
    import difflib

    close = difflib.get_close_matches(name, vars(module), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


def _describe(value: object) -> str:
    if value is None:
        return "None (does the factory return the application?)"

    cls = type(value)
    return f"an object of type '{cls.__module__}.{cls.__qualname__}'"
