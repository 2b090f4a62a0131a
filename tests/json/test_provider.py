from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import json
import threading
import typing as t
import uuid

import pytest

from erlen import Erlen
from erlen.json.provider import DefaultJSONProvider, JSONProvider
from erlen.json.tag import TaggedJSONSerializer


@dataclasses.dataclass
class Point:
    x: int
    y: int


class Html:
    def __html__(self) -> str:
        return "<p>"


@pytest.mark.parametrize(
    "value, text",
    [
        (dt.datetime(1973, 3, 11, 6, 30, 45), '"Sun, 11 Mar 1973 06:30:45 GMT"'),
        (dt.date(1975, 1, 5), '"Sun, 05 Jan 1975 00:00:00 GMT"'),
        (decimal.Decimal("0.003"), '"0.003"'),
        (uuid.UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (Point(1, 2), '{"x": 1, "y": 2}'),
        (Html(), '"<p>"'),
    ],
)
def test_types_beyond_json(app: Erlen, value: t.Any, text: str) -> None:
    assert app.json.dumps(value) == text


@pytest.mark.parametrize("value", [object(), {1, 2}, Point, b"x"])
def test_an_unknown_type_is_an_error_that_names_it(app: Erlen, value: t.Any) -> None:
    with pytest.raises(TypeError, match=f"type {type(value).__name__} is not JSON serializable"):
        app.json.dumps(value)


def test_settings_changed_later_take_effect(app: Erlen) -> None:
    provider = t.cast(DefaultJSONProvider, app.json)
    assert provider.dumps({"b": "é", "a": 1}) == '{"a": 1, "b": "\\u00e9"}'
    provider.sort_keys = False
    assert provider.dumps({"b": "é", "a": 1}) == '{"b": "\\u00e9", "a": 1}'
    provider.ensure_ascii = False
    assert provider.dumps({"b": "é", "a": 1}) == '{"b": "é", "a": 1}'
    provider.default = lambda o: "?"
    assert provider.dumps([object()]) == '["?"]'


def test_settings_changed_on_the_class_take_effect(
    app: Erlen, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app.json.dumps({"b": 1, "a": 2}) == '{"a": 2, "b": 1}'
    monkeypatch.setattr(DefaultJSONProvider, "sort_keys", False)
    assert app.json.dumps({"b": 1, "a": 2}) == '{"b": 1, "a": 2}'


def test_default_may_be_a_method_of_a_subclass(app: Erlen) -> None:
    class Provider(DefaultJSONProvider):
        mark = "!"

        def default(self, o: t.Any) -> t.Any:
            return self.mark

    provider = Provider(app)
    assert provider.dumps([object()]) == '["!"]'
    provider.mark = "?"
    assert provider.dumps([object()]) == '["?"]'


@pytest.mark.parametrize(
    "kwargs",
    [{}, {"indent": 1}, {"separators": (",", ":")}, {"sort_keys": False}, {"skipkeys": True}],
)
def test_keywords_reach_the_library(app: Erlen, kwargs: dict[str, t.Any]) -> None:
    value = {"b": [1, {"x": None}], "a": "é"}
    assert app.json.dumps(value, **kwargs) == json.dumps(value, **{"sort_keys": True, **kwargs})


def test_keys_must_be_of_one_type_to_be_sorted(app: Erlen) -> None:
    with pytest.raises(TypeError, match="not supported between"):
        app.json.dumps({1: 1, "a": 2})


@pytest.mark.parametrize(
    "compact, debug, body",
    [
        (None, False, b'{"a":[1]}\n'),
        (True, True, b'{"a":[1]}\n'),
        (None, True, b'{\n  "a": [\n    1\n  ]\n}\n'),
        (False, False, b'{\n  "a": [\n    1\n  ]\n}\n'),
    ],
)
def test_responses_are_compact_unless_debugging(
    app: Erlen, compact: bool | None, debug: bool, body: bytes
) -> None:
    provider = t.cast(DefaultJSONProvider, app.json)
    provider.compact = compact
    app.debug = debug
    assert provider.response({"a": [1]}).get_data() == body
    assert provider.response_parts({"a": [1]})[0] == body


def test_the_mimetype_is_a_setting(app: Erlen) -> None:
    provider = t.cast(DefaultJSONProvider, app.json)
    provider.mimetype = "application/vnd.api+json"
    assert provider.response(1).mimetype == "application/vnd.api+json"


@pytest.mark.parametrize("value", [float("nan"), {"x": [float("inf")]}, [float("-inf")]])
def test_no_response_carries_what_is_no_json(app: Erlen, value: t.Any) -> None:
    provider = t.cast(DefaultJSONProvider, app.json)
    with pytest.raises(ValueError, match="NaN or an infinity"):
        provider.response(value)
    with pytest.raises(ValueError, match="NaN or an infinity"):
        provider.response_parts(value)
    provider.allow_nan = True
    assert provider.response(value).get_data() == provider.response_parts(value)[0]


def test_an_own_dumps_makes_the_body(app: Erlen) -> None:
    class Provider(DefaultJSONProvider):
        def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
            return super().dumps({"data": obj}, **kwargs)

    provider = Provider(app)
    assert provider.response(1).get_data() == b'{"data":1}\n'
    assert provider.response_parts(1)[0] == b'{"data":1}\n'


def test_an_own_response_is_not_passed_by(app: Erlen, monkeypatch: pytest.MonkeyPatch) -> None:
    class Provider(DefaultJSONProvider):
        def response(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
            return super().response({"data": args})

    assert Provider(app).response_parts(1) == (None, None)
    monkeypatch.setattr(app.json, "response", lambda *args: None)
    assert t.cast(DefaultJSONProvider, app.json).response_parts(1) == (None, None)


def test_what_is_put_on_an_instance_is_asked(app: Erlen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.json, "dumps", lambda obj, **layout: "own")
    monkeypatch.setattr(app.json, "loads", lambda text: "read")
    serializer = TaggedJSONSerializer()
    with app.test_request_context("/", method="POST", json={}) as ctx:
        assert app.json.response(1).get_data() == b"own\n"
        assert (serializer.dumps({}), serializer.loads("{}")) == ("own", "read")
        assert ctx.request.get_json() == "read"


def test_a_setting_may_be_a_property(app: Erlen) -> None:
    class Provider(DefaultJSONProvider):
        sorts = True

        @property
        def sort_keys(self) -> bool:  # type: ignore[override]
            return self.sorts

    provider = Provider(app)
    assert provider.dumps({"b": 1, "a": 2}) == '{"a": 2, "b": 1}'
    provider.sorts = False
    assert provider.dumps({"b": 1, "a": 2}) == '{"b": 1, "a": 2}'


def test_a_provider_needs_only_dumps_and_loads(app: Erlen) -> None:
    class Provider(JSONProvider):
        def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
            return repr(obj)

    response = Provider(app).response(1, 2)
    assert (response.get_data(), response.mimetype) == (b"(1, 2)", "application/json")
    with pytest.raises(NotImplementedError):
        JSONProvider(app).dumps(1)
    with pytest.raises(NotImplementedError):
        JSONProvider(app).loads("1")


def test_the_provider_does_not_keep_its_application() -> None:
    provider = Erlen(__name__).json
    with pytest.raises(ReferenceError):
        provider._app.name


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


def test_json_may_be_nested_as_deep_as_the_limit(app: Erlen) -> None:
    assert app.json.loads(nested(512))
    with pytest.raises(ValueError, match="deeper than 512 levels"):
        app.json.loads(nested(513))
    with pytest.raises(ValueError, match="deeper than 512 levels"):
        app.json.loads(('{"a":' * 513 + "1" + "}" * 513).encode("utf-16"))


def test_the_limit_of_nesting_is_a_setting(app: Erlen) -> None:
    app.config["JSON_MAX_DEPTH"] = 2
    assert app.json.loads('[[1], "[[[[", {"a": "\\"[[["}]')
    with pytest.raises(ValueError, match="JSON_MAX_DEPTH"):
        app.json.loads("[[[]]]")
    app.config["JSON_MAX_DEPTH"] = None
    assert app.json.loads("[[[]]]") == [[[]]]
    with pytest.raises(ValueError, match="too deep"):
        app.json.loads(nested(100_000))


def test_the_search_for_depth_is_linear(app: Erlen) -> None:
    started = dt.datetime.now()
    for text in ("[" * 600 + '"' + '\\"' * 500_000, '"[{' * 300_000, "[" * 1_000_000):
        with pytest.raises(ValueError):
            app.json.loads(text)
    assert dt.datetime.now() - started < dt.timedelta(seconds=3)


@pytest.mark.parametrize("text", ["", "[", "nope", b"\xff", "\ufeff[]", "1 2"])
def test_what_is_no_json_is_a_value_error(app: Erlen, text: str | bytes) -> None:
    with pytest.raises(ValueError):
        app.json.loads(text)


def test_threads_may_write_the_same_object_at_the_same_time(app: Erlen) -> None:
    value = {"rows": [{"id": n, "tags": ["a", "b"]} for n in range(200)]}
    expected = json.dumps(value, sort_keys=True)
    wrong: list[object] = []

    def work() -> None:
        for _ in range(50):
            text = app.json.dumps(value)
            if text != expected:
                wrong.append(text)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_an_error_of_the_values_own_is_passed_on(app: Erlen) -> None:
    class Broken:
        def __html__(self) -> str:
            raise ValueError("no page")

    with pytest.raises(ValueError, match="^no page$"):
        app.json.response([Broken()])
