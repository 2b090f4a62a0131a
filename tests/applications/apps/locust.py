"""Locust's web interface, the command `locust`, on gevent: a test is run and stopped."""

from __future__ import annotations

import pathlib

#: In the working directory, that of the environment.
LOCUSTFILE = pathlib.Path("locustfile.py").absolute()
LOCUSTFILE.write_text(
    """\
from locust import User, constant, task


class Visitor(User):
    wait_time = constant(60)

    # Whichever task is drawn, there is an entry for this in the statistics.
    def on_start(self):
        self.read()

    @task(3)
    def read(self):
        self.environment.events.request.fire(
            request_type="GET", name="/read", response_time=12, response_length=5, exception=None
        )

    @task
    def fail(self):
        raise ValueError("no such page")
"""
)

COMMAND = ["locust", "-f", str(LOCUSTFILE), "--web-host", "127.0.0.1", "--web-port", "{port}"]

PAGES = [
    "/",
    "/?theme=dark",
    "/assets/none.js",
    "/stats/requests",
    "/stats/requests/csv",
    "/stats/requests_full_history/csv",
    "/stats/failures/csv",
    "/exceptions",
    "/exceptions/csv",
    "/tasks",
    "/logs",
    "/login",
    "/nothing/here",
]

REQUESTS = [
    *({"path": path, "method": method} for path in PAGES for method in ("GET", "HEAD", "POST")),
    {"path": "/", "remember": {"script": r'src="\.?(/assets/[^"]+)"'}},
    {"path": "$script"},
    {"path": "$script", "headers": {"Range": "bytes=0-99"}},
    {"path": "/stats/report"},
    {"path": "/stats/report?download=1"},
    {"path": "/stats/reset"},
    {"path": "/swarm"},
    {"path": "/swarm", "method": "POST"},
    {"path": "/swarm", "method": "POST", "form": {"user_count": "x", "spawn_rate": "1"}},
    {"path": "/swarm", "method": "POST", "form": {"user_count": "1", "run_time": "nonsense"}},
    {
        "path": "/swarm",
        "method": "POST",
        "form": {"user_count": "1", "spawn_rate": "1", "host": "http://there.example"},
    },
    {"path": "/tasks", "pause": 2},
    {"path": "/swarm", "method": "POST", "form": {"user_count": "2", "spawn_rate": "1"}},
    {"path": "/stop"},
    {"path": "/stats/reset", "pause": 1},
    {"path": "/stats/requests"},
    {"path": "/user", "method": "POST", "json": {"user_class_name": "Visitor", "weight": 2}},
    {
        "path": "/user",
        "method": "POST",
        "data": "{",
        "headers": {"Content-Type": "application/json"},
    },
]

VOLATILE = [
    (r"127\.0\.0\.1:\d+", "127.0.0.1:<port>"),
    (r"/[\w./-]*/locustfile", "<folder>/locustfile"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d([.,]\d+)?(Z|\+\d\d:\d\d)?", "<time>"),
    (r"\d{4}-\d\d-\d\d-\d\dh\d\d", "<time>"),  # in the names of its downloads
    (r"\b\d{10}(\.\d+)?\b", "<time>"),
    (r"\[[^\]\s]+/(INFO|WARNING|ERROR|DEBUG)/", r"[<time>] <host>/\1/"),
]
