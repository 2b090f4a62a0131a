"""One request with a token of its own, step by step, and what has to come back."""

from __future__ import annotations

import collections
import collections.abc as cabc
import itertools
import random
import typing as t

from erlen._core.contexts import current
from tests.wsgi import Answer, Call, make_environ

from .application import ELSEWHERE, ENDED, SWITCH, Config, make_outer

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


class Browser(t.NamedTuple):
    """What a browser keeps from one request to its next, and what its session has to hold."""

    cookie: str | None = None
    token: str | None = None


class Client:
    """Makes requests of an application that is shared, and remembers what was mixed up."""

    def __init__(
        self, switch: Function, elsewhere: cabc.Callable[[Function], object], config: Config
    ) -> None:
        self.mixed_up: list[str] = []
        self.app = make_outer(self.mixed_up, config)
        self.done = 0
        self._extra: dict[str, t.Any] = {SWITCH: switch, ELSEWHERE: elsewhere}
        #: Those that make no request now.
        self._browsers: collections.deque[Browser] = collections.deque(maxlen=64)

    def _choose_browser(self, random: random.Random) -> Browser:
        """Return one that was here before, in three of four cases, or else a new one."""
        try:
            return self._browsers.popleft() if random.random() < 0.75 else Browser()
        except IndexError:
            return Browser()

    def steps(
        self, random: random.Random, paths: cabc.Sequence[str] | None = None
    ) -> cabc.Iterator[None]:
        """Make one request; between the steps of its body others may go on."""
        [path] = [random.choice(paths)] if paths else random.choices(*_choices())
        token = f"{random.getrandbits(48):x}-{next(_numbers)}"
        browser = self._choose_browser(random)
        environ = self._environ_of(browser, path, token)
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
        answer = Answer(status, headers, b"".join(chunks))
        left = Browser(_cookie_in(answer) or browser.cookie, token)
        self._compare(left, whole, answer, environ)
        self._browsers.append(left)

    def _environ_of(self, browser: Browser, path: str, token: str) -> dict[str, t.Any]:
        query = f"token={token}&before={browser.token}" if browser.token else f"token={token}"
        return make_environ(path, QUERY_STRING=query, HTTP_COOKIE=browser.cookie, **self._extra)

    def _kept_for(self, browser: Browser) -> t.Any:
        """Return what the next request of *browser* will find in its session."""
        request = self.app.request_class(make_environ(HTTP_COOKIE=browser.cookie))
        session = self.app.session_interface.open_session(self.app, request)
        return session and session.get("token")

    def _compare(self, browser: Browser, whole: str, answer: Answer, environ: t.Any) -> None:
        self.done += 1
        token = browser.token
        found = {
            "body": answer.body.decode(),
            "after": answer.header("X-Token"),
            "session": self._kept_for(browser),
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


def _cookie_in(answer: Answer) -> str | None:
    return (answer.header("Set-Cookie") or "").partition(";")[0] or None


def _choices() -> tuple[list[str], list[int]]:
    return list(PATHS), list(PATHS.values())
