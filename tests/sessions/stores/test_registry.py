"""What ``SESSION_TYPE`` may be."""

from __future__ import annotations

import typing as t

import pytest

from erlen.sessions.stores import registry
from erlen.sessions.stores.memory import MemoryStore

SETTINGS: t.Any = object()


def test_a_store_is_taken_as_it_is() -> None:
    store = MemoryStore()
    assert registry.make_store(store, SETTINGS) is store


def test_a_registered_name_is_found_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_registered", {})
    store = MemoryStore()
    given: list[object] = []

    def factory(settings: object) -> MemoryStore:
        given.append(settings)
        return store

    registry.register_store("Mine", factory)
    assert registry.make_store("mINE", SETTINGS) is store
    assert given == [SETTINGS]


def test_an_unknown_name_is_told_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match="SESSION_TYPE: tape. It can be one of .*memory, mongodb"):
        registry.make_store("tape", SETTINGS)


def test_a_missing_package_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        raise ModuleNotFoundError(name="pymongo")

    monkeypatch.setattr("importlib.import_module", fail)
    with pytest.raises(RuntimeError, match=r"'pymongo': pip install 'erlen\[mongodb\]'"):
        registry.make_store("mongodb", SETTINGS)
