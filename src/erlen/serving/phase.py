"""What a worker is about to do, for the application and for the gate to read."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(slots=True)
class Phase:
    """Set by the thread that obeys the main process, read by all others."""

    #: The server stops: whoever hands out its requests should look for another one.
    draining: bool = False
    #: This worker stops; its connections are closed, each after an answer.
    closing: bool = False


PHASE = Phase()


def is_draining() -> bool:
    """Whether ``erlen serve`` was told to stop and still answers for ``--drain-delay`` seconds.

    A view that tells a load balancer whether to send requests here answers 503 from then on.
    While workers are merely replaced, and under other servers, it is false.
    """
    return PHASE.draining
