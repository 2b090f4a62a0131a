"""Records of sessions, and changes to them."""

from __future__ import annotations

from erlen.sessions.stores.change import Record


def test_records_with_the_same_parts_are_equal_and_show_them() -> None:
    record = Record("3", 5.0, {"a": b"1"}, None)
    assert record == Record("3", 5.0, {"a": b"1"}, None)
    assert record != Record("4", 5.0, {"a": b"1"}, None)
    assert repr(record) == "Record('3', 5.0, {'a': b'1'}, None)"
