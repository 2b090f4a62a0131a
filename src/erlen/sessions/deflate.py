"""zlib for short texts: the bytes of :func:`zlib.compress`, without its big buffers."""

from __future__ import annotations

import zlib

# (up to this many bytes, window bits, memory level). A window and a buffer that hold the whole
# input find the same matches and make the same single block as the biggest ones do.
_SIZES = ((120, 9, 1), (500, 10, 3), (2000, 12, 5))
_HEADER = b"\x78\x9c"


def compress(data: bytes) -> bytes:
    """Return what ``zlib.compress(data)`` returns."""
    # PERF: zlib.compress sets up 256 KB for each call: 53 µs for 60 bytes, in 512 bytes of
    # window 2.9 µs; for 1,000 bytes 61 and 10 µs.
    size = len(data)
    for limit, window_bits, memory_level in _SIZES:
        if size <= limit:
            deflate = zlib.compressobj(6, zlib.DEFLATED, -window_bits, memory_level)
            raw = deflate.compress(data) + deflate.flush()
            return _HEADER + raw + zlib.adler32(data).to_bytes(4, "big")
    return zlib.compress(data)


def can_shrink(data: bytes) -> bool:
    """Tell whether the compressed text may be at least two bytes shorter; False is certain."""
    # PERF: spares the smallest sessions the attempt: 2.9 µs. zlib adds 6 bytes, and to the data
    # at least 22 bits and 8 for each different byte, which must appear once. (Codes of less
    # than 8 bits need a table, which outweighs them in so few bytes.)
    size = len(data)
    return size > _TINY or size > len(set(data)) + 10


_TINY = 28
