"""The applications, and the page of the documentation that shows what became of them."""

from __future__ import annotations

import collections.abc as cabc
import dataclasses

from tests.applications.environment import REQUIREMENTS
from tests.extensions.environment import FLASK, ROOT, versions
from tests.extensions.run import Outcome
from tests.extensions.suites import Extension

PAGE = ROOT / "docs" / "applications.md"


@dataclasses.dataclass(frozen=True)
class Application:
    """A distribution, its requests and tests, and how it is started."""

    carried: Extension
    started: str

    @property
    def name(self) -> str:
        return self.carried.name


APPLICATIONS = (
    Application(
        Extension("httpbin", "httpbin", "tests", hides=("httpbin",)),
        "its WSGI application, every endpoint of it",
    ),
    Application(
        Extension("moto", "moto"),
        "`moto_server`: S3, SQS, DynamoDB, SNS, IAM, STS, EC2, KMS",
    ),
    Application(
        Extension("locust", "locust"),
        "`locust`, on gevent: its web interface, a test that starts and stops",
    ),
    Application(
        Extension("dash", "dash_pages"),
        "an application written for it: pages, scripts, callbacks",
    ),
    Application(
        Extension("flask-appbuilder", "appbuilder"),
        "an application written for it: log-in, views of models, REST API, security",
    ),
)

HEAD = """\
# Applications

Whole applications that were written for Flask start and answer on Erlen unchanged, under
[`erlen.as_flask`](moving-from-flask.md). This table is written by

    $ make applications

which installs them from PyPI beside {flask}, and beside Erlen, and sends the same requests to
both. A command is started as its users start it, on Erlen with `python -m erlen.as_flask` before
its name. Status, headers and bodies must be the same, apart from times and what is drawn at random.

| application | version | what is driven | requests, same answer | own tests, on Flask | on Erlen |
|---|---|---|---|---|---|
"""

FOOT = """
"–": it has none in its sdist, or they are not run here. As for the
[extensions](extensions.md), the `Cache-Control` header that Erlen adds beside a session cookie and
redirects of the routing without scheme and host are not counted.
"""


def write(outcomes: cabc.Iterable[Outcome]) -> None:
    version_of = versions(REQUIREMENTS)
    lines = [
        _line(application, outcome, version_of[application.name])
        for application, outcome in zip(APPLICATIONS, outcomes, strict=True)
    ]
    PAGE.write_text(HEAD.format(flask=FLASK.replace("flask==", "Flask ")) + "".join(lines) + FOOT)


def _line(application: Application, outcome: Outcome, version: str) -> str:
    same = str(outcome.comparison.requests)
    if outcome.comparison.differences:
        same += f", {len(outcome.comparison.differences)} differences"
    result = outcome.result
    asked, passed = (len(result.asked), result.passed) if result else ("–", "–")
    cells = [application.name, version, application.started, same, str(asked), str(passed)]
    return f"| {' | '.join(cells)} |\n"
