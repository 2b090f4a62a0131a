"""How the differences that are wanted are listed; they are in `wanted_in` and `wanted_out`.

Each has its row of the specification and its reason.

A difference tells what Erlen answers where Flask answers so: `adapt` gets the request and
Flask's answer, or what the differences before it have made of that, and returns what Erlen's
answer has to be. What Erlen answered is there as well, for what cannot be foretold: the text of
an error page, say.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from werkzeug.http import parse_date

from tests.differential.wire import Answer, Request

Adapt = t.Callable[[Request, Answer, Answer], Answer]


@dataclasses.dataclass(frozen=True)
class Difference:
    row: str
    reason: str
    adapt: Adapt
    #: A request for which the two differ by this, the last of a batch.
    example: tuple[Request, ...]
    #: Words of docs/differences.md that tell a reader of it.
    documented: str


DIFFERENCES: list[Difference] = []


def difference(
    row: str, reason: str, *example: Request, documented: str
) -> t.Callable[[Adapt], Adapt]:
    def add(adapt: Adapt) -> Adapt:
        DIFFERENCES.append(Difference(row, reason, adapt, example, documented))
        return adapt

    return add


def expected(request: Request, flask: Answer, erlen: Answer) -> tuple[Answer, tuple[str, ...]]:
    """Return what Erlen has to answer, and the rows that make it differ from Flask's answer."""
    wanted, rows = flask.but(leaked=False, headers=_same_second(flask, erlen)), []
    for each in DIFFERENCES:
        if wanted == erlen:
            break
        adapted = each.adapt(request, wanted, erlen)
        if adapted != wanted:
            wanted = adapted
            rows.append(each.row)
    return wanted, tuple(rows)


_EXPIRES = re.compile("(?<=; Expires=)[^;]+")


def _same_second(flask: Answer, erlen: Answer) -> tuple[tuple[str, str], ...]:
    """Return Flask's headers with Erlen's dates where the clock has only gone on meanwhile.

    The one date that the workers' clock does not give is that of a permanent session's cookie.
    """
    dates = [_EXPIRES.search(value) for name, value in erlen.headers if name == "Set-Cookie"]
    own = [found[0] for found in dates if found]

    def same(found: re.Match[str]) -> str:
        return next((date for date in own if _seconds_apart(date, found[0]) <= 5), found[0])

    return tuple(
        (name, _EXPIRES.sub(same, value) if name == "Set-Cookie" else value)
        for name, value in flask.headers
    )


def _seconds_apart(one: str, other: str) -> float:
    first, second = parse_date(one), parse_date(other)
    if first is None or second is None:
        return float("inf")
    return abs((first - second).total_seconds())


def is_refused(answer: Answer, code: int) -> bool:
    """Tell whether the answer is this one error: a page, what a handler made, or the exception."""
    return answer.status.startswith(f"{code} ") and not answer.error


def is_trapped(request: Request, answer: Answer) -> bool:
    """Tell whether it is an HTTP exception where those are treated as any other."""
    return request.variant == "named" and is_refused(answer, 500)


def is_missing(request: Request, answer: Answer) -> bool:
    raised = "NotFound: 404" in answer.error
    refused = is_refused(answer, 404) or is_trapped(request, answer)
    return raised or refused or hooks_differ(request)


def hooks_differ(request: Request) -> bool:
    """Tell whether hooks were told to do something of their own about the request.

    They find another request or another failure then, and Erlen's answer is theirs.
    """
    told = re.search("(^|&)(after|halt|handler|teardown|book)=", request.query)
    return request.variant == "hooked" and told is not None
