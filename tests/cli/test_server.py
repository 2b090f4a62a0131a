from __future__ import annotations

import typing as t

import pytest

from erlen import Erlen
from erlen.cli import run_app


class Served(t.NamedTuple):
    host: str
    port: int
    options: dict[str, t.Any]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, project: t.Any) -> list[Served]:
    calls: list[Served] = []
    monkeypatch.setattr(
        "werkzeug.serving.run_simple",
        lambda host, port, app, **options: calls.append(Served(host, port, options)),
    )
    return calls


@pytest.mark.parametrize(
    "server_name,host,port,expected",
    [
        (None, None, None, ("127.0.0.1", 5000)),
        ("shop.example:80", None, None, ("shop.example", 80)),
        ("shop.example", None, None, ("shop.example", 5000)),
        ("shop.example:80", "localhost", 0, ("localhost", 0)),
        (None, None, 8000, ("127.0.0.1", 8000)),
    ],
)
def test_the_address(
    served: list[Served],
    server_name: str | None,
    host: str | None,
    port: int | None,
    expected: tuple[str, int],
) -> None:
    app = Erlen("shop")
    app.config["SERVER_NAME"] = server_name
    run_app(app, host, port)
    assert served[0][:2] == expected


@pytest.mark.parametrize(
    "debug,environment,expected",
    [
        (None, None, False),
        (True, None, True),
        (None, "1", True),
        (False, "1", False),
        (True, "0", True),
    ],
)
def test_debug(
    served: list[Served],
    debug: bool | None,
    environment: str | None,
    expected: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if environment is not None:
        monkeypatch.setenv("ERLEN_DEBUG", environment)

    app = Erlen("shop")
    run_app(app, debug=debug)
    assert app.debug is expected
    assert served[0].options == {
        "use_reloader": expected,
        "use_debugger": expected,
        "threaded": True,
    }


def test_options_are_handed_on(served: list[Served]) -> None:
    run_app(Erlen("shop"), debug=True, use_reloader=False, threaded=False)
    assert served[0].options == {
        "use_reloader": False,
        "use_debugger": True,
        "threaded": False,
    }


def test_dotenv_files_are_read(served: list[Served], project: t.Any) -> None:
    project.write(".env", "ERLEN_DEBUG=1\n")
    run_app(Erlen("shop"), load_dotenv=False)
    run_app(Erlen("shop"))
    assert [call.options["use_debugger"] for call in served] == [False, True]


def test_inside_the_command_it_only_says_so(
    served: list[Served],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")
    run_app(Erlen("shop"))
    assert served == []
    assert "Only call 'app.run()' in an 'if __name__" in capsys.readouterr().out


def test_in_the_reloaders_child_it_says_nothing(
    served: list[Served], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true")
    monkeypatch.setenv("WERKZEUG_RUN_MAIN", "true")
    run_app(Erlen("shop"))
    assert (served, capsys.readouterr().out) == ([], "")


def test_an_application_that_runs_itself(project: t.Any) -> None:
    project.write(
        "shop.py",
        """
        from erlen import Erlen
        app = Erlen("shop")
        app.route("/")(lambda: "self-made")
        app.run(port=0)
        """,
    )
    from tests.processes import get

    program = project.start(module="shop")
    port = int(program.wait_for(r"Running on http://127\.0\.0\.1:(\d+)")[1])
    assert get(port).body == "self-made"
    program.interrupt()
    assert program.exit_code() == 0
