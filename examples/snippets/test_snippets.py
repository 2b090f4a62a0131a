"""Every piece of code that the guide shows does what the guide says."""

from __future__ import annotations

import importlib
import io
import logging
import pathlib
import re

import pytest

from erlen import got_request_exception, request_finished

HERE = pathlib.Path(__file__).parent


def load(name):
    return importlib.import_module(f"examples.snippets.{name}")


@pytest.fixture
def client(request):
    """A client of the application in the snippet that the test is marked with."""
    module = load(request.param)
    app = module.create_app() if hasattr(module, "create_app") else module.app
    return app.test_client()


def of(name):
    return pytest.mark.parametrize("client", [name], indirect=True, ids=[name])


def test_every_snippet_is_tested():
    here = pathlib.Path(__file__).read_text()
    names = {path.stem for path in HERE.glob("*.py")} - {"test_snippets"}
    assert names == {name for name in names if f'"{name}"' in here}


def test_what_a_page_of_the_guide_includes_is_there():
    pages = HERE.parent.parent.joinpath("docs").rglob("*.md")
    text = "\n".join(page.read_text() for page in pages)
    for name, start in re.findall(r"snippets/([\w./]+)\n:start-after: (.*)\n", text):
        marker = start.strip("'\"")
        code = (HERE / name).read_text()
        assert marker in code, (name, marker)
        assert marker.replace("start", "end") in code, (name, marker)


@of("readme")
def test_the_readme(client):
    assert client.get("/hello/world").json == {"hello": "world", "from": "127.0.0.1"}


@of("hello")
def test_hello(client):
    assert client.get("/").text == "Hello, world!"


@of("quickstart")
def test_quickstart(client):
    assert client.get("/notes/1").text == "<p>Water the plants</p>"
    assert client.get("/first").location == "/notes/1"
    assert client.post("/notes", data={"text": "<sing>"}).json == {"number": 2}
    assert "&lt;sing&gt;" in client.get("/page").text
    assert client.get("/visits").text != client.get("/visits").text
    assert client.get("/notes/99").json == {"error": "Not Found"}
    assert client.get("/").headers["X-Served-At"].isdigit()


@of("routing")
def test_routing(client):
    assert client.get("/books/7").json == {"book": 7}
    assert client.get("/books/seven").status_code == 404
    assert client.get("/files/a/b.txt").json == {"file": "a/b.txt"}
    assert client.get("/poetry").location.endswith("/poetry/")
    assert client.get("/poetry/").json == {"shelf": "poetry"}
    assert client.put("/cart").text == "the cart"
    assert client.delete("/cart").status_code == 204
    assert client.post("/cart").status_code == 405
    assert client.get("/archive/1815").json == {"year": 1815}
    assert client.get("/archive/15").status_code == 404


@of("routing")
def test_routing_by_a_table(client):
    assert client.get("/about").text == "about"
    assert client.get("/search/").text == "page 1"
    assert client.get("/search/2").text == "page 2"
    assert client.get("/search/1").location.endswith("/search/")
    assert client.get("/livre/7").location.endswith("/books/7")


@of("routing")
def test_links(client):
    assert client.get("/links").json == [
        "/books/7",
        "/books/7?edition=2nd#reviews",
        "/static/site.css",
        "http://localhost/about",
    ]


@of("views")
def test_views(client):
    assert client.get("/hello/Ada").text == "Hello, Ada!"
    assert client.get("/bye/Ada").text == "Goodbye, Ada!"
    assert client.put("/books/1", json={"title": "Persuasion"}).json == {"title": "Persuasion"}
    assert client.get("/books/1").json == {"title": "Persuasion"}
    assert client.delete("/books/1").status_code == 405


@of("request_data")
def test_request_data(client):
    assert client.get("/search?q=sea&tag=a&tag=b").json == {
        "word": "sea",
        "page": 1,
        "tags": ["a", "b"],
    }
    assert client.get("/search").status_code == 400
    assert client.post("/orders", json={"title": "Emma"}).json == {"ordered": "Emma"}
    assert client.post("/orders", data="{").status_code == 415
    assert client.get("/who").json["theme"] == "light"


@of("request_data")
def test_upload(client):
    cover = (io.BytesIO(b"image"), "../../my cover.png")
    answer = client.post("/cover", data={"cover": cover})
    assert answer.json == {"name": "my_cover.png", "size": 5}
    assert client.post("/cover", data=b"x" * 1_000_001).status_code == 413


@of("responses")
def test_responses(client):
    assert client.get("/text").mimetype == "text/html"
    assert client.get("/object").is_json
    created = client.get("/created")
    assert (created.status_code, created.location) == (201, "/text")
    assert "theme=dark" in client.get("/theme/dark").headers["Set-Cookie"]
    assert "report.csv" in client.get("/report.csv").headers["Content-Disposition"]
    assert client.get("/count?to=3").text == "0\n1\n2\n"
    assert client.get("/counted").headers["X-Counted"] == "yes"
    assert client.get("/slow").text == "also works under WSGI"


def test_contexts():
    contexts = load("contexts")
    assert contexts.app.test_client().get("/sum").json == {"sum": 3}
    assert " on SQLite 3." in contexts.offline()
    assert contexts.describe("/about") == "/about in de"
    assert contexts.who_asks() == "a script"


def test_hooks(monkeypatch):
    hooks = load("hooks")
    client = hooks.app.test_client()
    answer = client.get("/fr/")
    assert answer.text == "home in fr"
    assert answer.headers["Server-Timing"].startswith("app;dur=")
    assert hooks.finished[-1] == ("/fr/", None)
    monkeypatch.setattr(hooks, "CLOSED", True)
    assert client.get("/fr/").status_code == 503


@pytest.fixture
def https():
    app = load("sessions").app
    client = app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    return client


def test_log_in_and_out(https):
    home = https.post("/login", data={"user": "ada"}, follow_redirects=True).text
    assert "Hello, ada" in home
    assert "Welcome!" in home
    assert "Welcome!" not in https.get("/").text
    assert "Please log in" in https.post("/logout", follow_redirects=True).text


def test_a_list_in_the_session(https):
    https.post("/cart/Emma")
    assert https.post("/cart/Persuasion").json == {"cart": ["Emma", "Persuasion"]}


@of("session_interface")
def test_a_session_interface(client):
    assert client.get("/visits").text == "visit 1"
    assert client.get("/visits").text == "visit 2"
    assert client.application.test_client().get("/visits").text == "visit 1"


@of("blueprints")
def test_blueprints(client):
    assert client.get("/books/").json == {"first": "/books/1"}
    assert client.get("/livres/").json == {"first": "/livres/1"}
    assert client.get("/books/1").headers["X-Section"] == "books"
    assert client.get("/admin/users/").text == "/admin/users/"
    assert client.get("/admin/users/").headers["X-Section"] == "none"


@pytest.fixture
def signals():
    """The snippet, which stops to listen when it is done: whoever listens slows down all."""
    module = load("signals")
    yield module
    request_finished.disconnect(module.note_answer)
    got_request_exception.disconnect(module.note_error)


def test_signals(signals):
    client = signals.app.test_client()
    assert signals.titles_lent_by(client) == ["Emma"]
    client.post("/lend/Persuasion")
    assert signals.log[-1] == "/lend/Persuasion -> 204"


@of("templating")
def test_templates(client):
    assert "Books &amp; More: 120.00 € (large)" in client.get("/bill/12000").text
    assert "(large)" not in client.get("/bill/500").text
    assert client.get("/hello/<b>").text == "<h1>Hello, &lt;b&gt;!</h1>"
    assert client.get("/rows").text.count("<tr>") == 1000


def test_configuration(monkeypatch):
    configuration = load("configuration")
    monkeypatch.setenv("ERLEN_SECRET_KEY", "from the environment")
    monkeypatch.setenv("ERLEN_PAGE_SIZE", "30")
    app = configuration.create_app(configuration.TestConfig)
    assert app.config["SECRET_KEY"] == "from the environment"
    assert app.config["PAGE_SIZE"] == 30
    assert app.testing
    assert configuration.create_app_from_toml().config["MAIL"]["PORT"] == 2525


@of("errors")
def test_errors(client):
    assert client.post("/buy/Emma").json == {"error": "Emma is sold out"}
    assert client.post("/buy/Persuasion").json == {"error": "Forbidden", "code": 403}
    assert client.get("/nowhere").json == {"error": "there is no such page"}
    assert client.put("/broken").json == {"error": "Method Not Allowed", "code": 405}
    assert client.get("/broken").status_code == 500


@pytest.fixture
def kept_logging():
    """Put the root logger back as it was: the snippet configures it for its process."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before


def test_logs(kept_logging, caplog):
    client = load("logs").app.test_client()
    with caplog.at_level("INFO", "examples.snippets.logs"):
        logging.getLogger().addHandler(caplog.handler)
        client.get("/lend/Emma")
    assert "lent Emma" in caplog.messages


def test_commands(tmp_path):
    runner = load("commands").app.test_cli_runner()
    assert runner.invoke(args=["count", "fiction", "--lent"]).output.endswith("fiction: 3\n")
    titles = tmp_path / "titles"
    titles.write_text("Emma\nPersuasion\n")
    assert runner.invoke(args=["books", "import", str(titles)]).output == "2 titles\n"
    assert runner.invoke(args=["admin", "audit"]).output == "nothing to report\n"


@of("proxied")
def test_behind_a_proxy(client):
    headers = {
        "X-Forwarded-For": "192.0.2.1",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "shop.example",
    }
    assert client.get("/", headers=headers).text == "192.0.2.1 asked for https://shop.example/"


@of("readiness")
def test_readiness_turns_red_when_the_server_stops(client, monkeypatch):
    assert client.get("/readyz").status_code == 200
    monkeypatch.setattr("erlen.serving.phase.PHASE.draining", True)
    assert client.get("/readyz").status_code == 503


@of("server_sessions")
def test_server_side_sessions(client, tmp_path, monkeypatch):
    store = client.application.session_interface.store
    monkeypatch.setattr(store, "_folder", tmp_path)
    monkeypatch.setattr(store._locks, "_folder", tmp_path / "locks")

    def ask(method, path, **more):
        return client.open(path, method=method, base_url="https://localhost", **more)

    ask("POST", "/cart/tea")
    before = client.get_cookie("session").value
    ask("POST", "/login", data={"name": "ann"})
    assert client.get_cookie("session").value != before
    assert ask("GET", "/").text == "Hello, ann!"
    assert ask("POST", "/cart/milk").json == {"cart": ["tea", "milk"]}
    assert ask("POST", "/draw").json == {"left": 2}
    assert ask("POST", "/draw").json == {"left": 1}
    ask("POST", "/logout")
    assert ask("GET", "/").text == "Hello, stranger!"


@of("session_store")
def test_a_session_store_of_your_own(client):
    assert [client.get("/visits").text for _ in range(3)] == ["visit 1", "visit 2", "visit 3"]
