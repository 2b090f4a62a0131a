from __future__ import annotations

import collections.abc as cabc
import copy
import pickle
import typing as t
from collections import defaultdict

import pytest

from erlen._core.registry import ObservedDict, ObservedList, observe


class Counter:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.fixture
def changed() -> Counter:
    return Counter()


LIST_CHANGES: dict[str, cabc.Callable[[t.Any], t.Any]] = {
    "append": lambda registry: registry.append(9),
    "clear": lambda registry: registry.clear(),
    "extend": lambda registry: registry.extend([8, 9]),
    "insert": lambda registry: registry.insert(0, 9),
    "pop": lambda registry: registry.pop(),
    "remove": lambda registry: registry.remove(1),
    "reverse": lambda registry: registry.reverse(),
    "sort": lambda registry: registry.sort(),
    "__delitem__": lambda registry: registry.__delitem__(0),
    "__setitem__": lambda registry: registry.__setitem__(slice(None), [9]),
    "__iadd__": lambda registry: registry.__iadd__([9]),
    "__imul__": lambda registry: registry.__imul__(2),
}
DICT_CHANGES: dict[str, cabc.Callable[[t.Any], t.Any]] = {
    "clear": lambda registry: registry.clear(),
    "pop": lambda registry: registry.pop("a"),
    "popitem": lambda registry: registry.popitem(),
    "setdefault": lambda registry: registry.setdefault("new", 9),
    "update": lambda registry: registry.update({"a": 9}, b=8),
    "__delitem__": lambda registry: registry.__delitem__("a"),
    "__setitem__": lambda registry: registry.__setitem__("a", 9),
    "__ior__": lambda registry: registry.__ior__({"a": 9}),
}


@pytest.mark.parametrize("name", LIST_CHANGES)
def test_a_list_does_what_a_list_does_and_announces_it(name: str, changed: Counter) -> None:
    plain, registry = [3, 1, 2], observe([3, 1, 2], changed)
    assert LIST_CHANGES[name](plain) == LIST_CHANGES[name](registry)
    assert plain == registry
    assert changed.count == 1


@pytest.mark.parametrize("name", DICT_CHANGES)
def test_a_dict_does_what_a_dict_does_and_announces_it(name: str, changed: Counter) -> None:
    plain, registry = {"a": 1, "b": 2}, observe({"a": 1, "b": 2}, changed)
    assert DICT_CHANGES[name](plain) == DICT_CHANGES[name](registry)
    assert plain == registry
    assert changed.count >= 1


@pytest.mark.parametrize(
    "kind, unchanging",
    [
        (list, {"copy", "count", "index", "__init__", "__new__", "__reversed__"}),
        (dict, {"copy", "fromkeys", "get", "items", "keys", "values", "__init__", "__new__"}),
    ],
)
def test_no_way_to_change_it_is_forgotten(kind: type, unchanging: set[str]) -> None:
    table = LIST_CHANGES if kind is list else DICT_CHANGES
    reading = {"__getitem__", "__contains__", "__iter__", "__len__", "__class_getitem__"}
    own = {
        name
        for name, value in vars(kind).items()
        if callable(value) and name not in vars(object) and name not in unchanging | reading
    }
    operators = {"__add__", "__mul__", "__rmul__", "__or__", "__ror__", "__reversed__"}
    assert own - operators == set(table)


def test_looking_announces_nothing(changed: Counter) -> None:
    registry = observe({"a": [1]}, changed)
    registry.get("b"), registry["a"][0], list(registry.items()), "a" in registry, registry.copy()
    registry.setdefault("a", [2])
    assert changed.count == 0


def test_what_lies_deeper_announces_too(changed: Counter) -> None:
    registry = observe({None: {404: {ValueError: [1]}}}, changed)
    registry[None][404][ValueError].append(2)
    assert changed.count == 1
    registry["book"] = {500: {}}
    registry["book"][500][KeyError] = 1
    assert changed.count == 3


def test_a_missing_value_is_made_and_watched(changed: Counter) -> None:
    registry = observe(defaultdict(list), changed)
    assert registry["new"] == []
    assert changed.count == 0, "an empty list alone changes nothing"
    registry["new"].append(1)
    assert changed.count == 1
    assert registry == {"new": [1]}


def test_without_a_factory_a_missing_key_is_an_error(changed: Counter) -> None:
    with pytest.raises(KeyError, match="absent"):
        observe({}, changed)["absent"]


def test_it_is_a_copy_of_what_was_put_in(changed: Counter) -> None:
    mine = [1]
    registry = observe({"a": mine}, changed)
    mine.append(2)
    assert registry == {"a": [1]}


def test_a_copy_announces_as_well(changed: Counter) -> None:
    registry = observe(defaultdict(list), changed).copy()
    registry["a"].append(1)
    assert isinstance(registry, ObservedDict)
    assert changed.count == 1


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))])
def test_elsewhere_it_is_an_ordinary_dict_or_list(changed: Counter, duplicate: t.Any) -> None:
    registry = observe({"a": [1]}, changed)
    duplicated = duplicate(registry)
    assert duplicated == {"a": [1]}
    assert type(duplicated) is dict
    assert type(duplicated["a"]) is list
    assert type(duplicate(ObservedList([1], changed))) is list


def test_other_values_stay_themselves(changed: Counter) -> None:
    value = object()
    assert observe(value, changed) is value
