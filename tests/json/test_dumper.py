from __future__ import annotations

import json
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erlen.json.dumper import make_dumper

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner),
    max_leaves=12,
)


@given(VALUES, st.booleans(), st.booleans(), st.sampled_from([(", ", ": "), (",", ":")]))
def test_says_what_json_dumps_says(
    value: t.Any, ensure_ascii: bool, sort_keys: bool, separators: tuple[str, str]
) -> None:
    dump = make_dumper(
        default=str, ensure_ascii=ensure_ascii, sort_keys=sort_keys, separators=separators
    )
    assert dump(value) == json.dumps(
        value, ensure_ascii=ensure_ascii, sort_keys=sort_keys, separators=separators
    )


@given(VALUES)
def test_indents_as_json_dumps_does(value: t.Any) -> None:
    dump = make_dumper(default=str, ensure_ascii=True, sort_keys=True, indent=2)
    assert dump(value) == json.dumps(value, sort_keys=True, indent=2)


def test_a_circle_is_named_and_does_no_harm_to_the_next_value() -> None:
    circle: list[t.Any] = []
    circle.append({"again": circle})
    dump = make_dumper(default=str, ensure_ascii=True, sort_keys=True)
    for _ in range(2):
        with pytest.raises(ValueError, match="Circular reference detected"):
            dump(circle)
    assert dump([1]) == "[1]"


def test_one_object_in_two_places_is_no_circle() -> None:
    shared = {"x": 1}
    dump = make_dumper(default=str, ensure_ascii=True, sort_keys=True)
    assert dump([shared, shared]) == '[{"x": 1}, {"x": 1}]'


def test_works_where_the_interpreter_has_no_accelerator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json.encoder, "c_make_encoder", None)
    dump = make_dumper(default=str, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert dump({"b": [1], "a": "é"}) == '{"a":"é","b":[1]}'
