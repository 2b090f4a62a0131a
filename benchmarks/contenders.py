"""Frameworks on servers: how each is started, what it costs its processes."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

from .peer import ROOT, clean_environ

TARGET = "benchmarks.apps.serve:app"
GRANIAN = (
    *("granian", "--workers", "1", "--runtime-threads", "1", "--http", "1", "--no-ws"),
    *("--log-level", "warning", "--host", "127.0.0.1", "--port", "{port}"),
)
GUNICORN = (
    *("gunicorn", "--workers", "1", "--bind", "127.0.0.1:{port}", "--log-level", "warning"),
    "--no-control-socket",
)
SERVERS = {
    "Granian": (*GRANIAN, "--interface", "wsgi", "--blocking-threads", "1", TARGET),
    "Granian ASGI": (*GRANIAN, "--interface", "asgi", TARGET),
    "gunicorn sync": (*GUNICORN, "--worker-class", "sync", TARGET),
    "gunicorn gthread": (*GUNICORN, "--worker-class", "gthread", "--threads", "4", TARGET),
    "uvicorn": (
        *("uvicorn", "--host", "127.0.0.1", "--port", "{port}", "--log-level", "warning"),
        *("--no-access-log", TARGET),
    ),
}
TICKS = os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass(frozen=True)
class Contender:
    framework: str
    server: str

    def __str__(self) -> str:
        return f"{self.framework} on {self.server}"


CONTENDERS = (
    *(Contender(name, "Granian") for name in ("bare", "erlen", "falcon", "flask")),
    *(Contender("flask", server) for server in ("gunicorn sync", "gunicorn gthread")),
    *(
        Contender(name, server)
        for name in ("fastapi", "starlette", "litestar", "blacksheep")
        for server in ("Granian ASGI", "uvicorn")
    ),
)


class Served:
    """A contender that listens on a port of its own, pinned to *core*."""

    def __init__(self, contender: Contender, variant: str, core: int) -> None:
        self.contender = contender
        self.port = _free_port()
        module, *arguments = SERVERS[contender.server]
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *(word.format(port=self.port) for word in arguments)],
            cwd=ROOT,
            env={
                **clean_environ(),
                "BENCH_FRAMEWORK": contender.framework,
                "BENCH_VARIANT": variant,
            },
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
            start_new_session=True,
        )

    def wait(self, seconds: float = 20) -> None:
        """Return when the server listens; raises TimeoutError when it does not."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            time.sleep(0.05)
        raise TimeoutError(f"{self.contender} does not listen on port {self.port}")

    def cpu(self) -> float:
        """Return the CPU seconds that the server's processes have used."""
        fields = (_stat(process)[11:13] for process in self._processes())
        return sum(int(user) + int(system) for user, system in fields) / TICKS

    def memory(self) -> float:
        """Return MB, shared pages counted in shares."""
        return sum(map(_proportional, self._processes())) / 1024

    def _processes(self) -> list[int]:
        parents = {}
        for path in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                parents[int(path.name)] = int(_stat(int(path.name))[1])
        found = [self._process.pid]
        for parent in found:  # grows while it is walked
            found += [child for child, its_parent in parents.items() if its_parent == parent]
        return found

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def _stat(process: int) -> list[str]:
    """Return the fields of /proc/PID/stat after the name, the state being the first."""
    return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def _proportional(process: int) -> int:
    for line in pathlib.Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
