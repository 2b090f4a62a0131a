"""Starting, replacing and stopping workers while clients are at it."""

from __future__ import annotations

import os
import signal
import threading
import typing as t
from pathlib import Path

from tests.processes import get
from tests.wire.client import Load, ask, connect, receive

RELOADS = 10
Serve = t.Callable[..., t.Any]


def test_no_request_fails_in_ten_reloads(serve: Serve) -> None:
    served = serve("--workers", "2")
    output = served.program.until

    with Load(served.port) as load:
        for number in range(1, RELOADS + 1):
            load.wait_for_more()
            served.program.signal(signal.SIGHUP)
            output(
                lambda: served.program.output.count("Stopping old worker") == 2 * number,
                "no successors",
            )

        output(
            lambda: served.program.output.count("Stopped old worker") == 2 * RELOADS,
            "the old workers did not end",
        )
        load.wait_for_more()

    assert set(load.results) == {"200"}


def test_a_reload_finishes_a_request_that_outlasts_it(serve: Serve) -> None:
    served = serve()

    with connect(served.port, b"GET /slow?seconds=2.5 HTTP/1.1\r\nHost: a\r\n\r\n") as slow:
        served.program.wait_for("slow has begun")
        before = get(served.port, "/pid").body
        served.program.signal(signal.SIGHUP)
        served.program.until(lambda: get(served.port, "/pid").body != before, "no successor")
        reply = receive(slow, until=b"slow is done")

    assert reply.statuses == [200]
    assert reply.body == b"slow is done"


def test_a_reload_finishes_a_stream_and_sees_its_client_leave(serve: Serve) -> None:
    served = serve()
    stream = b"GET /stream?chunks=%d&pause=0.05 HTTP/1.1\r\nHost: a\r\n\r\n"

    with connect(served.port, stream % 60) as stays:
        leaves = connect(served.port, stream % 1_000_000)
        assert leaves.recv(100)
        served.program.signal(signal.SIGHUP)
        served.program.wait_for("Stopping old worker")
        leaves.close()
        reply = receive(stays)

    assert reply.body.endswith(b"59,\r\n0\r\n\r\n")
    served.program.wait_for("Stopped old worker")
    assert "Killing" not in served.program.output


def test_a_successor_that_does_not_start_leaves_the_old_worker(
    serve: Serve, tmp_path: Path
) -> None:
    served = serve()
    before = get(served.port, "/pid").body
    good = (tmp_path / "wire.py").read_text()
    (tmp_path / "wire.py").write_text("raise RuntimeError('broken')")
    served.program.signal(signal.SIGHUP)
    served.program.wait_for("did not start; it stays")
    assert get(served.port, "/pid").body == before
    (tmp_path / "wire.py").write_text(good)
    served.program.signal(signal.SIGHUP)
    served.program.until(lambda: get(served.port, "/pid").body != before, "no successor")


def test_a_killed_worker_is_replaced_again_and_again(serve: Serve) -> None:
    served = serve()

    for _ in range(3):
        pid = ask(served.port, "/pid").body.decode()
        os.kill(int(pid), signal.SIGKILL)
        # What connects meanwhile waits for the successor.
        served.program.until(
            lambda: ask(served.port, "/pid").body.decode() not in ("", pid), "no successor"
        )


def test_a_worker_that_is_told_to_stop_is_replaced(serve: Serve) -> None:
    served = serve()
    pid = get(served.port, "/pid").body
    os.kill(int(pid), signal.SIGTERM)
    served.program.until(lambda: served.program.answers(served.port, "/pid").body != pid, "no new")


def test_workers_end_with_their_main_process(serve: Serve) -> None:
    served = serve()
    pid = int(get(served.port, "/pid").body)
    served.program.signal(signal.SIGKILL)
    served.program.until(lambda: not Path(f"/proc/{pid}").exists(), "the worker lives on")


def test_sigterm_under_load_finishes_what_is_in_flight(serve: Serve) -> None:
    served = serve("--workers", "2")
    connections = [
        connect(served.port, b"GET /slow?seconds=2 HTTP/1.1\r\nHost: a\r\n\r\n") for _ in range(20)
    ]
    served.program.until(
        lambda: served.program.output.count("slow has begun") == 20, "they did not begin"
    )
    served.program.signal(signal.SIGTERM)
    replies = [receive(each) for each in connections]
    assert [reply.body for reply in replies] == [b"slow is done"] * 20
    assert all(reply.closed for reply in replies)
    assert served.program.exit_code() == 0

    for each in connections:
        each.close()


def test_readiness_turns_red_before_the_drain(serve: Serve) -> None:
    served = serve("--drain-delay", "3")
    assert get(served.port, "/ready").body == "ready"
    served.program.signal(signal.SIGTERM)
    served.program.until(lambda: get(served.port, "/ready").status == 503, "still green")
    reply = ask(served.port, "/body")
    assert reply.statuses == [200]
    assert b"connection: close" in reply.data.lower()
    assert served.program.exit_code() == 0


def test_readiness_stays_green_while_workers_are_replaced(serve: Serve) -> None:
    served = serve()

    with Load(served.port, "/ready") as load:
        load.wait_for_more()
        served.program.signal(signal.SIGHUP)
        served.program.wait_for("Stopped old worker")

    assert set(load.results) == {"200"}


def test_ctrl_c_does_not_wait_for_the_drain(serve: Serve) -> None:
    served = serve("--drain-delay", "600")
    served.program.signal(signal.SIGTERM)
    served.program.until(lambda: get(served.port, "/ready").status == 503, "still green")
    served.program.interrupt()
    assert served.program.exit_code() == 0


def test_stopping_everything_at_once_as_systemd_does(serve: Serve) -> None:
    served = serve("--workers", "2", "--graceful-timeout", "0")
    os.killpg(served.program.process.pid, signal.SIGTERM)
    assert served.program.exit_code() == 0


def test_an_application_that_does_not_load_any_more_ends_the_server(
    serve: Serve, tmp_path: Path
) -> None:
    served = serve()
    pid = int(get(served.port, "/pid").body)
    (tmp_path / "wire.py").write_text("raise SystemExit(3)")
    os.kill(pid, signal.SIGKILL)
    assert served.program.exit_code() == 1
    assert "the application does not load any more" in served.program.output


def test_clients_that_come_while_a_worker_is_replaced_wait(serve: Serve) -> None:
    served = serve()
    pid = int(get(served.port, "/pid").body)
    os.kill(pid, signal.SIGKILL)
    served.program.until(lambda: not Path(f"/proc/{pid}").exists(), "the worker lives on")
    answers: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: answers.append(ask(served.port, "/body").body))
        for _ in range(5)
    ]

    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join()

    assert [b"length" in answer for answer in answers] == [True] * 5
