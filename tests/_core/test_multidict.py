"""The multidict of a request, held against Werkzeug's."""

from __future__ import annotations

import pickle
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import ImmutableMultiDict as WerkzeugsImmutableMultiDict
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequestKeyError

from erlen._core.multidict import filled

NAMES = st.sampled_from(["a", "b", "c", ""])
FIELDS = st.dictionaries(NAMES, st.lists(st.sampled_from(["1", "x", ""]), min_size=1))


@given(FIELDS, NAMES, st.sampled_from([None, int, float, t.cast(t.Any, 7)]))
def test_answers_as_werkzeugs(fields: dict[str, list[str]], name: str, kind: t.Any) -> None:
    ours = filled(fields)
    theirs: WerkzeugsImmutableMultiDict[str, str] = WerkzeugsImmutableMultiDict(fields)
    assert ours.get(name, "none", kind) == theirs.get(name, "none", kind)
    assert ours.getlist(name) == theirs.getlist(name)
    assert ours == theirs
    assert hash(ours) == hash(theirs)


@given(FIELDS, NAMES)
def test_raises_as_werkzeugs(fields: dict[str, list[str]], name: str) -> None:
    if fields.get(name):
        assert filled(fields)[name] == fields[name][0]
    else:
        with pytest.raises(BadRequestKeyError):
            filled(fields)[name]


def test_cannot_be_changed_but_copied_and_pickled() -> None:
    fields = filled({"a": ["1", "2"]})
    with pytest.raises(TypeError, match="immutable"):
        fields["a"] = "3"
    assert type(fields.copy()) is MultiDict
    assert pickle.loads(pickle.dumps(fields)) == fields
    assert repr(fields) == "ImmutableMultiDict([('a', '1'), ('a', '2')])"
