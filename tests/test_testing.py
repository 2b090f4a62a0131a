from __future__ import annotations

import subprocess
import sys
import typing as t
from contextlib import closing
from importlib import metadata

import pytest
from werkzeug.test import EnvironBuilder as WerkzeugBuilder

from erlen import Erlen, g, jsonify, redirect, request, session, stream_with_context
from erlen.globals import _cv_app, _cv_request
from erlen.sessions import SecureCookieSessionInterface
from erlen.testing import EnvironBuilder, ErlenClient, FlaskClient, _get_werkzeug_version
from erlen.wrappers import Request
from tests.processes import clean_environment


@pytest.fixture
def app() -> Erlen:
    app = Erlen("shop")
    app.config.update(TESTING=True, SECRET_KEY="test")

    @app.route("/url")
    def url() -> str:
        return request.url

    @app.route("/who")
    def who() -> str:
        g.seen = "yes"
        return f"{request.remote_addr} {request.user_agent.string}"

    @app.route("/count")
    def count() -> str:
        session["count"] = session.get("count", 0) + 1
        return str(session["count"])

    @app.route("/away")
    def away() -> t.Any:
        session["away"] = True
        return redirect("/count")

    @app.post("/echo")
    def echo() -> t.Any:
        return jsonify(request.get_json())

    return app


@pytest.fixture
def client(app: Erlen) -> ErlenClient:
    return app.test_client()


# EnvironBuilder


def test_the_address_is_the_applications(app: Erlen) -> None:
    app.config.update(
        SERVER_NAME="shop.example:8000", APPLICATION_ROOT="/foo", PREFERRED_URL_SCHEME="https"
    )
    with closing(EnvironBuilder(app, "/x?a=1")) as builder:
        assert builder.base_url == "https://shop.example:8000/foo/"
        assert (builder.path, builder.query_string) == ("/x", "a=1")


def test_a_whole_url_brings_its_own_address(app: Erlen) -> None:
    with closing(EnvironBuilder(app, "https://example.com/a?b=c")) as builder:
        assert (builder.url_scheme, builder.host, builder.script_root) == (
            "https",
            "example.com",
            "",
        )
        assert (builder.path, builder.query_string) == ("/a", "b=c")


def test_subdomain_and_scheme(app: Erlen) -> None:
    app.config["SERVER_NAME"] = "example.com"
    with closing(EnvironBuilder(app, subdomain="xxx", url_scheme="https")) as builder:
        assert builder.base_url == "https://xxx.example.com/"


@pytest.mark.parametrize("option", ["subdomain", "url_scheme"])
def test_a_base_url_excludes_its_parts(app: Erlen, option: str) -> None:
    with pytest.raises(AssertionError, match='Cannot pass "subdomain" or "url_scheme"'):
        EnvironBuilder(app, base_url="http://example.com/", **{option: "x"})


def test_json_is_written_by_the_applications_provider(app: Erlen) -> None:
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    with closing(EnvironBuilder(app, json="€")) as builder:
        assert builder.get_request().get_data(as_text=True) == '"€"'


# The client


def test_flasks_name_is_the_same_class() -> None:
    assert FlaskClient is ErlenClient


def test_what_every_request_carries(client: ErlenClient) -> None:
    assert client.get("/who").text == f"127.0.0.1 Werkzeug/{metadata.version('werkzeug')}"
    assert _get_werkzeug_version() == metadata.version("werkzeug")


def test_environ_base_can_be_changed(client: ErlenClient) -> None:
    client.environ_base["REMOTE_ADDR"] = "192.168.0.22"
    assert client.get("/who", environ_base={"HTTP_USER_AGENT": "Foo"}).text == "192.168.0.22 Foo"


def test_a_finished_request_can_be_given(app: Erlen, client: ErlenClient) -> None:
    with closing(EnvironBuilder(app, "/who", headers={"User-Agent": "Foo"})) as builder:
        client.environ_base["REMOTE_ADDR"] = "1.2.3.4"
        environ = builder.get_environ()
        for given in (builder, environ, builder.get_request(), Request(environ)):
            assert client.open(given).text == "1.2.3.4 Foo"


def test_a_builder_of_werkzeug_gets_the_base_too(client: ErlenClient) -> None:
    with closing(WerkzeugBuilder("/who")) as builder:
        assert client.open(builder).text.startswith("127.0.0.1 Werkzeug/")


def test_json_there_and_back(client: ErlenClient) -> None:
    response = client.post("/echo", json={"drink": ["gin", 1]})
    assert response.is_json
    assert response.json == {"drink": ["gin", 1]}


def test_subdomains_reach_their_view(app: Erlen) -> None:
    app = Erlen("shop", subdomain_matching=True)
    app.config["SERVER_NAME"] = "example.com:80"
    app.route("/", subdomain="<shop>")(lambda shop: f"{shop} {request.url}")
    assert app.test_client().get("/", subdomain="a").text == "a http://a.example.com/"


# The context that stays


def test_with_client_keeps_the_last_context(client: ErlenClient) -> None:
    with client:
        client.get("/who?a=1")
        assert (g.seen, request.args["a"]) == ("yes", "1")
        client.get("/url")
        assert "seen" not in g

    assert _cv_request.get(None) is None
    assert _cv_app.get(None) is None


def test_without_with_nothing_is_kept(client: ErlenClient) -> None:
    client.get("/who")
    assert _cv_request.get(None) is None
    assert _cv_app.get(None) is None


def test_after_redirects_the_last_request_is_kept(client: ErlenClient) -> None:
    with client:
        client.get("/away", follow_redirects=True)
        assert request.path == "/count"
        assert (session["away"], session["count"]) == (True, 1)


def test_a_failed_request_is_kept_as_well(app: Erlen, client: ErlenClient) -> None:
    app.testing = False
    app.route("/fail")(lambda: str(1 / 0))
    with client:
        assert client.get("/fail").status_code == 500
        assert request.path == "/fail"

    assert _cv_request.get(None) is None


def test_a_stream_and_the_client_let_go_one_after_the_other(
    app: Erlen, client: ErlenClient
) -> None:
    app.route("/stream")(lambda: stream_with_context(iter("hello")))
    with client:
        response = client.get("/stream")

    response.close()
    assert _cv_request.get(None) is None


def test_clients_cannot_be_nested_and_can_be_reused(client: ErlenClient) -> None:
    with client:
        with pytest.raises(RuntimeError, match="Cannot nest client invocations"):
            client.__enter__()

    with client:
        assert client.get("/url").status_code == 200


# The session


def test_a_session_is_written_and_read_between_requests(client: ErlenClient) -> None:
    with client.session_transaction() as found:
        assert "count" not in found
        found["count"] = 41

    assert client.get("/count").text == "42"
    with client.session_transaction() as found:
        assert found["count"] == 42


def test_a_session_transaction_leaves_the_context_alone(app: Erlen, client: ErlenClient) -> None:
    with app.test_request_context("/outer"):
        with client.session_transaction():
            assert request.path == "/outer"


def test_a_session_transaction_of_another_host(client: ErlenClient) -> None:
    with client.session_transaction(base_url="http://other.example/") as found:
        found["count"] = 7

    assert client.get("/count").text == "1"
    assert client.get("/count", base_url="http://other.example/").text == "8"


def test_a_session_needs_cookies_and_a_key(app: Erlen) -> None:
    with pytest.raises(TypeError, match="Cookies are disabled."):
        with app.test_client(use_cookies=False).session_transaction():
            pass

    app.secret_key = None
    with pytest.raises(RuntimeError, match="Session backend did not open a session"):
        with app.test_client().session_transaction():
            pass


# What it costs


def test_the_module_is_imported_without_click() -> None:
    program = "import sys, erlen.testing; sys.exit('click' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], env=clean_environment()).returncode == 0


def test_an_unknown_name_is_an_attribute_error() -> None:
    import erlen.testing

    with pytest.raises(AttributeError, match="has no attribute 'Runner'"):
        erlen.testing.Runner


def test_a_null_session_is_not_saved(app: Erlen) -> None:
    class Closed(SecureCookieSessionInterface):
        def open_session(self, app: Erlen, request: Request) -> t.Any:
            return self.make_null_session(app)

        def save_session(self, *args: t.Any) -> None:
            raise AssertionError("saved")

    app.session_interface = Closed()
    client = app.test_client()
    with client.session_transaction() as opened:
        assert dict(opened) == {}
    assert client.get_cookie("session") is None
