"""Ways to have many requests at once. Each makes so many of them and returns what was mixed up."""

from __future__ import annotations

import asyncio
import collections.abc as cabc
import random
import sys
import threading
import time
import typing as t

import greenlet

from .application import Config
from .requesting import PATHS, Client

#: Requests that are under way at the same time.
AT_ONCE = 16
_WITHOUT_LOOPS = [path for path in PATHS if path != "/async"]


def in_thread(function: cabc.Callable[[], object]) -> None:
    """Run *function* in a thread of its own, and raise what it raises."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            function()
        except BaseException as exc:
            failures.append(exc)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


def threads(requests: int, seed: int, config: Config) -> Client:
    """Threads that change over every few microseconds."""
    client = Client(lambda: time.sleep(0), in_thread, config)

    def work(number: int) -> None:
        own = random.Random(seed + number)
        for _ in range(requests // AT_ONCE):
            client.make(own)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        workers = [threading.Thread(target=work, args=(number,)) for number in range(AT_ONCE)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    finally:
        sys.setswitchinterval(interval)
    return client


def greenlets(requests: int, seed: int, config: Config) -> Client:
    """Greenlets of one thread, which go on in random order."""
    own = random.Random(seed)
    hub = greenlet.getcurrent()

    def switch() -> None:
        if greenlet.getcurrent() is not hub:
            hub.switch()

    def elsewhere(function: cabc.Callable[[], object]) -> None:
        greenlet.greenlet(function).switch()

    client = Client(switch, elsewhere, config)

    def work() -> None:
        for _ in range(requests // AT_ONCE):
            client.make(own, _WITHOUT_LOOPS)

    running = [greenlet.greenlet(work) for _ in range(AT_ONCE)]
    while running:
        chosen = own.choice(running)
        chosen.switch()
        running = [each for each in running if not each.dead]
    return client


def streams(requests: int, seed: int, config: Config) -> Client:
    """Streams that one thread serves in turn, without anything that keeps them apart."""
    own = random.Random(seed)
    client = Client(lambda: None, lambda function: function(), config)
    under_way: list[t.Iterator[None]] = []
    started = 0
    while started < requests or under_way:
        if started < requests and len(under_way) < AT_ONCE:
            under_way.append(client.steps(own, _WITHOUT_COPIES))
            started += 1
        at = own.randrange(len(under_way))
        try:
            next(under_way[at])
        except StopIteration:
            del under_way[at]
    return client


_WITHOUT_COPIES = ["/stream", "/stream", "/stream", "/everything", "/nested", "/failing"]


def tasks(requests: int, seed: int, config: Config) -> Client:
    """Tasks of one event loop: some serve streams step by step, some wait for a thread."""
    own = random.Random(seed)
    client = Client(lambda: time.sleep(0), in_thread, config)

    async def work(in_threads: bool) -> None:
        for _ in range(requests // AT_ONCE):
            if in_threads:
                await asyncio.to_thread(client.make, own)
            else:
                for _ in client.steps(own, _WITHOUT_LOOPS):
                    await asyncio.sleep(0)

    async def work_at_once() -> None:
        await asyncio.gather(*(work(number % 4 == 0) for number in range(AT_ONCE)))

    asyncio.run(work_at_once())
    return client


def gevents(requests: int, seed: int, config: Config) -> Client:
    """Gevent's greenlets; call it where everything was patched before anything was imported."""
    import gevent

    def elsewhere(function: cabc.Callable[[], object]) -> None:
        gevent.spawn(function).get()

    client = Client(lambda: gevent.sleep(0), elsewhere, config)

    def work(number: int) -> None:
        own = random.Random(seed + number)
        for _ in range(requests // AT_ONCE):
            client.make(own, _WITHOUT_LOOPS)

    gevent.joinall([gevent.spawn(work, number) for number in range(AT_ONCE)], raise_error=True)
    return client


DRIVERS: dict[str, cabc.Callable[[int, int, Config], Client]] = {
    "threads": threads,
    "greenlets": greenlets,
    "streams": streams,
    "tasks": tasks,
    "gevent": gevents,
}
