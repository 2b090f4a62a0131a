from __future__ import annotations

import pathlib
import typing as t

import pytest
from jinja2 import DictLoader
from werkzeug.routing import BuildError

import erlen
from erlen import Blueprint
from erlen.blueprints import BlueprintSetupState


@pytest.fixture
def app() -> erlen.Erlen:
    app = erlen.Erlen(__name__, static_folder=None)
    app.testing = True
    return app


def page() -> str:
    """Answer with the endpoint and the variables of the URL."""
    values = erlen.request.view_args or {}
    return " ".join([str(erlen.request.endpoint), *(f"{k}={v}" for k, v in sorted(values.items()))])


def any_page(**values: t.Any) -> str:
    return page()


@pytest.fixture
def shop() -> Blueprint:
    shop = Blueprint("shop", __name__)
    shop.add_url_rule("/page", view_func=page)
    return shop


def get(app: erlen.Erlen, path: str, **kwargs: t.Any) -> str | int:
    response = app.test_client().get(path, **kwargs)
    return response.text if response.status_code == 200 else response.status_code


# Names


@pytest.mark.parametrize("name, message", [("", "may not be empty"), ("a.b", "a dot")])
def test_name_is_neither_empty_nor_dotted(name: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Blueprint(name, __name__)


def test_endpoints_and_functions_are_not_dotted(shop: Blueprint) -> None:
    def function() -> str:
        return "never"

    function.__name__ = "a.b"
    with pytest.raises(ValueError, match="'endpoint' may not contain a dot"):
        shop.add_url_rule("/", "a.b", page)
    with pytest.raises(ValueError, match="'view_func' name may not contain a dot"):
        shop.add_url_rule("/", view_func=function)


def test_endpoints_are_below_the_name(app: erlen.Erlen, shop: Blueprint) -> None:
    app.register_blueprint(shop)
    assert app.view_functions == {"shop.page": page}
    assert app.blueprints == {"shop": shop}
    assert list(app.iter_blueprints()) == [shop]
    with app.test_request_context():
        assert erlen.url_for("shop.page") == "/page"
        with pytest.raises(BuildError, match="Did you mean 'shop.page' instead"):
            erlen.url_for("page")


def test_second_function_for_an_endpoint_is_refused(app: erlen.Erlen, shop: Blueprint) -> None:
    shop.add_url_rule("/other", "page", lambda: "other")
    with pytest.raises(AssertionError, match="endpoint function: shop.page"):
        app.register_blueprint(shop)


def test_endpoint_gets_its_view_by_decorator(app: erlen.Erlen, shop: Blueprint) -> None:
    shop.add_url_rule("/late", "late")
    shop.endpoint("shop.late")(lambda: "late")
    app.register_blueprint(shop)
    assert get(app, "/late") == "late"


# Options of the blueprint, and what goes over them at registration


@pytest.mark.parametrize(
    "prefix, rule, path",
    [
        (None, "/page", "/page"),
        ("/", "/page", "/page"),
        ("/shop", "/page", "/shop/page"),
        ("/shop/", "/page", "/shop/page"),
        ("/shop", "/", "/shop/"),
        ("/shop", "", "/shop"),
        ("/shop/", "", "/shop/"),
        ("/<lang>", "/page", "/de/page"),
    ],
)
@pytest.mark.parametrize("at_registration", [False, True])
def test_prefix_and_rule_are_joined(
    app: erlen.Erlen, prefix: str | None, rule: str, path: str, at_registration: bool
) -> None:
    own_prefix = "/other" if at_registration and prefix else prefix
    shop = Blueprint("shop", __name__, url_prefix=own_prefix)
    shop.add_url_rule(rule, "page", any_page)
    app.register_blueprint(shop, **({"url_prefix": prefix} if at_registration else {}))
    assert str(get(app, path)).startswith("shop.page")


def test_url_defaults_reach_the_view(app: erlen.Erlen) -> None:
    shop = Blueprint("shop", __name__, url_defaults={"a": 1, "b": 1, "c": 1})
    shop.add_url_rule("/page", "page", any_page, defaults={"c": 3})
    app.register_blueprint(shop, url_defaults={"b": 2})
    assert get(app, "/page") == "shop.page a=1 b=2 c=3"


def test_overrides_of_one_registration_do_not_stay(app: erlen.Erlen, shop: Blueprint) -> None:
    app.register_blueprint(shop, name="first", url_prefix="/first", url_defaults={})
    app.register_blueprint(shop, name="second")
    assert get(app, "/first/page") == "first.page"
    assert get(app, "/page") == "second.page"
    assert shop.url_prefix is None


@pytest.mark.parametrize("given, over", [("a", None), ("other", "a"), (None, "a")])
def test_subdomain(given: str | None, over: str | None) -> None:
    app = erlen.Erlen(__name__, subdomain_matching=True)
    app.config["SERVER_NAME"] = "shop.test"
    shop = Blueprint("shop", __name__, subdomain=given)
    shop.add_url_rule("/page", "page", page)
    shop.add_url_rule("/page", "own", page, subdomain="own")
    app.register_blueprint(shop, **({"subdomain": over} if over else {}))
    assert get(app, "/page", base_url="http://a.shop.test") == "shop.page"
    assert get(app, "/page", base_url="http://own.shop.test") == "shop.own"
    assert get(app, "/page", base_url="http://shop.test") == 404


def test_root_path_is_where_its_folders_are(tmp_path: pathlib.Path) -> None:
    (tmp_path / "note.txt").write_text("a note")
    shop = Blueprint("shop", __name__, root_path=str(tmp_path), static_folder="files")
    assert shop.static_folder == str(tmp_path / "files")
    with shop.open_resource("note.txt", "r") as note:
        assert note.read() == "a note"


# One blueprint more than once


def test_two_names_for_one_blueprint(app: erlen.Erlen, shop: Blueprint) -> None:
    calls = []
    shop.before_request(lambda: calls.append(erlen.request.blueprint))
    shop.add_url_rule("/build", "build", lambda: erlen.url_for(".page"))
    app.register_blueprint(shop, url_prefix="/a")
    app.register_blueprint(shop, url_prefix="/b", name="store")
    assert get(app, "/a/page") == "shop.page"
    assert get(app, "/b/page") == "store.page"
    assert get(app, "/b/build") == "/b/page"
    assert calls == ["shop", "store", "store"]


def test_name_that_is_taken_is_named_with_the_mend(app: erlen.Erlen, shop: Blueprint) -> None:
    app.register_blueprint(shop)
    mend = "Use 'name=' to provide a unique name."
    with pytest.raises(ValueError, match=f"'shop' is already registered for this.*{mend}"):
        app.register_blueprint(shop)
    with pytest.raises(ValueError, match=f"'shop' is already registered for a different.*{mend}"):
        app.register_blueprint(Blueprint("shop", __name__))


def test_functions_for_the_whole_application_are_recorded_once(
    app: erlen.Erlen, shop: Blueprint
) -> None:
    calls = []
    states: list[BlueprintSetupState] = []
    shop.before_app_request(lambda: calls.append("called"))
    shop.record(states.append)
    shop.record_once(lambda state: calls.append(f"once for {state.name}"))
    app.register_blueprint(shop)
    app.register_blueprint(shop, name="store", url_prefix="/store")
    get(app, "/page")
    assert calls == ["once for shop", "called"]
    assert [(state.name, state.first_registration) for state in states] == [
        ("shop", True),
        ("store", False),
    ]
    assert all(state.app is app and state.blueprint is shop for state in states)


def test_one_blueprint_serves_two_applications(app: erlen.Erlen, shop: Blueprint) -> None:
    calls = []
    shop.before_app_request(lambda: calls.append(erlen.current_app.name))
    other = erlen.Erlen("other")
    for each in (app, other):
        each.register_blueprint(shop)
        assert get(each, "/page") == "shop.page"
    assert calls == [app.name, "other"]


def test_change_after_registration_is_refused_with_the_mend(
    app: erlen.Erlen, shop: Blueprint
) -> None:
    app.register_blueprint(shop)
    with pytest.raises(AssertionError, match="'route'.*blueprint 'shop'.*\n.*before registering"):
        shop.route("/late")


def test_own_setup_state(app: erlen.Erlen) -> None:
    class State(BlueprintSetupState):
        def add_url_rule(self, rule: str, *args: t.Any, **kwargs: t.Any) -> None:
            super().add_url_rule(f"/own{rule}", *args, **kwargs)

    class Own(Blueprint):
        def make_setup_state(self, *args: t.Any, **kwargs: t.Any) -> BlueprintSetupState:
            return State(self, *args, **kwargs)

    own = Own("own", __name__)
    own.add_url_rule("/page", view_func=page)
    app.register_blueprint(own)
    assert get(app, "/own/page") == "own.page"


# Nesting


def make(name: str, **options: t.Any) -> Blueprint:
    blueprint = Blueprint(name, __name__, **options)
    blueprint.add_url_rule("/page", "page", any_page)
    return blueprint


@pytest.mark.parametrize(
    "outer, outer_over, inner, inner_over, path",
    [
        ("/o", None, "/i", None, "/o/i/page"),
        ("/o", "/O", "/i", "/I", "/O/I/page"),
        (None, None, "/i", None, "/i/page"),
        ("/o", None, None, None, "/o/page"),
        ("/o/", None, "/i/", None, "/o/i/page"),
        ("/<a>", None, "/<b>", None, "/1/2/page"),
    ],
)
def test_nested_prefixes_add_up(
    app: erlen.Erlen,
    outer: str | None,
    outer_over: str | None,
    inner: str | None,
    inner_over: str | None,
    path: str,
) -> None:
    parent = Blueprint("outer", __name__, url_prefix=outer)
    child = make("inner", url_prefix=inner)
    child.add_url_rule("/build", "build", lambda **v: erlen.url_for(".page", **v))
    parent.register_blueprint(child, **({"url_prefix": inner_over} if inner_over else {}))
    app.register_blueprint(parent, **({"url_prefix": outer_over} if outer_over else {}))
    assert str(get(app, path)).startswith("outer.inner.page")
    assert get(app, path.replace("page", "build")) == path


@pytest.mark.parametrize(
    "outer, inner, host",
    [
        ("o", "i", "i.o.shop.test"),
        ("o", None, "o.shop.test"),
        (None, "i", "i.shop.test"),
    ],
)
def test_nested_subdomains_add_up(outer: str | None, inner: str | None, host: str) -> None:
    app = erlen.Erlen(__name__, subdomain_matching=True)
    app.config["SERVER_NAME"] = "shop.test"
    parent, child = Blueprint("outer", __name__, subdomain=outer), make("inner", subdomain=inner)
    parent.register_blueprint(child)
    app.register_blueprint(parent)
    assert get(app, "/page", base_url=f"http://{host}") == "outer.inner.page"
    assert get(app, "/page", base_url="http://shop.test") == 404


def test_nested_url_defaults_are_each_ones_own(app: erlen.Erlen) -> None:
    parent = make("outer", url_defaults={"a": 1})
    parent.register_blueprint(make("inner", url_prefix="/i"), url_defaults={"b": 2})
    app.register_blueprint(parent, url_defaults={"c": 3})
    assert get(app, "/page") == "outer.page a=1 c=3"
    assert get(app, "/i/page") == "outer.inner.page b=2"


def test_nested_under_two_names(app: erlen.Erlen) -> None:
    child, parent = make("inner"), make("outer")
    parent.register_blueprint(child, url_prefix="/a")
    parent.register_blueprint(child, url_prefix="/b", name="other")
    app.register_blueprint(parent, url_prefix="/1")
    app.register_blueprint(parent, url_prefix="/2", name="twice")
    assert get(app, "/1/b/page") == "outer.other.page"
    assert get(app, "/2/a/page") == "twice.inner.page"
    assert list(app.blueprints) == [
        "outer", "outer.inner", "outer.other", "twice", "twice.inner", "twice.other",
    ]  # fmt: skip


def test_blueprint_is_not_nested_in_itself() -> None:
    parent = make("outer")
    with pytest.raises(ValueError, match="Cannot register a blueprint on itself"):
        parent.register_blueprint(parent)


def test_request_knows_the_blueprints_it_is_in(app: erlen.Erlen) -> None:
    parent, child = make("outer"), Blueprint("inner", __name__)
    child.add_url_rule(
        "/names", "names", lambda: [erlen.request.blueprint, *erlen.request.blueprints]
    )
    parent.register_blueprint(child)
    app.register_blueprint(parent)
    assert app.test_client().get("/names").json == ["outer.inner", "outer.inner", "outer"]


def test_functions_of_nested_blueprints_go_from_the_outside_in(app: erlen.Erlen) -> None:
    calls: list[str] = []

    def calling(name: str) -> t.Callable[..., t.Any]:
        return lambda *args: calls.append(name)

    def passing(name: str) -> t.Callable[[erlen.Response], erlen.Response]:
        def after(response: erlen.Response) -> erlen.Response:
            calls.append(f"after {name}")
            return response

        return after

    parent, child, sibling = Blueprint("outer", __name__), make("inner"), make("sibling")
    for name, owner in [("sibling", sibling), ("inner", child), ("outer", parent), ("app", app)]:
        setup: t.Any = owner
        setup.url_value_preprocessor(calling(f"values {name}"))
        setup.before_request(calling(f"before {name}"))
        setup.after_request(passing(name))
        setup.teardown_request(calling(f"end {name}"))
    parent.register_blueprint(child)
    parent.register_blueprint(sibling, url_prefix="/sibling")
    app.register_blueprint(parent)
    assert get(app, "/page") == "outer.inner.page"
    outside_in, inside_out = ["app", "outer", "inner"], ["inner", "outer", "app"]
    assert calls == [
        *(f"values {name}" for name in outside_in),
        *(f"before {name}" for name in outside_in),
        *(f"after {name}" for name in inside_out),
        *(f"end {name}" for name in inside_out),
    ]


# Templates


def test_templates_of_the_application_are_searched_first(tmp_path: pathlib.Path) -> None:
    for folder, names in {"templates": "a", "one": "ab", "two": "abc"}.items():
        (tmp_path / folder).mkdir()
        for name in names:
            (tmp_path / folder / f"{name}.html").write_text(f"{name} of {folder}")
    app = erlen.Erlen(__name__, root_path=str(tmp_path))
    for name in ("one", "two"):
        blueprint = Blueprint(name, __name__, template_folder=name, root_path=str(tmp_path))
        blueprint.add_url_rule(f"/{name}/<file>", "page", lambda file: erlen.render_template(file))
        app.register_blueprint(blueprint)
    found = [get(app, f"/two/{name}.html") for name in "abc"]
    assert found == ["a of templates", "b of one", "c of two"]
    assert app.jinja_env.list_templates() == ["a.html", "b.html", "c.html"]


def test_template_functions_for_the_whole_application(app: erlen.Erlen, shop: Blueprint) -> None:
    shop.app_template_filter()(str.upper)
    shop.app_template_filter("shout")(lambda value: f"{value}!")
    shop.app_template_test("short")(lambda value: len(value) < 3)
    shop.app_template_global("answer")(lambda: 42)
    shop.add_app_template_filter(len, "size")
    shop.add_app_template_test(callable, "called")
    shop.add_app_template_global(max, "largest")
    shop.app_context_processor(lambda: {"word": "ab"})
    app.register_blueprint(shop)
    source = (
        "{{ word|upper|shout }} {{ word is short }} {{ answer() }} {{ word|size }}"
        " {{ answer is called }} {{ largest([1, 2]) }}"
    )
    with app.test_request_context():
        assert erlen.render_template_string(source) == "AB! True 42 2 True 2"


def test_context_processor_is_for_the_blueprints_own_views(
    app: erlen.Erlen, shop: Blueprint
) -> None:
    app.jinja_loader = DictLoader({"a.html": "{{ word }}"})
    shop.context_processor(lambda: {"word": "shop"})
    shop.add_url_rule("/in", "in", lambda: erlen.render_template("a.html"))
    app.add_url_rule("/out", "out", lambda: erlen.render_template("a.html") or "nothing")
    app.register_blueprint(shop)
    assert (get(app, "/in"), get(app, "/out")) == ("shop", "nothing")


# Static files


@pytest.mark.parametrize("folder", ["static", "assets", "deep/er/files", "with space"])
def test_static_url_is_the_blueprints_folder_whatever_its_name(
    tmp_path: pathlib.Path, folder: str
) -> None:
    for owner in ("app", "shop"):
        path = tmp_path / owner / folder
        path.mkdir(parents=True)
        (path / "a.txt").write_text(owner)
    app = erlen.Erlen(__name__, root_path=str(tmp_path / "app"), static_folder=folder)
    shop = Blueprint("shop", __name__, folder, url_prefix="/shop", root_path=str(tmp_path / "shop"))
    shop.add_url_rule("/url", "url", lambda: erlen.url_for(".static", filename="a.txt"))
    app.register_blueprint(shop)
    client = app.test_client()
    with app.test_request_context():
        assert client.get(erlen.url_for("shop.static", filename="a.txt")).text == "shop"
        assert client.get(erlen.url_for("static", filename="a.txt")).text == "app"
    assert client.get(client.get("/shop/url").text).text == "shop"
    assert client.get(f"/shop/{folder.rpartition('/')[2]}/none.txt").status_code == 404


def test_static_url_path_and_cache_time_are_the_blueprints(tmp_path: pathlib.Path) -> None:
    class Cached(Blueprint):
        def get_send_file_max_age(self, filename: str | None) -> int:
            return 100

    (tmp_path / "a.txt").write_text("a")
    app = erlen.Erlen(__name__)
    app.register_blueprint(
        Cached("shop", __name__, static_folder=str(tmp_path), static_url_path="/files/")
    )
    response = app.test_client().get("/files/a.txt")
    assert response.text == "a"
    assert response.cache_control.max_age == 100


def test_applications_static_rule_hides_a_blueprints_of_the_same_url(
    tmp_path: pathlib.Path,
) -> None:
    for owner in ("app", "shop"):
        (tmp_path / owner / "static").mkdir(parents=True)
        (tmp_path / owner / "static" / "a.txt").write_text(owner)
    app = erlen.Erlen(__name__, root_path=str(tmp_path / "app"))
    shop = Blueprint("shop", __name__, "static", root_path=str(tmp_path / "shop"))
    app.register_blueprint(shop)
    assert get(app, "/static/a.txt") == "app"


# Commands


@pytest.mark.parametrize(
    "given, over, arguments",
    [
        ({}, {}, ["shop", "hello"]),
        ({"cli_group": "store"}, {}, ["store", "hello"]),
        ({"cli_group": None}, {}, ["hello"]),
        ({}, {"cli_group": "store"}, ["store", "hello"]),
        ({"cli_group": "store"}, {"cli_group": None}, ["hello"]),
        ({}, {"name": "renamed"}, ["renamed", "hello"]),
    ],
)
def test_commands_are_in_the_group_asked_for(
    app: erlen.Erlen, given: dict[str, t.Any], over: dict[str, t.Any], arguments: list[str]
) -> None:
    shop = Blueprint("shop", __name__, **given)

    @shop.cli.command("hello")
    def hello() -> None:
        print(f"hello from {erlen.current_app.name}")

    app.register_blueprint(shop, **over)
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.output == f"hello from {app.name}\n"


def test_functions_for_the_whole_application_run_for_its_own_views(
    app: erlen.Erlen, shop: Blueprint
) -> None:
    called: list[str] = []
    shop.before_app_first_request(lambda: called.append("first"))
    shop.app_url_value_preprocessor(lambda endpoint, values: called.append(f"values {endpoint}"))
    shop.teardown_app_request(lambda exc: called.append("teardown"))
    app.register_blueprint(shop)
    app.add_url_rule("/", "home", page)
    client = app.test_client()
    assert (client.get("/").text, client.get("/").text) == ("home", "home")
    assert called == ["first", "values home", "teardown", "values home", "teardown"]
