"""Rules that are said to be hidden are: no random URL of theirs ever reaches them."""

from __future__ import annotations

import random
import string
import typing as t
import uuid

import pytest
from werkzeug.exceptions import HTTPException

from erlen import Erlen
from erlen.check import check_app

PARTS = (
    *("a", "b", "en"),
    *("<x>", "<string(length=2):x>", "<string(minlength=3):x>", "<string(maxlength=4):x>"),
    *("<int:x>", "<int(max=20):x>", "<int(min=10):x>", "<int(fixed_digits=3):x>"),
    *("<float:x>", "<uuid:x>", "<any(a, b, c):x>", "<any(en, de):x>", "<path:x>"),
    *("p-<x>", "<int:x>.html"),
)
LETTERS = string.ascii_letters + string.digits + ".-_,"


def random_rule(rng: random.Random) -> str:
    parts = rng.choices(PARTS, k=rng.choice((1, 1, 2, 2, 3)))
    numbered = (
        part.replace(":x>", f":x{n}>").replace("<x>", f"<x{n}>") for n, part in enumerate(parts)
    )
    return "/" + "/".join(numbered)


def random_value(rng: random.Random, converter: t.Any) -> t.Any:
    name = type(converter).__name__
    if name == "AnyConverter":
        return rng.choice(sorted(converter.items))
    if name == "IntegerConverter":
        return rng.randrange(10 ** rng.randrange(1, 7))
    if name == "FloatConverter":
        return rng.random() * 10 ** rng.randrange(5)
    if name == "UUIDConverter":
        return uuid.UUID(int=rng.getrandbits(128))
    text = "".join(rng.choices(LETTERS, k=rng.randrange(1, 7)))
    return f"{text}/{text}" if name == "PathConverter" and rng.random() < 0.5 else text


def reached(app: Erlen, path: str) -> str | None:
    adapter = app.url_map.bind("localhost")
    try:
        return t.cast(str, adapter.match(path)[0])
    except HTTPException:
        return None


def random_paths(rng: random.Random, rule: t.Any) -> t.Iterator[str]:
    for _ in range(60):
        values = {name: random_value(rng, each) for name, each in rule._converters.items()}
        built = rule.build(values, append_unknown=False)
        if built is not None:
            yield built[1]


@pytest.mark.parametrize("seed", range(4))
def test_hidden_is_hidden(seed: int) -> None:
    rng = random.Random(seed)
    said = 0
    for _ in range(100):
        app = Erlen("shop", static_folder=None, root_path=".", instance_path="/nowhere")
        for number in range(6):
            app.add_url_rule(random_rule(rng), str(number), lambda **values: "")
        rules = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
        for finding in check_app(app, tags=["routes"]):
            endpoint = finding.reason.partition("reaches '")[2][:1]
            endpoint = endpoint or finding.reason.partition("answers, and '")[2][:1]
            said += 1
            for path in random_paths(rng, rules[endpoint]):
                assert reached(app, path) != endpoint, (finding.reason, path)
    assert said > 8
