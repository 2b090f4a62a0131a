from __future__ import annotations

import sys
import types
import typing as t
from pathlib import Path

import pytest

from erlen import Erlen, current_app
from erlen.cli import (
    NoAppException,
    find_app_by_string,
    find_best_app,
    locate_app,
    prepare_import,
)


def module(**names: t.Any) -> types.ModuleType:
    made = types.ModuleType("shop")
    vars(made).update(names)
    return made


def create_app() -> Erlen:
    return Erlen("made")


@pytest.mark.parametrize("name", ["app", "application", "site"])
def test_an_application_is_found_under_any_name(name: str) -> None:
    app = Erlen("a")
    assert find_best_app(module(**{name: app})) is app


def test_app_wins_over_application_and_over_a_factory() -> None:
    app = Erlen("a")
    shop = module(application=Erlen("b"), app=app, create_app=create_app)
    assert find_best_app(shop) is app


def test_one_application_under_two_names_is_one() -> None:
    app = Erlen("a")
    assert find_best_app(module(site=app, wsgi=app)) is app


def test_two_applications_are_named_in_the_complaint() -> None:
    with pytest.raises(NoAppException, match="multiple Erlen applications.*one, two.*'shop:name'"):
        find_best_app(module(one=Erlen("a"), two=Erlen("b")))


@pytest.mark.parametrize("name", ["create_app", "make_app"])
def test_a_factory_is_called(name: str) -> None:
    assert find_best_app(module(**{name: create_app})).name == "made"


def test_a_factory_that_returns_something_else_is_none() -> None:
    with pytest.raises(NoAppException, match="Failed to find Erlen application or factory"):
        find_best_app(module(create_app=lambda: None, make_app=lambda: "app"))


def test_proxies_in_a_module_are_no_applications() -> None:
    with pytest.raises(NoAppException, match="Failed to find Erlen application or factory"):
        find_best_app(module(current_app=current_app))


def test_a_factory_that_wants_arguments_is_told_of() -> None:
    def create_app(settings: str) -> Erlen:
        return Erlen(settings)

    with pytest.raises(NoAppException, match=r"Use 'shop:create_app\(args\)'"):
        find_best_app(module(create_app=create_app))


def test_a_type_error_inside_a_factory_is_the_factorys_own() -> None:
    def create_app() -> Erlen:
        raise TypeError("bad settings")

    with pytest.raises(TypeError, match="bad settings"):
        find_best_app(module(create_app=create_app))

    with pytest.raises(TypeError, match="bad settings"):
        find_app_by_string(module(create_app=create_app), "create_app()")


def test_an_application_of_the_real_flask_gets_the_hint() -> None:
    class Flask:
        pass

    Flask.__module__ = "flask.app"

    with pytest.raises(NoAppException, match="erlen --as-flask"):
        find_best_app(module(app=Flask()))

    with pytest.raises(NoAppException, match="erlen --as-flask"):
        find_app_by_string(module(app=Flask()), "app")


@pytest.mark.parametrize(
    "call,name",
    [
        ("make('x')", "x-0"),
        ("make('x', size=2)", "x-2"),
        (" make ( 'x', ) ", "x-0"),
    ],
)
def test_a_call_with_literal_arguments(call: str, name: str) -> None:
    def make(name: str, size: int = 0) -> Erlen:
        return Erlen(f"{name}-{size}")

    assert find_app_by_string(module(make=make), call).name == name


@pytest.mark.parametrize(
    "call,complaint",
    [
        ("make(", "Failed to parse 'make\\(' as an attribute name or function call"),
        ("a.b", "Failed to parse 'a.b' as an attribute name or function call"),
        ("a.b()", "Function reference must be a simple name"),
        ("make(open('x'))", "Failed to parse arguments as literal values"),
        ("mak()", "Failed to find attribute 'mak' in 'shop'. Did you mean 'make'?"),
        ("make(1, 2)", "could not be called .* Its signature is 'make\\(name"),
        ("nothing", "not obtained from 'shop:nothing': it is None"),
        ("number", "it is an object of type 'builtins.int'"),
    ],
)
def test_what_cannot_be_an_application_is_explained(call: str, complaint: str) -> None:
    def make(name: str) -> Erlen:
        return Erlen(name)

    with pytest.raises(NoAppException, match=complaint):
        find_app_by_string(module(make=make, nothing=None, number=7), call)


@pytest.mark.parametrize(
    "value,result",
    [
        ("site", "site"),
        ("site.py", "site"),
        ("site/__init__.py", "site"),
        ("pkg/inner", "pkg.inner"),
        ("pkg/inner/__init__.py", "pkg.inner"),
        ("pkg/inner/views.py", "pkg.inner.views"),
        ("a.b.c", "a.b.c"),
    ],
)
def test_a_path_becomes_a_module_and_its_folder_importable(
    value: str, result: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pkg" / "inner").mkdir(parents=True)
    (tmp_path / "pkg" / "__init__.py").touch()
    (tmp_path / "pkg" / "inner" / "__init__.py").touch()
    assert prepare_import(value) == result
    assert sys.path[0] == str(tmp_path.resolve())


def test_a_module_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert locate_app("no_such_shop", None, raise_if_not_found=False) is None

    with pytest.raises(NoAppException, match="Could not import 'no_such_shop'.*Looked in"):
        locate_app("no_such_shop", None)


def test_a_module_that_fails_to_import_shows_why(tmp_path: Path) -> None:
    path = tmp_path / "broken_shop.py"
    path.write_text("import no_such_library\n")

    with pytest.raises(NoAppException, match="(?s)While importing 'broken_shop'.*no_such_library"):
        locate_app(prepare_import(str(path)), None, raise_if_not_found=False)
