from __future__ import annotations

import functools
import inspect
import os
import pathlib
import typing as t

import pytest

from erlen import Erlen
from erlen.check.places import is_own, place_of, short
from erlen.views import MethodView, View

HERE = short(__file__)


def view() -> str:
    return ""


class Page(View):
    def dispatch_request(self) -> str:
        return ""


class Callable:
    def __call__(self) -> str:
        return ""

    def method(self) -> str:
        return ""


@functools.wraps(view)
def wrapper() -> str:
    return view()


@pytest.mark.parametrize(
    "what,meant",
    [
        (view, view),
        (wrapper, view),
        (functools.partial(functools.partial(view)), view),
        (Callable().method, Callable.method),
        (Page.as_view("page"), Page),
    ],
)
def test_the_line_where_something_was_written(what: t.Any, meant: t.Any) -> None:
    assert place_of(what) == f"{HERE}:{inspect.getsourcelines(meant)[1]}"


def test_objects_that_were_written_nowhere() -> None:
    callable = Callable()
    assert place_of(callable) == repr(callable)
    made: t.Any = type("Made", (MethodView,), {"__module__": "nowhere"})
    assert place_of(made.as_view("made")) == "class nowhere.Made"


def test_paths_below_the_working_directory_are_short(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert short(tmp_path / "a" / "b.py") == os.path.join("a", "b.py")
    assert short(tmp_path.parent / "b.py") == str(tmp_path.parent / "b.py")


def test_paths_on_another_drive(monkeypatch: pytest.MonkeyPatch) -> None:
    def relpath(path: str) -> str:
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr(os.path, "relpath", relpath)
    assert short(__file__) == os.path.abspath(__file__)


def test_files_of_the_application_and_of_others(tmp_path: pathlib.Path) -> None:
    root = tmp_path / "site-packages" / "shop"
    app = Erlen("shop", root_path=str(root), instance_path=str(tmp_path))
    installed = tmp_path / "site-packages" / "other.py"
    installed.parent.mkdir()
    installed.touch()
    root.mkdir()
    (root / "views.py").touch()
    assert is_own(app, str(root / "views.py"))
    assert is_own(app, __file__)
    for other in (str(installed), inspect.getfile(Erlen), os.__file__, "<string>", None):
        assert not is_own(app, other)
