from __future__ import annotations

import collections
import datetime
import typing as t
import uuid

import flask.json.tag
import pytest
from hypothesis import given
from markupsafe import Markup

from erlen import Erlen
from erlen.json.provider import DefaultJSONProvider
from erlen.json.tag import JSONTag, PassDict, PassList, TagDict, TaggedJSONSerializer
from tests.sessions.strategies import VALUES


class TagSet(JSONTag):
    __slots__ = ()
    key = " s"

    def check(self, value: t.Any) -> bool:
        return isinstance(value, set)

    def to_json(self, value: t.Any) -> t.Any:
        return [self.serializer.tag(member) for member in sorted(value)]

    def to_python(self, value: t.Any) -> t.Any:
        return set(value)


@given(VALUES)
def test_writes_and_reads_as_flask_does(value: t.Any) -> None:
    ours, theirs = TaggedJSONSerializer(), flask.json.tag.TaggedJSONSerializer()
    text = theirs.dumps(value)
    assert ours.dumps(value) == text
    assert ours.loads(text) == theirs.loads(text)


@pytest.mark.parametrize(
    "value",
    [
        {" t": (1, 2, 3)},
        {" t__": b"a"},
        {" di": " di"},
        {"x": (1, [2, (3,)]), "y": {"z": {" b": b""}}},
        [(1, 2, 3), b"\xff", Markup("<html>"), uuid.UUID(int=7)],
        {" t": 1, "other": 2},
        " t",
        {"a b": '" '},
    ],
)
def test_what_is_written_is_read_back(value: t.Any) -> None:
    serializer = TaggedJSONSerializer()
    assert serializer.loads(serializer.dumps(value)) == value


def test_types_are_kept() -> None:
    serializer = TaggedJSONSerializer()
    markup = serializer.loads(serializer.dumps([Markup("<b>")]))[0]
    assert isinstance(markup, Markup)
    assert serializer.dumps({"a": Markup("<b>")}) == '{"a":{" m":"<b>"}}'


def test_a_time_is_kept_to_the_second() -> None:
    serializer = TaggedJSONSerializer()
    time = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    assert serializer.loads(serializer.dumps({"at": time})) == {"at": time}


def test_a_mark_is_found_however_the_text_is_written() -> None:
    serializer = TaggedJSONSerializer()
    assert serializer.loads('{ "a" : {"\\u0020t" : [1]}}') == {"a": (1,)}
    assert serializer.loads('  [{" t": [1]} ]') == [(1,)]


def test_an_own_tag() -> None:
    serializer = TaggedJSONSerializer()
    serializer.register(TagSet)
    text = serializer.dumps({"ids": {2, 1}})
    assert text == '{"ids":{" s":[1,2]}}'
    assert serializer.loads(text) == {"ids": {1, 2}}


def test_an_own_tag_in_front_comes_before_the_others() -> None:
    class TagOrdered(JSONTag):
        __slots__ = ()
        key = "od"

        def check(self, value: t.Any) -> bool:
            return isinstance(value, collections.OrderedDict)

        def to_json(self, value: t.Any) -> t.Any:
            return [[key, self.serializer.tag(member)] for key, member in value.items()]

        def to_python(self, value: t.Any) -> t.Any:
            return collections.OrderedDict(value)

    serializer = TaggedJSONSerializer()
    serializer.register(TagOrdered, index=0)
    value = {"x": collections.OrderedDict([("b", (1,)), ("a", 2)])}
    back = serializer.loads(serializer.dumps(value))
    assert back == value
    assert isinstance(back["x"], collections.OrderedDict)


def test_an_own_tag_may_take_plain_types() -> None:
    class TagStr(JSONTag):
        __slots__ = ()
        key = " S"

        def check(self, value: t.Any) -> bool:
            return type(value) is str

        def to_json(self, value: t.Any) -> t.Any:
            return value[::-1]

        def to_python(self, value: t.Any) -> t.Any:
            return value[::-1]

    serializer = TaggedJSONSerializer()
    serializer.register(TagStr)
    assert serializer.dumps({"a": "xyz"}) == '{"a":{" S":"zyx"}}'
    assert serializer.loads(serializer.dumps({"a": "xyz"})) == {"a": "xyz"}


def test_a_subclass_may_have_other_tags() -> None:
    class Serializer(TaggedJSONSerializer):
        default_tags: t.ClassVar[list[type[JSONTag]]] = [TagDict, PassDict, TagSet]

    serializer = Serializer()
    assert serializer.loads(serializer.dumps({"a": {1}})) == {"a": {1}}
    assert serializer.dumps({"a": (1,)}) == '{"a":[1]}'


def test_a_key_can_be_taken_only_by_force() -> None:
    serializer = TaggedJSONSerializer()
    serializer.register(TagSet)
    with pytest.raises(KeyError, match="Tag ' s' is already registered"):
        serializer.register(TagSet)
    serializer.register(TagSet, force=True, index=0)
    assert serializer.order[0] is serializer.tags[" s"]


def test_a_tag_says_what_it_lacks() -> None:
    tag = JSONTag(TaggedJSONSerializer())
    for method in (tag.check, tag.to_json, tag.to_python):
        with pytest.raises(NotImplementedError):
            method(None)


def test_the_applications_provider_is_used(app: Erlen) -> None:
    class Provider(DefaultJSONProvider):
        def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
            return "#" + super().dumps(obj, **kwargs)

        def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
            assert isinstance(s, str)
            return super().loads(s.removeprefix("#"), **kwargs)

    app.json = Provider(app)
    serializer = TaggedJSONSerializer()
    with app.app_context():
        assert serializer.dumps({"a": (1,)}) == '#{"a":{" t":[1]}}'
        assert serializer.loads('#{"a":{" t":[1]}}') == {"a": (1,)}


@pytest.mark.parametrize("text", ['{"a":[1]} ', ' {"a":[1]}', '{"a":[1]}'])
def test_spaces_around_the_text_are_allowed(app: Erlen, text: str) -> None:
    with app.app_context():
        assert TaggedJSONSerializer().loads(text) == {"a": [1]}


@pytest.mark.parametrize("text", ["", " ", '{"a":1} x', "{"])
def test_broken_text_is_an_error_of_json(app: Erlen, text: str) -> None:
    with app.app_context(), pytest.raises(ValueError, match="line 1 column"):
        TaggedJSONSerializer().loads(text)


@pytest.mark.parametrize("levels", [10_000, 100_000])
def test_a_value_that_is_nested_too_deep_is_an_error(levels: int) -> None:
    value: list[t.Any] = []
    for _ in range(levels):
        value = [value]
    with pytest.raises(RecursionError):
        TaggedJSONSerializer().dumps({"a": value})


def test_a_circle_is_an_error() -> None:
    circle: dict[str, t.Any] = {"a": 1}
    circle["again"] = [circle]
    with pytest.raises(RecursionError):
        TaggedJSONSerializer().dumps(circle)


def test_a_list_is_written_with_its_members_tagged() -> None:
    tag = PassList(TaggedJSONSerializer())
    assert tag.to_json([(1, 2), "a"]) == [{" t": [1, 2]}, "a"]
