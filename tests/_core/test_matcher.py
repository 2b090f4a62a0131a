from __future__ import annotations

import typing as t

import pytest
from werkzeug.routing import BaseConverter, RequestRedirect, ValidationError
from werkzeug.routing import Map as PeerMap
from werkzeug.routing import Rule as PeerRule

from erlen._core.matcher import ASK_ADAPTER, NOT_FOUND, MethodsAllowed, Table
from erlen.routing import Map, Rule
from tests.measuring import cpu_of


def endpoint_of(rule: t.Any) -> str:
    return str(rule.endpoint)


def make_table(*rules: str | Rule, **options: t.Any) -> Table[str]:
    bound = [
        Rule(rule, endpoint=rule, methods=["GET"]) if isinstance(rule, str) else rule
        for rule in rules
    ]
    return Map(bound, **options).compile_table(endpoint_of)


def test_a_literal_path_is_one_entry_of_a_dictionary() -> None:
    table = make_table("/", "/a/b", "/a/<x>", Rule("/c", endpoint="c", methods=["POST"]))
    assert table.static == {
        "/": {"GET": "/", "HEAD": "/"},
        "/a/b": {"GET": "/a/b", "HEAD": "/a/b"},
        "/c": {"POST": "c"},
    }


@pytest.mark.parametrize(
    "options",
    [
        {"redirect_to": "/new"},
        {"defaults": {"page": 1}},
        {"websocket": True},
        {"methods": None},
        {"subdomain": "other"},
        {"build_only": True},
    ],
)
def test_what_a_dictionary_cannot_answer_for_certain_is_not_in_it(
    options: dict[str, t.Any],
) -> None:
    assert "/x" not in make_table(Rule("/x", endpoint="x", **options)).static


def test_the_rule_added_first_answers_for_its_methods() -> None:
    table = make_table(
        Rule("/x", endpoint="first", methods=["POST"]),
        Rule("/x", endpoint="second", methods=["GET", "POST"]),
    )
    assert table.static["/x"] == {"POST": "first", "GET": "second", "HEAD": "second"}


def test_view_arguments_are_new_for_every_request() -> None:
    table = make_table("/user/<int:id>", "/a/<x>/b/<float:y>")
    first, second = table.find("/user/7", "GET"), table.find("/user/7", "GET")
    assert first == second == ("/user/<int:id>", {"id": 7})
    assert isinstance(first, tuple)
    assert isinstance(second, tuple)
    assert first[1] is not second[1]
    assert table.find("/a/7/b/1.5", "GET") == ("/a/<x>/b/<float:y>", {"x": "7", "y": 1.5})


@pytest.mark.parametrize(
    "path, endpoint",
    [
        ("/a/me", "/a/me"),
        ("/a/7", "/a/<int:id>"),
        ("/a/me7", "/a/<name>"),
        ("/a/me/x", "/a/<name>/x"),
        ("/a/me/y/z", "/<path:rest>"),
        ("/a/item-7", "/a/item-<int:id>"),
        ("/a/item-", "/a/<name>"),
    ],
)
def test_literals_go_before_variables_and_the_way_back_is_found(path: str, endpoint: str) -> None:
    table = make_table(
        "/<path:rest>", "/a/<name>", "/a/<int:id>", "/a/<name>/x", "/a/me", "/a/item-<int:id>"
    )
    found = table.find(path, "GET")
    assert isinstance(found, tuple)
    assert found[0] == endpoint


def test_another_method_is_told_which_ones_there_are() -> None:
    table = make_table("/x", Rule("/<name>", endpoint="put", methods=["PUT"]))
    found = table.find("/x", "POST")
    assert isinstance(found, MethodsAllowed)
    assert sorted(found.methods) == ["GET", "HEAD", "PUT"]
    assert table.find("/x", "PUT") == ("put", {"name": "x"})
    assert table.find("/x/y", "POST") is NOT_FOUND


@pytest.mark.parametrize(
    "path", ["/branch", "//branch", "//leaf", "/a//leaf", "/gone", "/page/1", "/other"]
)
def test_redirects_are_left_to_the_adapter(path: str) -> None:
    table = make_table(
        "/branch/",
        "/leaf",
        Rule("/gone", endpoint="gone", redirect_to="/leaf"),
        Rule("/page/", endpoint="page", defaults={"n": 1}),
        Rule("/page/<int:n>", endpoint="page"),
        Rule("/other", endpoint="/leaf", alias=True),
        "/a/leaf",
    )
    assert table.find(path, "GET") is ASK_ADAPTER


def test_a_websocket_rule_is_left_to_the_adapter() -> None:
    table = make_table(Rule("/ws", endpoint="ws", websocket=True))
    assert table.find("/ws", "GET") is ASK_ADAPTER


def test_a_domain_with_a_variable_is_left_to_the_adapter() -> None:
    table = make_table("/x", Rule("/y", endpoint="y", subdomain="<tenant>"))
    assert table.find("/y", "GET") is ASK_ADAPTER
    assert table.find("/x", "GET") == ("/x", {})


class Positive(BaseConverter):
    regex = r"-?\d+"

    def to_python(self, value: str) -> int:
        if value.startswith("-"):
            raise ValidationError
        return int(value)


class Broken(BaseConverter):
    def to_python(self, value: str) -> int:
        raise ValueError(value)


def test_a_refused_value_ends_the_search() -> None:
    table = make_table("/<positive:n>", "/<path:rest>", converters={"positive": Positive})
    assert table.find("/7", "GET") == ("/<positive:n>", {"n": 7})
    assert table.find("/-7", "GET") is NOT_FOUND


def test_a_refused_value_ends_the_search_of_an_adapter() -> None:
    url_map = Map(converters={"positive": Positive})
    url_map.add(Rule("/<positive:n>", endpoint="n"))
    adapter = url_map.bind("example.org")
    assert adapter.match("/7") == ("n", {"n": 7})
    assert not adapter.test("/-7")


class Ahead(BaseConverter):
    regex = "(?=a)[a-z]+"


class Pair(BaseConverter):
    regex = "[ab]x"


@pytest.mark.parametrize(
    "rule, path, found",
    [
        ("/<ahead:a>", "/abc", {"a": "abc"}),
        ("/<ahead:a>", "/bc", None),
        ("/<pair:a>", "/bx", {"a": "bx"}),
        ("/<pair:a>", "/bb", None),
        ("/<a>-<int:b>", "/a-b-7", {"a": "a-b", "b": 7}),
        ("/<a>-<int:b>", "/a-b", None),
    ],
)
def test_a_variable_has_what_its_converter_accepts(
    rule: str, path: str, found: dict[str, t.Any] | None
) -> None:
    table = make_table(rule, converters={"ahead": Ahead, "pair": Pair})
    assert table.find(path, "GET") == (NOT_FOUND if found is None else (rule, found))


def test_an_error_of_a_converter_is_not_hidden() -> None:
    table = make_table("/<broken:n>", converters={"broken": Broken})
    with pytest.raises(ValueError, match="seven"):
        table.find("/seven", "GET")


def test_only_ascii_digits_are_digits_and_a_line_break_is_none() -> None:
    table = make_table("/i/<int:n>", "/m/n-<int:n>", "/s/<int(signed=True):n>", "/f/<float:n>")
    for path in ("/i/٣", "/m/n-٣", "/s/-٣", "/f/٣.٣", "/i/²", "/i/7\n", "/m/n-7\n", "/f/1.5\n"):
        assert table.find(path, "GET") is NOT_FOUND


def test_an_integer_too_long_for_the_interpreter_is_not_found() -> None:
    table = make_table("/<int:n>")
    assert table.find(f"/{'7' * 5000}", "GET") is NOT_FOUND


def test_a_rule_with_thousands_of_segments_matches() -> None:
    rule = "/<x0>" + "/a" * 5000 + "/<int:n>"
    table = make_table(rule, "/<path:rest>")
    assert table.find("/x" + "/a" * 5000 + "/7", "GET") == (rule, {"x0": "x", "n": 7})
    assert table.find("/x" + "/a" * 5000, "GET") == (
        "/<path:rest>",
        {"rest": "x" + "/a" * 5000},
    )


def test_one_of_ten_thousand_mixed_segments_is_looked_up_not_searched() -> None:
    table = make_table(*(f"/item-{n}-<int:id>" for n in range(10_000)))
    assert table.find("/item-7777-5", "GET") == ("/item-7777-<int:id>", {"id": 5})
    (root,) = [table._root]
    assert len(root.buckets) == 4


@pytest.mark.parametrize(
    "rules, path",
    [
        (["/<path:a>/x/<path:b>/y/<path:c>/z"], "/x/y" * 4096),
        (["/<path:a>/x/<path:b>/x/<path:c>/x/"], "/x" * 8192),
        (["/<a>-<b>-<c>-x", "/<path:a>-<path:b>-x"], "/" + "-" * 16384),
        (["/<float:a><float:b>x", "/<int:a><int:b>x"], "/" + "1" * 16384),
        (["/<a>/<b>/<path:c>/x", "/<path:a>/<b>/<c>/x"], "/a" * 8192),
        (["/<path:a>/", "/a/<path:b>/", "/a/a/<path:c>/b"], "/a" + "/" * 16384),
    ],
)
def test_a_path_of_16_kb_costs_less_than_50_ms(rules: list[str], path: str) -> None:
    url_map = Map([Rule(rule, endpoint=rule) for rule in rules])
    adapter, table = url_map.bind("example.org"), url_map.compile_table(endpoint_of)
    adapter.test("/warm-up")
    assert cpu_of(lambda: adapter.test(path), 50) < 50
    assert cpu_of(lambda: table.find(path, "GET"), 50) < 50


def test_a_domain_with_a_slash_is_none() -> None:
    url_map = Map([Rule("/", endpoint="a", subdomain="<name>")])
    for name, found in (("b", True), ("b/c", False)):
        adapter = url_map.bind("example.org", subdomain=name)
        assert adapter.test("/", "GET") is found


def test_a_rule_that_does_not_merge_is_not_redirected_to() -> None:
    url_map = Map([Rule("/a/b", endpoint="a", merge_slashes=False)])
    adapter = url_map.bind("example.org")
    assert adapter.test("/a/b")
    assert not adapter.test("/a//b")


def test_a_rule_that_is_not_strict_tells_its_methods() -> None:
    url_map = Map([Rule("/<a>", endpoint="a", methods=["POST"], strict_slashes=False)])
    adapter = url_map.bind("example.org")
    assert adapter.match("/b/", method="POST") == ("a", {"a": "b"})
    assert adapter.allowed_methods("/b/") == ["POST"]


def test_a_variable_of_a_default_may_stand_twice() -> None:
    found = []
    for rule_class, map_class in ((Rule, Map), (PeerRule, PeerMap)):
        url_map = map_class([rule_class("/<a>/x/<a>", endpoint="e", defaults={"a": "1"})])
        adapter = url_map.bind("example.org")
        found.append([adapter.test(path, "GET") for path in ("/1/x/2", "/1/x", "/1/x/2/3")])
    assert found[0] == found[1]


def test_repeated_slashes_and_a_missing_one_are_one_redirect() -> None:
    adapter = Map([Rule("/a/branch/", endpoint="branch")]).bind("example.org")
    with pytest.raises(RequestRedirect) as caught:
        adapter.match("/a//branch")
    assert caught.value.new_url == "http://example.org/a/branch/"
