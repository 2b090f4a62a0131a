from __future__ import annotations

import gc

import pytest

from erlen._core.teardown import run_all


def test_every_function_gets_the_exception() -> None:
    got: list[BaseException | None] = []
    exc = ValueError("the request's")
    run_all([got.append, got.append], exc)
    run_all([got.append], None)
    assert got == [exc, exc, None]


def test_one_that_fails_does_not_keep_the_others_from_running() -> None:
    ran: list[str] = []

    def fail(exc: BaseException | None) -> None:
        ran.append("failed")
        raise ValueError("first")

    def fail_too(exc: BaseException | None) -> None:
        ran.append("failed too")
        raise KeyError("second")

    with pytest.raises(ValueError, match="first") as raised:
        run_all([fail, fail_too, lambda exc: ran.append("ran")], None)
    assert ran == ["failed", "failed too", "ran"]
    assert raised.value.__notes__ == ["Another function failed after this one: KeyError('second')"]


def test_what_stops_the_process_is_not_held_up() -> None:
    ran: list[str] = []

    def stop(exc: BaseException | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_all([stop, lambda exc: ran.append("ran")], None)
    assert ran == []


def test_a_failure_leaves_no_cycle() -> None:
    def fail(exc: BaseException | None) -> None:
        raise ValueError

    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            try:
                run_all([fail, fail], None)
            except ValueError:
                pass
        assert gc.collect() == 0
    finally:
        gc.enable()
