from __future__ import annotations

import asyncio
import collections.abc as cabc
import contextvars
import copy
import gc
import inspect
import subprocess
import sys
import threading
import time
import typing as t
import weakref
from contextvars import ContextVar
from functools import partial

import greenlet
import pytest

from erlen._core.standins import RequestStandIn
from erlen.local import Local, LocalProxy, LocalStack, lasting_proxy, release_local


def proxy_of(obj: t.Any) -> t.Any:
    return LocalProxy(lambda: obj)


def unbound(message: str = "nothing here") -> t.Any:
    return LocalProxy(ContextVar[t.Any]("empty"), unbound_message=message)


# Local


def run_threads(step: cabc.Callable[[int], cabc.Generator[None]]) -> None:
    def run(number: int) -> None:
        for _ in step(number):
            time.sleep(0.01)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def run_greenlets(step: cabc.Callable[[int], cabc.Generator[None]]) -> None:
    main = greenlet.getcurrent()

    def run(number: int) -> None:
        for _ in step(number):
            main.switch()

    pending = [greenlet.greenlet(run) for _ in range(10)]
    for number, each in enumerate(pending):
        each.switch(number)
    for each in pending:
        each.switch()
    assert all(each.dead for each in pending)


def run_gevent(step: cabc.Callable[[int], cabc.Generator[None]]) -> None:
    import gevent

    def run(number: int) -> None:
        for _ in step(number):
            gevent.sleep(0.001)

    gevent.joinall([gevent.spawn(run, number) for number in range(10)], raise_error=True)


def run_tasks(step: cabc.Callable[[int], cabc.Generator[None]]) -> None:
    async def run(number: int) -> None:
        for _ in step(number):
            await asyncio.sleep(0.001)

    async def run_all() -> None:
        await asyncio.gather(*map(run, range(10)))

    asyncio.run(run_all())


RUNNERS = [run_threads, run_greenlets, run_gevent, run_tasks]


@pytest.mark.parametrize("run", RUNNERS)
def test_each_flow_of_control_reads_its_own_value(run: t.Any) -> None:
    obj, seen = Local(), []

    def step(number: int) -> cabc.Generator[None]:
        obj.x = number
        yield
        seen.append((number, obj.x))

    run(step)
    assert sorted(seen) == [(number, number) for number in range(10)]
    assert not hasattr(obj, "x")


@pytest.mark.parametrize("run", RUNNERS)
def test_each_flow_of_control_has_its_own_stack(run: t.Any) -> None:
    stack, seen = LocalStack[int](), []
    top = stack()

    def step(number: int) -> cabc.Generator[None]:
        stack.push(number)
        yield
        seen.append(top + 0)
        assert stack.pop() == number
        assert stack.pop() is None

    run(step)
    assert sorted(seen) == list(range(10))
    assert stack.top is None


def test_monkey_patched_threads_are_isolated() -> None:
    program = """
from gevent import monkey; monkey.patch_all()
import threading, time
from erlen.local import Local
obj, seen = Local(), []
def run(number):
    obj.x = number
    time.sleep(0.01)
    seen.append(obj.x)
threads = [threading.Thread(target=run, args=(number,)) for number in range(10)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert sorted(seen) == list(range(10)), seen
assert not hasattr(obj, "x")
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_task_sees_its_parents_values_and_cannot_change_them() -> None:
    obj, stack = Local(), LocalStack[str]()

    async def child() -> str:
        assert (obj.name, stack.top) == ("parent", "parent")
        obj.name = "child"
        del obj.other
        stack.pop()
        stack.push("child")
        return t.cast(str, obj.name)

    async def parent() -> None:
        obj.name = obj.other = "parent"
        stack.push("parent")
        assert await asyncio.create_task(child()) == "child"
        assert (obj.name, obj.other, stack.top) == ("parent", "parent", "parent")

    asyncio.run(parent())


def test_missing_name_is_an_attribute_error() -> None:
    obj = Local()
    with pytest.raises(AttributeError, match="'x' is not set on this Local"):
        obj.x
    with pytest.raises(AttributeError, match="'x' is not set on this Local"):
        del obj.x


def test_local_lists_deletes_and_releases_its_values() -> None:
    obj = Local()
    assert list(obj) == []
    obj.x, obj.y = 1, 2
    assert sorted(obj) == [("x", 1), ("y", 2)]
    del obj.x
    assert list(obj) == [("y", 2)]
    release_local(obj)
    assert list(obj) == []


def test_iteration_is_not_disturbed_by_a_change() -> None:
    obj = Local()
    obj.x, obj.y = 1, 2
    for name, _ in obj:
        delattr(obj, name)
    assert list(obj) == []


def test_calling_a_local_gives_a_proxy_that_may_come_first() -> None:
    obj = Local()
    user = obj("user", unbound_message="Nobody is logged in.")
    with pytest.raises(RuntimeError, match="Nobody is logged in"):
        user.name
    obj.user = "ada"
    assert user.upper() == "ADA"


def test_local_and_stack_store_in_a_given_context_variable() -> None:
    local_var, stack_var = ContextVar[t.Any]("values"), ContextVar[t.Any]("stack")
    Local(local_var).x = 1
    assert local_var.get() == {"x": 1}
    stack = LocalStack[int](stack_var)
    stack.push(1)
    assert stack_var.get() == [1]


# LocalStack


def test_stack_gives_back_the_last_item_first() -> None:
    stack = LocalStack[int]()
    assert stack.top is None
    assert stack.push(42) == [42]
    assert stack.push(23) == [42, 23]
    assert stack.top == 23
    assert stack.pop() == 23
    assert stack.pop() == 42
    assert stack.pop() is None
    assert stack.top is None


def test_what_push_returns_reads_like_a_list_and_stays() -> None:
    stack = LocalStack[int]()
    stack.push(1)
    stack.push(2)
    pushed = stack.push(3)
    stack.pop()
    assert pushed == [1, 2, 3] == pushed
    assert len(pushed) == 3
    assert (pushed[-1], pushed[0], pushed[1:]) == (3, 1, [2, 3])
    assert list(pushed) == [1, 2, 3]
    assert list(reversed(pushed)) == [3, 2, 1]
    assert repr(pushed) == "[1, 2, 3]"
    assert 2 in pushed
    assert pushed != [1, 2]
    assert pushed != t.cast(object, (1, 2, 3))


def test_depth_is_unlimited_and_release_empties() -> None:
    stack = LocalStack[int]()
    for number in range(200_000):
        stack.push(number)
    assert stack.top == 199_999
    release_local(stack)
    assert stack.top is None


def test_push_costs_the_same_at_any_depth() -> None:
    def calls_of_push(stack: LocalStack[int]) -> int:
        calls = 0

        def count(*event: object) -> None:
            nonlocal calls
            calls += 1

        sys.setprofile(count)
        stack.push(0)
        sys.setprofile(None)
        return calls

    stack = LocalStack[int]()
    stack.push(0)
    shallow = calls_of_push(stack)
    for _ in range(1000):
        stack.push(0)
    assert calls_of_push(stack) == shallow


def test_popping_the_last_item_leaves_nothing_behind() -> None:
    class Thing:
        pass

    state = ContextVar[t.Any]("state")
    stack = LocalStack[Thing](state)
    stack.push(Thing())
    gone = weakref.ref(t.cast(Thing, stack.top))
    stack.pop()
    gc.collect()
    assert gone() is None
    assert state.get() is None


def test_calling_a_stack_gives_a_proxy_to_its_top() -> None:
    stack = LocalStack[t.Any]()
    top, real = stack(), stack("real")
    assert repr(top) == "<LocalProxy unbound>"
    stack.push([1, 2])
    assert top == [1, 2]
    stack.push(7)
    assert top == real == 7
    stack.pop()
    assert top == [1, 2]


# LocalProxy: sources


def test_proxy_finds_its_object_in_every_kind_of_source() -> None:
    local, stack, var = Local(), LocalStack[complex](), ContextVar[complex]("var")
    local.number = 1 + 2j
    stack.push(1 + 2j)
    var.set(1 + 2j)
    sources: list[t.Any] = [stack, var, lambda: 1 + 2j, partial(complex, 1, 2)]
    for source in sources:
        assert LocalProxy(source) == 1 + 2j
        assert LocalProxy(source, "real") == 1.0
    assert LocalProxy(local, "number") == 1 + 2j
    assert LocalProxy(local, "number.real") == 1.0


@pytest.mark.parametrize("make", [LocalProxy, partial(lasting_proxy, RequestStandIn)])
def test_a_new_object_is_found_at_the_next_use(make: t.Any) -> None:
    current: t.Any = 42
    proxy = make(lambda: current)
    assert proxy == 42
    current = [23]
    proxy.append(42)
    assert proxy == current == [23, 42]
    assert proxy._get_current_object() is current


def test_impossible_sources_are_refused() -> None:
    with pytest.raises(TypeError, match="'name' is required when proxying a 'Local' object"):
        LocalProxy(Local())
    with pytest.raises(TypeError, match="Don't know how to proxy '<class 'int'>'"):
        LocalProxy(t.cast(t.Any, 42))


def test_name_that_the_object_lacks_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        LocalProxy(lambda: 42, "nope")._get_current_object()


# LocalProxy: unbound


def not_found() -> t.Any:
    raise RuntimeError("nothing here")


def not_found_otherwise() -> t.Any:
    raise RuntimeError("nothing there")


UNBOUND = {
    "Local": lambda: LocalProxy(Local(), "x", "nothing here"),
    "LocalStack": lambda: LocalProxy(LocalStack(), unbound_message="nothing here"),
    "ContextVar": unbound,
    "callable": lambda: LocalProxy(not_found),
    "callable and message": lambda: LocalProxy(not_found_otherwise, unbound_message="nothing here"),
    "lasting": lambda: lasting_proxy(RequestStandIn, not_found),
}


@pytest.mark.parametrize("make", UNBOUND.values(), ids=UNBOUND)
def test_unbound_proxy_knows_little_and_raises_its_message(make: t.Any) -> None:
    proxy = make()
    assert not proxy
    assert repr(proxy) == "<LocalProxy unbound>"
    assert dir(proxy) == []
    assert not isinstance(proxy, str)
    assert isinstance(proxy, LocalProxy)
    assert (proxy.__bool__(), proxy.__repr__()) == (False, "<LocalProxy unbound>")
    uses: list[t.Any] = [
        len,
        str,
        hash,
        iter,
        copy.copy,
        copy.deepcopy,
        lambda p: p.x,
        lambda p: p + 1,
    ]
    for use in uses:
        with pytest.raises(RuntimeError, match="^nothing here$"):
            use(proxy)
    with pytest.raises(RuntimeError, match="^nothing here$"):
        proxy.x = 1
    with pytest.raises(RuntimeError, match="^nothing here$"):
        del proxy.x


def test_unbound_without_a_message_says_so() -> None:
    with pytest.raises(RuntimeError, match="^object is not bound$"):
        LocalStack[int]()().x


def test_runtime_error_of_the_object_itself_is_not_taken_for_unbound() -> None:
    class Thing:
        @property
        def __doc__(self) -> str:  # type: ignore[override]
            raise RuntimeError("mine")

        def __bool__(self) -> bool:
            raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        bool(proxy_of(Thing()))
    with pytest.raises(RuntimeError, match="mine"):
        proxy_of(Thing()).__doc__


# LocalProxy: attributes


def test_documentation_is_the_objects_and_the_class_has_its_own() -> None:
    assert proxy_of(len).__doc__ == len.__doc__
    assert unbound().__doc__ == LocalProxy.__doc__
    assert LocalProxy.__doc__ is not None
    lasting = lasting_proxy(RequestStandIn, not_found)
    assert LocalProxy.__name__ == type(lasting).__name__ == "LocalProxy"
    assert "source" in inspect.signature(LocalProxy).parameters


def test_wrapped_is_the_objects_or_the_source_of_an_unbound_proxy() -> None:
    def undecorated() -> None: ...

    proxy = proxy_of(type("Decorated", (), {"__wrapped__": undecorated}))
    assert proxy.__wrapped__ is undecorated
    assert not hasattr(proxy_of(42), "__wrapped__")
    assert LocalProxy(not_found).__wrapped__ is not_found
    assert inspect.unwrap(LocalProxy(not_found)) is not_found


def test_parametrised_construction_leaves_the_object_alone() -> None:
    class Thing:
        pass

    thing = Thing()
    assert LocalProxy[Thing](lambda: thing)._get_current_object() is thing
    assert LocalProxy[Thing](not_found)._get_current_object is not_found
    assert vars(thing) == {}


def test_proxies_of_proxies() -> None:
    inner = proxy_of([1])
    outer = proxy_of(inner)
    assert outer == [1]
    assert outer._get_current_object() is inner
    assert isinstance(outer, list)


def test_an_attribute_costs_two_python_calls() -> None:
    proxy: LocalProxy[str] = LocalProxy(lambda: "text")
    calls: list[str] = []

    def count(frame: t.Any, event: str, arg: object) -> None:
        if event == "call":
            calls.append(frame.f_code.co_name)

    sys.setprofile(count)
    proxy.upper
    sys.setprofile(None)
    assert calls == ["__getattribute__", "<lambda>"]


def test_proxy_follows_the_context_it_is_used_in() -> None:
    var = ContextVar[str]("var")
    proxy = LocalProxy(var)
    other = contextvars.copy_context()
    other.run(var.set, "there")
    var.set("here")
    assert (proxy.upper(), other.run(lambda: proxy.upper())) == ("HERE", "THERE")
