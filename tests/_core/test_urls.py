from __future__ import annotations

import pytest
from werkzeug.routing import Map as PeerMap
from werkzeug.routing import Rule as PeerRule

from erlen import Erlen, url_for
from erlen._core import paths
from erlen._core.urls import quote_path, quote_query
from erlen.routing import Map, Rule
from tests.wsgi import ask


@pytest.mark.parametrize(
    "value, expected",
    [
        ("abc", "abc"),
        ("a-b_c.d~e/f:g@h", "a-b_c.d~e/f:g@h"),
        ("a b?c#d%é\n", "a%20b%3Fc%23d%25%C3%A9%0A"),
        (7, "7"),
        ("", ""),
    ],
)
def test_a_path_quotes_what_rfc_3986_wants_quoted(value: object, expected: str) -> None:
    assert quote_path(value) == expected


def test_a_query_of_texts_and_integers_needs_no_urlencode() -> None:
    assert quote_query({"a": "x y", "b&": 7}.items()) == "a=x+y&b%26=7"
    assert quote_query({"a": ["x"]}.items()) is None
    assert quote_query({"a": True}.items()) is None


def make_map(host_matching: bool = False) -> Map:
    return Map(
        [
            Rule("/", endpoint="home"),
            Rule("/user/<int:id>", endpoint="user", methods=["GET"]),
            Rule("/files/<path:name>", endpoint="file"),
            Rule("/<path:page>", endpoint="page"),
            Rule("/list/", endpoint="list", defaults={"n": 1}),
            Rule("/list/<int:n>", endpoint="list"),
            Rule("/w", endpoint="ws", websocket=True),
            Rule("/s", endpoint="sub", subdomain="other"),
            PeerRule("/peer", endpoint="peer"),
        ],
        host_matching=host_matching,
    )


@pytest.mark.parametrize(
    "endpoint, values, expected",
    [
        ("home", {}, "/"),
        ("home", {"q": "a b", "n": 2, "none": None}, "/?q=a+b&n=2"),
        ("user", {"id": 7}, "/user/7"),
        ("user", {"id": "7", "x": [1, 2]}, "/user/7?x=1&x=2"),
        ("file", {"name": "a b/c"}, "/files/a%20b/c"),
        ("page", {"page": "/x"}, "/x"),
        ("list", {}, "/list/"),
        ("list", {"n": 1}, "/list/"),
        ("list", {"n": 2, "x": None}, "/list/2"),
    ],
)
def test_a_path_at_the_default_domain_needs_no_adapter(
    endpoint: str, values: dict[str, object], expected: str
) -> None:
    assert make_map().build_path(endpoint, values) == expected


@pytest.mark.parametrize(
    "endpoint, values",
    [
        ("user", {}),
        ("user", {"id": None}),
        ("user", {"id": "x"}),
        ("gone", {}),
        ("ws", {}),
        ("sub", {}),
        ("peer", {}),
    ],
)
def test_what_only_an_adapter_can_tell_gives_none(endpoint: str, values: dict[str, object]) -> None:
    assert make_map().build_path(endpoint, values) is None


def test_a_method_that_no_rule_has_gives_none() -> None:
    assert make_map().build_path("user", {"id": 7}, "POST") is None
    assert make_map().build_path("user", {"id": 7}, default_method="POST") == "/user/7"


def test_a_host_is_part_of_every_url_with_host_matching() -> None:
    assert make_map(host_matching=True).build_path("home", {}) is None


@pytest.mark.parametrize(
    "values",
    [
        {"id": 7, "name": "ada"},
        {"id": True, "name": "ada"},
        {"id": "7", "name": "a-b_c"},
        {"id": 7, "name": "a b/ä"},
        {"id": 7, "name": "ada", "page": 2},
        {"id": 7, "name": ""},
        {"id": -7, "name": 8},
    ],
)
@pytest.mark.parametrize("compiled", [False, True])
def test_the_short_way_builds_what_werkzeug_builds(
    values: dict[str, object], compiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "COMPILED", compiled)
    rule = "/{'\"\\}/<int:id>-<name>/end"
    theirs = PeerMap([PeerRule(rule, endpoint="x")]).bind("localhost").build("x", values)
    assert Map([Rule(rule, endpoint="x")]).build_path("x", values) == theirs


@pytest.mark.parametrize("compiled", [False, True])
def test_a_link_is_built_the_short_way_or_the_other(
    compiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "COMPILED", compiled)
    app = Erlen("links", static_folder=None, root_path="/")
    app.add_url_rule("/user/<int:id>", "user", lambda id: url_for("user", id=id + 1))
    app.add_url_rule("/pages", "pages", lambda: url_for("user", id="8", page=2))
    assert ask(app, "/user/7").body == b"/user/8"
    assert ask(app, "/pages").body == b"/user/8?page=2"


def test_what_was_written_out_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "COMPILED", False)
    build = Map([Rule("/user/<int:id>", endpoint="user")]).path_builder("user")
    assert "return f'/user/{v0}'" in build.source  # type: ignore[attr-defined]


def test_a_map_may_sort_the_query() -> None:
    adapter = Map([Rule("/", endpoint="home")], sort_parameters=True).bind("example.org")
    assert adapter.build("home", {"b": 1, "a": 2}) == "/?a=2&b=1"


def test_a_query_key_that_is_no_text_is_left_to_werkzeug() -> None:
    keys: list[tuple[object, object]] = [(1, "a")]
    assert quote_query(keys) is None
