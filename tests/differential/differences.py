"""The differences that are wanted, each with its row of the specification and its reason.

A difference tells what Erlen answers where Flask answers so: `adapt` gets the request and
Flask's answer, or what the differences before it have made of that, and returns what Erlen's
answer has to be. What Erlen answered is there as well, for what cannot be foretold: the text of
an error page, say.
"""

from __future__ import annotations

import dataclasses
import typing as t

from tests.differential.wire import Answer, Request

Adapt = t.Callable[[Request, Answer, Answer], Answer]


@dataclasses.dataclass(frozen=True)
class Difference:
    row: str
    reason: str
    adapt: Adapt


DIFFERENCES: list[Difference] = []


def expected(request: Request, flask: Answer, erlen: Answer) -> tuple[Answer, tuple[str, ...]]:
    """Return what Erlen has to answer, and the rows that make it differ from Flask's answer."""
    wanted, rows = flask.but(leaked=False), []
    for difference in DIFFERENCES:
        adapted = difference.adapt(request, wanted, erlen)
        if adapted != wanted:
            wanted = adapted
            rows.append(difference.row)
    return wanted, tuple(rows)
