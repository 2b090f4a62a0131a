"""``pool``: the extension object."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import os
import threading
import typing as t
import weakref

from ..ctx import has_app_context
from ..globals import app_ctx, current_app
from .lenders import LENDERS, Lender
from .options import Options, read_options

if t.TYPE_CHECKING:
    from ..app import Erlen
    from ..ctx import AppContext
    from .connection import Connection
    from .holders import Holder
    from .lenders import PoolStats


class Pool:
    """A pool of DB-API connections for one application or several: ``pool = Pool(app)``.

    Nothing is opened before the first use, in each process anew, so that a server may load the
    application before it forks.

    :param prefix: of the settings in the configuration. A second pool needs another one.
    :param settings: the settings as arguments, in small letters: ``maxconnections=6``. The
        configuration goes before them. All others are for the driver's ``connect()``:
        ``host="127.0.0.1"``.
    """

    def __init__(
        self, app: Erlen | None = None, *, prefix: str = "DBPOOL_", **settings: t.Any
    ) -> None:
        self.prefix = prefix
        self._settings = settings
        self._mutex = threading.Lock()
        self._options: weakref.WeakKeyDictionary[Erlen, Options] = weakref.WeakKeyDictionary()
        self._lenders: weakref.WeakKeyDictionary[Erlen, Lender] = weakref.WeakKeyDictionary()
        # Keyed by the context itself: a number like `id()` may come back for another one.
        self._lent: weakref.WeakKeyDictionary[AppContext, Connection]
        self._lent = weakref.WeakKeyDictionary()
        _pools.add(self)
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Erlen) -> t.Self:
        """Read the configuration of *app*, and give connections back when its contexts end.

        Raises ``ValueError``, ``TypeError`` or ``ModuleNotFoundError`` for settings that cannot
        work; they name the setting.
        """
        pools: dict[str, Pool] = app.extensions.setdefault("dbpool", {})
        for prefix in pools:
            if prefix.startswith(self.prefix) or self.prefix.startswith(prefix):
                raise RuntimeError(
                    f"The application {app.name!r} has a pool with the prefix {prefix!r} already,"
                    f" and a setting for {self.prefix!r} could be meant for either. Give the"
                    " second pool a prefix that begins otherwise: Pool(prefix='REPORTS_DB_')."
                )
        self._options[app] = read_options(app, self.prefix, self._settings)
        pools[self.prefix] = self
        app.teardown_appcontext(self._teardown)
        return self

    # Connections

    def connection(self) -> Connection:
        """Return the connection of the current request, taken from the pool at first use.

        The same holds for an application context that is not a request's. Both give it back when
        they end. Outside of a context each call takes a connection, to be given back with
        ``close()`` or the end of a ``with`` block.

        What is not committed is rolled back when a connection goes back. Raises
        :class:`PoolExhausted` when there is none, or what the driver raises when it cannot
        connect.
        """
        lender = self._lender()
        if not has_app_context():
            return lender.lend(shareable=True)
        context = _current_context()
        found = self._lent.get(context)
        if found is None or found.closed:
            found = self._lent[context] = lender.lend(shared=True)
        return found

    def dedicated_connection(self) -> Connection:
        """Take a connection that is not the request's, for work that ends on its own.

        It has to be given back: ``with pool.dedicated_connection() as connection:``.
        """
        return self._lender().lend()

    @contextlib.contextmanager
    def cursor(self) -> cabc.Iterator[t.Any]:
        """Open a cursor with dictionary rows, on what :meth:`connection` returns, for a block.

        Nothing is committed: that is ``pool.connection().commit()`` in a request, and
        :meth:`transaction` everywhere.
        """
        with self._borrowed() as connection, contextlib.closing(connection.dict_cursor()) as cursor:
            yield cursor

    @contextlib.contextmanager
    def transaction(self) -> cabc.Iterator[t.Any]:
        """As :meth:`cursor`; commit at the end of the block, or roll back after an exception.

        In a request, what its connection did before the block and did not commit is committed
        with it. Raises ``RuntimeError`` inside another such block of the same connection.
        """
        with self._borrowed() as connection, connection._block():
            with contextlib.closing(connection.dict_cursor()) as cursor:
                yield cursor

    @contextlib.contextmanager
    def _borrowed(self) -> cabc.Iterator[Connection]:
        connection = self.connection()
        try:
            yield connection
        finally:
            if not connection.is_shared:
                connection.close()

    # The pool

    def stats(self) -> PoolStats:
        """Return what the current application's pool has and does, in this process."""
        return self._lender().stats()

    def holders(self) -> list[Holder]:
        """Return who has a connection now, the one who has it longest first."""
        return self._lender().holders()

    def close(self) -> None:
        """Close all connections of the current application, those that are lent included.

        The next use opens a new pool.
        """
        app = self._app()
        with self._mutex:
            lender = self._lenders.pop(app, None)
        if lender is not None:
            lender.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.prefix}*>"

    def _app(self) -> Erlen:
        if has_app_context():
            app: Erlen = current_app._get_current_object()  # type: ignore[attr-defined]
            if app in self._options:
                return app
            raise RuntimeError(
                f"The current application {app.name!r} is not registered with this pool"
                f" ({self.prefix}*). Call 'pool.init_app(app)' with it."
            )
        apps = list(self._options)
        if len(apps) == 1:
            return apps[0]
        raise RuntimeError(
            f"This pool ({self.prefix}*) has {len(apps)} applications, and none of them is the"
            " current one. " + _mend(len(apps))
        )

    def _lender(self) -> Lender:
        app = self._app()
        with self._mutex:
            lender = self._lenders.get(app)
            if lender is None:
                options = self._options[app]
                lender = self._lenders[app] = LENDERS[options.mode](options)
        return lender

    def _teardown(self, exc: BaseException | None) -> None:
        connection = self._lent.pop(_current_context(), None)
        if connection is not None:
            connection.close()

    def _after_fork(self) -> None:
        self._mutex = threading.Lock()
        for lender in self._lenders.values():
            lender.abandon()
        self._lenders.clear()


def _current_context() -> AppContext:
    context: AppContext = app_ctx._get_current_object()  # type: ignore[attr-defined]
    return context


def _mend(count: int) -> str:
    if count:
        return "Use it in a request, or in 'with app.app_context():'."
    return "Call 'pool.init_app(app)' first."


_pools: weakref.WeakSet[Pool] = weakref.WeakSet()


def _after_fork() -> None:
    for pool in list(_pools):
        pool._after_fork()


# A system without fork has nothing to register.
getattr(os, "register_at_fork", lambda **_: None)(after_in_child=_after_fork)
