from __future__ import annotations

import json
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erlen.json.dumper import Dumper

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner),
    max_leaves=12,
)


@given(VALUES, st.booleans(), st.booleans(), st.sampled_from([(", ", ": "), (",", ":")]))
def test_says_what_json_dumps_says(
    value: t.Any, ensure_ascii: bool, sort_keys: bool, separators: tuple[str, str]
) -> None:
    dumper = Dumper(str, ensure_ascii, sort_keys, separators=separators)
    assert dumper.dump(value) == json.dumps(
        value, ensure_ascii=ensure_ascii, sort_keys=sort_keys, separators=separators
    )


@given(VALUES)
def test_indents_as_json_dumps_does(value: t.Any) -> None:
    dumper = Dumper(str, True, True, indent=2)
    assert dumper.dump(value) == json.dumps(value, sort_keys=True, indent=2)


def test_a_circle_is_named_and_does_no_harm_to_the_next_value() -> None:
    circle: list[t.Any] = []
    circle.append({"again": circle})
    dumper = Dumper(str, True, True)
    for _ in range(2):
        with pytest.raises(ValueError, match="Circular reference detected"):
            dumper.dump(circle)
    assert dumper.dump([1]) == "[1]"


def test_one_object_in_two_places_is_no_circle() -> None:
    shared = {"x": 1}
    dumper = Dumper(str, True, True)
    assert dumper.dump([shared, shared]) == '[{"x": 1}, {"x": 1}]'


def test_works_where_the_interpreter_has_no_accelerator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json.encoder, "c_make_encoder", None)
    dumper = Dumper(str, False, True, separators=(",", ":"))
    assert dumper.dump({"b": [1], "a": "é"}) == '{"a":"é","b":[1]}'


class Writer:
    def default(self, obj: t.Any) -> str:
        return "?"


def test_knows_the_settings_that_it_was_made_for() -> None:
    writer = Writer()
    dumper = Dumper(writer.default, True, False, allow_nan=False)
    assert dumper.fits(writer.default, True, False, False)
    assert not dumper.fits(Writer().default, True, False, False)
    assert not dumper.fits(writer.default, False, False, False)
    assert not dumper.fits(writer.default, True, True, False)
    assert not dumper.fits(writer.default, True, False, True)
