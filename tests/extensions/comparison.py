"""Two lists of answers to the same requests, compared."""

from __future__ import annotations

import collections.abc as cabc
import dataclasses
import json
import pathlib
import re
import subprocess
import typing as t
from urllib.parse import urlsplit

from tests.extensions.environment import BOTH, HERE, Environment, Pair

APPS = HERE / "apps"

#: How long one application may take for all its requests, in seconds.
TIME_LIMIT = 120

#: Headers that say nothing about the behaviour.
UNSEEN = {"date", "server", "connection"}

#: Replaced everywhere: the time and the signature of a session cookie, not what it holds; times of
#: files; dates.
VOLATILE = [
    (r"(session=[\w.-]+)\.[\w-]{6}\.[\w-]{27}", r"\1.<time>.<signature>"),
    (r'^"\d{10}\.\d+-(\d+)-\d+"$', r"<tag of a file of \1 bytes>"),
    (r"(?i)(^|expires=)\w{3}, \d\d[ -]\w{3}[ -]\d{4} [\d:]{8} GMT", r"\1<date>"),
]

#: What SAFE-10 of Erlen adds beside a session cookie; see docs/differences.md.
SESSION_CACHE_CONTROL = ["Cache-Control", 'no-cache="Set-Cookie"']

Answer: t.TypeAlias = "dict[str, t.Any]"


@dataclasses.dataclass(frozen=True)
class Comparison:
    """How many requests were sent to an application, and each difference as a line of text."""

    requests: int
    differences: list[str]


def compare_on_both(application: pathlib.Path, both: Pair = BOTH) -> Comparison:
    flask, erlen = (drive(application, environment) for environment in both)
    if isinstance(flask, str) or isinstance(erlen, str):
        ends = (("on Flask", flask), ("on Erlen", erlen))
        return Comparison(0, [f"{on}: {end}" for on, end in ends if isinstance(end, str)])
    if flask["flask"] != "flask.app" or erlen["flask"] != "erlen.app":
        return Comparison(0, [f"compared {flask['flask']} with {erlen['flask']}"])
    rules = flask["volatile"]
    differences = [
        f"{step.get('method', 'GET')} {step['path']}: {line}"
        for step, left, right in zip(
            flask["requests"], flask["answers"], erlen["answers"], strict=True
        )
        for line in compare(left, right, rules)
    ]
    return Comparison(len(flask["answers"]), differences)


def drive(application: pathlib.Path, environment: Environment) -> Answer | str:
    """Return the report of `drive.py`, or the end of what it printed when it failed."""
    target = environment.folder / f"{application.stem}.json"
    log = target.with_suffix(".log")
    with log.open("w") as output:
        done = subprocess.run(
            [environment.python, HERE / "drive.py", application, target],
            env=environment.variables(),
            cwd=environment.folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=TIME_LIMIT,
            check=False,
        )
    if done.returncode:
        return f"the application failed, see {log}: {_last_line(log)}"
    return t.cast(Answer, json.loads(target.read_text()))


def compare(
    flask: Answer, erlen: Answer, rules: cabc.Iterable[cabc.Sequence[str]] = ()
) -> list[str]:
    """Return a line for each of status, headers and body that is not the same."""
    rules = [*VOLATILE, *rules]
    lines = []
    if origin := _left_out(flask, erlen):
        flask, erlen = _without_origin(flask, origin), _without_origin(erlen, origin)
    if flask["status"] != erlen["status"]:
        lines.append(f"status {flask['status']} | {erlen['status']}")
    left, right = _headers(flask["headers"], rules), _headers(erlen["headers"], rules)
    if SESSION_CACHE_CONTROL in right and _adds_cache_control(left, right):
        right.remove(SESSION_CACHE_CONTROL)
    if left != right:
        lines.append(f"headers {_without(left, right)} | {_without(right, left)}")
    ours, theirs = _calm(flask["body"], rules), _calm(erlen["body"], rules)
    if ours != theirs:
        lines.append("body " + _first_difference(ours, theirs))
    return lines


def _adds_cache_control(flask: list[list[str]], erlen: list[list[str]]) -> bool:
    names = [name for name, _ in flask]
    return "Cache-Control" not in names and "Set-Cookie" in names


def _left_out(flask: Answer, erlen: Answer) -> str:
    """Return the scheme and host of the routing's redirect, where Erlen's is the same without."""
    target, relative = (dict(answer["headers"]).get("Location", "") for answer in (flask, erlen))
    parts = urlsplit(target)
    origin = f"{parts.scheme}://{parts.netloc}"
    is_routing = flask["status"].startswith("308") and relative.startswith("/")
    return origin if is_routing and target == origin + relative else ""


def _without_origin(answer: Answer, origin: str) -> Answer:
    """Return a redirect without *origin*, nor the length, which depends on it."""
    headers = [
        [name, value.removeprefix(origin) if name == "Location" else value]
        for name, value in answer["headers"]
        if name != "Content-Length"
    ]
    return {**answer, "headers": headers, "body": answer["body"].replace(origin, "")}


def _headers(headers: list[list[str]], rules: cabc.Iterable[cabc.Sequence[str]]) -> list[list[str]]:
    seen = [pair for pair in headers if pair[0].lower() not in UNSEEN]
    return sorted([name, _calm(value, rules)] for name, value in seen)


def _calm(text: str, rules: cabc.Iterable[cabc.Sequence[str]]) -> str:
    for pattern, replacement in rules:
        text = re.sub(pattern, replacement, text)
    return text


def _without(these: list[list[str]], those: list[list[str]]) -> list[str]:
    return [f"{name}: {value}" for name, value in these if [name, value] not in those]


def _first_difference(left: str, right: str) -> str:
    pairs = enumerate(zip(left, right, strict=False))
    place = next((i for i, (a, b) in pairs if a != b), min(len(left), len(right)))
    start = max(0, place - 60)
    return f"from {place}: {left[start : place + 100]!r} | {right[start : place + 100]!r}"


def _last_line(log: pathlib.Path) -> str:
    return (log.read_text().strip().splitlines() or ["nothing was printed"])[-1]
