"""How many requests of a worker are worked on at once."""

from __future__ import annotations

import queue


class Permits:
    """One for each request that is worked on; one that waits for its client gives its permit back.

    A thread costs little, so every connection may have one. What is scarce is what applications
    hold while they work, such as connections to a database.
    """

    def __init__(self, number: int) -> None:
        # PERF: 0.06 µs to take and give back; threading.Semaphore, written in Python, 2.2 µs.
        free: queue.SimpleQueue[None] = queue.SimpleQueue()
        self.take = free.get
        self.give_back = free.put

        for _ in range(number):
            free.put(None)
