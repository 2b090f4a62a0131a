from __future__ import annotations

import typing as t

from erlen import Erlen, url_for
from tests.check.conftest import Folder, ids


def made(source: str, path: str) -> t.Any:
    """Return the function ``view`` of a source that is told to lie at *path*."""
    names: dict[str, t.Any] = {"url_for": url_for}
    exec(compile(source, path, "exec"), names)
    return names["view"]


VIEW = "def view():\n    return url_for('nowhere')\n"


def test_a_file_that_was_changed_since_it_was_imported(app: Erlen, folder: Folder) -> None:
    path = folder.write("views.py", VIEW)
    app.add_url_rule("/", view_func=made(VIEW, str(path)))
    assert ids(app) == ["endpoint-missing"]
    path.write_text("# a line more\n" + VIEW)
    assert ids(app) == []
    path.write_text("def view(:")
    assert ids(app) == []
    path.unlink()
    assert ids(app) == []


def test_a_name_that_is_bound_later(app: Erlen) -> None:
    def view() -> str:
        return helper()

    app.add_url_rule("/", view_func=view)
    assert ids(app) == []

    def helper() -> str:
        return url_for("nowhere")

    assert ids(app) == ["endpoint-missing"]


def test_functions_that_are_written_nowhere(app: Erlen) -> None:
    app.add_url_rule("/", view_func=made(VIEW, "<string>"))
    assert ids(app) == []


def test_classes_that_are_written_nowhere(app: Erlen) -> None:
    helper: t.Any = type("Helper", (), {"__module__": "nowhere"})

    def view() -> str:
        return str(helper())

    app.add_url_rule("/", view_func=view)
    assert ids(app) == []


def test_two_lambdas_on_a_line(app: Erlen) -> None:
    right, wrong = lambda: url_for("static", filename=""), lambda: url_for("nowhere")
    app.add_url_rule("/", "right", right)
    app.add_url_rule("/wrong", "wrong", wrong)
    assert "endpoint-missing" in ids(app)
