"""Random rules, matched and built by Erlen and by Werkzeug: the answers are the same, always.

``ERLEN_ORACLE_COMPARISONS`` says how many answers are compared; ``make oracle`` asks for 200,000.
"""

from __future__ import annotations

import math
import os
import typing as t
from functools import partial

import werkzeug.routing as peer
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import MethodNotAllowed, NotFound

from erlen import routing
from erlen._core.matcher import ASK_ADAPTER, NOT_FOUND, MethodsAllowed, Table
from tests.oracle import rules as draws

COMPARISONS = int(os.environ.get("ERLEN_ORACLE_COMPARISONS", "2400"))
PATHS = 16
BUILDS = 12

Answer = tuple[t.Any, ...]
Maps = tuple[routing.Map, list[peer.Rule], peer.Map, list[peer.Rule]]


def oracle(a_run: int) -> t.Callable[[t.Callable[..., None]], t.Callable[..., None]]:
    """Repeat a test that compares *a_run* answers until there are enough of them."""
    return settings(
        max_examples=math.ceil(COMPARISONS / a_run),
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


def make_maps(table: draws.Table) -> Maps | None:
    """Return both maps, or ``None`` when both refuse the rules."""
    made = []
    errors = []
    for map_class, rule_class in ((routing.Map, routing.Rule), (peer.Map, peer.Rule)):
        try:
            made.append(draws.make(map_class, rule_class, table))
        except Exception as exc:
            errors.append(f"{type(exc).__name__}: {exc}")
    if errors:
        assert len(errors) == 2
        assert errors[0] == errors[1]
        return None
    (own, own_rules), (other, other_rules) = made
    assert isinstance(own, routing.Map)
    return own, own_rules, other, other_rules


def answer(adapter: peer.MapAdapter, bound: list[peer.Rule], request: draws.Request) -> Answer:
    path, method, websocket = request
    try:
        rule, values = adapter.match(path, method, return_rule=True, websocket=websocket)
    except routing.RequestRedirect as exc:
        return "redirect", exc.new_url
    except MethodNotAllowed as exc:
        return "methods", sorted(exc.valid_methods or ())
    except NotFound:
        return ("not found",)
    except Exception as exc:
        return "error", type(exc), str(exc)
    return "rule", index(bound, rule), repr(values)


def index(bound: list[peer.Rule], rule: peer.Rule) -> int:
    return next(i for i, candidate in enumerate(bound) if candidate is rule)


def find(table: Table[int], request: draws.Request) -> Answer:
    """Return what the dispatcher's table answers, nothing when it asks the adapter."""
    path, method, _ = request
    found = table.find(path, method)
    leaf = table.static.get(path, {}).get(method)
    if leaf is not None:
        assert found == (leaf, {})
    if isinstance(found, tuple):
        return "rule", found[0], repr(found[1])
    if isinstance(found, MethodsAllowed):
        return "methods", sorted(found.methods)
    assert found in (NOT_FOUND, ASK_ADAPTER)
    return ("not found",) if found is NOT_FOUND else ()


class Counter:
    def __init__(self) -> None:
        self.compared = 0
        self.rules = 0


def test_every_path_gets_the_answer_that_werkzeug_gives() -> None:
    counter = Counter()

    @oracle(PATHS)
    @given(st.data(), draws.tables())
    def compare(data: st.DataObject, table: draws.Table) -> None:
        maps = make_maps(table)
        if maps is None:
            return
        own, own_rules, other, other_rules = maps
        domain = data.draw(st.sampled_from(("", "", "sub", "a", "a.sub", "s-7")))
        hosts = table.options["host_matching"]
        host = data.draw(st.sampled_from(("example.org", "www.a", "7.org"))) if hosts else "x.org"
        adapters = [
            each.bind(host, "/root", None if hosts else domain, query_args={"q": "1"})
            for each in (own, other)
        ]
        drawn = own.compile_table(partial(index, own_rules), host if hosts else domain)
        for request in data.draw(st.lists(draws.requests(table), min_size=PATHS, max_size=PATHS)):
            expected = answer(adapters[1], other_rules, request)
            assert answer(adapters[0], own_rules, request) == expected, request
            if not request.websocket:
                assert find(drawn, request) in ((), expected), request
            counter.compared += 1
            counter.rules += expected[0] == "rule"

    # Tables that both refuse compare nothing, so now and then a few more are wanted.
    while counter.compared < COMPARISONS:
        compare()
    assert counter.rules > COMPARISONS / 10


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-20, 20),
    st.floats(0, 9, width=16),
    st.text("ab7é/ &=+?%~'\n", max_size=4),
    st.lists(st.sampled_from(["a", 1, None, "b c"]), max_size=2),
)


def url(adapter: peer.MapAdapter, endpoint: str, values: t.Any, options: t.Any) -> Answer:
    try:
        return ("url", adapter.build(endpoint, values, **options))
    except Exception as exc:
        return "error", type(exc), str(exc)


@st.composite
def wanted(draw: st.DrawFn, table: draws.Table) -> tuple[str, dict[str, t.Any], dict[str, t.Any]]:
    """Draw endpoint, values and options for ``build``, near to what one of the rules takes."""
    rule = draws.pick(draw, table.rules)
    values = dict(rule.values)
    if values and draws.rarely(draw):
        values[draw(st.sampled_from(sorted(values)))] = draw(VALUES)
    if draws.rarely(draw, 3):
        values |= draw(st.dictionaries(st.sampled_from(["v0", "page", "q q", "tenant"]), VALUES))
    options: dict[str, t.Any] = {}
    if draws.rarely(draw, 4):
        options["method"] = draw(st.sampled_from(["GET", "POST", "get", "--"]))
    if draws.rarely(draw, 8):
        options["force_external"] = True
    if draws.rarely(draw, 8):
        options["append_unknown"] = False
    endpoint = f"e{draw(st.integers(0, 4))}" if draws.rarely(draw) else rule.options["endpoint"]
    return endpoint, values, options


def test_every_url_is_the_one_that_werkzeug_builds() -> None:
    counter = Counter()

    @oracle(BUILDS)
    @given(st.data(), draws.tables())
    def compare(data: st.DataObject, table: draws.Table) -> None:
        maps = make_maps(table)
        if maps is None:
            return
        hosts = table.options["host_matching"]
        domain = None if hosts else data.draw(st.sampled_from(("", "", "sub")))
        root = data.draw(st.sampled_from(("/", "/root")))
        method = data.draw(st.sampled_from(("GET", "POST")))
        adapters = [
            each.bind("example.org", root, domain, default_method=method)
            for each in (maps[0], maps[2])
        ]
        for asked in data.draw(st.lists(wanted(table), min_size=BUILDS, max_size=BUILDS)):
            expected = url(adapters[1], *asked)
            assert url(adapters[0], *asked) == expected, asked
            counter.compared += 1
            counter.rules += expected[0] == "url"

    while counter.compared < COMPARISONS:
        compare()
    assert counter.rules > COMPARISONS / 10
