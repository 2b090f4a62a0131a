"""How to serve, and what can be wrong with it."""

from __future__ import annotations

import dataclasses

LOG_LEVELS = ("critical", "error", "warning", "info", "debug")


class ServerError(Exception):
    """The server could not be started; the message says what would mend it."""


@dataclasses.dataclass(frozen=True, slots=True)
class ServerSettings:
    """How to serve; times are in seconds."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    #: The most requests that one worker works on at once.
    threads: int = 32
    #: The most connections that one worker holds at once; further ones wait to be accepted.
    connections: int = 1024
    reload: bool = False
    log_level: str = "info"
    access_log: bool = False
    #: How long the head of a request may take, and how long a connection may be idle.
    header_timeout: int = 30
    #: How long a body, or each `bodies.BLOCK` bytes of a longer one, may take.
    body_timeout: int = 30
    #: How long a server that was told to stop goes on answering, with `is_draining()` true.
    drain_delay: int = 1
    #: How long a worker may take after that to finish what is in flight; 0 waits for ever.
    graceful_timeout: int = 30
    #: Whether a worker that dies is replaced.
    respawn: bool = True
