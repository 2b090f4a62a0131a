"""One request with a token of its own, step by step, and what has to come back."""

from __future__ import annotations

import collections.abc as cabc
import itertools
import random
import typing as t

from erlen._core.contexts import current
from tests.wsgi import Answer, Call, make_environ

from .application import ELSEWHERE, ENDED, SWITCH, make_outer

#: How often each is asked for; async views and threads cost a hundred times as much as the rest.
PATHS: dict[str, int] = {
    "/everything": 40,
    "/stream": 30,
    "/nested": 15,
    "/failing": 11,
    "/copied": 2,
    "/async": 2,
}
_numbers = itertools.count()

Function = cabc.Callable[[], object]


class Client:
    """Makes requests of an application that is shared, and remembers what was mixed up."""

    def __init__(self, switch: Function, elsewhere: cabc.Callable[[Function], object]) -> None:
        self.mixed_up: list[str] = []
        self.app = make_outer(self.mixed_up)
        self.done = 0
        self._extra: dict[str, t.Any] = {SWITCH: switch, ELSEWHERE: elsewhere}
        self._serializer: t.Any = self.app.session_interface.get_signing_serializer(  # type: ignore[attr-defined]
            self.app
        )

    def steps(
        self, random: random.Random, paths: cabc.Sequence[str] | None = None
    ) -> cabc.Iterator[None]:
        """Make one request; between the steps of its body others may go on."""
        [path] = [random.choice(paths)] if paths else random.choices(*_choices())
        token = f"{random.getrandbits(48):x}-{next(_numbers)}"
        environ = make_environ(path, QUERY_STRING=f"token={token}", **self._extra)
        try:
            call = Call(self.app, environ)
            chunks = []
            leaves_at = 1 if path == "/stream" and random.random() < 0.1 else None
            for chunk in call.body:
                chunks.append(chunk)
                yield
                if len(chunks) == leaves_at:
                    break
            call.close()
        except Exception as exc:
            self.mixed_up.append(f"{path} {token}: {exc!r}")
            return
        [(status, headers)] = call.starts
        whole = token * (3 if path == "/stream" and leaves_at is None else 1)
        self._compare(token, whole, Answer(status, headers, b"".join(chunks)), environ)

    def _compare(self, token: str, whole: str, answer: Answer, environ: t.Any) -> None:
        self.done += 1
        cookie = (answer.header("Set-Cookie") or "").partition(";")[0].partition("=")[2]
        found = {
            "body": answer.body.decode(),
            "after": answer.header("X-Token"),
            "session": self._serializer.loads(cookie)["token"],
            "end": environ[ENDED],
        }
        expected = {"body": whole, "after": token, "session": token, "end": token}
        if found != expected:
            self.mixed_up.append(f"{token} got {found}")
        if current.get() is not None:
            self.mixed_up.append(f"{token} left its context")

    def make(self, random: random.Random, paths: cabc.Sequence[str] | None = None) -> None:
        for _ in self.steps(random, paths):
            pass


def _choices() -> tuple[list[str], list[int]]:
    return list(PATHS), list(PATHS.values())
