from __future__ import annotations

import typing as t

import pytest
import werkzeug.routing
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.test import create_environ

from erlen import routing
from erlen.routing import (
    BaseConverter,
    BuildError,
    Map,
    MapAdapter,
    RequestRedirect,
    Rule,
    Submount,
)


def test_every_name_of_werkzeug_is_here() -> None:
    public = {name for name in vars(werkzeug.routing) if name[0].isupper()}
    assert public - set(vars(routing)) == {"StateMachineMatcher"}
    assert issubclass(Map, werkzeug.routing.Map)
    assert issubclass(Rule, werkzeug.routing.Rule)
    assert issubclass(MapAdapter, werkzeug.routing.MapAdapter)


def test_an_adapter_matches_redirects_and_refuses() -> None:
    adapter = Map(
        [
            Rule("/user/<int:id>", endpoint="user", methods=["GET"]),
            Rule("/list/", endpoint="list"),
            Rule("/old/<int:id>", endpoint="old", redirect_to="/user/<id>"),
        ]
    ).bind("example.org")
    assert adapter.match("/user/7") == ("user", {"id": 7})
    for path, target in (("/list", "/list/"), ("//list//", "/list/"), ("/old/7", "/user/7")):
        with pytest.raises(RequestRedirect) as redirect:
            adapter.match(path)
        assert redirect.value.new_url == f"http://example.org{target}"
    with pytest.raises(NotFound):
        adapter.match("/user/x")
    with pytest.raises(MethodNotAllowed):
        adapter.match("/user/7", "POST")
    assert set(adapter.allowed_methods("/user/7")) == {"GET", "HEAD"}


def test_a_rule_added_after_a_match_is_found() -> None:
    url_map = Map([Rule("/<path:any>", endpoint="any")])
    adapter = url_map.bind("example.org")
    assert adapter.match("/x") == ("any", {"any": "x"})
    assert adapter.build("any", {"any": "x"}) == "/x"
    url_map.add(Submount("/sub", [Rule("/x", endpoint="x"), Rule("/any", endpoint="any")]))
    assert adapter.match("/sub/x") == ("x", {})
    assert adapter.build("x") == "/sub/x"
    assert adapter.build("any") == "/sub/any"


def test_a_rule_of_werkzeug_is_as_good_as_one_of_erlen() -> None:
    adapter = Map([werkzeug.routing.Rule("/a/<x>", endpoint="a")]).bind("example.org")
    assert adapter.match("/a/7") == ("a", {"x": "7"})
    assert adapter.build("a", {"x": 7}) == "/a/7"


def test_every_change_of_what_matches_is_told() -> None:
    url_map = Map()
    versions: list[int] = []
    url_map.on_change.append(lambda: versions.append(url_map.version))
    url_map.add(Rule("/a", endpoint="a"))
    url_map.merge_slashes = False
    url_map.redirect_defaults = False
    assert versions == sorted(set(versions))
    assert len(versions) == 3
    url_map.converters["own"] = BaseConverter
    assert len(versions) == 3


def test_an_environ_gives_subdomain_method_and_path() -> None:
    url_map = Map([Rule("/x", endpoint="x", subdomain="<tenant>", methods=["PUT"])])
    environ = create_environ("/x", "http://acme.example.org/", method="PUT")
    adapter = url_map.bind_to_environ(environ, "example.org")
    assert isinstance(adapter, MapAdapter)
    assert adapter.match() == ("x", {"tenant": "acme"})
    assert adapter.build("x", {"tenant": "acme"}) == "/x"
    assert adapter.build("x", {"tenant": "other"}) == "http://other.example.org/x"


def test_a_url_is_built_below_the_script_name() -> None:
    adapter = Map([Rule("/a b/<x>", endpoint="a")]).bind("example.org", "/root")
    assert adapter.build("a", {"x": "é", "q": [1, 2]}) == "/root/a%20b/%C3%A9?q=1&q=2"
    assert adapter.build("a", {"x": 1}, force_external=True) == "http://example.org/root/a%20b/1"


def test_an_unknown_endpoint_names_the_closest_one() -> None:
    adapter = Map([Rule("/<int:id>", endpoint="book.gone")]).bind("example.org")
    with pytest.raises(BuildError, match=r"Did you mean 'book.gone' instead\?"):
        adapter.build("gone")
    with pytest.raises(BuildError, match=r"Did you forget to specify values \['id'\]\?"):
        adapter.build("book.gone")


class Odd(BaseConverter):
    regex = "[a-"


@pytest.mark.parametrize(
    "rule, options, error",
    [
        ("x", {}, ValueError),
        ("/<x", {}, ValueError),
        ("/<gone:x>", {}, LookupError),
        ("/<x>/<x>", {}, SyntaxError),
        ("/<None>", {}, ValueError),
        ("/<any(a, b):x>", {"defaults": {"x": "c"}}, ValueError),
        ("/<int:x>", {"defaults": {"x": "c"}}, ValueError),
    ],
)
def test_a_malformed_rule_is_refused_when_it_is_added(
    rule: str, options: dict[str, t.Any], error: type[Exception]
) -> None:
    with pytest.raises(error) as own:
        Map().add(Rule(rule, **options))
    with pytest.raises(error) as other:
        werkzeug.routing.Map().add(werkzeug.routing.Rule(rule, **options))
    assert str(own.value) == str(other.value)


def test_an_invalid_regex_names_rule_converter_and_mend() -> None:
    url_map = Map(converters={"odd": Odd})
    with pytest.raises(ValueError, match=r"'/x/<odd:y>'.*'\[a-'.*Odd for 'y'.*Mend"):
        url_map.add(Rule("/x/<odd:y>", endpoint="x"))
    assert list(url_map.iter_rules()) == []


def test_values_that_no_converter_takes_raise_what_werkzeug_raises() -> None:
    adapter = Map([Rule("/<int:n>", endpoint="n")]).bind("example.org")
    with pytest.raises(ValueError, match="invalid literal"):
        adapter.build("n", {"n": "x"})


def test_a_second_map_takes_a_copy_of_a_rule() -> None:
    rule = Rule("/<int:n>", endpoint="n", defaults={"x": 1})
    Map([rule])
    with pytest.raises(RuntimeError, match="already bound"):
        Map([rule])
    assert Map([rule.empty()]).bind("example.org").match("/7") == ("n", {"n": 7, "x": 1})


def test_a_value_that_a_converter_refuses_builds_nothing() -> None:
    class Picky(routing.BaseConverter):
        def to_url(self, value: t.Any) -> str:
            raise routing.ValidationError

    rule = routing.Rule("/<picky:a>", endpoint="a")
    routing.Map([rule], converters={"picky": Picky})
    assert rule.build({"a": "b"}) is None


def test_the_builders_that_werkzeug_knows_are_there() -> None:
    rule = routing.Rule("/<a>", endpoint="a")
    routing.Map([rule])
    assert rule._build(a="b") == ("", "/b")
    assert rule._build_unknown(a="b", c="d") == ("", "/b?c=d")
