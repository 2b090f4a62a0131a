"""Writes JSON as one choice of settings has it, prepared once for many values."""

from __future__ import annotations

import collections.abc as cabc
import json
import json.encoder
import typing as t

Default = cabc.Callable[[t.Any], t.Any]


class Dumper:
    """Does what :func:`json.dumps` does with the settings that it was made for."""

    def __init__(
        self,
        default: Default,
        ensure_ascii: bool,
        sort_keys: bool,
        allow_nan: bool = True,
        indent: int | None = None,
        separators: tuple[str, str] = (", ", ": "),
    ) -> None:
        self._default = default
        self._ensure_ascii = ensure_ascii
        self._sort_keys = sort_keys
        self._allow_nan = allow_nan
        self._careful = json.JSONEncoder(
            default=default,
            ensure_ascii=ensure_ascii,
            sort_keys=sort_keys,
            allow_nan=allow_nan,
            indent=indent,
            separators=None if indent is not None else separators,
        )
        make_c_encoder: t.Any = getattr(json.encoder, "c_make_encoder", None)
        self._encode_quickly: t.Any = None
        if indent is None and make_c_encoder is not None:
            encoder = json.encoder
            quote = encoder.encode_basestring_ascii if ensure_ascii else encoder.encode_basestring
            item, key = separators
            # PERF: json.dumps makes an encoder object for each value. Keeping the C one takes a
            # small dict from 2.4 to 0.8 µs (JSONEncoder.encode: 1.6). Its first argument is the
            # table of open containers, which threads must not share: None leaves it out, and
            # with it the search for circles, so that those end in a RecursionError.
            self._encode_quickly = make_c_encoder(
                None, default, quote, None, key, item, sort_keys, False, allow_nan
            )

    def fits(self, default: Default, ensure_ascii: bool, sort_keys: bool, allow_nan: bool) -> bool:
        """Tell whether these are the settings that it was made for."""
        return (
            # A method is another object each time it is read, but an equal one.
            (default is self._default or default == self._default)
            and ensure_ascii is self._ensure_ascii
            and sort_keys is self._sort_keys
            and allow_nan is self._allow_nan
        )

    def dump(self, obj: t.Any) -> str:
        if self._encode_quickly is not None:
            try:
                return "".join(self._encode_quickly(obj, 0))
            except RecursionError:
                pass  # The other one says "Circular reference detected" where it is one.
        return self._careful.encode(obj)
