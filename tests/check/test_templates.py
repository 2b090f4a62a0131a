from __future__ import annotations

import sys
import types
import typing as t

import pytest
from jinja2 import DictLoader, FunctionLoader

from erlen import Erlen, render_template
from tests.check.conftest import Folder, ids, make_app, only


@pytest.mark.parametrize(
    "source,reason",
    [
        ("{% if x %}", "Unexpected end of template"),
        ("{% trans %}{% endtrans %}", "unknown tag 'trans'"),
        ("{% block a %}{% endblock %}{% block a %}{% endblock %}", "block 'a' defined twice"),
    ],
)
def test_what_jinja_cannot_compile(app: Erlen, folder: Folder, source: str, reason: str) -> None:
    folder.write("templates/page.html", f"\n\n{source}")
    finding = only(app)
    assert (finding.id, finding.level) == ("template-syntax", "error")
    assert finding.place.endswith("page.html:3")
    assert reason in finding.reason


def test_what_an_extension_of_jinja_can(folder: Folder) -> None:
    app = make_app(folder.path)
    app.jinja_options = {"extensions": ["jinja2.ext.i18n"]}
    folder.write("templates/page.html", "{% trans %}{% endtrans %}")
    assert ids(app) == []


def test_files_that_are_no_templates(app: Erlen, folder: Folder) -> None:
    folder.write("templates/notes.tex", "{% if %}")
    (folder.path / "templates/latin.html").write_bytes(b"\xe4")
    folder.write("templates/page.html", "{% include 'latin.html' %}")
    assert ids(app) == []


@pytest.mark.parametrize(
    "source,mend",
    [
        ("{{ x|uper }}", "Did you mean 'upper'? Else register it: @app.template_filter('uper')"),
        ("{% if y %}{{ x|money }}{% endif %}", "Register it: @app.template_filter('money')"),
        ("{{ x is larg }}", "Register it: @app.template_test('larg')"),
    ],
)
def test_filters_and_tests_that_are_not_there(
    app: Erlen, folder: Folder, source: str, mend: str
) -> None:
    folder.write("templates/page.html", source)
    finding = only(app)
    assert (finding.id, finding.mend) == ("template-filter", mend)


@pytest.mark.parametrize(
    "source",
    [
        "{{ x|money }} {{ x is large }}",
        "{% if 'markdown' is filter %}{{ x|markdown }}{% endif %}",
        "{% if a and 'markdown' is filter %}{{ x|markdown }}{% endif %}",
        "{{ x|markdown if 'markdown' is filter else x }}",
    ],
)
def test_filters_that_are_there_or_asked_for(app: Erlen, folder: Folder, source: str) -> None:
    app.add_template_filter(str, "money")
    app.add_template_test(bool, "large")
    folder.write("templates/page.html", source)
    assert ids(app) == []


def page() -> str:
    return render_template("page.html")


@pytest.mark.parametrize("is_there", [True, False])
def test_templates_that_are_in_no_file(app: Erlen, is_there: bool) -> None:
    app.jinja_env.loader = DictLoader({"page.html": "{{ x|uper }}"} if is_there else {})
    app.add_url_rule("/", view_func=page)
    assert ids(app) == ([] if is_there else ["template-missing"])


def test_a_loader_that_cannot_list(app: Erlen) -> None:
    app.jinja_env.loader = FunctionLoader(lambda name: None)
    app.add_url_rule("/", view_func=page)
    assert ids(app) == ["template-missing"]


def test_no_loader_at_all(app: Erlen) -> None:
    app.jinja_env.loader = None
    assert ids(app) == []
    app.add_url_rule("/", view_func=page)
    assert ids(app) == ["template-missing"]


def test_a_loader_that_lists_what_it_has_not(app: Erlen) -> None:
    class Loader(DictLoader):
        def list_templates(self) -> list[str]:
            return ["gone.html"]

    app.jinja_env.loader = Loader({})
    assert ids(app) == []


def test_templates_that_only_a_neighbour_names(folder: Folder, app: Erlen) -> None:
    """Two programs in one folder: what one of them renders may want what it registers."""
    folder.write("templates/bill.html", "{% extends 'lay.html' %}{{ x|money }}")
    folder.write("templates/lay.html", "{{ x|money }}")
    assert ids(app) == ["template-filter"] * 2
    folder.write("bills.py", "render_template('bill.html')")
    folder.write(".hidden/bills.py", "render_template('page.html')")
    assert ids(app) == []
    folder.write("templates/page.html", "{% extends 'lay.html' %}")
    assert ids(app) == ["template-filter"]


def test_templates_that_both_name(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write("bills.py", "render_template('bill.html')")
    folder.write("neighbours_shop.py", 'PAGES = ["bill.html"]')
    folder.write("templates/bill.html", "{{ x|money }}")
    module = types.ModuleType("neighbours_shop")
    module.__file__ = str(folder.path / "neighbours_shop.py")
    monkeypatch.setitem(sys.modules, "neighbours_shop", module)
    assert ids(make_app(folder.path)) == ["template-filter"]


def test_templates_of_an_installed_package(folder: Folder, app: Erlen) -> None:
    folder.write("lib/site-packages/admin/admin.html", "{{ x|money }}")
    from jinja2 import FileSystemLoader

    own = make_app(folder.path / "shop")
    loader: t.Any = FileSystemLoader(str(folder.path / "lib/site-packages/admin"))
    own.jinja_env.loader = loader
    assert ids(own) == []
