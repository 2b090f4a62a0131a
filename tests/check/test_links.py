from __future__ import annotations

import functools
import typing as t

import pytest

import erlen
from erlen import Blueprint, Erlen, current_app, render_template, stream_template, url_for
from erlen.assets import UrlManager
from erlen.check import check_app
from erlen.views import MethodView
from tests.check.conftest import Folder, ids, only

ENDPOINT = "elsewhere"


# What views of the tests do; none of it is ever called.


def link_wrong() -> str:
    return url_for("shelv")


def link_through_module() -> str:
    return erlen.url_for("shelv")


def link_through_application() -> str:
    return current_app.url_for("shelv")


async def link_from_coroutine() -> str:
    return url_for("shelv")


def helper() -> str:
    return url_for("shelv")


def link_from_helper() -> str:
    return helper()


def link_from_nested() -> str:
    def nested() -> str:
        return url_for("shelv")

    return nested()


def decorated(view: t.Callable[[], str]) -> t.Callable[[], str]:
    @functools.wraps(view)
    def wrapper() -> str:
        return view() or url_for("shelv")

    return wrapper


class Shelves(MethodView):
    def get(self) -> str:
        return url_for("shelv")

    @classmethod
    def other(cls) -> str:
        return ""

    @property
    def name(self) -> str:
        return ""


link_from_lambda = lambda: url_for("shelv")  # noqa: E731
link_from_lambda.__name__ = "named"


@decorated
def link_from_decorator() -> str:
    return ""


def link_right() -> str:
    return url_for("shelf", number=1, _anchor="top")


def link_without_number() -> str:
    return url_for("shelf", page=2)


def link_with_anything(**values: t.Any) -> str:
    return url_for("shelf", **values)


def link_to_variable() -> str:
    return url_for(ENDPOINT) + url_for(endpoint="shelv")


def link_carefully() -> str:
    try:
        return url_for("shelv")
    except ValueError:
        return url_for("shelf", number=1)
    else:
        return ""


def link_with_a_fallback() -> str:
    try:
        pass
    except ValueError:
        return url_for("shelv")
    return ""


def link_with_own_function() -> str:
    def url_for(endpoint: str) -> str:
        return endpoint

    return own.url_for("shelv") + Own().url_for("shelv") + url_for_of_others("shelv")


class Own:
    def url_for(self, endpoint: str) -> str:
        return endpoint


own = Own()


def url_for_of_others(endpoint: str) -> str:
    return endpoint


def render_wrong() -> str:
    return render_template("shlf.html")


def render_stream() -> t.Iterator[str]:
    return stream_template(["a.html", "b.html"])


def render_first_of() -> str:
    return render_template(["nothing.html", "shelf.html"])


def render_variable() -> str:
    return render_template([ENDPOINT, "x.html"]) + render_template(ENDPOINT)


WRONG = [
    link_wrong,
    link_through_module,
    link_through_application,
    link_from_coroutine,
    link_from_helper,
    link_from_nested,
    link_from_decorator,
    link_from_lambda,
    link_with_a_fallback,
    functools.partial(link_wrong),
    Shelves.as_view("shelves"),
]
RIGHT = [
    link_right,
    link_with_anything,
    link_to_variable,
    link_carefully,
    link_with_own_function,
]


@pytest.fixture
def shop(app: Erlen) -> Erlen:
    app.add_url_rule("/shelf/<int:number>", "shelf", lambda number: "")
    return app


@pytest.mark.parametrize("view", WRONG)
def test_links_of_views_to_nowhere(shop: Erlen, view: t.Any) -> None:
    shop.add_url_rule("/", "view", view)
    finding = only(shop)
    assert (finding.id, finding.level) == ("endpoint-missing", "error")
    assert "test_links.py:" in finding.place
    assert finding.mend == "Did you mean 'shelf'?"


@pytest.mark.parametrize("view", RIGHT)
def test_links_of_views_that_are_right_or_unknown(shop: Erlen, view: t.Any) -> None:
    shop.add_url_rule("/", "view", view)
    assert ids(shop) == []


def test_a_link_that_lacks_a_value(shop: Erlen) -> None:
    shop.add_url_rule("/", "view", link_without_number)
    finding = only(shop)
    assert finding.id == "link-incomplete"
    assert finding.mend == "Write url_for('shelf', number=…)."


def test_a_value_that_is_always_added(shop: Erlen) -> None:
    shop.add_url_rule("/", "view", link_without_number)

    @shop.url_defaults
    def add_number(endpoint: str, values: dict[str, t.Any]) -> None:
        values["number"] = 1

    assert ids(shop) == []


def test_any_rule_of_the_endpoint_will_do(shop: Erlen) -> None:
    shop.add_url_rule("/", "view", link_without_number)
    shop.add_url_rule("/shelf", "shelf", defaults={"number": 1})
    assert ids(shop) == []


def test_who_handles_build_errors_may_know_the_endpoint(shop: Erlen) -> None:
    shop.add_url_rule("/", "view", link_wrong)
    shop.url_build_error_handlers.append(lambda error, endpoint, values: "/")
    assert ids(shop) == []


@pytest.mark.parametrize("where", ["before", "after", "error", "context"])
def test_hooks_and_handlers_are_read(shop: Erlen, where: str) -> None:
    def wrong(*args: t.Any) -> t.Any:
        return url_for("shelv")

    if where == "before":
        shop.before_request(wrong)
    elif where == "after":
        shop.after_request(wrong)
    elif where == "error":
        shop.register_error_handler(404, wrong)
    else:
        shop.context_processor(wrong)
    assert ids(shop) == ["endpoint-missing"]


def test_names_of_templates_in_views(app: Erlen, folder: Folder) -> None:
    app.add_url_rule("/", view_func=render_wrong)
    finding = only(app)
    assert finding.id == "template-missing"
    assert finding.mend == "Write it, or mend the name."
    folder.write("templates/shelf.html")
    assert only(app).mend == "Did you mean 'shelf.html'?"
    folder.write("templates/shlf.html")
    assert ids(app) == []


def test_one_of_several_templates_has_to_be_there(app: Erlen, folder: Folder) -> None:
    folder.write("templates/shelf.html")
    app.add_url_rule("/", view_func=render_first_of)
    app.add_url_rule("/variable", view_func=render_variable)
    assert ids(app) == []
    app.add_url_rule("/stream", view_func=render_stream)
    assert only(app).reason == "There is no template 'a.html' or 'b.html'."


@pytest.mark.parametrize(
    "source",
    [
        "{% extends 'lay.html' %}",
        "{% include 'lay.html' %}",
        "{% include ['lay.html', 'out.html'] %}",
        "{% import 'lay.html' as lay %}",
        "{% from 'lay.html' import menu %}",
    ],
)
def test_names_of_templates_in_templates(app: Erlen, folder: Folder, source: str) -> None:
    folder.write("templates/page.html", f"\n{source}")
    finding = only(app)
    assert finding.id == "template-missing"
    assert finding.place.endswith("templates/page.html:2")
    folder.write("templates/lay.html")
    assert ids(app) == []


@pytest.mark.parametrize(
    "source",
    [
        "{% include 'lay.html' ignore missing %}",
        "{% include name %}",
        "{% include ['lay.html', name] %}",
        "{% extends name or 'lay.html' %}",
    ],
)
def test_names_that_need_not_be_there(app: Erlen, folder: Folder, source: str) -> None:
    folder.write("templates/page.html", source)
    assert ids(app) == []


@pytest.mark.parametrize(
    "link,expected",
    [
        ("url_for('shelv')", "endpoint-missing"),
        ("url_for('shelf')", "link-incomplete"),
        ("url_for('shelf', number=1)", None),
        ("url_for('shelf', **values)", None),
        ("url_for('shelf', *values)", None),
        ("url_for(name)", None),
        ("url_for(endpoint='shelv')", None),
        ("paths.url_for('shelv')", None),
        ("link('shelv')", None),
        ("url_for('static', filename='site.css')", None),
        ("url_for('static', filename='site.css?v=1')", None),
        ("url_for('static', filename='sight.css')", "static-file-missing"),
        ("url_for('static', filename=name)", None),
        ("url_for('static', filename=7)", None),
        ("url_for('.shelv')", "endpoint-missing"),
        ("url_for('.shelf', number=1)", None),
    ],
)
def test_links_of_templates(shop: Erlen, folder: Folder, link: str, expected: str | None) -> None:
    folder.write("static/site.css")
    folder.write("templates/page.html", f"<a href='{{{{ {link} }}}}'>x</a>")
    assert ids(shop) == ([expected] if expected else [])


@pytest.mark.parametrize(
    "source",
    [
        "{% macro a(url_for) %}{{ url_for('shelv') }}{% endmacro %}",
        "{% set url_for = other %}{{ url_for('shelv') }}",
    ],
)
def test_another_meaning_of_url_for(shop: Erlen, folder: Folder, source: str) -> None:
    folder.write("templates/page.html", source)
    assert ids(shop) == []


def test_another_function_under_the_name(shop: Erlen, folder: Folder) -> None:
    folder.write("templates/page.html", "{{ url_for('shelv') }}")
    shop.add_template_global(lambda endpoint: endpoint, "url_for")
    assert ids(shop) == []


def blueprint(folder: Folder, name: str) -> Blueprint:
    blueprint = Blueprint(
        name,
        name,
        root_path=str(folder.path / name),
        url_prefix=f"/{name}",
        static_folder="files",
        template_folder="templates",
    )
    blueprint.add_url_rule(f"/{name}-only", f"{name}_only", lambda: "")
    blueprint.add_url_rule("/post/<id>", "post", lambda id: "")
    folder.write(f"{name}/files/{name}.css")
    return blueprint


def test_relative_links_depend_on_the_request(app: Erlen, folder: Folder) -> None:
    for name in ("blog", "wiki"):
        app.register_blueprint(blueprint(folder, name))
    folder.write(
        "templates/page.html",
        "{{ url_for('.blog_only') }} {{ url_for('.post') }} {{ url_for('.static', filename='?') }}",
    )
    assert ids(app) == []
    folder.write("templates/page.html", "{{ url_for('.pst') }} {{ url_for('post', id=1) }}")
    assert ids(app) == ["endpoint-missing"] * 2


def test_the_static_files_of_a_blueprint(app: Erlen, folder: Folder) -> None:
    app.register_blueprint(blueprint(folder, "blog"))
    folder.write("templates/a.html", "{{ url_for('blog.static', filename='blog.css') }}")
    assert ids(app) == []
    folder.write("templates/a.html", "{{ url_for('blog.static', filename='wiki.css') }}")
    assert only(app).id == "static-file-missing"


def test_versioned_links(shop: Erlen, folder: Folder) -> None:
    folder.write("static/site.css")
    shop.register_blueprint(blueprint(folder, "blog"))
    UrlManager(shop)
    folder.write(
        "templates/page.html",
        """
        {{ url_for('static', filename='sight.css') }}
        {{ url_for('blog.static', filename='blg.css') }}
        {{ url_for('shelv') }}
        """,
    )
    shop.test_client().get("/nothing")  # blueprints are taken over before the first request
    places = {f.id: f.place.rpartition(":")[2] for f in check_app(shop)}
    assert places == {"static-file-missing": "3", "endpoint-missing": "4"}


def test_a_static_endpoint_with_a_view_of_its_own(app: Erlen, folder: Folder) -> None:
    app.view_functions["static"] = lambda filename: filename
    folder.write("templates/page.html", "{{ url_for('static', filename='made.css') }}")
    assert ids(app) == []
