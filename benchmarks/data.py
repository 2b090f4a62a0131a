"""What every program under test serves: the same words, rows, files and routes."""

from __future__ import annotations

import pathlib
import typing as t

HERE = pathlib.Path(__file__).parent
STATIC = HERE / "static"
TEMPLATES = HERE / "templates"

SECRET_KEY = "a key of some length, as people have them"
HELLO = "Hello, World!"
CHUNKS = 100
#: Reads of each of the four proxies.
READS = 20
LINKS = 20

ROWS: list[dict[str, t.Any]] = [
    {"id": number, "title": f"Row <{number}>", "price": number * 1.25, "stock": number % 3}
    for number in range(20)
]


def small() -> dict[str, t.Any]:
    return {"message": HELLO, "number": 7, "ok": True, "tags": ["red", "green"]}


#: About 10 KB as JSON.
LARGE: dict[str, t.Any] = {
    "page": 1,
    "rows": [
        {
            "id": number,
            "name": f"Person number {number}",
            "mail": f"person-{number}@example.org",
            "active": number % 3 == 0,
            "score": number * 0.5,
            "tags": ["alpha", "beta", "gamma"],
        }
        for number in range(80)
    ],
}

#: Five kinds of route, repeated in as many areas as it takes: two static, one typed, one with a
#: word, one whose segment mixes text and number.
KINDS = (
    "/area{area}/list",
    "/area{area}/new/form",
    "/area{area}/{number}",
    "/area{area}/named/{word}",
    "/area{area}/report-{number}.html",
)


def patterns(count: int, number: str, word: str) -> list[str]:
    """Return *count* routes, written in the way of a framework."""
    return [
        kind.format(area=area, number=number, word=word)
        for area in range(count // len(KINDS))
        for kind in KINDS
    ]


def kind_of(pattern: str) -> str:
    """Tell which of three views serves the route: ``static``, ``number`` or ``word``."""
    if pattern.endswith(("/list", "/new/form")):
        return "static"
    return "word" if "/named/" in pattern else "number"
