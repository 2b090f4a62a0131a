"""Matching takes time that grows with the path and with nothing else."""

from __future__ import annotations

import pytest

from tests.measuring import cpu_of
from tests.safe.site import make_site
from tests.wsgi import ask

RULES = [
    "/<path:a>/x/<path:b>/y/<path:c>/z",
    "/<path:a>/<path:b>/<path:c>/end",
    "/<a>/<path:b>-<path:c>_<path:d>!",
    "/q/<path:a>/<int:b>/<path:c>/<float:d>/<path:e>/k",
    "/<path:a>,<path:b>,<path:c>,x",
    "/<any(a, aa, aaa):a><any(a, aa):b><path:c>b",
]
PATHS = ["/a" * 8000, "/x/y" * 4000, "/1" * 8000, "/a-b_c" * 2600, "/" * 16000, "/x/" * 5300]
PATHS += ["," * 16000, "/q" + "/1/x/1.5" * 2000, "a" * 16000, "/-_" * 5300, "/%2F" * 4000]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path[:10]}...")
def test_16_kb_of_path_take_less_than_50_ms(path: str) -> None:
    app = make_site()
    for number, rule in enumerate(RULES):
        app.add_url_rule(rule, f"view{number}", lambda **values: "found")
    ask(app)
    assert cpu_of(lambda: ask(app, f"/{path}"), 50) < 50


@pytest.mark.parametrize("path", ["/n/1\n", "/n/\u0661", "/n/1\u0000", "/n/\uff11", "/f/1.5\n"])
def test_a_variable_ends_where_the_path_ends_and_digits_are_ascii(path: str) -> None:
    app = make_site()
    app.add_url_rule("/n/<int:n>", "n", lambda n: str(n))
    app.add_url_rule("/f/<float:n>", "f", lambda n: str(n))
    assert ask(app, "/n/1").code == 200
    assert ask(app, path.encode().decode("latin1")).code == 404
