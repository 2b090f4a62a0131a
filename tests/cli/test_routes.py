from __future__ import annotations

import functools
import typing as t

import pytest
from click.testing import CliRunner, Result

from erlen import Erlen
from erlen.cli import ErlenGroup


def routes(app: Erlen, *args: str) -> list[str]:
    result: Result = CliRunner().invoke(ErlenGroup(create_app=lambda: app), ["routes", *args])
    assert result.exit_code == 0, result.output
    return [line.rstrip() for line in result.output.splitlines()]


@pytest.fixture
def app() -> Erlen:
    app = Erlen(__name__)
    app.add_url_rule("/get_post/<int:x>", methods=["GET", "POST"], endpoint="yyy_get_post")
    app.add_url_rule("/zzz_post", methods=["POST"], endpoint="aaa_post")
    return app


def test_the_table(app: Erlen) -> None:
    assert routes(app) == [
        "Endpoint      Methods    Rule",
        "------------  ---------  -----------------------",
        "aaa_post      POST       /zzz_post",
        "static        GET        /static/<path:filename>",
        "yyy_get_post  GET, POST  /get_post/<int:x>",
    ]


@pytest.mark.parametrize(
    "sort,order",
    [
        ("endpoint", ["aaa_post", "static", "yyy_get_post"]),
        ("methods", ["static", "yyy_get_post", "aaa_post"]),
        ("rule", ["yyy_get_post", "static", "aaa_post"]),
        ("match", ["static", "yyy_get_post", "aaa_post"]),
        ("domain", ["static", "yyy_get_post", "aaa_post"]),
    ],
)
def test_sorting(app: Erlen, sort: str, order: list[str]) -> None:
    rows = routes(app, "--sort", sort)[2:]
    assert [row.split()[0] for row in rows] == order


def test_all_methods(app: Erlen) -> None:
    assert "GET, HEAD, OPTIONS, POST" in "\n".join(routes(app, "--all-methods"))


def test_a_wrong_order_lists_the_right_ones(app: Erlen, runner: CliRunner) -> None:
    result = runner.invoke(ErlenGroup(create_app=lambda: app), ["routes", "--sort", "size"])
    assert result.exit_code == 2
    assert "'endpoint', 'methods', 'domain', 'rule', 'match'" in result.stderr


def test_no_routes() -> None:
    assert routes(Erlen(__name__, static_folder=None)) == ["No routes were registered."]


@pytest.mark.parametrize("kind", ["subdomain", "host"])
def test_a_column_for_the_domain(kind: str) -> None:
    app = Erlen(__name__, static_folder=None, host_matching=kind == "host")
    add: t.Any = functools.partial(app.add_url_rule, "/")
    add(endpoint="one", **{kind: "b"})
    add(endpoint="two", **{kind: "a"})
    assert routes(app, "--sort", "domain")[0].split() == [
        "Endpoint",
        "Methods",
        kind.title(),
        "Rule",
    ]
    assert [row.split()[0] for row in routes(app, "--sort", "domain")[2:]] == ["two", "one"]
