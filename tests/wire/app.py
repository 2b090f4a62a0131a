"""What the tests on the wire serve: it remembers what it saw and what it has not let go of."""

from __future__ import annotations

import collections.abc as cabc
import os
import sys
import time
import types
import typing as t

from erlen import Erlen, request, stream_with_context
from erlen.serving import is_draining

app = Erlen("wire")
app.config["MAX_CONTENT_LENGTH"] = 200_000
seen: list[list[t.Any]] = []
held = {"contexts": 0, "streams": 0}
turns: list[str] = []


@app.before_request
def enter() -> None:
    held["contexts"] += 1


@app.teardown_request
def leave(exc: BaseException | None) -> None:
    held["contexts"] -= 1


@app.route("/body", methods=["GET", "POST"])
def body() -> dict[str, t.Any]:
    data = request.get_data()
    seen.append([request.method, request.path, len(data)])
    return {"length": len(data), "text": data[:20].decode("latin-1")}


@app.get("/smuggled")
def smuggled() -> str:
    seen.append([request.method, request.path, 0])
    return "smuggled"


@app.get("/environ")
def environ() -> dict[str, str]:
    return {name: str(value) for name, value in request.environ.items()}


@app.get("/bytes/<path:rest>")
def path_bytes(rest: str) -> dict[str, str]:
    return {"path": request.environ["PATH_INFO"]}


@app.get("/empty/<int:status>")
def empty(status: int) -> tuple[str, int]:
    return "not to be sent", status


@app.get("/header")
def header() -> tuple[str, dict[str, str]]:
    return "split", {"X-Echo": request.args["value"]}


@app.route("/stream", methods=["GET", "POST"])
def stream() -> cabc.Iterator[str]:
    def numbers() -> cabc.Iterator[str]:
        held["streams"] += 1
        try:
            for number in range(int(request.args.get("chunks", 3))):
                yield f"{number}," + "x" * int(request.args.get("size", 0))
                yield ""
                time.sleep(float(request.args.get("pause", 0)))
            if "fail" in request.args:
                raise RuntimeError("the stream fails")
        finally:
            held["streams"] -= 1

    return stream_with_context(numbers())


@app.get("/slow")
def slow() -> str:
    print("slow has begun", flush=True)
    time.sleep(float(request.args.get("seconds", 1)))
    return "slow is done"


@app.get("/pid")
def pid() -> str:
    return str(os.getpid())


@app.get("/ready")
def ready() -> tuple[str, int]:
    return ("draining", 503) if is_draining() else ("ready", 200)


def in_line() -> int:
    """Return how many threads are on their way to the application and not in it."""
    return sum(is_in_line(frame) for frame in sys._current_frames().values())


def is_in_line(frame: types.FrameType | None) -> bool:
    found = False

    while frame is not None:
        if frame.f_code.co_filename == __file__:
            return False

        found = found or frame.f_code.co_name == "_answer"
        frame = frame.f_back

    return found


def wait_for(number: int) -> bool:
    deadline = time.monotonic() + 20

    while (found := in_line() == number) is False and time.monotonic() < deadline:
        time.sleep(0.005)

    return found


@app.get("/busy")
def busy() -> str:
    """Keep a permit until so many others stand in line, and until so many of them have stayed."""
    print("busy", flush=True)
    came = wait_for(int(request.args["others"]))
    print("all stand in line", flush=True)
    return f"came: {came}, left: {wait_for(int(request.args.get('stay', 0)))}"


@app.get("/turns")
def take_turns() -> cabc.Iterator[str]:
    """Keep a permit until so many others stand in line, and ask for it again and again."""
    others = int(request.args["others"])

    def chunks() -> cabc.Iterator[str]:
        print("busy", flush=True)
        yield f"came: {wait_for(others)}"
        for _ in range(100):
            turns.append("stream")
            yield "x"

    return chunks()


@app.get("/turn")
def take_a_turn() -> list[str]:
    turns.append("request")
    return turns


@app.get("/held")
def what_is_held() -> dict[str, t.Any]:
    # This request's own context is one of them.
    return {"seen": seen, "contexts": held["contexts"] - 1, "streams": held["streams"]}
