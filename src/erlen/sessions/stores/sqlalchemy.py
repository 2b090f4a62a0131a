"""Sessions in an SQL database, through SQLAlchemy: SQLite, PostgreSQL, MariaDB and MySQL."""

from __future__ import annotations

import collections.abc as cabc
import contextlib
import datetime as dt
import threading
import time
import typing as t

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ..failures import SessionTooLarge, StoreError
from .base import Held, Record, UpdatingStore
from .records import RecordReader, pack_record
from .sql_engine import make_table, source_of_engine, sqlite_file
from .sql_lock import hold_lock, sqlite_locks

if t.TYPE_CHECKING:
    from ..serialization import Serializer
    from .settings import Settings

_T = t.TypeVar("_T")
_Function = cabc.Callable[[Record | None], Record | None]
_TRIES = 4
_PORTION = 1000


class SQLAlchemyStore(UpdatingStore):
    """``SESSION_TYPE = "sqlalchemy"``: a row a session, changed in a transaction that locks it.

    The table is Flask-Session's, with an index on ``expiry``; it is made when it is missing.
    Rows do not go by themselves: run ``erlen sessions prune`` now and then.

    :param database: a URL, an Engine, or an object with an ``engine``, as SQLAlchemy extensions
        for Flask have it.
    """

    def __init__(
        self,
        database: t.Any,
        serializer: Serializer,
        *,
        prefix: str = "session:",
        timeout: float = 0.5,
        table: str = "sessions",
        schema: str | None = None,
        bind_key: str | None = None,
        sequence: str | None = None,
    ) -> None:
        self._engine_of = source_of_engine(database, timeout, bind_key)
        self._reader = RecordReader(serializer)
        self._prefix = prefix
        self._table = make_table(table, schema, sequence)
        self._is_ready = False
        self._preparing = threading.Lock()
        columns = self._table.c
        self._select = sa.select(columns.data, columns.expiry).where(
            columns.session_id == sa.bindparam("key")
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> SQLAlchemyStore:
        config = settings.app.config
        database = config.get("SESSION_SQLALCHEMY")
        if database is None:
            database = config.get("SQLALCHEMY_DATABASE_URI")
        if database is None:
            raise ValueError(
                "SESSION_SQLALCHEMY is not set. Give a database URL, an Engine, or the SQLAlchemy"
                " object of the application."
            )
        return cls(
            database,
            settings.serializer,
            prefix=settings.prefix,
            timeout=settings.timeout,
            table=config.get("SESSION_SQLALCHEMY_TABLE", "sessions"),
            schema=config.get("SESSION_SQLALCHEMY_SCHEMA"),
            bind_key=config.get("SESSION_SQLALCHEMY_BIND_KEY"),
            sequence=config.get("SESSION_SQLALCHEMY_SEQUENCE"),
        )

    # Connections

    def _run(self, function: cabc.Callable[[sa.Connection], _T]) -> _T:
        """Call *function* with a connection that commits each statement by itself.

        It is called again after a deadlock, and when the connection turns out to be broken: what
        is done here may be done twice.
        """
        tries = 0
        while True:
            tries += 1
            try:
                engine = self._engine_of()
                self._prepare(engine)
                with engine.connect() as connection:
                    return function(connection)
            except SQLAlchemyError as exc:
                if tries == _TRIES or not _may_be_tried_again(exc):
                    raise _failure(exc) from exc

    def _prepare(self, engine: sa.Engine) -> None:
        """Make the table, and the index where Flask-Session made the table without it."""
        if self._is_ready:
            return
        with self._preparing:
            table = self._table
            if not sa.inspect(engine).has_table(table.name, schema=table.schema):
                try:
                    table.create(engine, checkfirst=True)
                except DBAPIError:  # another process was quicker
                    if not sa.inspect(engine).has_table(table.name, schema=table.schema):
                        raise
            else:
                self._add_missing_index(engine)
            self._is_ready = True

    def _add_missing_index(self, engine: sa.Engine) -> None:
        table = self._table
        indexes = sa.inspect(engine).get_indexes(table.name, schema=table.schema)
        if not any(index["column_names"] == ["expiry"] for index in indexes):
            for index in table.indexes:
                with contextlib.suppress(DBAPIError):  # another process was quicker
                    index.create(engine)

    # The seam

    def load(self, id: str) -> Record | None:
        return self._run(lambda connection: self._load(connection, id))

    def _load(self, connection: sa.Connection, id: str, *, locks: bool = False) -> Record | None:
        select = self._select.with_for_update() if locks else self._select
        row = connection.execute(select, {"key": self._prefix + id}).first()
        if row is None or row.expiry is None or row.data is None:
            return None
        expires = row.expiry.replace(tzinfo=dt.UTC).timestamp()
        return self._reader.read(bytes(row.data), expires) if expires > time.time() else None

    def create(self, id: str, record: Record) -> None:
        self._run(lambda connection: self._create(connection, id, record))

    def _create(self, connection: sa.Connection, id: str, record: Record) -> None:
        connection.execute(self._table.insert(), self._row(id, record))

    def update(self, id: str, function: _Function) -> None:
        self._run(lambda connection: self._update(connection, id, function))

    def _update(self, connection: sa.Connection, id: str, function: _Function) -> None:
        with self._transaction(connection):
            self._update_inside(connection, id, function)

    def _update_inside(self, connection: sa.Connection, id: str, function: _Function) -> None:
        """Do it within a transaction that has begun."""
        newest = self._load(connection, id, locks=True)
        self._replace(connection, id, newest, function(newest))

    @contextlib.contextmanager
    def _transaction(self, connection: sa.Connection) -> cabc.Iterator[None]:
        """Begin and commit by hand, on a connection that otherwise commits each statement."""
        with contextlib.ExitStack() as stack:
            file = sqlite_file(connection.engine.url)
            if file is not None:
                # SQLite makes waiting writers try again and again, and some never get their
                # turn when there are many; this queue is the system's.
                stack.enter_context(sqlite_locks(file).brief("writers"))
            # SQLite locks the file, not the row, and has to do so before it reads.
            is_sqlite = connection.dialect.name == "sqlite"
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE" if is_sqlite else "BEGIN")
                yield
            except BaseException:
                with contextlib.suppress(SQLAlchemyError):
                    connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT")

    def _replace(
        self, connection: sa.Connection, id: str, old: Record | None, new: Record | None
    ) -> None:
        if new is old:
            return
        table = self._table
        is_this = table.c.session_id == self._prefix + id
        if new is None:
            connection.execute(table.delete().where(is_this))
        else:
            connection.execute(table.update().where(is_this), self._row(id, new))

    def _row(self, id: str, record: Record) -> dict[str, t.Any]:
        return {
            "session_id": self._prefix + id,
            "data": pack_record(record),
            "expiry": _as_date(record.expires),
        }

    @contextlib.contextmanager
    def lock(self, id: str, timeout: float) -> cabc.Iterator[Held]:
        stack = contextlib.ExitStack()
        with _translated():
            engine = self._engine_of()
            self._prepare(engine)
            connection = stack.enter_context(hold_lock(engine, self._prefix + id, timeout))
        try:
            yield Held(self if connection is None else _OneConnection(self, connection), None)
        finally:
            with _translated():  # where the lock is a transaction, this commits it
                stack.close()

    def close(self) -> None:
        self._engine_of().dispose()

    def prune(self) -> int:
        pruned = 0
        while True:  # in portions, so that no transaction and no lock is long
            portion = self._run(self._prune_portion)
            pruned += portion
            if portion < _PORTION:
                return pruned

    def _prune_portion(self, connection: sa.Connection) -> int:
        table = self._table
        expired = table.c.expiry <= _as_date(time.time())
        ids = connection.scalars(sa.select(table.c.id).where(expired).limit(_PORTION)).all()
        # Asked again: a session may have been extended between the two.
        return connection.execute(table.delete().where(table.c.id.in_(ids), expired)).rowcount


class _OneConnection(UpdatingStore):
    """The store on the connection that holds a lock: no second one, which might have to wait."""

    def __init__(self, store: SQLAlchemyStore, connection: sa.Connection) -> None:
        self._whole = store
        self._connection = connection

    def load(self, id: str) -> Record | None:
        with _translated():
            return self._whole._load(self._connection, id)

    def create(self, id: str, record: Record) -> None:
        with _translated():
            self._whole._create(self._connection, id, record)

    def update(self, id: str, function: _Function) -> None:
        with _translated():
            if self._connection.dialect.name == "postgresql":  # the lock's transaction is this one
                self._whole._update_inside(self._connection, id, function)
            else:
                self._whole._update(self._connection, id, function)


@contextlib.contextmanager
def _translated() -> cabc.Iterator[None]:
    try:
        yield
    except SQLAlchemyError as exc:
        raise _failure(exc) from exc


def _as_date(seconds: float) -> dt.datetime:
    """Return the time without a zone, in UTC, as Flask-Session has it."""
    return dt.datetime.fromtimestamp(seconds, dt.UTC).replace(tzinfo=None)


def _may_be_tried_again(exc: SQLAlchemyError) -> bool:
    if not isinstance(exc, DBAPIError):
        return False
    code = getattr(exc.orig, "sqlstate", None) or (getattr(exc.orig, "args", None) or [None])[0]
    return bool(exc.connection_invalidated) or code in ("40001", "40P01", 1205, 1213)


def _failure(exc: SQLAlchemyError) -> Exception:
    code = (getattr(getattr(exc, "orig", None), "args", None) or [None])[0]
    if code == 1406:  # "Data too long for column"
        return SessionTooLarge(
            "The session does not fit into the column 'data' of the sessions' table. A table that"
            " Flask-Session made on MariaDB or MySQL holds 64 KB:"
            " ALTER TABLE sessions MODIFY data MEDIUMBLOB;"
        )
    return StoreError(f"SQL: {type(exc).__name__}: {getattr(exc, 'orig', None) or exc}")
