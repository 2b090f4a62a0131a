from __future__ import annotations

from werkzeug.datastructures import MultiDict
from werkzeug.test import EnvironBuilder

from erlen._core import fields, forms
from erlen.wrappers import Request


def test_pairs_are_gathered_in_whatever_class_is_wanted() -> None:
    pairs = [("a", "1"), ("b", "2"), ("a", "3")]
    usual = forms.gather(pairs, fields.DEFAULT_STORAGE)
    assert usual.to_dict(flat=False) == {"a": ["1", "3"], "b": ["2"]}
    assert fields.is_usual(usual)
    own = forms.gather(pairs, MultiDict)
    assert (type(own), own) == (MultiDict, usual)
    assert not fields.is_usual(own)


class Text(str):
    pass


class TellingRequest(Request):
    mimetype = "multipart/form-data"
    mimetype_params = {"boundary": Text("b")}


def test_a_request_class_tells_the_boundary_in_its_own_kind_of_text() -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--'
    request = TellingRequest(EnvironBuilder(method="POST", data=body).get_environ())
    assert request.form["a"] == "1"
