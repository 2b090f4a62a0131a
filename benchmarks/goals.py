"""What Erlen has set itself, as ratios of minimums of one run on CPython 3.11."""

from __future__ import annotations

import dataclasses

from .results import Results


@dataclasses.dataclass(frozen=True)
class Goal:
    """Flask takes at least *flask* times as long; Erlen at most *falcon* times as Falcon."""

    workload: str
    flask: float
    falcon: float | None


GOALS = (
    Goal("hello", 17, 0.7),
    Goal("hello_key", 27, 0.7),
    Goal("json", 10, 0.7),
    Goal("json_large", 1.5, 1.05),
    Goal("params", 12, 1.0),
    Goal("routes_1000", 11, 0.7),
    Goal("form", 10, 1.1),
    Goal("json_body", 9, 0.85),
    Goal("multipart", 10, 0.7),
    Goal("session_write", 12, 0.35),
    Goal("session_read", 12, 0.5),
    Goal("session_untouched", 40, 0.75),
    Goal("hooks", 9, 1.1),
    Goal("template", 1.7, 0.97),
    Goal("not_found", 22, 0.25),
    Goal("not_allowed", 20, 0.25),
    Goal("error", 11, 0.85),
    Goal("redirect", 18, 0.5),
    Goal("url_for", 7.5, None),
    Goal("static", 6, 0.9),
    Goal("static_304", 10, 0.8),
    Goal("headers", 10, 0.8),
    Goal("proxies", 9, 1.0),
    Goal("stream", 3, 1.0),
)
#: One of 10,000 routes against one of 10, both Erlen's.
MANY_ROUTES = 1.15
#: The same program under ``as_flask`` costs nothing: what is left is the noise of a run.
AS_FLASK = 1.05


@dataclasses.dataclass(frozen=True)
class Verdict:
    """Whether one goal is met; *measured* is None where the run has no such figure."""

    workload: str
    what: str
    measured: float | None
    sign: str
    goal: float

    @property
    def met(self) -> bool | None:
        if self.measured is None:
            return None
        return self.measured >= self.goal if self.sign == "≥" else self.measured <= self.goal


def judge(results: Results) -> list[Verdict]:
    """Return a verdict for every goal."""
    verdicts = []
    for goal in GOALS:
        measured = results.ratio(goal.workload, "flask", "erlen")
        verdicts.append(Verdict(goal.workload, "Flask ÷ Erlen", measured, "≥", goal.flask))
        if goal.falcon is not None:
            measured = results.ratio(goal.workload, "erlen", "falcon")
            verdicts.append(Verdict(goal.workload, "Erlen ÷ Falcon", measured, "≤", goal.falcon))
    many, few = (results.minimum(f"routes_{count}", "erlen") for count in (10_000, 10))
    growth = many / few if many and few else None
    verdicts.append(Verdict("routes_10000", "10,000 ÷ 10 routes", growth, "≤", MANY_ROUTES))
    measured = results.ratio("hello", "as_flask", "erlen")
    verdicts.append(Verdict("hello", "as_flask ÷ Erlen", measured, "≤", AS_FLASK))
    return verdicts
