"""A record as one string of bytes, for stores that keep it whole."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

import msgspec

from ..serialization import Serializer, read_flask_session
from .base import Lease, Record

#: Records that Flask-Session wrote have no generation of their own.
FOREIGN = "flask-session"


class _Whole(msgspec.Struct, array_like=True):
    generation: str
    expires: float
    fields: dict[str, bytes]
    token: str = ""
    until: float = 0


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Whole).decode


def pack_record(record: Record) -> bytes:
    """Return the bytes of *record*."""
    lease = record.lease
    return _encode(
        _Whole(
            record.generation,
            record.expires,
            record.fields,
            lease.token if lease else "",
            lease.until if lease else 0,
        )
    )


class RecordReader:
    """Reads records: those of :func:`pack_record`, and sessions that Flask-Session wrote."""

    def __init__(self, serializer: Serializer) -> None:
        self._serializer = serializer

    def read(self, data: bytes, expires: float | None = None) -> Record | None:
        """Return the record; None for bytes that are neither.

        *expires* is what the store says, which knows better than the record.
        """
        try:
            whole = _decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            found = read_flask_session(data)
            return None if found is None else self.adopt(found, expires or 0)
        lease = Lease(whole.token, whole.until) if whole.token else None
        return Record(
            whole.generation, whole.expires if expires is None else expires, whole.fields, lease
        )

    def adopt(self, values: cabc.Mapping[t.Any, t.Any], expires: float) -> Record:
        """Return a record of a session that Flask-Session wrote."""
        dumps = self._serializer.dumps
        fields = {str(key): dumps(value) for key, value in values.items()}
        return Record(FOREIGN, expires, fields)
