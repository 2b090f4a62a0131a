"""Values of sessions as bytes: msgpack or JSON, with tags for what neither of them knows.

Every value is encoded by itself, so that a change of one key touches that key alone and a request
decodes what it looks at. What was written in one format is read under the other: a value in JSON
begins with a space, and no msgpack of more than one byte does.

There is no pickle, in either direction: whoever can write to the store could run code.
"""

from __future__ import annotations

import abc
import collections.abc as cabc
import datetime as dt
import decimal
import math
import typing as t
import uuid

import msgspec
from markupsafe import Markup

from . import plainness
from .encoding import Encoding
from .failures import UnstorableValue

_Walk = cabc.Callable[[t.Any], t.Any]

_BIG = 2**63


class Tag(t.NamedTuple):
    """A type that gets a tag: its name in JSON, its number in msgpack, and its simple form."""

    name: str
    code: int
    type: type
    simplify: cabc.Callable[[t.Any, Serializer], t.Any]
    restore: cabc.Callable[[t.Any], t.Any]


def _items(value: cabc.Iterable[t.Any], serializer: Serializer) -> list[t.Any]:
    return [serializer.simplify(item) for item in value]


def _in_order(value: cabc.Iterable[t.Any], serializer: Serializer) -> list[t.Any]:
    """Return a set's items, always in the same order: equal sets have equal bytes."""
    return sorted(_items(value, serializer), key=serializer.encode)


def _pairs(value: dict[t.Any, t.Any], serializer: Serializer) -> list[t.Any]:
    return [[serializer.simplify(k), serializer.simplify(v)] for k, v in value.items()]


def _text(value: object, serializer: Serializer) -> str:
    return str(value)


def _iso(value: t.Any, serializer: Serializer) -> str:
    # `fold` tells the two 2:30 of an autumn night apart, and ISO 8601 has no place for it.
    return t.cast(str, value.isoformat()) + ("f" if getattr(value, "fold", 0) else "")


def _restore_iso(cls: t.Any) -> cabc.Callable[[str], t.Any]:
    def restore(text: str) -> t.Any:
        if text.endswith("f"):
            return cls.fromisoformat(text[:-1]).replace(fold=1)
        return cls.fromisoformat(text)

    return restore


def _hex(value: t.Any, serializer: Serializer) -> str:
    return t.cast(str, value.hex() if isinstance(value, bytes) else value.hex)


def _seconds(value: dt.timedelta, serializer: Serializer) -> list[int]:
    return [value.days, value.seconds, value.microseconds]


TAGS: t.Final = (
    Tag("tuple", 1, tuple, _items, tuple),
    Tag("set", 2, set, _in_order, set),
    Tag("frozenset", 3, frozenset, _in_order, frozenset),
    Tag("datetime", 4, dt.datetime, _iso, _restore_iso(dt.datetime)),
    Tag("date", 5, dt.date, _iso, dt.date.fromisoformat),
    Tag("time", 6, dt.time, _iso, _restore_iso(dt.time)),
    Tag("timedelta", 7, dt.timedelta, _seconds, lambda parts: dt.timedelta(*parts)),
    Tag("uuid", 8, uuid.UUID, _hex, uuid.UUID),
    Tag("markup", 9, Markup, _text, Markup),
    Tag("decimal", 10, decimal.Decimal, _text, decimal.Decimal),
    Tag("int", 11, int, _text, int),
    Tag("map", 12, dict, _pairs, dict),
    Tag("bytes", 13, bytes, _hex, bytes.fromhex),
    Tag("float", 14, float, _text, float),
)
_BY_TYPE = {tag.type: tag for tag in TAGS}
_BY_NAME = {tag.name: tag for tag in TAGS}
_BY_CODE = {tag.code: tag for tag in TAGS}
#: Types whose subclasses are kept as if they were these: a defaultdict as a dict.
_BASES = (Markup, str, int, float, bytes, list, dict, tuple, set, frozenset)


def _looks_tagged(value: cabc.Mapping[str, t.Any]) -> bool:
    return len(value) == 1 and next(iter(value)).startswith("$")


def _untag(value: t.Any) -> t.Any:
    kind = type(value)
    if kind is list:
        return [_untag(item) for item in value]
    if kind is not dict:
        return value
    if _looks_tagged(value):
        ((name, simple),) = value.items()
        tag = _BY_NAME.get(name[1:])
        if tag is not None:
            return tag.restore(_untag(simple))
    return {key: _untag(item) for key, item in value.items()}


def _restore_extension(code: int, data: memoryview) -> t.Any:
    return _BY_CODE[code].restore(_decode_msgpack(data))


_decode_msgpack = msgspec.msgpack.Decoder(ext_hook=_restore_extension).decode
_decode_json = msgspec.json.Decoder().decode


def _read_json(data: bytes) -> t.Any:
    return _untag(_decode_json(data))


class Serializer(Encoding, abc.ABC):
    """Makes bytes of a value, and the value of bytes in either format. Threads share it."""

    decode_msgpack = staticmethod(_decode_msgpack)
    decode_json = staticmethod(_read_json)

    @abc.abstractmethod
    def tagged(self, tag: Tag, value: t.Any) -> t.Any:
        """Return the simple form of a value whose type has a tag."""

    @abc.abstractmethod
    def _simplify_dict(self, value: dict[t.Any, t.Any]) -> t.Any:
        """Return a dict in terms of what the format knows."""

    def simplify(self, value: t.Any) -> t.Any:
        """Return *value* in terms of what the format knows."""
        kind = type(value)
        if kind is str or kind is bool or value is None:
            return value
        if kind is list:
            return [self.simplify(item) for item in value]
        if kind is dict:
            return self._simplify_dict(value)
        if kind is int:
            return value if -_BIG <= value < _BIG else self.tagged(_BY_TYPE[int], value)
        return self._simplify_other(kind, value)

    def _simplify_other(self, kind: type, value: t.Any) -> t.Any:
        tag = _BY_TYPE.get(kind)
        if tag is not None:
            return self.tagged(tag, value)
        for base in _BASES:
            if issubclass(kind, base):
                return self.simplify(_as_base(base, value))
        if callable(getattr(kind, "__html__", None)):
            return self.tagged(_BY_TYPE[Markup], value.__html__())
        raise UnstorableValue(
            f"A session cannot keep an object of type {kind.__module__}.{kind.__qualname__}."
            " Keep what identifies it instead, its number or name, or a dict of its parts."
        )


class MsgpackSerializer(Serializer):
    """msgpack; tags are extension types."""

    is_plain = staticmethod(plainness.is_plain_msgpack)
    encode = staticmethod(msgspec.msgpack.Encoder().encode)

    def tagged(self, tag: Tag, value: t.Any) -> t.Any:
        if tag.type is bytes or tag.type is float:  # msgpack knows these
            return value
        return msgspec.msgpack.Ext(tag.code, self.encode(tag.simplify(value, self)))

    def _simplify_dict(self, value: dict[t.Any, t.Any]) -> t.Any:
        for key in value:
            if type(key) is not str and (type(key) is not int or not -_BIG <= key < _BIG):
                return self.tagged(_BY_TYPE[dict], value)
        return {key: self.simplify(item) for key, item in value.items()}


class JSONSerializer(Serializer):
    """JSON, which people can read in the store; a tag is an object ``{"$tuple": […]}``."""

    is_plain = staticmethod(plainness.is_plain_json)

    @staticmethod
    def encode(simple: t.Any) -> bytes:
        return b" " + _encode_json(simple)

    def tagged(self, tag: Tag, value: t.Any) -> t.Any:
        if tag.type is float and math.isfinite(value):
            return value
        return {f"${tag.name}": tag.simplify(value, self)}

    def _simplify_dict(self, value: dict[t.Any, t.Any]) -> t.Any:
        if any(type(key) is not str for key in value) or _looks_tagged(value):
            return self.tagged(_BY_TYPE[dict], value)
        return {key: self.simplify(item) for key, item in value.items()}


def make_serializer(format: str) -> Serializer:
    """Return the serializer for ``SESSION_SERIALIZATION_FORMAT``."""
    kinds = {"msgpack": MsgpackSerializer, "json": JSONSerializer}
    if format not in kinds:
        raise ValueError(
            f"SESSION_SERIALIZATION_FORMAT is {format!r}; it can be 'msgpack' or 'json'."
        )
    return kinds[format]()


def _as_base(base: t.Any, value: t.Any) -> t.Any:
    if issubclass(base, str):  # str() of an Enum is its name, not the text that it is
        return base(str.__str__(value))
    return base(value)


_encode_json = msgspec.json.Encoder().encode


def read_flask_session(data: bytes) -> dict[str, t.Any] | None:
    """Read what Flask-Session 0.8 stored, in msgpack or JSON; None when it is neither."""
    decoders: tuple[_Walk, ...] = (msgspec.msgpack.decode, msgspec.json.decode)
    for decode in decoders:
        try:
            found = decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        if isinstance(found, dict):
            return {str(key): value for key, value in found.items()}
    return None
