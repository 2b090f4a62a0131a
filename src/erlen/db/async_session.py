"""The session for coroutines, with engines of its own.

A connection of an asynchronous driver belongs to the event loop in which it was opened, and a
coroutine view has a loop of its own for each request. Hence no connection is kept: the engines
have no pool, unless the configuration gives them one (an application with one loop only). And
a session is closed in the loop in which it was used, when its context ends or when the loop
does, whichever comes first.
"""

from __future__ import annotations

import asyncio
import collections.abc as cabc
import contextlib
import threading
import typing as t
import weakref

import sqlalchemy as sa
import sqlalchemy.pool as sa_pool

from ..globals import current_app
from .engines import SQLITE_PRAGMAS, complete_options, set_pragmas
from .session import ContextRegistry, engine_for

if t.TYPE_CHECKING:
    import sqlalchemy.ext.asyncio as sa_async

    from ..app import Erlen
    from .extension import SQLAlchemy

#: The asynchronous driver to take for a URL with a synchronous one.
DRIVERS: t.Final = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+asyncmy",
    "mariadb": "mariadb+asyncmy",
}
_ASYNC_DRIVERS = ("aiosqlite", "psycopg", "asyncpg", "asyncmy", "aiomysql", "psycopg_async")


class AsyncSessions:
    """The asynchronous sessions and engines of one ``SQLAlchemy``."""

    def __init__(self, db: SQLAlchemy) -> None:
        self._db = db
        self._registry = ContextRegistry(self._make)
        self._guards: weakref.WeakKeyDictionary[sa_async.AsyncSession, Guard]
        self._guards = weakref.WeakKeyDictionary()
        self._engines_of: weakref.WeakKeyDictionary[Erlen, dict[str | None, t.Any]]
        self._engines_of = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()

    def current(self) -> sa_async.AsyncSession:
        """Return the session of the current application context."""
        session = self._registry()
        loop = _running_loop()
        guard = self._guards.get(session)
        if loop is not None and (guard is None or guard.loop is not loop):
            self._guards[session] = Guard(session, loop)
        return session

    def remove(self) -> None:
        """Close the session of the current context, if one was used."""
        session = self._registry.pop()
        guard = self._guards.pop(session, None) if session is not None else None
        if guard is not None:
            guard.close()

    def _make(self) -> sa_async.AsyncSession:
        import sqlalchemy.ext.asyncio as sa_async

        from .session import Session

        engines = self._engines()

        class Routed(Session):
            def get_bind(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
                engine = super().get_bind(*args, **kwargs)
                for key, known in self.engines.items():
                    if known is engine:
                        return engine_for(key, engines)
                return engine

        return sa_async.AsyncSession(sync_session_class=Routed, db=self._db, expire_on_commit=False)

    def _engines(self) -> dict[str | None, t.Any]:
        """Return the engines of the current application: as seen from inside a coroutine."""
        app: Erlen = current_app._get_current_object()  # type: ignore[attr-defined]
        with self._lock:
            found = self._engines_of.get(app)
            if found is None:
                found = {
                    key: make_async_engine(app, key, engine).sync_engine
                    for key, engine in self._db.engines.items()
                }
                self._engines_of[app] = found
        return found


def make_async_engine(app: Erlen, key: str | None, engine: sa.Engine) -> sa_async.AsyncEngine:
    """Make the asynchronous counterpart of *engine*."""
    import sqlalchemy.ext.asyncio as sa_async

    told = (app.config.get("SQLALCHEMY_ASYNC_ENGINES") or {}).get(key or "default", {})
    options = {"url": told} if isinstance(told, str | sa.URL) else dict(told)
    options.setdefault("url", async_url(engine.url))
    options.setdefault("poolclass", sa_pool.NullPool)
    options.setdefault("echo", engine.echo)
    complete_options(app, options)
    made = sa_async.create_async_engine(**options)
    if engine.dialect.name == "sqlite":
        pragmas = app.config.get("SQLALCHEMY_SQLITE_PRAGMAS") or {}
        set_pragmas(made.sync_engine, {**SQLITE_PRAGMAS, **pragmas})
    return made


def async_url(url: sa.URL) -> sa.URL:
    """Return *url* with a driver for coroutines."""
    _, _, driver = url.drivername.partition("+")
    if driver in _ASYNC_DRIVERS:
        return url
    return url.set(drivername=DRIVERS.get(url.get_backend_name(), url.drivername))


class Guard:
    """Sees to it that a session is closed in the event loop in which it is used."""

    #: Those whose session is open: a loop itself keeps weak references only.
    _open: t.ClassVar[set[Guard]] = set()

    def __init__(self, session: sa_async.AsyncSession, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._waiting = self._wait(session)
        # The first step makes the generator known to the loop, which closes it when it ends.
        with contextlib.suppress(StopIteration):
            self._waiting.__anext__().__await__().send(None)
        self._open.add(self)

    async def _wait(self, session: sa_async.AsyncSession) -> cabc.AsyncGenerator[None, None]:
        try:
            yield
        finally:
            try:
                await session.close()
            except asyncio.CancelledError:  # a loop that ends cancels its tasks, this one too
                await session.close()
            finally:
                self._open.discard(self)

    async def _finish(self) -> None:
        await self._waiting.aclose()

    def close(self) -> None:
        """Close the session now, or as soon as the loop, if it is this thread's, goes on."""
        if self.loop.is_closed():
            self._open.discard(self)
        elif self.loop is _running_loop():
            self._task = self.loop.create_task(self._finish())
        elif self.loop.is_running():
            asyncio.run_coroutine_threadsafe(self._finish(), self.loop).result()
        else:
            self.loop.run_until_complete(self._finish())


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
