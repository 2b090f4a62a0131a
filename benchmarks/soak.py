"""Serve a million requests of which no two are alike, and look for what stays behind.

    python benchmarks/soak.py --requests 1000000        (make soak)

Paths, hosts, names and values never repeat, so whatever is kept by any of them grows. After a
warm-up there may be no more objects and descriptors than before, no context, and less than 2 MB
more memory. Exits with 1 if there are. `--json` records the samples, `--svg` plots them.
"""

from __future__ import annotations

import argparse
import array
import collections.abc as cabc
import gc
import io
import itertools
import json
import logging
import os
import pathlib
import platform
import statistics
import sys
import tempfile
import time
import typing as t

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import erlen
from benchmarks import lines
from erlen import Erlen, abort, flash, g, redirect, request, session, stream_with_context, url_for
from erlen._core.contexts import current
from erlen.sessions import Session

Pages = list[tuple[str, str, dict[str, t.Any]]]

#: The part of the requests after which everything is in place, and how often is sampled.
WARM_UP, SAMPLES = 0.1, 100
MOST_MB = 2.0
#: Objects and blocks that come and go by chance, and what a thread or a timer may hold.
SLACK = 500
PAGE = "{% for item in items %}{{ item }} {% endfor %}{{ request.path }} {{ g.key }}"
FORM = "application/x-www-form-urlencoded"


def make_app(folder: pathlib.Path, **settings: t.Any) -> Erlen:
    """Return an application that does what applications do with what it is sent."""
    (folder / "static").mkdir(parents=True, exist_ok=True)
    (folder / "static" / "a.txt").write_text("static" * 100)
    app = Erlen("soaked", root_path=str(folder))
    app.config.update(SECRET_KEY="a key of thirty-two characters..", **settings)
    logging.getLogger("soaked").setLevel(logging.CRITICAL + 1)

    @app.route("/text/<key>")
    @app.route("/path/<path:key>", endpoint="path")
    def text(key: str) -> t.Any:
        g.key = key
        return {key: request.args.to_dict(), "url": url_for("text", key=key, q=key)}

    @app.route("/headers/<key>")
    def headers(key: str) -> t.Any:
        shown = [str(request.accept_mimetypes), request.user_agent.string, str(request.range)]
        shown += [str(request.if_none_match), str(request.authorization), request.url]
        response = app.json.response([shown, dict(request.headers), request.cookies])
        response.headers[f"X-{key}"] = key
        response.set_etag(key)
        return response.make_conditional(request.environ)

    @app.post("/form/<key>")
    def form(key: str) -> t.Any:
        return [request.form.to_dict(), [file.filename for file in request.files.values()]]

    @app.post("/json/<key>")
    def read_json(key: str) -> t.Any:
        return request.get_json()

    @app.route("/session/<key>")
    def write_session(key: str) -> t.Any:
        session[key] = key
        flash(key)
        session.permanent = True
        return redirect(url_for("text", key=key))

    @app.route("/session/end/<key>")
    def end_session(key: str) -> str:
        session.clear()
        return key

    @app.route("/template/<key>")
    def template(key: str) -> str:
        g.key = key
        return erlen.render_template_string(PAGE, items=[key] * 3)

    @app.route("/stream/<key>")
    def stream(key: str) -> t.Any:
        return stream_with_context(f"{key} {request.path}" for _ in range(3))

    @app.route("/async/<key>")
    async def asynchronous(key: str) -> str:
        return key

    @app.route("/abort/<key>")
    def aborted(key: str) -> t.Any:
        abort(409, key)

    @app.route("/fail/<key>")
    def failing(key: str) -> t.NoReturn:
        raise type(f"Error{key}", (Exception,), {})(key)

    @app.errorhandler(404)
    def not_found(exc: Exception) -> t.Any:
        return request.path, 404

    return app


def pages(key: str) -> Pages:
    """Return the requests of one round: path, method, and what else the environ has."""
    cookies = f"{key}={key}; session={key}"
    part = f'--b\r\nContent-Disposition: form-data; name="{key}"'
    upload = f'{part}\r\n\r\n{key}\r\n{part}; filename="{key}.txt"\r\n\r\n{key}\r\n--b--\r\n'
    ranged = {"HTTP_RANGE": f"bytes={int(key, 16) % 500}-", "HTTP_IF_NONE_MATCH": f'"{key}"'}
    asked = {"HTTP_ACCEPT": f"{key}/*, text/{key};q=0.5", "HTTP_USER_AGENT": key}
    return [
        (f"/text/{key}", "GET", {"QUERY_STRING": f"{key}={key}&a=%C3%A9{key}"}),
        (f"/path/{key}/{key}", "GET", {"HTTP_HOST": f"{key}.example.org"}),
        (f"/text/{key}", f"M{key.upper()}", {}),
        (f"/{key}", "GET", {"HTTP_HOST": f"{key}.test:5000"}),
        (f"/{key}//{key}/", "POST", {}),
        (f"/text/{key}/", "GET", {}),
        (f"/headers/{key}", "GET", {**asked, **ranged, "HTTP_COOKIE": cookies}),
        (f"/headers/{key}", "GET", {f"HTTP_X_{key.upper()}": key, "HTTP_AUTHORIZATION": key}),
        (f"/form/{key}", "POST", {"CONTENT_TYPE": FORM, "wsgi.input": f"{key}={key}"}),
        (
            f"/form/{key}",
            "POST",
            {"CONTENT_TYPE": f"multipart/form-data; boundary=b; {key}={key}", "wsgi.input": upload},
        ),
        (
            f"/json/{key}",
            "POST",
            {"CONTENT_TYPE": "application/json", "wsgi.input": f'{{"{key}": ["{key}"]}}'},
        ),
        (f"/json/{key}", "POST", {"CONTENT_TYPE": f"text/{key}", "wsgi.input": key}),
        (f"/session/{key}", "GET", {}),
        (f"/session/end/{key}", "GET", {"keeps cookies": True}),
        (f"/template/{key}", "GET", {}),
        (f"/stream/{key}", "GET", {}),
        (f"/abort/{key}", "GET", {"HTTP_X_REQUEST_ID": key}),
        (f"/fail/{key}", "GET", {}),
        ("/static/a.txt", "GET", {**ranged, "QUERY_STRING": key}),
        (f"/static/{key}.txt", "GET", {}),
    ]


class Client:
    """Makes requests of an application and reads the answers to their end."""

    def __init__(self, app: Erlen) -> None:
        self._app = app
        self._cookie = ""
        self.done = 0

    def make(self, path: str, method: str, more: dict[str, t.Any]) -> None:
        body = more.pop("wsgi.input", "").encode()
        environ: dict[str, t.Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "REMOTE_ADDR": f"10.{self.done >> 16 & 255}.{self.done >> 8 & 255}.{self.done & 255}",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **more,
        }
        if environ.pop("keeps cookies", False) and self._cookie:
            environ["HTTP_COOKIE"] = self._cookie
        answer: t.Any = self._app(environ, self._start)
        for _ in answer:
            pass
        if hasattr(answer, "close"):
            answer.close()
        self.done += 1

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: t.Any = None) -> t.Any:
        for name, value in headers:
            if name == "Set-Cookie":
                self._cookie = value.partition(";")[0]


class Sample(t.NamedTuple):
    requests: float
    memory_mb: float
    objects: float
    blocks: float
    descriptors: float
    contexts: float


class Samples:
    """Keeps samples in memory that is taken beforehand, so that they do not show in themselves."""

    def __init__(self, most: int) -> None:
        self._width = len(Sample._fields)
        self._figures = array.array("d", bytes(8 * most * self._width))
        self._count = 0

    def add(self, sample: Sample) -> None:
        start = self._count * self._width
        for place, figure in enumerate(sample):
            self._figures[start + place] = figure
        self._count += 1

    def read(self) -> list[Sample]:
        starts = range(0, self._count * self._width, self._width)
        return [Sample(*self._figures[start : start + self._width]) for start in starts]


def take_sample(requests: int) -> Sample:
    gc.collect()
    pages_of_memory = int(pathlib.Path("/proc/self/statm").read_text().split()[1])
    return Sample(
        requests,
        pages_of_memory * os.sysconf("SC_PAGE_SIZE") / 2**20,
        len(gc.get_objects()),
        sys.getallocatedblocks(),
        len(os.listdir("/proc/self/fd")),
        0 if current.get() is None else 1,
    )


def soak(
    apps: cabc.Sequence[Erlen],
    requests: int,
    report: cabc.Callable[[Sample], None],
    sampled: int = SAMPLES,
) -> list[Sample]:
    """Make so many requests, of one application after the other; return the samples."""
    clients = [Client(app) for app in apps]
    every = max(1, requests // sampled)
    samples = Samples(requests // every)
    done = 0
    for number in itertools.count():
        client = clients[number % len(clients)]
        key = f"{number:08x}"
        for page in pages(key):
            client.make(*page)
            done += 1
            if done % every == 0:
                sample = take_sample(done)
                samples.add(sample)
                report(sample)
            if done == requests:
                return samples.read()
        if number % 50 == 0:  # a loop is started for each of these
            client.make(f"/async/{key}", "GET", {})
    raise AssertionError("The numbers have come to an end.")


def judge(samples: cabc.Sequence[Sample], warm_up: float = WARM_UP) -> dict[str, float]:
    """Return by how much each figure has grown since the warm-up, the part *warm_up* of all."""
    settled = samples[int(len(samples) * warm_up) :]
    part = max(1, len(settled) // 10)
    grown = {}
    for name in ("memory_mb", "objects", "blocks", "descriptors", "contexts"):
        values = [getattr(sample, name) for sample in settled]
        grown[name] = statistics.median(values[-part:]) - statistics.median(values[:part])
    return grown


def faults_of(grown: dict[str, float]) -> list[str]:
    most = {"memory_mb": MOST_MB, "objects": SLACK, "blocks": SLACK}
    return [
        f"{name} grew by {growth:,.1f}"
        for name, growth in grown.items()
        if growth > most.get(name, 0)
    ]


def plot(samples: cabc.Sequence[Sample]) -> str:
    axis = [sample.requests for sample in samples]

    def line(label: str, name: str, span: float) -> lines.Line:
        return lines.Line(label, [getattr(sample, name) for sample in samples], span)

    return lines.chart(
        "make soak: what a process holds, sampled while it serves",
        axis,
        [
            line("memory, MB", "memory_mb", 10),
            line("objects that the garbage collector knows", "objects", 4000),
            line("blocks of memory that Python has given out", "blocks", 10_000),
            line("open descriptors", "descriptors", 10),
        ],
    )


def make_apps(folder: pathlib.Path) -> list[Erlen]:
    """Return one application with sessions in cookies, and one with sessions on the server."""
    stored = make_app(folder, SESSION_TYPE="memory")
    Session(stored)
    return [make_app(folder), stored]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--warm-up", type=float, default=WARM_UP, help="the part that is one")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--svg", type=pathlib.Path)
    arguments = parser.parse_args()
    began = time.monotonic()
    printed = [began]

    def report(sample: Sample) -> None:
        if time.monotonic() - printed[0] > 10:
            printed[0] = time.monotonic()
            print(sample, flush=True)

    with tempfile.TemporaryDirectory() as folder:
        samples = soak(make_apps(pathlib.Path(folder)), arguments.requests, report)
    grown = judge(samples, arguments.warm_up)
    faults = faults_of(grown)
    print(f"{arguments.requests:,} requests in {time.monotonic() - began:,.0f} s")
    print("grown since the warm-up:", ", ".join(f"{key} {grown[key]:+,.1f}" for key in grown))
    print("\n".join(f"FAULT: {fault}" for fault in faults) or "nothing stays behind")
    if arguments.json:
        recorded = {
            "python": platform.python_version(),
            "requests": arguments.requests,
            "grown": grown,
            "samples": samples,
        }
        arguments.json.write_text(json.dumps(recorded) + "\n")
    if arguments.svg:
        arguments.svg.write_text(plot(samples))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
