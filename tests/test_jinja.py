from __future__ import annotations

import collections.abc as cabc
import os
import pathlib
import typing as t

import jinja2
import pytest
from jinja2 import DictLoader
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment

import erlen
from erlen.jinja import DispatchingJinjaLoader, Environment


@pytest.fixture
def app() -> erlen.Erlen:
    return erlen.Erlen(__name__)


def environment(app: erlen.Erlen, **templates: str) -> Environment:
    return Environment(app, loader=DictLoader(templates))


def test_globals_that_change_later_are_seen(app: erlen.Erlen) -> None:
    env = environment(app, page="{{ a }}{{ b }}")
    env.globals["a"] = 1
    assert env.get_template("page").render() == "1"
    env.globals.update(a=2, b=3)
    assert env.get_template("page").render() == "23"


def test_globals_of_one_template_stay_its_own(app: erlen.Erlen) -> None:
    env = environment(app, page="{{ a }}", other="{{ a }}")
    env.globals["a"] = 1
    assert env.get_template("page", globals={"a": 2}).render() == "2"
    assert env.get_template("page", globals={"a": 3}).render() == "3"
    assert env.get_template("other").render() == "1"


def test_variables_go_before_globals_and_do_not_stay(app: erlen.Erlen) -> None:
    env = environment(app, page="{{ a }}")
    env.globals["a"] = 1
    assert env.get_template("page").render(a=2) == "2"
    assert env.get_template("page").render({"a": 3}) == "3"
    assert env.get_template("page").render() == "1"


def test_included_imported_and_extended_templates_see_the_same(app: erlen.Erlen) -> None:
    env = environment(
        app,
        base="{% block body %}{% endblock %}",
        part="{{ shared }}{{ own }}",
        macros="{% macro m() %}{{ shared }}{{ own }}{% endmacro %}",
        page="{% extends 'base' %}{% block body %}{% include 'part' %}"
        "{% import 'macros' as plain %}{{ plain.m() }}"
        "{% import 'macros' as full with context %}{{ full.m() }}{% endblock %}",
    )
    env.globals["shared"] = "s"
    assert env.get_template("page").render(own="o") == "sosso"


class Shop:
    name = "shop"
    items = ["attribute"]

    def __getitem__(self, key: str) -> str:
        return f"item {key}"


class Explicit(dict[str, t.Any]):
    name = "attribute"


@pytest.mark.parametrize(
    "value",
    [
        {"name": "x"},
        {"items": "hidden by the method"},
        {},
        Shop(),
        Explicit(name="item"),
        [1, 2],
        "text",
        None,
        jinja2.Undefined(name="nothing"),
    ],
)
@pytest.mark.parametrize("attribute", ["name", "items", "missing", "__class__", "append"])
def test_a_dot_means_what_it_means_in_jinja(app: erlen.Erlen, value: t.Any, attribute: str) -> None:
    def outcome(env: jinja2.Environment) -> str:
        try:
            return str(env.from_string(f"{{{{ value.{attribute} }}}}").render(value=value))
        except jinja2.UndefinedError as exc:
            return f"error: {exc}"

    def without_address(text: str) -> str:
        return text.partition(" at 0x")[0]

    mine, jinjas = outcome(environment(app)), outcome(jinja2.Environment())
    assert without_address(mine) == without_address(jinjas)


def test_a_missing_name_is_reported_as_by_jinja(app: erlen.Erlen) -> None:
    env = Environment(app, undefined=jinja2.StrictUndefined)
    with pytest.raises(jinja2.UndefinedError, match="'dict object' has no attribute 'price'"):
        env.from_string("{{ row.price }}").render(row={})


class SandboxBehind(Environment, SandboxedEnvironment):
    pass


class SandboxBefore(SandboxedEnvironment, Environment):
    pass


@pytest.mark.parametrize("env_class", [SandboxBehind, SandboxBefore])
def test_a_sandbox_keeps_its_say(app: erlen.Erlen, env_class: type[Environment]) -> None:
    env = env_class(app)
    assert env.from_string("{{ row.name }}").render(row={"name": "x"}) == "x"
    values = {"row": {}, "f": test_a_sandbox_keeps_its_say}
    for secret in ("''.__class__", "row.__class__", "f.__globals__"):
        source = "{{ " + secret + " }}"
        assert env.from_string(source).render(values) == ""
        assert environment(app).from_string(source).render(values) != ""
        with pytest.raises(SecurityError):
            env.from_string("{{ " + secret + ".items() }}").render(values)


def test_a_template_is_compiled_once(app: erlen.Erlen) -> None:
    env = environment(app, page="x")
    assert env.get_template("page") is env.get_or_select_template("page")
    env.cache.clear()  # type: ignore[union-attr]
    assert env.get_template("page") is not None


def test_a_cleared_cache_and_a_new_loader_are_noticed(app: erlen.Erlen) -> None:
    env = environment(app, page="old")
    env.auto_reload = False
    assert env.get_template("page").render() == "old"
    t.cast(DictLoader, env.loader).mapping = {"page": "new"}
    assert env.get_template("page").render() == "old"
    t.cast(t.Any, env.cache).clear()
    assert env.get_template("page").render() == "new"
    env.loader = DictLoader({"page": "other"})
    assert env.get_template("page").render() == "other"


@pytest.mark.parametrize("size", [0, 2, -1])
def test_every_size_of_cache_works(app: erlen.Erlen, size: int) -> None:
    templates = {name: name for name in "abcd"}
    env = Environment(app, loader=DictLoader(templates), cache_size=size)
    for name in "aabbcabdda":
        assert env.get_template(name).render() == name


def test_the_most_used_template_survives_in_a_full_cache(app: erlen.Erlen) -> None:
    env = Environment(app, loader=DictLoader({name: name for name in "abcd"}), cache_size=3)
    first = env.get_template("a")
    for name in "bcadab":
        env.get_template(name)
    assert env.get_template("a") is first


def test_a_changed_file_is_reloaded_when_asked_for(tmp_path: pathlib.Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("old")
    for reload, expected in [(True, "new"), (False, "old")]:
        app = erlen.Erlen(__name__, template_folder=str(tmp_path))
        app.config["TEMPLATES_AUTO_RELOAD"] = reload
        page.write_text("old")
        assert app.jinja_env.get_template("page.html").render() == "old"
        page.write_text("new")
        os.utime(page, (1, 1))
        assert app.jinja_env.get_template("page.html").render() == expected


def test_without_a_loader_the_error_is_jinjas(app: erlen.Erlen) -> None:
    with pytest.raises(TypeError, match="no loader for this environment specified"):
        Environment(app, loader=None).get_template("page")


def test_an_overlay_renders_with_its_own_settings(app: erlen.Erlen) -> None:
    env = environment(app, page="{{ '<' }}{{ row.missing }}")
    overlay = env.overlay(autoescape=True, undefined=jinja2.DebugUndefined)
    assert "&lt;" in overlay.get_template("page").render(row={})
    assert env.get_template("page").render(row={}) == "<"


@pytest.fixture
def layered(app: erlen.Erlen, tmp_path: pathlib.Path) -> cabc.Iterator[erlen.Erlen]:
    for folder, names in {
        "app": ["both"],
        "shop": ["both", "shop"],
        "blog": ["both", "shop"],
    }.items():
        (tmp_path / folder).mkdir()
        for name in names:
            (tmp_path / folder / f"{name}.html").write_text(folder)
    app.template_folder = str(tmp_path / "app")
    for name in ("shop", "blog"):
        blueprint = erlen.Blueprint(name, __name__, template_folder=str(tmp_path / name))
        app.register_blueprint(blueprint)
    with app.app_context():
        yield app


def test_the_applications_templates_are_found_before_those_of_blueprints(
    layered: erlen.Erlen,
) -> None:
    assert isinstance(layered.jinja_env.loader, DispatchingJinjaLoader)
    assert erlen.render_template("both.html") == "app"
    assert erlen.render_template("shop.html") == "shop"
    assert sorted(layered.jinja_env.list_templates()) == ["both.html", "shop.html"]


def test_a_template_that_nobody_has_is_not_found(layered: erlen.Erlen) -> None:
    with pytest.raises(jinja2.TemplateNotFound, match=r"missing\.html"):
        erlen.render_template("missing.html")
    assert erlen.render_template_string("{% include 'missing.html' ignore missing %}") == ""
