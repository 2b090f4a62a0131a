"""Compare frameworks on servers: CPU time of the server's processes for a request.

    python benchmarks/server.py [--contenders erlen,flask] [--rounds N] [--seconds S]

Needs `wrk`. Servers run on one core with one worker, wrk runs on another. Requests per second and
latency are printed and mean little on a machine that others share; CPU time a request does.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import typing as t

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from benchmarks import tables
from benchmarks.contenders import CONTENDERS, Served
from benchmarks.exchange import Exchange, Reply, Request, follow
from benchmarks.options import names_in
from benchmarks.results import NOT_AVAILABLE, describe_machine
from benchmarks.workloads import BY_KEY, Workload

WORKLOADS = ("hello", "json", "params", "session_write", "form")
ROUNDS, SECONDS, CONNECTIONS = 5, 1, 16
#: What Erlen on Granian has set itself: CPU a request, at most so many times the bare callable's,
#: and less than any ASGI framework.
LIMITS = {"hello": 1.15, "session_write": 1.2}

Data = dict[str, t.Any]


class Load:
    """A workload, proven on a server and written down for wrk."""

    def __init__(self, served: Served, workload: Workload, folder: str) -> None:
        self._served = served
        requests = [self._prove(exchange) for exchange in workload.exchanges()]
        self._script = pathlib.Path(folder, f"{served.port}-{workload.key}.lua")
        self._script.write_text(lua(requests))

    def _prove(self, exchange: Exchange) -> Request:
        request = exchange.request
        if exchange.first is not None:
            request = follow(self._send(exchange.first), request)
        faults = exchange.expected.faults(self._send(request))
        if faults:
            raise RuntimeError(f"{self._served.contender}: {request.path}: {'; '.join(faults)}")
        return request

    def _send(self, request: Request) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self._served.port, timeout=10)
        connection.request(request.method, target(request), request.body, headers(request))
        response = connection.getresponse()
        reply = Reply(response.status, response.getheaders(), response.read())
        connection.close()
        return reply

    def run(self, seconds: int, core: int) -> Data:
        """Let wrk work for a while; return CPU µs a request, requests a second and latency."""
        before = self._served.cpu()
        done = subprocess.run(
            [
                *("wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency"),
                *("-s", str(self._script), f"http://127.0.0.1:{self._served.port}"),
            ],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )
        spent = self._served.cpu() - before
        total, took = _found(r"(\d+) requests in ([\d.]+)s", done.stdout)
        if "Non-2xx" in done.stdout:
            raise RuntimeError(f"{self._served.contender}: {done.stdout}")
        return {
            "cpu": spent * 1e6 / int(total),
            "rate": int(total) / float(took),
            "latency": latency_within(done.stdout),
        }


def latency_within(report: str) -> str:
    """Return within what time 99 % of the answers came, as wrk writes it."""
    return _found(r"(?m)^ +99% +(\S+)", report)[0]  # other lines may end with 91.99%


def _found(pattern: str, text: str) -> tuple[str, ...]:
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError(f"wrk said nothing like {pattern!r}:\n{text}")
    return found.groups()


def target(request: Request) -> str:
    return f"{request.path}?{request.query}" if request.query else request.path


def headers(request: Request) -> dict[str, str]:
    names = {key: key.removeprefix("HTTP_").replace("_", "-").title() for key in request.headers}
    return {names[key]: value for key, value in request.headers.items()}


def lua(requests: list[Request]) -> str:
    """Return a script for wrk that sends *requests* in turn."""
    made = [
        f"  requests[{place}] = wrk.format({json.dumps(request.method)},"
        f" {json.dumps(target(request))}, {_lua_table(headers(request))},"
        f" {json.dumps(request.body.decode()) if request.body else 'nil'})"
        for place, request in enumerate(requests, 1)
    ]
    turn = "function request() place = place % #requests + 1; return requests[place] end"
    return "\n".join(["local requests, place = {}, 0", "function init()", *made, "end", turn, ""])


def _lua_table(values: dict[str, str]) -> str:
    pairs = ", ".join(f"[{json.dumps(key)}] = {json.dumps(text)}" for key, text in values.items())
    return f"{{ {pairs} }}"


def measure(options: argparse.Namespace) -> Data:
    """Run every workload on every contender in turn, round by round."""
    data: Data = {"about": describe_machine(), "figures": {}}
    chosen = [entry for entry in CONTENDERS if entry.framework in options.contenders]
    for workload in WORKLOADS:
        variant = "secret" if workload.startswith("session") else "plain"
        served = [Served(contender, variant, options.core) for contender in chosen]
        try:
            with tempfile.TemporaryDirectory() as folder:
                data["figures"][workload] = _run(served, BY_KEY[workload], folder, options)
        finally:
            for one in served:
                one.close()
        print(workload, file=sys.stderr, flush=True)
    return data


def _run(
    served: list[Served], workload: Workload, folder: str, options: argparse.Namespace
) -> Data:
    for one in served:
        one.wait()
    loads = {str(one.contender): Load(one, workload, folder) for one in served}
    runs: dict[str, list[Data]] = {name: [] for name in loads}
    for _ in range(options.rounds):
        for name, load in loads.items():
            runs[name].append(load.run(options.seconds, options.wrk_core))
    memory = {str(one.contender): one.memory() for one in served}
    return {
        name: {**min(taken, key=lambda run: run["cpu"]), "memory": memory[name]}
        for name, taken in runs.items()
    }


def server_table(data: Data) -> tables.Table:
    figures = data["figures"]
    rows = []
    for contender in map(str, CONTENDERS):
        cells = [figures[workload].get(contender, {}) for workload in figures]
        if any(cells):
            rows.append([contender, *(tables.figure(cell.get("cpu")) for cell in cells)])
    return ["CPU µs of a request", *(BY_KEY[workload].title for workload in figures)], rows


def rate_table(data: Data) -> tables.Table:
    hello = data["figures"]["hello"]
    rows = [
        [name, f"{run['rate']:,.0f}", run["latency"], tables.figure(run["memory"])]
        for name, run in hello.items()
    ]
    return ["hello", "requests/s", "99 % within", "MB"], rows


def goal_table(data: Data) -> tables.Table:
    figures, words = data["figures"], {True: "met", False: "MISSED"}
    rows = []
    for workload, runs in figures.items():
        bare = runs.get("bare on Granian", {}).get("cpu")
        erlen = runs.get("erlen on Granian", {}).get("cpu")
        if erlen and bare and workload in LIMITS:
            ratio, limit = erlen / bare, LIMITS[workload]
            rows.append(_verdict(workload, "÷ bare WSGI", ratio, limit, words[ratio <= limit]))
        best = min((run["cpu"] for name, run in runs.items() if _is_asgi(name)), default=None)
        if erlen and best:
            ratio = erlen / best
            rows.append(_verdict(workload, "÷ best ASGI", ratio, 1, words[ratio < 1]))
    return ["Erlen on Granian", "ratio", "measured", "goal", ""], rows


def _verdict(workload: str, what: str, ratio: float, limit: float, word: str) -> tables.Row:
    return [BY_KEY[workload].title, what, tables.figure(ratio), f"≤ {limit:g}", word]


def _is_asgi(contender: str) -> bool:
    return contender.endswith((" ASGI", " uvicorn"))


TABLES = {"server": server_table, "rates": rate_table, "server-goals": goal_table}


def main() -> None:
    cores = sorted(os.sched_getaffinity(0))
    names = sorted({contender.framework for contender in CONTENDERS})
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--contenders", type=names_in(names), default=names)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--core", type=int, default=cores[0], help="of the servers")
    parser.add_argument("--wrk-core", type=int, default=cores[-1])
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the results")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        parser.exit(
            NOT_AVAILABLE, "nothing was measured on servers: wrk is missing, apt-get install wrk\n"
        )
    data = measure(options)
    for table in TABLES.values():
        print("\n" + tables.as_text(*table(data)))
    if options.json:
        options.json.write_text(json.dumps(data, indent=1) + "\n")


if __name__ == "__main__":
    main()
