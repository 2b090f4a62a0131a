"""How a value becomes bytes, and bytes a value, where there is not more to it.

Cython compiles this where it can (see ``encoding.pxd``).
"""

from __future__ import annotations

import collections.abc as cabc
import typing as t

from .failures import UnstorableValue

#: Levels of a value that are looked through for what needs a tag before it is made of new ones.
_DEEPEST: t.Final = 64


class Encoding:
    """What a serializer does with every value."""

    #: Tells whether a value is made of what the format knows; not when it is deeper than that.
    is_plain: cabc.Callable[[t.Any, int], bool]
    #: Encodes what is plain, or what :meth:`simplify` returned.
    encode: cabc.Callable[[t.Any], bytes]
    decode_msgpack: cabc.Callable[[bytes], t.Any]
    decode_json: cabc.Callable[[bytes], t.Any]

    def dumps(self, value: t.Any) -> bytes:
        """Encode a value; :exc:`UnstorableValue` when there is no way to keep it."""
        try:
            # PERF: 1 KB of lists and dicts takes 3 µs; made of new ones, which the walk for what
            # needs a tag does, 25.
            if self.is_plain(value, _DEEPEST):
                try:
                    return self.encode(value)
                except OverflowError:  # a whole number of more than 64 bits
                    pass
            return self.encode(self.simplify(value))
        except (RecursionError, UnicodeEncodeError) as exc:
            raise UnstorableValue(
                f"The value cannot be kept in a session: {type(exc).__name__}: {exc}"
            ) from None

    def loads(self, data: bytes) -> t.Any:
        """Decode what :meth:`dumps` wrote, in whichever format."""
        if data[0] == 0x20 and len(data) > 1:
            return self.decode_json(data)
        return self.decode_msgpack(data)

    def simplify(self, value: t.Any) -> t.Any:
        """Return *value* in terms of what the format knows."""
        raise NotImplementedError
