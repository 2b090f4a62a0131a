from __future__ import annotations

import sys
import typing as t
import uuid
from decimal import Decimal

import pytest

import erlen
from erlen.routing import BaseConverter, ValidationError


@pytest.fixture
def app() -> erlen.Erlen:
    app = erlen.Erlen(__name__, static_folder=None)
    app.testing = True
    return app


def answer(app: erlen.Erlen, path: str, **kwargs: t.Any) -> str | int:
    """Return the text of the answer, or its status where that is not 200."""
    response = app.test_client().open(path, **kwargs)
    return response.text if response.status_code == 200 else response.status_code


# Endpoints


def test_endpoint_is_the_name_of_the_function(app: erlen.Erlen) -> None:
    @app.route("/")
    def front_page() -> str:
        return str(erlen.request.endpoint)

    assert app.view_functions == {"front_page": front_page}
    assert answer(app, "/") == "front_page"


def test_endpoint_may_be_given(app: erlen.Erlen) -> None:
    app.add_url_rule("/", "home", lambda: str(erlen.request.endpoint))
    app.route("/about", endpoint="about")(lambda: str(erlen.request.endpoint))
    assert (answer(app, "/"), answer(app, "/about")) == ("home", "about")


def test_endpoint_gets_its_function_later(app: erlen.Erlen) -> None:
    app.add_url_rule("/", "later")
    app.view_functions["later"] = lambda: "here"
    assert answer(app, "/") == "here"
    app.view_functions["later"] = lambda: "and replaced"
    assert answer(app, "/") == "and replaced"


def test_rule_needs_an_endpoint_or_a_function(app: erlen.Erlen) -> None:
    with pytest.raises(AssertionError, match="expected view func if endpoint is not provided"):
        app.add_url_rule("/")


def test_second_function_for_an_endpoint_is_refused_by_name(app: erlen.Erlen) -> None:
    app.add_url_rule("/a", "page", lambda: "a")
    with pytest.raises(AssertionError, match="overwriting an existing endpoint function: page"):
        app.add_url_rule("/b", "page", lambda: "b")


def test_one_function_may_have_several_rules(app: erlen.Erlen) -> None:
    def page() -> str:
        return erlen.request.path

    app.add_url_rule("/a", view_func=page)
    app.add_url_rule("/b", view_func=page)
    assert (answer(app, "/a"), answer(app, "/b")) == ("/a", "/b")


def test_bound_methods_are_one_function(app: erlen.Erlen) -> None:
    class Pages:
        def page(self) -> str:
            return "page"

    pages = Pages()
    app.add_url_rule("/a", view_func=pages.page)
    app.add_url_rule("/b", view_func=pages.page)
    assert answer(app, "/b") == "page"


def test_malformed_rule_names_itself(app: erlen.Erlen) -> None:
    for rule in ("no-slash", "/<", "/<int:>"):
        with pytest.raises(ValueError):
            app.add_url_rule(rule, "page", str)
    with pytest.raises(LookupError, match="'nonsense'"):
        app.add_url_rule("/<nonsense:a>", "page", str)
    with pytest.raises(TypeError):
        app.add_url_rule("/", "page", str, nonsense=True)


# Options of a rule


def test_methods_are_upper_cased_and_get_brings_head(app: erlen.Erlen) -> None:
    app.add_url_rule("/", "page", lambda: erlen.request.method, methods=["get", "Put"])
    assert answer(app, "/", method="PUT") == "PUT"
    assert answer(app, "/", method="POST") == 405
    assert app.test_client().head("/").status_code == 200
    assert set(app.test_client().options("/").allow) == {"GET", "HEAD", "OPTIONS", "PUT"}


def test_methods_given_as_one_string_are_refused_with_the_mend(app: erlen.Erlen) -> None:
    with pytest.raises(TypeError, match=r'for example: @app.route\(..., methods=\["POST"\]\)'):
        app.add_url_rule("/", "page", str, methods="POST")


def test_methods_and_options_of_the_view_itself(app: erlen.Erlen) -> None:
    def page() -> str:
        return erlen.request.method

    page.methods = ["POST"]  # type: ignore[attr-defined]
    page.required_methods = ["LINK"]  # type: ignore[attr-defined]
    page.provide_automatic_options = False  # type: ignore[attr-defined]
    app.add_url_rule("/", view_func=page)
    assert answer(app, "/", method="LINK") == "LINK"
    assert answer(app, "/", method="GET") == 405
    assert answer(app, "/", method="OPTIONS") == 405
    assert set(app.test_client().get("/").allow) == {"LINK", "POST"}


def test_view_may_answer_options_itself(app: erlen.Erlen) -> None:
    app.add_url_rule("/", "page", lambda: "mine", methods=["get", "options"])
    assert answer(app, "/", method="OPTIONS") == "mine"


def test_defaults_reach_the_view(app: erlen.Erlen) -> None:
    def page(number: int, kind: str) -> str:
        return f"{kind} {number!r}"

    app.add_url_rule("/", "page", page, defaults={"number": 1, "kind": "a"})
    app.add_url_rule("/<int:number>", "page", page, defaults={"kind": "b"})
    assert answer(app, "/") == "a 1"
    assert answer(app, "/2") == "b 2"
    assert answer(app, "/2") == "b 2", "defaults are not changed by a request"


def test_path_that_spells_out_a_default_is_redirected(app: erlen.Erlen) -> None:
    app.add_url_rule("/all/", "page", lambda n: str(n), defaults={"n": 1})
    app.add_url_rule("/all/<int:n>", "page")
    response = app.test_client().get("/all/1")
    assert (response.status_code, response.location) == (308, "/all/")
    assert answer(app, "/all/2") == "2"
    with app.test_request_context():
        assert [erlen.url_for("page", n=n) for n in (1, 2)] == ["/all/", "/all/2"]


def test_strict_rule_with_a_slash_redirects_to_it(app: erlen.Erlen) -> None:
    app.add_url_rule("/x/", "page", lambda: "page")
    response = app.test_client().get("/x?a=1")
    assert response.status_code == 308
    assert response.headers["Location"] == "/x/?a=1"
    assert answer(app, "/x", follow_redirects=True) == "page"


def test_strict_rule_without_a_slash_is_not_found_with_one(app: erlen.Erlen) -> None:
    app.add_url_rule("/x", "page", lambda: "page")
    assert answer(app, "/x") == "page"
    assert answer(app, "/x/") == 404


@pytest.mark.parametrize("rule", ["/x/", "/x"])
def test_rule_that_is_not_strict_takes_both(app: erlen.Erlen, rule: str) -> None:
    app.add_url_rule(rule, "page", lambda: "page", strict_slashes=False)
    assert answer(app, "/x/") == "page"
    assert answer(app, "/x") == "page"


def test_strictness_of_the_whole_map(app: erlen.Erlen) -> None:
    app.url_map.strict_slashes = False
    app.add_url_rule("/x/", "loose", lambda: "loose")
    app.add_url_rule("/y/", "strict", lambda: "strict", strict_slashes=True)
    assert answer(app, "/x") == "loose"
    assert answer(app, "/y") == 308


def new_url(adapter: t.Any, number: int) -> str:
    return f"new/{number}"


@pytest.mark.parametrize("target", ["/new/<number>", "new/<number>", new_url])
def test_rule_redirects_to_another(app: erlen.Erlen, target: t.Any) -> None:
    app.add_url_rule("/index/<int:number>", "old", redirect_to=target)
    app.add_url_rule("/new/<int:number>", "new", lambda number: f"new {number}")
    response = app.test_client().get("/index/7")
    assert (response.status_code, response.location) == (308, "/new/7")
    assert answer(app, "/index/7", follow_redirects=True) == "new 7"


def test_rule_for_building_only_does_not_match(app: erlen.Erlen) -> None:
    app.add_url_rule("/cdn/<name>", "cdn", build_only=True)
    assert answer(app, "/cdn/a.js") == 404
    with app.test_request_context():
        assert erlen.url_for("cdn", name="a.js") == "/cdn/a.js"


def test_repeated_slashes_are_merged_unless_the_rule_says_no(app: erlen.Erlen) -> None:
    app.add_url_rule("/a/b", "merged", lambda: "merged")
    app.add_url_rule("/raw/<path:rest>", "raw", lambda rest: rest, merge_slashes=False)
    response = app.test_client().get("/a//b")
    assert (response.status_code, response.location) == (308, "/a/b")
    assert answer(app, "/raw/http://x") == "http://x"


def test_alias_redirects_to_the_rule_it_stands_for(app: erlen.Erlen) -> None:
    app.add_url_rule("/users", "users", lambda: "users")
    app.add_url_rule("/members", "users", alias=True)
    response = app.test_client().get("/members")
    assert (response.status_code, response.location) == (308, "/users")
    with app.test_request_context():
        assert erlen.url_for("users") == "/users"


def test_websocket_rule_is_for_websockets_only(app: erlen.Erlen) -> None:
    app.add_url_rule("/talk", "talk", lambda: "socket", websocket=True)
    app.add_url_rule("/page", "page", lambda: "page")
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade"}
    assert answer(app, "/talk", headers=upgrade) == "socket"
    assert answer(app, "/talk") == 400
    assert answer(app, "/page", headers=upgrade) == 400
    with app.test_request_context("/talk", headers=upgrade):
        assert erlen.url_for("talk", _external=True) == "ws://localhost/talk"


def test_subdomain_fixed_and_variable() -> None:
    app = erlen.Erlen(__name__, subdomain_matching=True, static_folder=None)
    app.config["SERVER_NAME"] = "shop.test:8000"
    app.add_url_rule("/", "home", lambda: "home")
    app.add_url_rule("/", "admin", lambda: "admin", subdomain="admin")
    app.add_url_rule("/", "user", lambda name: f"user {name}", subdomain="<name>")
    answers = {
        host: answer(app, "/", base_url=f"http://{host}")
        for host in ("shop.test:8000", "admin.shop.test:8000", "ada.shop.test:8000")
    }
    assert list(answers.values()) == ["home", "admin", "user ada"]
    with app.app_context():
        assert erlen.url_for("user", name="bob") == "http://bob.shop.test:8000/"
        assert erlen.url_for("admin") == "http://admin.shop.test:8000/"


def test_host_that_is_no_subdomain_is_not_found_and_warned_of() -> None:
    app = erlen.Erlen(__name__, subdomain_matching=True)
    app.config["SERVER_NAME"] = "shop.test"
    app.add_url_rule("/", "home", lambda: "home")
    assert answer(app, "/", base_url="http://shop.test") == "home"
    with pytest.warns(UserWarning, match="'other.test' doesn't match configured server name"):
        assert answer(app, "/", base_url="http://other.test") == 404


def test_subdomains_are_ignored_unless_asked_for(app: erlen.Erlen) -> None:
    app.config["SERVER_NAME"] = "shop.test"
    app.add_url_rule("/", "home", lambda: "home")
    assert answer(app, "/", base_url="http://any.other.test") == "home"


def test_hosts_fixed_and_variable() -> None:
    app = erlen.Erlen(__name__, host_matching=True, static_folder=None)
    app.add_url_rule("/", "one", lambda: "one", host="one.test")
    app.add_url_rule("/", "two", lambda name: f"two {name}", host="<name>.two.test:99")
    assert answer(app, "/", base_url="http://one.test") == "one"
    assert answer(app, "/", base_url="http://x.two.test:99") == "two x"
    assert answer(app, "/", base_url="http://three.test") == 404
    with app.test_request_context("/", base_url="http://one.test"):
        assert erlen.url_for("two", name="y") == "http://y.two.test:99/"
        assert erlen.url_for("one") == "/"


# Converters


@pytest.mark.parametrize(
    "variable, taken, refused",
    [
        ("v", {"a": "a", "a%20b": "a b", "\xe4": "\xe4"}, ["a/b", ""]),
        ("string:v", {"abc": "abc"}, ["a/b"]),
        ("default:v", {"abc": "abc"}, ["a/b"]),
        ("string(minlength=2):v", {"ab": "ab", "abc": "abc"}, ["a"]),
        ("string(maxlength=2):v", {"a": "a", "ab": "ab"}, ["abc"]),
        ("string(length=2):v", {"ab": "ab"}, ["a", "abc"]),
        ("int:v", {"7": 7, "007": 7}, ["-7", "7.0", "x", "+7"]),
        ("int(signed=True):v", {"7": 7, "-7": -7}, ["--7", "x"]),
        ("int(min=3):v", {"3": 3}, ["2"]),
        ("int(max=3):v", {"3": 3}, ["4"]),
        ("int(fixed_digits=3):v", {"007": 7}, ["7", "0007"]),
        ("float:v", {"1.5": 1.5}, ["1", "-1.5", ".5", "x"]),
        ("float(signed=True):v", {"-1.5": -1.5}, ["-1"]),
        ("float(min=1, max=2):v", {"1.5": 1.5}, ["0.5", "2.5"]),
        ("path:v", {"a": "a", "a/b/c": "a/b/c"}, [""]),
        ("any(about, help, 'a b'):v", {"help": "help", "a%20b": "a b"}, ["other", "helping"]),
        ("uuid:v", {str(uuid.UUID(int=5)): uuid.UUID(int=5)}, ["5", "x" * 36]),
    ],
)
def test_converters_take_and_refuse(
    app: erlen.Erlen, variable: str, taken: dict[str, t.Any], refused: list[str]
) -> None:
    app.add_url_rule(f"/p/<{variable}>/q", "page", lambda v: f"{type(v).__name__} {v}")
    for text, value in taken.items():
        assert answer(app, f"/p/{text}/q") == f"{type(value).__name__} {value}"
    for text in refused:
        assert answer(app, f"/p/{text}/q") in {404, 308}, text


class Money(BaseConverter):
    weight = 60  # before plain text, after whole numbers
    regex = r"\d+\.\d\d"

    def to_python(self, value: str) -> Decimal:
        if value == "0.00":
            raise ValidationError
        return Decimal(value)

    def to_url(self, value: t.Any) -> str:
        return f"{value:.2f}"


class Names(BaseConverter):
    """A list of names between separators, which the rule may name."""

    def __init__(self, url_map: t.Any, separator: str = "+") -> None:
        super().__init__(url_map)
        self.separator = separator

    def to_python(self, value: str) -> list[str]:
        return value.split(self.separator)

    def to_url(self, value: t.Any) -> str:
        return self.separator.join(BaseConverter.to_url(self, name) for name in value)


class Rest(BaseConverter):
    regex = ".+?"
    part_isolating = False
    weight = 500


def test_own_converter_reads_refuses_and_writes(app: erlen.Erlen) -> None:
    app.url_map.converters["money"] = Money
    app.add_url_rule("/pay/<money:amount>", "pay", lambda amount: repr(amount))
    assert answer(app, "/pay/1.50") == "Decimal('1.50')"
    assert answer(app, "/pay/1.5") == 404
    assert answer(app, "/pay/0.00") == 404
    with app.test_request_context():
        assert erlen.url_for("pay", amount=Decimal(2)) == "/pay/2.00"


def test_own_converter_takes_arguments(app: erlen.Erlen) -> None:
    app.url_map.converters["names"] = Names
    app.add_url_rule("/plus/<names:v>", "plus", lambda v: v)
    app.add_url_rule('/comma/<names(separator=","):v>', "comma", lambda v: v)
    client = app.test_client()
    assert client.get("/plus/a+b,c").json == ["a", "b,c"]
    assert client.get("/comma/a+b,c").json == ["a+b", "c"]
    with app.test_request_context():
        assert erlen.url_for("comma", v=["x y", "z"]) == "/comma/x%20y,z"


def test_own_converter_can_come_after_the_first_routes(app: erlen.Erlen) -> None:
    app.add_url_rule("/pay/<amount>", "text", lambda amount: f"text {amount}")
    assert answer(app, "/pay/1.50") == "text 1.50"
    app._got_first_request = False
    app.url_map.converters["money"] = Money
    app.add_url_rule("/pay/<money:amount>", "pay", lambda amount: f"money {amount}")
    app.add_url_rule("/pay/<int:amount>", "int", lambda amount: f"int {amount}")
    assert answer(app, "/pay/1.50") == "money 1.50"
    assert answer(app, "/pay/15") == "int 15"
    assert answer(app, "/pay/other") == "text other"


def test_converter_that_spans_slashes_gives_way_to_lighter_ones(app: erlen.Erlen) -> None:
    app.url_map.converters["rest"] = Rest
    app.add_url_rule("/<rest:v>", "rest", lambda v: f"rest {v}")
    app.add_url_rule("/<path:v>/end", "path", lambda v: f"path {v}")
    app.add_url_rule("/<v>", "text", lambda v: f"text {v}")
    assert answer(app, "/a") == "text a"
    assert answer(app, "/a/b") == "rest a/b"
    assert answer(app, "/a/b/end") == "path a/b"


def test_converters_of_one_application_are_its_own(app: erlen.Erlen) -> None:
    app.url_map.converters["money"] = Money
    with pytest.raises(LookupError, match="money"):
        erlen.Erlen(__name__).add_url_rule("/<money:a>", "page", str)


def test_exception_of_a_converter_is_no_mismatch(app: erlen.Erlen) -> None:
    class Broken(BaseConverter):
        def to_python(self, value: str) -> t.Any:
            raise ZeroDivisionError

    app.url_map.converters["broken"] = Broken
    app.add_url_rule("/<broken:v>", "page", str)
    with pytest.raises(ZeroDivisionError):
        app.test_client().get("/a")


def test_rule_and_map_classes_can_be_replaced() -> None:
    class OwnRule(erlen.Erlen.url_rule_class):  # type: ignore[misc]
        note = "own"

    class OwnMap(erlen.Erlen.url_map_class):  # type: ignore[misc]
        pass

    class Custom(erlen.Erlen):
        url_rule_class = OwnRule
        url_map_class = OwnMap

    app = Custom(__name__)
    app.add_url_rule("/", "home", lambda: t.cast(t.Any, erlen.request.url_rule).note)
    assert isinstance(app.url_map, OwnMap)
    assert answer(app, "/") == "own"


# Which rule answers


def test_first_of_equal_rules_answers_whoever_registered_it() -> None:
    def make(app_first: bool) -> erlen.Erlen:
        app = erlen.Erlen(__name__)
        pages = erlen.Blueprint("pages", __name__)
        pages.add_url_rule("/same/<v>", "page", lambda v: "blueprint")
        pages.add_url_rule("/same", "plain", lambda: "blueprint")
        if not app_first:
            app.register_blueprint(pages)
        app.add_url_rule("/same/<v>", "page", lambda v: "app")
        app.add_url_rule("/same", "plain", lambda: "app")
        if app_first:
            app.register_blueprint(pages)
        return app

    assert answer(make(True), "/same") == answer(make(True), "/same/1") == "app"
    assert answer(make(False), "/same") == answer(make(False), "/same/1") == "blueprint"


def test_equal_rules_of_other_methods_share_the_path(app: erlen.Erlen) -> None:
    pages = erlen.Blueprint("pages", __name__)
    pages.post("/same", endpoint="write")(lambda: "blueprint")
    app.get("/same", endpoint="read")(lambda: "app")
    app.register_blueprint(pages)
    assert answer(app, "/same") == "app"
    assert answer(app, "/same", method="POST") == "blueprint"
    assert set(app.test_client().put("/same").allow) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_an_interactive_application_is_called_main(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(sys.modules["__main__"], "__file__", raising=False)
    assert erlen.Erlen("__main__", root_path="/").name == "__main__"


def test_a_template_global_has_its_own_or_the_given_name(app: erlen.Erlen) -> None:
    @app.template_global()
    def one() -> int:
        return 1

    assert app.template_global("uno")(one) is one
    with app.app_context():
        assert erlen.render_template_string("{{ one() }} {{ uno() }}") == "1 1"
