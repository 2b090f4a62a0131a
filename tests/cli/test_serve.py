from __future__ import annotations

import dataclasses
import http.client
import os
import signal
import sys
import threading
import typing as t

import pytest
from click.testing import CliRunner

from erlen import Erlen
from erlen.cli import ErlenGroup
from erlen.cli.serve import _load
from erlen.serving import ServerSettings
from tests.processes import Answer, Program, free_port, get

pytest.importorskip("granian")

SHOP = """
    import os, time
    from erlen import Erlen, request

    app = Erlen("shop")

    @app.route("/")
    def index():
        return "first"

    @app.route("/slow")
    def slow():
        print("slow has begun", flush=True)
        time.sleep(1.5)
        return "slow is done"

    @app.post("/echo")
    def echo():
        return request.get_data()

    @app.route("/pid")
    def pid():
        return str(os.getpid())

    @app.route("/die")
    def die():
        os._exit(9)
"""


def serve(project: t.Any, *args: str) -> tuple[Program, int]:
    port = free_port()
    program = project.start("--app", "shop", "serve", "--port", str(port), *args)
    program.answers(port)
    return program, port


def die(port: int) -> None:
    with pytest.raises(OSError):
        get(port, "/die")


def test_it_answers_and_sigterm_finishes_what_is_in_flight(project: t.Any) -> None:
    project.write("shop.py", SHOP)
    program, port = serve(project)
    assert get(port) == Answer(200, "first")
    answers: list[Answer] = []
    thread = threading.Thread(target=lambda: answers.append(get(port, "/slow")))
    thread.start()
    program.wait_for("slow has begun")
    program.signal(signal.SIGTERM)
    thread.join()
    assert answers == [Answer(200, "slow is done")]
    assert program.exit_code() == 0


def test_ctrl_c_ends_it(project: t.Any) -> None:
    project.write("shop.py", SHOP)
    program, _ = serve(project, "--workers", "2")
    program.interrupt()
    assert program.exit_code() == 0
    assert "Traceback" not in program.output


def test_a_request_that_outlasts_the_timeout_does_not_hold_the_stop_up(project: t.Any) -> None:
    project.write("shop.py", SHOP.replace("1.5", "60"))
    program, port = serve(project, "--graceful-timeout", "1")
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/slow")
    program.wait_for("slow has begun")
    program.signal(signal.SIGTERM)
    assert program.exit_code() == 0
    connection.close()


def test_sighup_replaces_the_workers_and_takes_up_new_code(project: t.Any) -> None:
    path = project.write("shop.py", SHOP)
    program, port = serve(project)
    before = get(port, "/pid").body
    path.write_text(path.read_text().replace('"first"', '"second"'))
    program.signal(signal.SIGHUP)
    program.until(lambda: get(port, "/pid").body != before, "no new worker")
    program.wait_for("Stopped old worker")
    assert get(port).body == "second"


def test_a_worker_that_dies_is_replaced(project: t.Any) -> None:
    project.write("shop.py", SHOP)
    program, port = serve(project)
    before = get(port, "/pid").body
    die(port)
    program.until(lambda: program.answers(port, "/pid").body != before, "no new worker")


def test_without_respawn_a_dead_worker_ends_it(project: t.Any) -> None:
    project.write("shop.py", SHOP)
    program, port = serve(project, "--no-respawn")
    die(port)
    assert program.exit_code() == 1


def test_reload_takes_up_a_changed_file(project: t.Any) -> None:
    pytest.importorskip("watchfiles")
    path = project.write("shop.py", SHOP)
    program, port = serve(project, "--reload")
    path.write_text(path.read_text().replace('"first"', '"second"'))
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 2))
    program.until(lambda: program.answers(port).body == "second", "no new answer")


def test_access_log(project: t.Any) -> None:
    project.write("shop.py", SHOP)
    program, _ = serve(project, "--access-log", "--log-level", "warning")
    program.wait_for(r'"GET / HTTP/1\.1" 200')
    assert "Starting granian" not in program.output


def test_a_broken_application_is_reported_once(project: t.Any) -> None:
    project.write("shop.py", "app = None")
    program = project.start("--app", "shop", "serve", "--workers", "2")
    assert program.exit_code() == 2
    assert program.output.count("Error: Failed to find Erlen application") == 1
    assert "Traceback" not in program.output


def test_an_address_in_use_is_one_sentence(project: t.Any) -> None:
    project.write("shop.py", SHOP)
    _, port = serve(project)
    program = project.start("--app", "shop", "serve", "--port", str(port))
    assert program.exit_code() == 1
    assert f"Cannot listen on 127.0.0.1:{port}: Address already in use" in program.output
    assert "Traceback" not in program.output


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[ServerSettings]:
    calls: list[ServerSettings] = []

    def serve(load: t.Callable[[], Erlen], settings: ServerSettings) -> None:
        load()
        calls.append(settings)

    monkeypatch.setattr("erlen.cli.serve.serve", serve)
    return calls


def test_options_and_their_environment(served: list[ServerSettings], runner: CliRunner) -> None:
    group = ErlenGroup(create_app=lambda: Erlen("shop"))
    env = {"ERLEN_SERVE_WORKERS": "3", "FLASK_SERVE_PORT": "8001"}
    runner.invoke(group, ["serve", "--workers-kill-timeout", "5", "--no-respawn"], env=env)
    assert served == [ServerSettings(port=8001, workers=3, graceful_timeout=5, respawn=False)]


def test_options_of_time_and_number(served: list[ServerSettings], runner: CliRunner) -> None:
    group = ErlenGroup(create_app=lambda: Erlen("shop"))
    given = {"header-timeout": 5, "body-timeout": 6, "drain-delay": 7, "connections": 8}
    options = [f"--{name}={value}" for name, value in given.items()]
    runner.invoke(group, ["serve", *options])
    assert served == [
        ServerSettings(header_timeout=5, body_timeout=6, drain_delay=7, connections=8)
    ]


@pytest.mark.parametrize(
    "option,value,complaint",
    [
        ("--port", "0", "0 is not in the range 1<=x<=65535"),
        ("--port", "http", "'http' is not a valid integer range"),
        ("--workers", "0", "0 is not in the range x>=1"),
        ("--threads", "-1", "-1 is not in the range x>=1"),
        ("--connections", "0", "0 is not in the range x>=1"),
        ("--header-timeout", "0", "0 is not in the range 1<=x<=3600"),
        ("--body-timeout", "0", "0 is not in the range 1<=x<=3600"),
        ("--drain-delay", "-1", "-1 is not in the range 0<=x<=600"),
        ("--log-level", "loud", "'loud' is not one of"),
    ],
)
def test_wrong_values_are_named(
    served: list[ServerSettings], runner: CliRunner, option: str, value: str, complaint: str
) -> None:
    result = runner.invoke(ErlenGroup(create_app=lambda: Erlen("shop")), ["serve", option, value])
    assert (result.exit_code, served) == (2, [])
    assert f"Invalid value for '{option}'" in result.stderr
    assert complaint in result.stderr


def test_the_help_lists_every_setting_with_its_default(runner: CliRunner) -> None:
    group = ErlenGroup(create_app=lambda: Erlen("shop"))
    text = " ".join(runner.invoke(group, ["serve", "--help"]).output.split())

    for field in dataclasses.fields(ServerSettings):
        assert f"--{field.name.replace('_', '-')}" in text

        if type(field.default) is int:
            assert f"[default: {field.default}" in text


def test_debug_is_warned_of(served: list[ServerSettings], runner: CliRunner) -> None:
    group = ErlenGroup(create_app=lambda: Erlen("shop"))
    assert "Debug mode is on" in runner.invoke(group, ["--debug", "serve"]).stderr


def test_without_granian_the_mend_is_named(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "granian", None)
    result = runner.invoke(ErlenGroup(create_app=lambda: Erlen("shop")), ["serve"])
    assert result.exit_code == 1
    assert "pip install 'erlen[server]'" in result.stderr


def test_a_worker_says_what_is_wrong_with_the_application(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as caught:
        _load("no_such_shop", None, True)
    assert caught.value.code == 2
    assert "Could not import 'no_such_shop'" in capsys.readouterr().err
