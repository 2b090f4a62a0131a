"""The functions of `erlen.json`."""

from __future__ import annotations

import decimal
import io
import typing as t

import pytest

from erlen import Erlen, json
from erlen.json.provider import DefaultJSONProvider


class Shouting(DefaultJSONProvider):
    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        return super().dumps(obj, **kwargs).upper()

    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        return [super().loads(s, **kwargs)]


def test_without_an_application_the_standard_library_answers() -> None:
    assert json.dumps({"b": decimal.Decimal("0.1"), "a": 1}) == '{"b": "0.1", "a": 1}'
    assert json.loads(b"[1, 2]") == [1, 2]


def test_without_an_application_files_are_written_and_read() -> None:
    out = io.StringIO()
    json.dump({"x": (1, 2)}, out)
    assert json.load(io.StringIO(out.getvalue())) == {"x": [1, 2]}


def test_the_applications_provider_answers_in_its_context(app: Erlen) -> None:
    app.json = Shouting(app)
    with app.app_context():
        out = io.StringIO()
        json.dump({"b": 1, "a": 2}, out)
        assert json.dumps("x") == '"X"'
        assert out.getvalue() == '{"A": 2, "B": 1}'
        assert json.loads("1") == [1]
        assert json.load(io.StringIO("2")) == [2]


def test_jsonify_makes_a_response(app: Erlen, app_ctx: None) -> None:
    assert json.jsonify(b=1, a=2).get_data() == b'{"a":2,"b":1}\n'
    assert json.jsonify(1, 2).get_json() == [1, 2]
    assert json.jsonify().get_data() == b"null\n"
    assert json.jsonify([]).mimetype == "application/json"


def test_jsonify_takes_values_or_keywords(app: Erlen, app_ctx: None) -> None:
    with pytest.raises(TypeError, match="either args or kwargs, not both"):
        json.jsonify(1, a=2)


def test_jsonify_outside_of_an_application_says_so() -> None:
    with pytest.raises(RuntimeError, match="Working outside of application context"):
        json.jsonify(1)
