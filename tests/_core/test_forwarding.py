from __future__ import annotations

import asyncio
import collections.abc as cabc
import copy
import inspect
import math
import operator
import os
import pathlib
import pickle
import threading
import typing as t
from contextvars import ContextVar

import pytest
import werkzeug.local

from erlen._core.forwarding import Operations
from erlen.local import LocalProxy


def proxy_of(obj: t.Any) -> t.Any:
    return LocalProxy(lambda: obj)


def unbound(message: str = "nothing here") -> t.Any:
    return LocalProxy(ContextVar[t.Any]("empty"), unbound_message=message)


OPERATORS = ["add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "lshift"]
OPERATORS += ["rshift", "and", "xor", "or", "divmod"]


def answering(*names: str) -> t.Any:
    def make(name: str) -> t.Any:
        return lambda self, *args: (name, *args)

    return type("Answering", (), {f"__{name}__": make(name) for name in names})()


def operation(name: str) -> t.Any:
    if name == "divmod":
        return divmod
    return getattr(operator, f"__{name}__")


@pytest.mark.parametrize("name", OPERATORS)
def test_arithmetic_reaches_the_object_from_both_sides(name: str) -> None:
    proxy = proxy_of(answering(name, f"r{name}"))
    assert operation(name)(proxy, 5) == (name, 5)
    assert operation(name)(5, proxy) == (f"r{name}", 5)
    assert operation(name)(proxy, proxy)[0] == name


@pytest.mark.parametrize("name", OPERATORS[:-1])
def test_in_place_arithmetic_keeps_the_proxy_of_a_changed_object(name: str) -> None:
    changed = []

    class Number:
        pass

    def change(self: Number, other: int) -> Number:
        changed.append(other)
        return self

    setattr(Number, f"__i{name}__", change)
    proxy = before = proxy_of(Number())
    proxy = getattr(operator, f"__i{name}__")(proxy, 5)
    assert proxy is before
    assert changed == [5]


def test_in_place_arithmetic_on_a_value_gives_the_new_value() -> None:
    proxy: t.Any = proxy_of(2)
    proxy += 3
    assert proxy == 5
    assert type(proxy) is int


@pytest.mark.parametrize(
    "use",
    [
        operator.neg, operator.pos, abs, operator.invert, int, float, complex, operator.index,
        round, lambda n: round(n, -1), math.trunc, math.floor, math.ceil, hash, str, repr, bool,
        lambda n: f"{n:05d}", lambda n: pow(n, 2, 5), lambda n: range(10)[n], lambda n: n == 7,
        lambda n: n != 7, lambda n: n < 8, lambda n: n <= 7, lambda n: n < 7, lambda n: n >= 8,
        lambda n: [1] * n, lambda n: bytes(n), lambda n: divmod(100, n), lambda n: 2**n,
    ],
)  # fmt: skip
def test_number_behind_a_proxy_acts_as_a_number(use: cabc.Callable[[t.Any], t.Any]) -> None:
    assert use(proxy_of(7)) == use(7)


@pytest.mark.parametrize(
    "use",
    [
        len, list, tuple, sorted, iter, reversed, sum, operator.length_hint,
        lambda v: v[0], lambda v: v[-1], lambda v: v[1:], lambda v: 2 in v, lambda v: 9 in v,
        lambda v: v + v, lambda v: [0, *v], lambda v: v * 2, dir, copy.copy, copy.deepcopy,
        lambda v: pickle.loads(pickle.dumps(v)), lambda v: v == proxy_of([3, 1, 2]),
        lambda v: v == [3, 1, 2], lambda v: (lambda *args: args)(*v),
    ],
)  # fmt: skip
def test_list_behind_a_proxy_acts_as_a_list(use: cabc.Callable[[t.Any], t.Any]) -> None:
    got, expected = use(proxy_of([3, 1, 2])), use([3, 1, 2])
    if isinstance(expected, cabc.Iterator):
        got, expected = list(got), list(expected)
    assert got == expected
    assert type(got) is type(expected)


def test_items_and_attributes_are_set_and_deleted_on_the_object() -> None:
    class Thing(dict[str, int]):
        pass

    thing = Thing()
    proxy = proxy_of(thing)
    proxy["item"], proxy.attribute = 1, 2
    assert (thing["item"], thing.attribute) == (1, 2)  # type: ignore[attr-defined]
    del proxy["item"], proxy.attribute
    assert thing == thing.__dict__ == proxy.__dict__ == {}


def test_strings_bytes_and_paths() -> None:
    assert proxy_of("foo %s") % ("bar",) == "foo bar"
    assert "bar" + proxy_of("foo") == "barfoo"
    assert bytes(proxy_of(b"ab")) == b"ab"
    assert os.fspath(proxy_of(pathlib.Path("a/b"))) == os.path.join("a", "b")


def test_call_iteration_and_next() -> None:
    assert proxy_of(dict)([("a", 1)], b=2) == {"a": 1, "b": 2}
    assert proxy_of(lambda self, obj: (self, obj))(self=1, obj=2) == (1, 2)
    numbers = proxy_of(iter([1, 2]))
    assert next(numbers) == 1
    assert list(numbers) == [2]


def test_with_and_async_with_and_await_and_async_for() -> None:
    class Thing:
        async def __aenter__(self) -> str:
            return "entered"

        async def __aexit__(self, *exc_info: object) -> bool:
            return True

    async def numbers() -> cabc.AsyncIterator[int]:
        yield 1
        yield 2

    async def answer() -> int:
        return 42

    async def run() -> None:
        async with proxy_of(Thing()) as entered:
            assert entered == "entered"
            raise ValueError("swallowed by __aexit__")
        assert await proxy_of(answer()) == 42
        assert [number async for number in proxy_of(numbers())] == [1, 2]
        assert await anext(proxy_of(numbers())) == 1

    asyncio.run(run())
    lock = threading.Lock()
    with proxy_of(lock):
        assert lock.locked()
    assert not lock.locked()


def test_copies_are_those_of_the_object() -> None:
    class Thing:
        def __copy__(self) -> str:
            return "copied"

        def __deepcopy__(self, memo: object) -> str:
            return "copied deeply"

    proxy = proxy_of(Thing())
    assert (copy.copy(proxy), copy.deepcopy(proxy)) == ("copied", "copied deeply")
    assert copy.deepcopy({"key": proxy_of([1])}) == {"key": [1]}
    assert copy.deepcopy(proxy_of(test_copies_are_those_of_the_object)).__name__.startswith("test")


# Type checks


def test_proxy_passes_for_its_object_in_type_checks() -> None:
    proxy = proxy_of({"a": 1})
    assert isinstance(proxy, dict)
    assert proxy.__class__ is dict
    assert isinstance(proxy, cabc.Mapping)
    assert not isinstance(proxy, list)
    assert issubclass(type(proxy), LocalProxy)
    assert isinstance(proxy, LocalProxy)


def test_proxy_of_a_class_serves_as_the_class() -> None:
    proxy = proxy_of(dict)
    assert isinstance({}, proxy)
    assert not isinstance([], proxy)
    assert issubclass(bool, proxy_of(int))
    assert issubclass(proxy_of(bool), int)


@pytest.mark.parametrize(
    "kind",
    [
        cabc.Iterator, cabc.Iterable, cabc.Awaitable, cabc.AsyncIterator, cabc.Callable,
        cabc.Sized, cabc.Container, cabc.Collection, cabc.Reversible, cabc.Hashable, os.PathLike,
    ],
)  # fmt: skip
@pytest.mark.parametrize("obj", [{"a": 1}, 42, iter(()), len, pathlib.Path()])
def test_checks_of_structure_see_the_object(kind: t.Any, obj: t.Any) -> None:
    assert isinstance(proxy_of(obj), kind) == isinstance(obj, kind)


def test_only_what_is_awaitable_looks_awaitable() -> None:
    assert not inspect.isawaitable(proxy_of({}))
    assert not inspect.isawaitable(unbound())
    assert not inspect.isawaitable(proxy_of(asyncio.sleep))
    assert inspect.iscoroutinefunction(proxy_of(asyncio.sleep))


def test_every_operation_that_werkzeug_forwards_is_forwarded() -> None:
    answered_as_attributes = {"__class__", "__doc__", "__wrapped__", "__getattr__"}
    forwarded = {
        name
        for name, value in vars(werkzeug.local.LocalProxy).items()
        if type(value).__name__ in {"_ProxyLookup", "_ProxyIOp"}
    }
    assert len(forwarded) > 80
    assert forwarded - answered_as_attributes <= vars(Operations).keys()
