"""Programs that tests start for real: a command line, what it prints, what it answers."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import typing as t
from pathlib import Path

import erlen

#: Seconds for anything a healthy program does at once; generous, for machines are busy.
PATIENCE = 30.0

SOURCE = Path(erlen.__file__).parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Answer(t.NamedTuple):
    status: int
    body: str


def get(port: int, path: str = "/") -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return Answer(response.status, response.read().decode())
    finally:
        connection.close()


def clean_environment(**extra: str) -> dict[str, str]:
    """Return the environment without what would tell a command its application."""
    environ = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ERLEN_", "FLASK_", "WERKZEUG_"))
    }
    return {**environ, "PYTHONPATH": str(SOURCE), "PYTHONUNBUFFERED": "1", **extra}


class Program:
    """``python -m erlen ARGS`` in a folder, in a process group of its own."""

    def __init__(
        self,
        cwd: Path,
        *args: str,
        module: str = "erlen",
        python: str = sys.executable,
        **environ: str,
    ) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [python, "-m", module, *args],
            cwd=cwd,
            env=clean_environment(**environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # A test run in the background ignores Ctrl-C, and its children would inherit that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None

        for line in self.process.stdout:
            self.lines.append(line)

    @property
    def output(self) -> str:
        return "".join(self.lines)

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Wait until the output has what ``pattern`` describes."""
        found = self.until(lambda: re.search(pattern, self.output), f"no {pattern!r}")
        return t.cast("re.Match[str]", found)

    def until(self, condition: t.Callable[[], t.Any], complaint: str) -> t.Any:
        deadline = time.monotonic() + PATIENCE

        while time.monotonic() < deadline:
            if found := condition():
                return found

            time.sleep(0.02)

        raise AssertionError(f"{complaint} in {PATIENCE:.0f} s; the output was:\n{self.output}")

    def answers(self, port: int, path: str = "/") -> Answer:
        """Return the first answer of a server that is still starting."""

        def attempt() -> Answer | None:
            try:
                return get(port, path)
            except (OSError, http.client.HTTPException):  # not there yet, or just restarting
                return None

        return t.cast(Answer, self.until(attempt, "no answer"))

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.process.pid, number)

    def interrupt(self) -> None:
        """Do what Ctrl-C in a terminal does."""
        os.killpg(self.process.pid, signal.SIGINT)

    def exit_code(self) -> int:
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code

    def end(self) -> None:
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

        self.process.wait()
        self._reader.join(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()
