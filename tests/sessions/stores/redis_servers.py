"""Redis servers that a test starts, kills and fails over, on ports of their own."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import redis

from tests.processes import free_port


class RedisServer:
    """A ``redis-server`` in a folder; it can be started again on the same port."""

    def __init__(self, folder: Path, *options: str, port: int = 0) -> None:
        self.port = port or free_port()
        self._folder = folder / str(self.port)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> RedisServer:
        program = shutil.which("redis-server") or "redis-server"
        base = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder)]
        with open(self._folder / "log", "ab") as log:
            self._process = subprocess.Popen(
                [program, *self._file(), *base, *self._options], stdout=log, stderr=log
            )
        self.wait()
        return self

    def _file(self) -> list[str]:
        return []

    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port, socket_timeout=5)

    def wait(self) -> None:
        deadline = time.monotonic() + 20
        while True:
            try:
                with self.client() as client:
                    client.ping()
                return
            except redis.RedisError:
                assert time.monotonic() < deadline, (self._folder / "log").read_text()
                time.sleep(0.02)

    def kill(self) -> None:
        """Kill it with signal 9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class Sentinel(RedisServer):
    """Watches a master, and makes a replica the new one when it is gone."""

    def __init__(self, folder: Path, master: int, quorum: int) -> None:
        super().__init__(folder, "--sentinel")
        self._config = self._folder / "sentinel.conf"
        self._config.write_text(
            f"sentinel monitor erlen 127.0.0.1 {master} {quorum}\n"
            "sentinel down-after-milliseconds erlen 500\n"
            "sentinel failover-timeout erlen 3000\n"
        )

    def _file(self) -> list[str]:
        return [str(self._config)]
