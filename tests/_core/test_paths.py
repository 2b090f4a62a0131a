"""The builder of usual paths, compiled or not."""

from __future__ import annotations

import inspect
import pickle
import typing as t
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

import erlen
from erlen._core import paths
from erlen._core.urls import _is_plain_path


def refuse(values: t.Any, method: t.Any, default_method: t.Any) -> str:
    return "refused"


PATH = paths.UsualPath("/user/", (("id", True, "-"), ("name", False, "/end")), refuse)


@given(st.text(st.sampled_from("a9Z-._~!$&'()*+,/:;=@ %ä\x7f\x80\ud800")))
def test_plain_is_what_is_quoted_as_it_is(text: str) -> None:
    assert paths.is_plain(text) == bool(_is_plain_path(text))


@pytest.mark.parametrize(
    "values",
    [
        {"id": 7, "name": "a b"},
        {"id": True, "name": "ada"},
        {"id": "7", "name": "ada"},
        {"id": 7, "name": 7},
        {"id": 7},
        {"id": 7, "other": "ada"},
        {"id": 7, "name": "ada", "page": 1},
        MappingProxyType({"id": 7, "name": "ada"}),
    ],
)
def test_unusual_values_are_left_to_the_other_builder(values: t.Any) -> None:
    assert PATH(values, None, "GET") == "refused"


def test_usual_values_are_written_down() -> None:
    values = {"name": "a-b", "id": -7}
    assert PATH(values, None, "GET") == PATH.fill(values) == "/user/-7-a-b/end"
    assert PATH(values, "GET", "GET") == "refused"
    assert PATH({"id": 2**80, "name": ""}, None, "GET") == f"/user/{2**80}-/end"


def test_url_for_looks_as_it_is_written() -> None:
    parameters = list(inspect.signature(erlen.url_for).parameters)
    assert parameters == ["endpoint", "_anchor", "_method", "_scheme", "_external", "values"]
    assert pickle.loads(pickle.dumps(erlen.url_for)) is erlen.url_for
    assert (erlen.url_for.__module__, erlen.url_for.__doc__ or "")[0] == "erlen.helpers"


def test_only_a_usual_builder_is_asked_for_a_usual_path() -> None:
    values = {"id": 7, "name": "ada"}
    assert paths.usual_path(PATH, values) == "/user/7-ada/end"
    assert paths.usual_path(refuse, values) is None
