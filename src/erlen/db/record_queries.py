"""Which queries were made: for the page that is slow, and as a budget in tests."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import dataclasses
import threading
import time
import typing as t

import sqlalchemy as sa
import sqlalchemy.event as sa_event

from ..ctx import has_app_context
from ..globals import g
from .location import location

_Record = cabc.Callable[["QueryInfo"], None]


@dataclasses.dataclass
class QueryInfo:
    """A statement that was sent; times in seconds of ``time.perf_counter``."""

    statement: str | None
    parameters: t.Any
    start_time: float
    end_time: float
    location: str

    @property
    def duration(self) -> float:
        return self.end_time - self.start_time


def get_recorded_queries() -> list[QueryInfo]:
    """Return the queries of this context so far; ``SQLALCHEMY_RECORD_QUERIES`` records them."""
    queries: list[QueryInfo] = g.get("_sqlalchemy_queries", [])
    return queries


def record_in_context(engine: sa.Engine) -> None:
    """Record what *engine* executes for :func:`get_recorded_queries`."""
    _Listener(engine, _keep_in_context).start()


def _keep_in_context(query: QueryInfo) -> None:
    if has_app_context():
        g.setdefault("_sqlalchemy_queries", []).append(query)


class _Listener:
    """Hands every statement that an engine executed to a function."""

    def __init__(self, engine: sa.Engine, record: _Record) -> None:
        self._engine = engine
        self._record = record
        self._started = threading.local()

    def start(self) -> None:
        sa_event.listen(self._engine, "before_cursor_execute", self._before)
        sa_event.listen(self._engine, "after_cursor_execute", self._after)

    def stop(self) -> None:
        sa_event.remove(self._engine, "before_cursor_execute", self._before)
        sa_event.remove(self._engine, "after_cursor_execute", self._after)

    def _before(self, *_: object) -> None:
        self._started.at = time.perf_counter()

    def _after(
        self,
        connection: sa.Connection,
        cursor: t.Any,
        statement: str,
        parameters: t.Any,
        context: t.Any,
        executemany: bool,
    ) -> None:
        end = time.perf_counter()
        start = getattr(self._started, "at", end)
        self._record(QueryInfo(statement, parameters, start, end, location()))


class Recording:
    """The queries made inside ``with db.expect_queries(...)``."""

    def __init__(self) -> None:
        self.queries: list[QueryInfo] = []

    def __len__(self) -> int:
        return len(self.queries)

    def __iter__(self) -> cabc.Iterator[QueryInfo]:
        return iter(self.queries)


@contextlib.contextmanager
def expect_queries(
    engines: cabc.Iterable[sa.Engine], exactly: int | None, most: int | None, least: int | None
) -> cabc.Iterator[Recording]:
    """Record on *engines*; fail when the number of queries is not as expected."""
    recording = Recording()
    listeners = [_Listener(engine, recording.queries.append) for engine in engines]
    for listener in listeners:
        listener.start()
    try:
        yield recording
    finally:
        for listener in listeners:
            listener.stop()
    wish = _unmet_wish(len(recording), exactly, most, least)
    if wish is not None:
        raise AssertionError(_tell(recording, wish))


def _unmet_wish(count: int, exactly: int | None, most: int | None, least: int | None) -> str | None:
    if exactly is not None and count != exactly:
        return f"exactly {exactly}"
    if most is not None and count > most:
        return f"at most {most}"
    if least is not None and count < least:
        return f"at least {least}"
    return None


def _tell(recording: Recording, wish: str) -> str:
    lines = [f"{len(recording)} queries were made, {wish} expected:"]
    for number, query in enumerate(recording, 1):
        statement = " ".join((query.statement or "").split())
        lines.append(f"  {number}. {statement}")
        lines.append(f"     at {query.location}")
    return "\n".join(lines)
