from __future__ import annotations

import pathlib
import typing as t

import pytest

import erlen
from erlen.scaffold import Scaffold, setupmethod


@pytest.fixture
def app() -> erlen.Erlen:
    app = erlen.Erlen(__name__)
    app.testing = True
    return app


# Routes


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "patch"])
def test_shortcut_accepts_its_method_only(app: erlen.Erlen, method: str) -> None:
    getattr(app, method)("/")(lambda: erlen.request.method)
    client = app.test_client()
    assert client.open("/", method=method).text == method.upper()
    assert client.open("/", method="LINK").status_code == 405
    other = "post" if method == "get" else "get"
    assert client.open("/", method=other).status_code == 405


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "patch"])
def test_shortcut_takes_no_methods(app: erlen.Erlen, method: str) -> None:
    with pytest.raises(TypeError, match="Use the 'route' decorator"):
        getattr(app, method)("/", methods=["GET"])


def test_decorators_return_the_view(app: erlen.Erlen) -> None:
    def view(name: str = "all") -> str:
        return name

    assert app.route("/all")(app.get("/<name>", endpoint="one")(view)) is view
    assert app.test_client().get("/all").text == "all"
    assert app.test_client().get("/ada").text == "ada"
    assert app.view_functions["one"] is app.view_functions["view"] is view


def test_table_of_rules_is_registered_in_one_call(app: erlen.Erlen) -> None:
    def first() -> str:
        return "first"

    def second(n: int) -> str:
        return f"second {n} {erlen.request.method}"

    app.add_url_rules(
        [
            ("/first", first),
            ("/second", second, {"defaults": {"n": 1}}),
            ("/second/<int:n>", second, {"methods": ["POST"], "endpoint": "numbered"}),
        ]
    )
    client = app.test_client()
    assert client.get("/first").text == "first"
    assert client.get("/second").text == "second 1 GET"
    assert client.post("/second/5").text == "second 5 POST"
    assert set(app.view_functions) == {"static", "first", "second", "numbered"}


def test_table_keeps_the_options_it_is_given(app: erlen.Erlen) -> None:
    options: dict[str, t.Any] = {"methods": ["POST"], "endpoint": "view", "defaults": {"n": 1}}
    before = dict(options)
    app.add_url_rules([("/a", str, options), ("/b", str, options)])
    assert options == before


def test_table_of_a_blueprint_lies_below_its_prefix(app: erlen.Erlen) -> None:
    shop = erlen.Blueprint("shop", __name__, url_prefix="/shop")
    shop.add_url_rules([("/", lambda: "shop", {"endpoint": "index"})])
    app.register_blueprint(shop)
    assert app.test_client().get("/shop/").text == "shop"


@pytest.mark.parametrize("row", [("/",), ("/", len, {}, 1), ()])
def test_row_of_another_shape_is_shown(app: erlen.Erlen, row: t.Any) -> None:
    with pytest.raises(TypeError, match=r"is \(rule, view\) or \(rule, view, options\), not"):
        app.add_url_rules([row])


def test_endpoint_gets_its_view_by_decorator(app: erlen.Erlen) -> None:
    app.add_url_rule("/", "late")
    app.endpoint("late")(lambda: "late")
    assert app.test_client().get("/").text == "late"


# Functions around a request


def test_decorators_of_functions_return_them(app: erlen.Erlen) -> None:
    def function(*args: t.Any) -> t.Any:
        return {} if not args else args[0]

    for owner in (app, erlen.Blueprint("shop", __name__)):
        for name, registry in [
            ("before_request", owner.before_request_funcs),
            ("after_request", owner.after_request_funcs),
            ("teardown_request", owner.teardown_request_funcs),
            ("context_processor", owner.template_context_processors),
            ("url_value_preprocessor", owner.url_value_preprocessors),
            ("url_defaults", owner.url_default_functions),
        ]:
            assert getattr(owner, name)(function) is function
            assert t.cast(t.Any, registry)[None][-1] is function


def test_late_set_up_is_refused_with_the_name_and_the_mend(app: erlen.Erlen) -> None:
    app.add_url_rule("/", view_func=lambda: "", endpoint="home")
    app.test_client().get("/")
    for late in (
        lambda: app.route("/late"),
        lambda: app.before_request(lambda: None),
        lambda: app.errorhandler(404),
        lambda: app.register_blueprint(erlen.Blueprint("late", __name__)),
        lambda: app.add_url_rules([]),
    ):
        with pytest.raises(AssertionError, match="The setup method '.*' can no longer be called"):
            late()
    with pytest.raises(AssertionError, match="'before_request'.*\n.*before running it"):
        app.before_request(lambda: None)


def test_own_setup_methods_are_checked_as_well() -> None:
    class Custom(erlen.Erlen):
        @setupmethod
        def prepare(self) -> str:
            return "prepared"

    app = Custom(__name__)
    assert app.prepare() == "prepared"
    app.test_client().get("/")
    with pytest.raises(AssertionError, match="'prepare'"):
        app.prepare()


# Folders


def test_static_folder_and_its_path(tmp_path: pathlib.Path) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "a.txt").write_text("a file")
    app = erlen.Erlen(__name__, static_folder="public/", root_path=str(tmp_path))
    assert app.static_folder == str(tmp_path / "public")
    assert app.static_url_path == "/public"
    assert app.test_client().get("/public/a.txt").text == "a file"
    with app.test_request_context():
        assert erlen.url_for("static", filename="a.txt") == "/public/a.txt"


@pytest.mark.parametrize("path, url", [("", "/a.txt"), ("/x/", "/x/a.txt"), ("/x/y", "/x/y/a.txt")])
def test_static_url_path_is_independent_of_the_folder(
    tmp_path: pathlib.Path, path: str, url: str
) -> None:
    (tmp_path / "a.txt").write_text("a file")
    app = erlen.Erlen(__name__, static_folder=tmp_path, static_url_path=path)
    app.add_url_rule("/", "home", lambda: "home")
    assert app.test_client().get(url).text == "a file"
    assert app.test_client().get("/").text == "home"


def test_without_a_static_folder_there_is_no_rule() -> None:
    app = erlen.Erlen(__name__, static_folder=None)
    assert not app.has_static_folder
    assert app.static_url_path is None
    assert list(app.url_map.iter_rules()) == []
    with pytest.raises(RuntimeError, match="'static_folder' must be set"):
        app.send_static_file("a.txt")


def test_static_files_of_one_host() -> None:
    app = erlen.Erlen(__name__, static_host="files.test", host_matching=True)
    (rule,) = app.url_map.iter_rules()
    assert rule.host == "files.test"


@pytest.mark.parametrize("options", [{"static_host": "files.test"}, {"host_matching": True}])
def test_static_host_and_host_matching_go_together(options: dict[str, t.Any]) -> None:
    with pytest.raises(AssertionError, match="static_host"):
        erlen.Erlen(__name__, **options)
    assert erlen.Erlen(__name__, static_folder=None, host_matching=True).url_map.host_matching


def test_resources_lie_beside_the_code(app: erlen.Erlen) -> None:
    name = pathlib.Path(__file__).name
    for owner in (app, erlen.Blueprint("shop", __name__)):
        with owner.open_resource(name) as binary, owner.open_resource(name, "r", "utf-8") as text:
            assert binary.readline().decode() == text.readline()
        with pytest.raises(ValueError, match="only be opened for reading"):
            owner.open_resource(name, "w")


# Error handlers


@pytest.mark.parametrize("wrong", [1, 200, 302, 600, 999])
def test_handler_for_a_code_that_is_no_error_is_refused(app: erlen.Erlen, wrong: int) -> None:
    with pytest.raises(ValueError, match=f"'{wrong}' is not a recognized HTTP error code"):
        app.register_error_handler(wrong, str)


def test_handler_for_what_is_no_exception_is_refused(app: erlen.Erlen) -> None:
    with pytest.raises(TypeError, match="is an instance, not a class"):
        app.register_error_handler(t.cast(t.Any, ValueError("x")), str)
    with pytest.raises(ValueError, match="'str' is not a subclass of Exception"):
        app.register_error_handler(t.cast(t.Any, str), str)


def test_handlers_are_filed_by_code_and_class(app: erlen.Erlen) -> None:
    from werkzeug.exceptions import NotFound

    assert app.errorhandler(404)(str) is str
    app.register_error_handler(KeyError, repr)
    assert app.error_handler_spec[None][404] == {NotFound: str}
    assert app.error_handler_spec[None][None] == {KeyError: repr}


def test_what_is_neither_application_nor_blueprint_has_to_say_what_rules_are() -> None:
    class Open(Scaffold):
        def _check_setup_finished(self, f_name: str) -> None:
            pass

    for cls in (Scaffold, Open):
        with pytest.raises(NotImplementedError):
            cls(__name__).add_url_rule("/")
