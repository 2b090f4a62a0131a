"""Sessions in MongoDB, by compare-and-swap."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import time
import typing as t

from pymongo import MongoClient
from pymongo.errors import DocumentTooLarge, PyMongoError

from ..failures import SessionTooLarge, StoreError
from .base import Record
from .records import RecordReader, pack_record
from .swapping import SwappingStore

if t.TYPE_CHECKING:
    from ..serialization import Serializer
    from .settings import Settings


class MongoDBStore(SwappingStore):
    """``SESSION_TYPE = "mongodb"``: a document a session, as Flask-Session lays it out.

    MongoDB removes expired documents by an index on ``expiration``.

    :param client: a ``mongodb://`` URL or a MongoClient. The timeout, in seconds, is for a URL; a
        client has those it was made with.
    """

    def __init__(
        self,
        client: t.Any,
        serializer: Serializer,
        *,
        prefix: str = "session:",
        timeout: float = 0.5,
        db: str = "flask_session",
        collection: str = "sessions",
    ) -> None:
        self._given = client
        self._timeout = timeout
        self._names = (db, collection)
        self._documents: t.Any = None
        self._process = 0
        self._is_indexed = False
        self._reader = RecordReader(serializer)
        self._prefix = prefix

    @classmethod
    def from_settings(cls, settings: Settings) -> MongoDBStore:
        config = settings.app.config
        return cls(
            config.get("SESSION_MONGODB"),
            settings.serializer,
            prefix=settings.prefix,
            timeout=settings.timeout,
            db=config.get("SESSION_MONGODB_DB", "flask_session"),
            collection=config.get("SESSION_MONGODB_COLLECT", "sessions"),
        )

    def _connect(self) -> t.Any:
        """Return the collection, which each process has a client of its own for."""
        if self._documents is None or self._process != os.getpid():
            client = self._given
            if client is None or isinstance(client, str):
                client = _make_client(client, self._timeout)
            db, collection = self._names
            self._documents, self._process = client[db][collection], os.getpid()
        if not self._is_indexed:
            self._documents.create_index("expiration", expireAfterSeconds=0)
            self._documents.create_index("id")
            self._is_indexed = True
        return self._documents

    def _ask(self, command: str, *args: t.Any, **kwargs: t.Any) -> t.Any:
        try:
            return getattr(self._connect(), command)(*args, **kwargs)
        except DocumentTooLarge as exc:
            raise SessionTooLarge("The session is larger than MongoDB's 16 MB.") from exc
        except PyMongoError as exc:
            raise StoreError(f"MongoDB: {type(exc).__name__}: {exc}") from exc

    def _read(self, document: t.Any) -> Record | None:
        if document is None:
            return None
        expires = document["expiration"].replace(tzinfo=dt.UTC).timestamp()
        if expires <= time.time():  # MongoDB looks for these once a minute only
            return None
        return self._reader.read(bytes(document["val"]), expires)

    def close(self) -> None:
        documents, self._documents = self._documents, None
        if documents is not None and (self._given is None or isinstance(self._given, str)):
            documents.database.client.close()

    def create(self, id: str, record: Record) -> None:
        self._ask("insert_one", {"id": self._prefix + id, **_document(record)})

    def find(self, id: str) -> tuple[Record | None, t.Any]:
        document = self._ask("find_one", {"id": self._prefix + id})
        return self._read(document), document

    def swap(self, id: str, version: t.Any, new: Record | None) -> bool:
        # Flask-Session's documents have no version yet; None finds these.
        same = {"_id": version["_id"], "version": version.get("version")}
        if new is None:
            return bool(self._ask("delete_one", same).deleted_count)
        found = self._ask("update_one", same, {"$set": _document(new)})
        return bool(found.matched_count)


def _document(record: Record) -> dict[str, t.Any]:
    return {
        "version": secrets.token_hex(8),
        "val": pack_record(record),
        "expiration": dt.datetime.fromtimestamp(record.expires, dt.UTC),
    }


def _make_client(url: str | None, timeout: float) -> t.Any:
    milliseconds = max(int(timeout * 1000), 1)
    limits = ("serverSelection", "connect", "socket", "waitQueue")
    timeouts: t.Any = {f"{name}TimeoutMS": milliseconds for name in limits}
    return MongoClient(url, **timeouts)
