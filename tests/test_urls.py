from __future__ import annotations

import typing as t

import pytest
from werkzeug.routing import BuildError

import erlen
from erlen import Erlen, signals, url_for
from tests.wsgi import ask


@pytest.fixture
def app() -> erlen.Erlen:
    app = erlen.Erlen(__name__)
    app.testing = True
    app.add_url_rule("/", "home", lambda: "home")
    app.add_url_rule("/user/<name>", "user", lambda name: name)
    app.add_url_rule("/doc/<path:name>", "doc", lambda name: name)
    app.add_url_rule("/edit", "read", lambda: "", methods=["GET"])
    app.add_url_rule("/edit/save", "read", methods=["POST"])
    return app


@pytest.fixture
def book() -> erlen.Blueprint:
    """A blueprint whose views tell what they are asked to build."""
    book = erlen.Blueprint("book", __name__, url_prefix="/book")
    book.add_url_rule("/gone", "gone", lambda: "gone")
    book.add_url_rule("/build/<endpoint>", "build", lambda endpoint: url_for(endpoint))
    return book


# Forms of url_for


@pytest.mark.parametrize(
    "endpoint, values, expected",
    [
        ("home", {}, "/"),
        ("user", {"name": "ada"}, "/user/ada"),
        ("user", {"name": "a b/ä?#%"}, "/user/a%20b/%C3%A4%3F%23%25"),
        ("doc", {"name": "a b/ä"}, "/doc/a%20b/%C3%A4"),
        ("home", {"q": "a b&c", "n": 1}, "/?q=a+b%26c&n=1"),
        ("home", {"n": [1, 2], "none": None}, "/?n=1&n=2"),
        ("home", {"_anchor": "a b/ä?"}, "/#a%20b/%C3%A4?"),
        ("home", {"q": 1, "_anchor": "x"}, "/?q=1#x"),
        ("read", {}, "/edit"),
        ("read", {"_method": "POST"}, "/edit/save"),
        ("home", {"_external": True}, "http://localhost/"),
        ("home", {"_scheme": "https"}, "https://localhost/"),
        ("home", {"_scheme": "https", "_external": True}, "https://localhost/"),
        ("home", {"_scheme": "", "_external": True}, "//localhost/"),
        ("static", {"filename": "a.css"}, "/static/a.css"),
    ],
)
def test_url_within_a_request(
    app: erlen.Erlen, endpoint: str, values: dict[str, t.Any], expected: str
) -> None:
    with app.test_request_context():
        assert url_for(endpoint, **values) == expected
        assert app.url_for(endpoint, **values) == expected


def test_values_may_have_the_names_of_parameters(app: erlen.Erlen) -> None:
    app.add_url_rule("/<self>/<values>", "odd", lambda **values: str(sorted(values.items())))
    with app.test_request_context():
        assert app.url_for("odd", self="a", values="b") == "/a/b"


def test_scheme_needs_an_external_url(app: erlen.Erlen) -> None:
    with app.test_request_context():
        with pytest.raises(ValueError, match="When specifying '_scheme', '_external' must be True"):
            url_for("home", _scheme="https", _external=False)


def test_url_keeps_host_scheme_and_root_of_the_request(app: erlen.Erlen) -> None:
    with app.test_request_context("/", base_url="https://a.test:8443/root"):
        assert url_for("user", name="ada") == "/root/user/ada"
        assert url_for("home", _external=True) == "https://a.test:8443/root/"


def test_url_outside_a_request_is_external(app: erlen.Erlen) -> None:
    app.config.update(
        SERVER_NAME="shop.test:99", APPLICATION_ROOT="/root", PREFERRED_URL_SCHEME="https"
    )
    with app.app_context():
        assert url_for("home") == "https://shop.test:99/root/"
        assert url_for("home", _external=False) == "/root/"
        assert url_for("home", _scheme="http", _anchor="x") == "http://shop.test:99/root/#x"
    assert app.url_for("home") == "https://shop.test:99/root/"


def test_url_outside_a_request_needs_a_server_name(app: erlen.Erlen) -> None:
    with app.app_context():
        with pytest.raises(RuntimeError, match="without 'SERVER_NAME' configured"):
            url_for("home")


def test_server_name_goes_before_the_requests_host(app: erlen.Erlen) -> None:
    app.config["SERVER_NAME"] = "shop.test"
    with app.test_request_context("/", base_url="https://other.test"):
        assert url_for("home") == "/"
        assert url_for("home", _external=True) == "https://shop.test/"


def test_relative_endpoints_belong_to_the_current_blueprint(
    app: erlen.Erlen, book: erlen.Blueprint
) -> None:
    page = erlen.Blueprint("page", __name__, url_prefix="/page")
    page.add_url_rule("/gone", "gone", lambda: "gone")
    page.add_url_rule("/build/<endpoint>", "build", lambda endpoint: url_for(endpoint))
    book.register_blueprint(page)
    app.register_blueprint(book)
    app.add_url_rule("/build/<endpoint>", "build", lambda endpoint: url_for(endpoint))
    client = app.test_client()
    assert client.get("/book/build/.gone").text == "/book/gone"
    assert client.get("/book/page/build/.gone").text == "/book/page/gone"
    assert client.get("/build/.home").text == "/"
    assert client.get("/book/build/home").text == "/"


# URLs that cannot be built


def test_unknown_endpoint_names_the_closest(app: erlen.Erlen, book: erlen.Blueprint) -> None:
    app.register_blueprint(book)
    with app.test_request_context():
        with pytest.raises(BuildError, match=r"endpoint 'gone'. Did you mean 'book.gone' instead"):
            url_for("gone")
        with pytest.raises(BuildError, match="Did you mean 'book.gone'"):
            url_for("book.gon")


def test_missing_value_is_named(app: erlen.Erlen) -> None:
    with app.test_request_context():
        with pytest.raises(BuildError, match=r"Did you forget to specify values \['name'\]"):
            url_for("user")


def test_method_without_a_rule_is_named(app: erlen.Erlen) -> None:
    with app.test_request_context():
        with pytest.raises(BuildError, match="'read' \\('DELETE'\\).*GET"):
            url_for("read", _method="DELETE")


def test_handlers_of_build_errors_may_know_the_url(app: erlen.Erlen) -> None:
    asked = []

    def knows_nothing(error: Exception, endpoint: str, values: dict[str, t.Any]) -> t.Any:
        asked.append((type(error), endpoint, dict(values)))

    def knows_all(error: Exception, endpoint: str, values: dict[str, t.Any]) -> str:
        return f"/known/{endpoint}"

    app.url_build_error_handlers += [knows_nothing, knows_all]
    with app.test_request_context():
        assert url_for("nowhere", id=3, _anchor="a") == "/known/nowhere"
    special = {"_anchor": "a", "_external": False, "_method": None, "_scheme": None}
    assert asked == [(BuildError, "nowhere", {"id": 3, **special})]


def test_build_error_that_nobody_handles_is_raised(app: erlen.Erlen) -> None:
    def raises_another(error: Exception, endpoint: str, values: dict[str, t.Any]) -> str:
        raise BuildError("another", values, None)

    app.url_build_error_handlers.append(lambda error, endpoint, values: t.cast(str, None))
    with app.test_request_context():
        with pytest.raises(BuildError, match="'nowhere'"):
            url_for("nowhere")
        app.url_build_error_handlers.append(raises_another)
        with pytest.raises(BuildError, match="'another'"):
            url_for("nowhere")


# Defaults and values


def test_url_defaults_add_values_for_their_endpoints(
    app: erlen.Erlen, book: erlen.Blueprint
) -> None:
    @app.url_defaults
    def add_language(endpoint: str, values: dict[str, t.Any]) -> None:
        if app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values.setdefault("lang", "en")

    book.url_defaults(lambda endpoint, values: values.setdefault("lang", "de"))
    book.app_url_defaults(lambda endpoint, values: values.setdefault("everywhere", 1))
    book.add_url_rule("/<lang>/page", "page")
    app.add_url_rule("/<lang>/about", "about")
    app.register_blueprint(book)
    with app.test_request_context():
        assert url_for("about") == "/en/about?everywhere=1"
        assert url_for("about", lang="fr") == "/fr/about?everywhere=1"
        assert url_for("book.page") == "/book/en/page?everywhere=1"
        assert url_for("book.gone") == "/book/gone?everywhere=1&lang=de"
        assert url_for("home") == "/?everywhere=1"


def test_url_defaults_go_from_the_outside_in(app: erlen.Erlen) -> None:
    outer = erlen.Blueprint("outer", __name__)
    inner = erlen.Blueprint("inner", __name__)

    def adding(name: str) -> t.Callable[[str, dict[str, t.Any]], None]:
        def add(endpoint: str, values: dict[str, t.Any]) -> None:
            values["order"] = f"{values.get('order', '')}{name}"

        return add

    inner.add_url_rule("/", "page")
    inner.url_defaults(adding("inner"))
    outer.url_defaults(adding("outer-"))
    app.url_defaults(adding("app-"))
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    with app.test_request_context():
        assert url_for("outer.inner.page") == "/?order=app-outer-inner"


def test_value_preprocessor_and_defaults_carry_a_variable_through(app: erlen.Erlen) -> None:
    pages = erlen.Blueprint("pages", __name__, url_prefix="/<lang>")

    @pages.url_value_preprocessor
    def take(endpoint: str | None, values: dict[str, t.Any] | None) -> None:
        assert values is not None
        erlen.g.lang = values.pop("lang")

    pages.url_defaults(lambda endpoint, values: values.setdefault("lang", erlen.g.lang))
    pages.add_url_rule("/about", "about", lambda: url_for(".home"))
    pages.add_url_rule("/home", "home", lambda: str(erlen.g.lang))
    app.register_blueprint(pages)
    assert app.test_client().get("/de/about").text == "/de/home"
    assert app.test_client().get("/fr/home").text == "fr"


# The adapter


def test_adapter_may_be_made_otherwise() -> None:
    class Custom(erlen.Erlen):
        def create_url_adapter(self, request: erlen.Request | None) -> t.Any:
            if request is None:
                return super().create_url_adapter(request)
            return self.url_map.bind("fixed.test", path_info=request.path.lower())

    app = Custom(__name__)
    app.add_url_rule("/page", "page", lambda: url_for("page", _external=True))
    assert app.test_client().get("/PAGE").text == "http://fixed.test/page"


def test_inject_url_defaults_may_be_overridden() -> None:
    class Custom(erlen.Erlen):
        def inject_url_defaults(self, endpoint: str, values: dict[str, t.Any]) -> None:
            values["v"] = 1

    app = Custom(__name__)
    app.add_url_rule("/page", "page", lambda: url_for("page"))
    assert app.test_client().get("/page").text == "/page?v=1"


@pytest.mark.parametrize("listened_to", [True, False])
def test_a_host_may_have_an_underscore_as_services_in_containers_have(listened_to: bool) -> None:
    app = erlen.Erlen(__name__)
    app.add_url_rule("/", "index", lambda: "here")

    def listen(sender: object, **extra: object) -> None: ...

    if listened_to:  # the way of methods makes an adapter, which looks at the host
        signals.appcontext_pushed.connect(listen, app)
    response = app.test_client().get("/", headers={"Host": "my_service:5000"})
    assert (response.status_code, response.text) == (200, "here")


def test_subdomains_need_no_server_name() -> None:
    app = Erlen("urls", static_folder=None, subdomain_matching=True)
    app.add_url_rule("/", "home", lambda: "home")
    assert ask(app, HTTP_HOST="anywhere.org").body == b"home"


@pytest.mark.parametrize("host, code", [("b\xfccher.de", 200), ("\xfc" * 70, 400), ("xn--", 400)])
def test_an_international_name_is_one_if_it_can_be_encoded(host: str, code: int) -> None:
    app = Erlen("urls", static_folder=None)
    app.add_url_rule("/", "home", lambda: "home")
    assert ask(app, HTTP_HOST=host).code == code


def test_a_request_has_its_urls_also_within_the_context_of_another_application(
    app: erlen.Erlen,
) -> None:
    other = erlen.Erlen("other")
    other.add_url_rule("/not-here", "home", lambda: "")
    ask(other)

    def build() -> str:
        with other.app_context():
            return url_for("home")

    app.add_url_rule("/build", "build", build)
    assert app.test_client().get("/build").text == "/"
