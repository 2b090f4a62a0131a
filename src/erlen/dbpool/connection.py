"""A connection that a pool has lent."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import typing as t
import weakref

from .drivers import dict_cursor_arguments
from .errors import ConnectionReturned

if t.TYPE_CHECKING:
    from types import TracebackType

    from .holders import Holder
    from .lenders import Lender
    from .steady import SteadyConnection


_set = object.__setattr__


class Connection:
    """A DB-API connection, lent by a pool until :meth:`close`.

    It has the methods of the driver's connection. What is not committed when it is given back is
    rolled back. At the end of a ``with`` block it is given back, unless it is the one that a
    request shares: that one is only rolled back after an exception, and not even that inside of
    ``pool.transaction()``, which does so itself.
    """

    __slots__ = (
        "__weakref__",
        "_cursors",
        "_ended",
        "_handle",
        "_in_block",
        "_lender",
        "_shared",
        "_steady",
        "holder",
    )

    #: Who took it.
    holder: Holder
    _cursors: weakref.WeakSet[t.Any]
    _ended: bool
    _handle: t.Any
    _in_block: bool
    _lender: Lender
    _shared: bool
    _steady: SteadyConnection

    def __init__(
        self, lender: Lender, handle: t.Any, steady: SteadyConnection, holder: Holder, shared: bool
    ) -> None:
        _set(self, "_lender", lender)
        _set(self, "_handle", handle)
        _set(self, "_steady", steady)
        _set(self, "_shared", shared)
        _set(self, "_cursors", weakref.WeakSet())
        _set(self, "_ended", False)
        _set(self, "_in_block", False)
        _set(self, "holder", holder)

    @property
    def closed(self) -> bool:
        """Whether the connection was given back."""
        return self._ended or self._lender.abandoned

    @property
    def dbapi_connection(self) -> t.Any:
        """The driver's own connection. What is set there stays set for the next borrower."""
        return self._driver_connection()

    def cursor(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        """Return a cursor, which is closed with the connection; the arguments are the driver's."""
        steady = self._lent()
        cursor = steady.cursor(*args, **kwargs)
        steady.touch()
        # `pool.connection().cursor()`: the cursor keeps the connection, until it ends with it.
        cursor.connection_lent = self
        self._cursors.add(cursor)
        return cursor

    def dict_cursor(self) -> t.Any:
        """Return a cursor whose rows are dictionaries.

        Raises ``NotImplementedError`` for a driver that the pool does not know.
        """
        options = self._lender.options
        arguments = options.cursor_args
        if arguments is None:
            arguments = dict_cursor_arguments(self._lent()._con, options.prefix)
        return self.cursor(**arguments)

    def begin(self, *args: t.Any, **kwargs: t.Any) -> None:
        """Start a transaction, with the driver's ``begin()`` where it has one."""
        self._lent().begin(*args, **kwargs)

    def commit(self) -> None:
        self._lent().commit()

    def rollback(self) -> None:
        self._lent().rollback()

    def close(self) -> None:
        """Roll back what was not committed and give the connection back to its pool.

        The connection that a request shares is closed for the whole request; the next
        ``pool.connection()`` takes another one. A second call does nothing.
        """
        if not self._ended:
            _set(self, "_ended", True)
            for cursor in list(self._cursors):
                cursor.close()
            self._lender.give_back(self._handle, self._steady)

    @property
    def is_shared(self) -> bool:
        """Whether it is the one connection of a request or application context."""
        return self._shared

    @contextlib.contextmanager
    def _block(self) -> cabc.Iterator[None]:
        """Commit at the end of a block, or roll back after an exception."""
        if self._in_block:
            raise RuntimeError(
                "A transaction is open already on this connection: the inner 'with"
                " pool.transaction()' would commit half of the outer one. Hand the outer cursor"
                " on, or use 'pool.dedicated_connection()' for work of its own."
            )
        _set(self, "_in_block", True)
        try:
            yield
            self.commit()
        except BaseException:
            with contextlib.suppress(Exception):  # the block's exception is the one to see
                self.rollback()
            raise
        finally:
            _set(self, "_in_block", False)

    def _lent(self) -> SteadyConnection:
        if not self.closed:
            return self._steady
        why = "was given back to its pool"
        if self._lender.abandoned:
            why = "belongs to the pool before it was closed, or to the process before a fork"
        raise ConnectionReturned(
            f"This connection {why}; it was taken at {self.holder.place}. Ask anew where you need"
            " it: 'pool.connection()'."
        )

    def _driver_connection(self) -> t.Any:
        steady = self._lent()
        steady.touch()
        return steady._con

    def __getattr__(self, name: str) -> t.Any:
        return getattr(self._driver_connection(), name)

    def __setattr__(self, name: str, value: t.Any) -> None:
        prefix = self._lender.options.prefix
        raise AttributeError(
            f"Setting {name!r} would last beyond this request, for the connection goes to others"
            f" after it. Set it for all of them: {prefix}CONNECT_ARGS, {prefix}SETSESSION. If you"
            f" set it back yourself: 'connection.dbapi_connection.{name} = …'."
        )

    def __enter__(self) -> t.Self:
        self._lent()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if not self._shared:
            self.close()
        elif exc_value is not None and not self.closed and not self._in_block:
            with contextlib.suppress(Exception):  # the block's exception is the one to see
                self.rollback()

    def __del__(self) -> None:
        with contextlib.suppress(Exception):
            self.close()

    def __repr__(self) -> str:
        state = "given back" if self.closed else f"taken at {self.holder.place}"
        return f"<{type(self).__name__} of {self._lender.options.prefix}*, {state}>"
