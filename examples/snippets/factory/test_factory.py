# [start: fixtures]
import pytest

from erlen import request, session

from . import create_app


@pytest.fixture
def app():
    return create_app({"TESTING": True})


@pytest.fixture
def client(app):
    return app.test_client()


# [end: fixtures]


# [start: client]
def test_a_stranger_is_greeted(client):
    response = client.get("/")
    assert response.status_code == 200
    assert response.text == "Hello, stranger!"


def test_the_session_remembers(client):
    client.post("/login/ada")
    assert client.get("/").text == "Hello, ada!"


# [end: client]


# [start: keep]
def test_what_the_request_left_behind(client):
    with client:
        client.post("/login/ada")
        assert request.path == "/login/ada"
        assert session["user"] == "ada"


# [end: keep]


# [start: transaction]
def test_a_session_that_is_there_already(client):
    with client.session_transaction() as kept:
        kept["user"] = "grace"
    assert client.get("/").text == "Hello, grace!"


# [end: transaction]


# [start: runner]
def test_the_command(app):
    result = app.test_cli_runner().invoke(args=["init"])
    assert result.output == "Ready.\n"


# [end: runner]
