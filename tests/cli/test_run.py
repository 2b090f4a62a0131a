from __future__ import annotations

import logging
import os
import signal
import typing as t

import pytest
from click.testing import CliRunner

from erlen import Erlen
from erlen.cli import ErlenGroup, run_command, show_server_banner
from erlen.cli.run import keep_colours_for_terminals
from tests.processes import Answer, Program, get

SHOP = """
    import threading
    from erlen import Erlen

    app = Erlen("shop")
    both = threading.Barrier(2)

    @app.route("/")
    def index():
        return "first"

    @app.route("/together")
    def together():
        both.wait(20)
        return "together"

    @app.route("/fail")
    def fail():
        secret = "in a frame"
        1 / 0
"""


def serve(project: t.Any, *args: str, **environ: str) -> tuple[Program, int]:
    program = project.start("--app", "shop", "run", "--port", "0", *args, **environ)
    return program, int(program.wait_for(r"Running on http://127\.0\.0\.1:(\d+)")[1])


def test_it_answers_and_ctrl_c_ends_it(project: t.Any) -> None:
    project.write("shop.py", SHOP)
    program, port = serve(project)
    assert get(port) == Answer(200, "first")
    assert "Serving Erlen app 'shop'" in program.output
    assert "Debug mode: off" in program.output
    assert get(port, "/missing").status == 404
    program.wait_for('"GET /missing HTTP/1.1" 404')
    assert "\x1b" not in program.output  # which no terminal shows
    program.interrupt()
    assert program.exit_code() == 0
    assert "Traceback" not in program.output


def test_the_log_has_colours_on_a_terminal_that_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    logger = logging.getLogger("werkzeug")
    monkeypatch.setattr(logger, "filters", [])
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    keep_colours_for_terminals()
    assert logger.filters == []
    monkeypatch.setenv("NO_COLOR", "1")
    keep_colours_for_terminals()
    assert len(logger.filters) == 1


def test_the_log_is_plain_where_nobody_wants_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    logger = logging.getLogger("werkzeug")
    monkeypatch.setattr(logger, "filters", [])
    monkeypatch.setenv("NO_COLOR", "1")
    keep_colours_for_terminals()
    given = ("\x1b[31m%s\x1b[0m", ("GET /",))
    record = logger.makeRecord("werkzeug", logging.INFO, "", 0, *given, None)
    assert logger.filter(record)
    assert record.getMessage() == "GET /"


def test_requests_run_in_threads(project: t.Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    project.write("shop.py", SHOP)
    _, port = serve(project)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: get(port, "/together").body, range(2)))

    assert answers == ["together", "together"]


@pytest.mark.parametrize("debug", [True, False])
def test_the_debugger_is_shown_with_debug_only(project: t.Any, debug: bool) -> None:
    project.write("shop.py", SHOP)
    _, port = serve(project, "--debug" if debug else "--no-debug", "--no-reload")
    answer = get(port, "/fail")
    assert answer.status == 500
    assert ("Werkzeug Debugger" in answer.body) is debug
    assert ("ZeroDivisionError" in answer.body) is debug
    assert "in a frame" not in answer.body or debug


def test_the_reloader_takes_up_a_changed_file(project: t.Any) -> None:
    path = project.write("shop.py", SHOP)
    program, port = serve(project, "--reload")
    assert get(port).body == "first"
    # Its time has to differ even where the file system counts whole seconds.
    path.write_text(path.read_text().replace('"first"', '"second"'))
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 2))
    program.until(lambda: program.answers(port).body == "second", "no new answer")
    program.interrupt()
    assert program.exit_code() == 0


def test_the_reloader_survives_a_mistake(project: t.Any) -> None:
    path = project.write("shop.py", SHOP)
    program, port = serve(project, "--reload")
    good = path.read_text()
    path.write_text(good + "\nraise RuntimeError('half written')\n")
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 2))
    program.wait_for("RuntimeError: half written")
    program.until(lambda: program.answers(port).status == 500, "no error page")
    path.write_text(good)
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 4))
    program.until(lambda: program.answers(port).body == "first", "no answer after the mend")


def test_the_environment_names_application_and_port(project: t.Any) -> None:
    project.write("shop.py", SHOP)
    program = project.start("run", FLASK_APP="shop", FLASK_RUN_PORT="0", ERLEN_RUN_DEBUGGER="1")
    port = int(program.wait_for(r"Running on http://127\.0\.0\.1:(\d+)")[1])
    assert get(port) == Answer(200, "first")


def test_no_application_is_one_sentence_and_status_2(project: t.Any) -> None:
    program = project.start("run")
    assert program.exit_code() == 2
    assert "Could not locate an Erlen application" in program.output
    assert "Traceback" not in program.output


def test_sigterm_ends_it(project: t.Any) -> None:
    project.write("shop.py", SHOP)
    program, _ = serve(project)
    program.signal(signal.SIGTERM)
    assert program.exit_code() in {0, -signal.SIGTERM}


class Served(t.NamedTuple):
    host: str
    port: int
    app: t.Any
    options: dict[str, t.Any]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Served]:
    """What would have been served, and how."""
    calls: list[Served] = []
    monkeypatch.setattr(
        "werkzeug.serving.run_simple",
        lambda host, port, app, **options: calls.append(Served(host, port, app, options)),
    )
    return calls


@pytest.mark.parametrize(
    "args,reloader,debugger",
    [
        ([], False, False),
        (["--debug"], True, True),
        (["--debug", "--no-reload"], False, True),
        (["--debug", "--no-debugger"], True, False),
        (["--reload"], True, False),
    ],
)
def test_debug_turns_reloader_and_debugger_on(
    args: list[str], reloader: bool, debugger: bool, served: list[Served], runner: CliRunner
) -> None:
    app = Erlen("shop")
    result = runner.invoke(ErlenGroup(create_app=lambda: app), ["run", *args])
    assert result.exit_code == 0, result.output
    (call,) = served
    assert (call.host, call.port, call.app) == ("127.0.0.1", 5000, app)
    assert (call.options["use_reloader"], call.options["use_debugger"]) == (reloader, debugger)
    assert call.options["threaded"] is True


def test_files_to_watch(served: list[Served], runner: CliRunner) -> None:
    group = ErlenGroup(create_app=lambda: Erlen("shop"))
    args = ["--extra-files", f"a{os.pathsep}b", "--exclude-patterns", "*.md"]
    runner.invoke(group, ["run", "--without-threads", *args])
    (call,) = served
    assert call.options["extra_files"] == ["a", "b"]
    assert call.options["exclude_patterns"] == ["*.md"]
    assert call.options["threaded"] is False


def test_the_reloaders_child_prints_no_banner(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    show_server_banner(True, "shop")
    assert capsys.readouterr().out == " * Serving Erlen app 'shop'\n * Debug mode: on\n"
    monkeypatch.setenv("WERKZEUG_RUN_MAIN", "true")
    show_server_banner(True, "shop")
    assert capsys.readouterr().out == ""


def test_a_wrong_port_is_explained(runner: CliRunner) -> None:
    result = runner.invoke(run_command, ["--port", "http"])
    assert result.exit_code == 2
    assert "'http' is not a valid integer" in result.stderr


def test_the_banner_names_what_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    show_server_banner(None, None)
    assert capsys.readouterr().out == ""


def test_the_debugger_alone_is_not_turned_on(served: list[Served], runner: CliRunner) -> None:
    group = ErlenGroup(create_app=lambda: Erlen("shop"))
    assert "needs debug mode" in runner.invoke(group, ["run", "--debugger"]).output
    assert served[0].options["use_debugger"] is False


def test_in_the_reloaders_child_a_mistake_becomes_an_application(
    served: list[Served], runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def create_app() -> Erlen:
        raise ZeroDivisionError("oh no")

    group = ErlenGroup(create_app=create_app)
    assert isinstance(runner.invoke(group, ["run"]).exception, ZeroDivisionError)
    assert served == []
    monkeypatch.setenv("WERKZEUG_RUN_MAIN", "true")
    assert "ZeroDivisionError: oh no" in runner.invoke(group, ["run"]).stderr
    with pytest.raises(ZeroDivisionError, match="oh no"):
        served[0].app({}, lambda *_: None)
