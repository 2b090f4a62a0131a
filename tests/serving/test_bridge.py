from __future__ import annotations

import threading

from erlen.serving.bridge import Inline, wait
from tests.serving.exchanges import END, Promise


def test_what_is_to_be_called_soon_is_called_now() -> None:
    called: list[object] = []
    promise = Promise(END)
    Inline().call_soon_threadsafe(called.append, promise, context=None)
    Inline().call_soon(called.append, promise)
    assert called == [promise, promise]


def test_waiting_for_what_another_thread_brings() -> None:
    promise = Promise()
    threading.Timer(0.01, promise.keep, [END]).start()
    assert wait(promise, 10)
    assert wait(promise, 0)


def test_waiting_in_vain() -> None:
    assert not wait(Promise(), 0.01)


def test_what_was_taken_at_once_is_not_waited_for() -> None:
    assert wait(None)
