from __future__ import annotations

from werkzeug.datastructures import MultiDict

from erlen._core import fields, forms


def test_pairs_are_gathered_in_whatever_class_is_wanted() -> None:
    pairs = [("a", "1"), ("b", "2"), ("a", "3")]
    usual = forms.gather(pairs, fields._DEFAULT_STORAGE)
    assert usual.to_dict(flat=False) == {"a": ["1", "3"], "b": ["2"]}
    assert fields.is_usual(usual)
    own = forms.gather(pairs, MultiDict)
    assert (type(own), own) == (MultiDict, usual)
    assert not fields.is_usual(own)
