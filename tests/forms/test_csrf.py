from __future__ import annotations

import typing as t

import pytest

from erlen import Blueprint, Erlen
from erlen.forms import CSRFError, CSRFProtect, Form, generate_csrf
from erlen.testing import ErlenClient
from erlen.views import MethodView

from .conftest import OWN, NameForm

FOREIGN = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}


@pytest.fixture
def csrf(app: Erlen) -> CSRFProtect:
    @app.get("/token")
    def token() -> str:
        return generate_csrf()

    @app.post("/change")
    def change() -> str:
        return "changed"

    return CSRFProtect(app)


@pytest.fixture
def guarded(app: Erlen, csrf: CSRFProtect) -> ErlenClient:
    return app.test_client()


# A single form


def test_a_form_asks_for_the_token_that_it_rendered(client: ErlenClient) -> None:
    token = client.get("/name").get_json()["token"]
    assert client.post("/name", data={"name": "Ada"}).get_json()["errors"] == {
        "csrf_token": ["The CSRF token is missing."]
    }
    sent = {"name": "Ada", "csrf_token": token}
    assert client.post("/name", data=sent).json == {"name": "Ada"}


def test_the_token_is_of_one_session(app: Erlen, client: ErlenClient) -> None:
    token = client.get("/name").get_json()["token"]
    other = app.test_client()
    sent = {"name": "Ada", "csrf_token": token}
    errors = other.post("/name", data=sent).get_json()["errors"]
    assert errors == {"csrf_token": ["The CSRF tokens do not match."]}


def test_a_form_refuses_another_site_even_with_the_token(client: ErlenClient) -> None:
    sent = {"name": "Ada", "csrf_token": client.get("/name").get_json()["token"]}
    errors = client.post("/name", data=sent, headers=FOREIGN).get_json()["errors"]
    assert errors == {"csrf_token": ["The request comes from another site."]}


def test_a_wrong_token_is_refused_from_the_applications_own_page(client: ErlenClient) -> None:
    sent = {"name": "Ada", "csrf_token": "made-for-another-session"}
    assert "csrf_token" in client.post("/name", data=sent, headers=OWN).get_json()["errors"]


def test_protection_can_be_off_for_all_forms_for_a_class_and_for_one(app: Erlen) -> None:
    class Open(Form):
        class Meta:
            csrf = False

    with app.test_request_context(method="POST", data={"name": "Ada"}):
        assert Open().validate()
        assert NameForm(meta={"csrf": False}).validate()
        app.config["WTF_CSRF_ENABLED"] = False
        assert NameForm().validate()


def test_without_a_secret_key_the_error_teaches(app: Erlen) -> None:
    app.secret_key = None
    with app.test_request_context(), pytest.raises(RuntimeError, match="app.secret_key = "):
        NameForm()


# The whole application


@pytest.mark.parametrize("header", ["X-CSRFToken", "X-CSRF-Token"])
def test_a_script_sends_the_token_in_a_header(guarded: ErlenClient, header: str) -> None:
    token = guarded.get("/token").text
    assert guarded.post("/change").status_code == 400
    assert guarded.post("/change", headers={header: token}).text == "changed"
    assert guarded.post("/change", headers={header: "wrong"}).status_code == 400


@pytest.mark.parametrize("field", ["csrf_token", "prefix-csrf_token"])
def test_a_form_sends_the_token_in_a_field(guarded: ErlenClient, field: str) -> None:
    token = guarded.get("/token").text
    assert guarded.post("/change", data={field: token}).text == "changed"


def test_a_form_does_not_ask_for_what_the_application_was_shown(
    client: ErlenClient, csrf: CSRFProtect
) -> None:
    shown = {"X-CSRFToken": client.get("/token").text}
    assert client.post("/name", data={"name": "Ada"}, headers=shown).json == {"name": "Ada"}


def test_a_script_of_the_applications_own_page_needs_no_token(guarded: ErlenClient) -> None:
    assert guarded.post("/change", json={}, headers=OWN).text == "changed"
    own = {"Origin": "http://localhost"}
    assert guarded.post("/change", json={}, headers=own).text == "changed"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://evil.localhost"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:81"},
        {"Origin": "http://localhost@evil.example"},
        {"Origin": "//localhost"},
        {"Origin": "http://[::1"},
        {"Origin": "http://localhost:99999999"},
        {"Origin": ""},
    ],
)
def test_another_sites_page_is_refused_even_with_a_token(
    guarded: ErlenClient, headers: dict[str, str]
) -> None:
    token = guarded.get("/token").text
    answer = guarded.post("/change", headers={**headers, "X-CSRFToken": token})
    assert answer.status_code == 400
    assert "another site" in answer.text


@pytest.mark.parametrize(
    "headers", [{"Origin": "null"}, {"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "odd"}, {}]
)
def test_headers_that_prove_nothing_leave_it_to_the_token(
    guarded: ErlenClient, headers: dict[str, str]
) -> None:
    token = guarded.get("/token").text
    assert guarded.post("/change", headers=headers).status_code == 400
    assert guarded.post("/change", headers={**headers, "X-CSRFToken": token}).text == "changed"


def test_another_origin_can_be_trusted(app: Erlen, guarded: ErlenClient) -> None:
    app.config["WTF_CSRF_TRUSTED_ORIGINS"] = ["https://shop.example"]
    headers = {"Origin": "https://shop.example", "Sec-Fetch-Site": "cross-site"}
    assert guarded.post("/change", headers=headers).text == "changed"
    headers["Origin"] = "https://shop.example.evil.example"
    assert guarded.post("/change", headers=headers).status_code == 400


def test_the_check_of_the_origin_can_be_off(app: Erlen, guarded: ErlenClient) -> None:
    app.config["WTF_CSRF_CHECK_ORIGIN"] = False
    assert guarded.post("/change", headers=OWN).status_code == 400
    token = guarded.get("/token").text
    assert guarded.post("/change", headers={**FOREIGN, "X-CSRFToken": token}).text == "changed"


def test_over_tls_a_token_alone_needs_the_referrer(guarded: ErlenClient) -> None:
    base = "https://localhost"
    token = {"X-CSRFToken": guarded.get("/token", base_url=base).text}

    def post(**more: str) -> t.Any:
        return guarded.post("/change", base_url=base, headers={**token, **more})

    assert "referrer header is missing" in post().text
    assert "does not match the host" in post(Referer="https://evil.example/").text
    assert "does not match the host" in post(Referer="http://localhost/").text
    assert post(Referer="https://localhost/page").text == "changed"
    assert post(**OWN).text == "changed"


def test_safe_methods_and_unknown_paths_are_not_checked(guarded: ErlenClient) -> None:
    assert guarded.get("/token", headers=FOREIGN).status_code == 200
    assert guarded.post("/nowhere").status_code == 404


def test_the_body_of_another_sites_request_is_not_read(guarded: ErlenClient) -> None:
    class Unread:
        def read(self, *args: t.Any) -> bytes:
            raise AssertionError("the body was read")

    answer = guarded.post(
        "/change",
        headers=FOREIGN,
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input": Unread(), "CONTENT_LENGTH": "9"},
    )
    assert answer.status_code == 400


def test_views_can_be_exempt_below_other_decorators(app: Erlen, csrf: CSRFProtect) -> None:
    import functools

    def decorated(f: t.Any) -> t.Any:
        @functools.wraps(f)
        def wrapper() -> t.Any:
            return f()

        return wrapper

    @app.post("/hook")
    @decorated
    @csrf.exempt
    def hook() -> str:
        return "open"

    assert app.test_client().post("/hook").text == "open"


def test_a_view_is_not_exempt_because_another_has_its_name(app: Erlen, csrf: CSRFProtect) -> None:
    def make() -> t.Any:
        def wrapper() -> str:
            return "open"

        return wrapper

    app.add_url_rule("/one", "one", csrf.exempt(make()), methods=["POST"])
    app.add_url_rule("/two", "two", make(), methods=["POST"])
    client = app.test_client()
    assert (client.post("/one").status_code, client.post("/two").status_code) == (200, 400)


def test_classes_names_and_blueprints_can_be_exempt(app: Erlen, csrf: CSRFProtect) -> None:
    class Api(MethodView):
        def post(self) -> str:
            return "open"

    csrf.exempt(Api)
    app.add_url_rule("/class", view_func=Api.as_view("api"))
    csrf.exempt(f"{__name__}.named")
    app.add_url_rule("/name", view_func=named, methods=["POST"])
    blueprint = csrf.exempt(Blueprint("open", __name__))
    blueprint.add_url_rule("/bp", view_func=named, methods=["POST"])
    app.register_blueprint(blueprint)
    client = app.test_client()
    assert [client.post(path).text for path in ("/class", "/name", "/bp")] == ["open"] * 3


def named() -> str:
    return "open"


def test_a_view_can_ask_for_the_check_itself(app: Erlen, csrf: CSRFProtect) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False

    @app.post("/asks")
    def asks() -> str:
        csrf.protect()
        return "checked"

    client = app.test_client()
    assert client.post("/change").text == "changed"
    assert client.post("/asks").status_code == 400


def test_the_error_can_have_a_page_of_its_own(app: Erlen, guarded: ErlenClient) -> None:
    @app.errorhandler(CSRFError)
    def page(error: CSRFError) -> tuple[str, int]:
        return f"Again, please: {error.description}", 419

    answer = guarded.post("/change")
    assert (answer.status_code, answer.text) == (419, "Again, please: The CSRF token is missing.")


def test_the_reason_is_in_the_language_of_the_request(guarded: ErlenClient) -> None:
    answer = guarded.post("/change", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert "缺少 CSRF 令牌" in answer.text


def test_templates_have_the_token_also_without_the_context(
    app: Erlen, guarded: ErlenClient
) -> None:
    from jinja2 import DictLoader

    from erlen import render_template

    loader = DictLoader(
        {
            "macros.html": "{% macro token() %}{{ csrf_token() }}{% endmacro %}",
            "page.html": "{% from 'macros.html' import token %}{{ token() }} {{ csrf_token() }}",
        }
    )
    app.jinja_loader = loader
    app.add_url_rule("/page", view_func=lambda: render_template("page.html"))
    one, other = guarded.get("/page").text.split()
    assert one == other
    assert guarded.post("/change", data={"csrf_token": one}).text == "changed"


def test_the_application_can_come_later(app: Erlen) -> None:
    @app.post("/change")
    def change() -> str:
        return "changed"

    csrf = CSRFProtect()
    assert "csrf" not in app.extensions
    csrf.init_app(app)
    assert app.test_client().post("/change").status_code == 400


def test_a_view_that_asks_for_the_check_may_be_asked_for_safely(
    app: Erlen, csrf: CSRFProtect
) -> None:
    @app.route("/ask", methods=["GET", "POST"])
    @csrf.exempt
    def ask() -> str:
        csrf.protect()
        return "done"

    client = app.test_client()
    assert client.get("/ask").text == "done"
    assert client.post("/ask").status_code == 400
