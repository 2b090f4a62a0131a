from __future__ import annotations

import collections.abc as cabc

import pytest

Code = cabc.Callable[[str], str]


def test_every_submodule_is_the_module_of_erlen(code: Code) -> None:
    lines = """
        import importlib, sys
        from erlen.as_flask.finder import ALIASES
        for name, target in ALIASES.items():
            module = importlib.import_module(name)
            assert module is sys.modules[name] is importlib.import_module(target), name
            assert module.__spec__.name == target, name
        print("all")
    """
    assert code(lines) == "all"


def test_a_patch_on_flask_is_a_patch_on_erlen(code: Code) -> None:
    lines = """
        from unittest import mock
        import erlen.helpers, flask
        with mock.patch("flask.helpers.get_debug_flag", return_value="patched"):
            print(erlen.helpers.get_debug_flag())
    """
    assert code(lines) == "patched"


def test_submodules_are_attributes_as_in_flask(code: Code) -> None:
    lines = """
        import flask, sys
        names = "app cli ctx globals helpers json sansio sessions signals templating wrappers"
        print(all(getattr(flask, n) is sys.modules[f"flask.{n}"] for n in names.split()))
    """
    assert code(lines) == "True"


def test_modules_can_be_looked_for_without_being_imported(code: Code) -> None:
    lines = """
        import sys
        from importlib.util import find_spec
        print(find_spec("flask").name, "flask" in sys.modules, find_spec("flask.nothing"))
        print(find_spec("flask.views").origin.endswith("views.py"), "flask.views" in sys.modules)
    """
    assert code(lines) == "flask False None\nTrue False"


def test_flask_can_be_reloaded(code: Code) -> None:
    lines = """
        import flask, flask.signals, importlib
        print(importlib.reload(flask) is flask)
        print(importlib.reload(flask.signals).__name__)
    """
    assert code(lines) == "True\nerlen.signals"


def test_the_inner_package_offers_what_extensions_import(code: Code) -> None:
    lines = """
        import erlen
        from flask.sansio.app import App
        from flask.sansio.blueprints import Blueprint, BlueprintSetupState
        from flask.sansio.scaffold import Scaffold, find_package, setupmethod
        from flask.sansio.scaffold import _endpoint_from_view_func
        print(issubclass(erlen.Erlen, (App,)), issubclass(App, Scaffold), Blueprint.__name__)
    """
    assert code(lines) == "True True Blueprint"


@pytest.mark.parametrize("name", ["flask", "Flask"])
def test_the_metadata_answers_for_flask(code: Code, name: str) -> None:
    lines = f"""
        from importlib.metadata import distribution, version
        print(version("{name}"), distribution("{name}").entry_points["flask"].value)
    """
    assert code(lines) == "3.1.3 flask.cli:main"


def test_the_metadata_of_others_is_left_alone(code: Code) -> None:
    lines = """
        from importlib.metadata import distributions, version, PackageNotFoundError
        names = [d.name.lower() for d in distributions()]
        print(version("werkzeug").split(".")[0], "jinja2" in names)
        try:
            version("no-such-distribution")
        except PackageNotFoundError:
            print("not found")
        print([*distributions(name="flask", path=["/nowhere"])])
    """
    assert code(lines) == "3 True\nnot found\n[]"


def test_pickles_made_with_flask_are_read(code: Code) -> None:
    lines = """
        import erlen, pickle
        print(pickle.loads(b"cflask.wrappers\\nResponse\\n.") is erlen.Response)
    """
    assert code(lines) == "True"


def test_an_alias_of_a_module_that_is_not_there_says_which(code: Code) -> None:
    lines = """
        from erlen.as_flask import finder
        finder.ALIASES["flask.gone"] = "erlen.gone"
        try:
            import flask.gone
        except ModuleNotFoundError as exc:
            print(exc.name)
    """
    assert code(lines) == "erlen.gone"
