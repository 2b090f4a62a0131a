"""Draws batches of requests, most of them near to what some route takes."""

from __future__ import annotations

import typing as t

from hypothesis import strategies as st

from tests.differential import application, values
from tests.differential.wire import Request

T = t.TypeVar("T")
Headers = list[tuple[str, str]]

#: Requests a batch at most, which share a jar of cookies.
BATCH = 24
#: Bytes a request; what needs more gets the simplest of the rest.
CHOICES = 121

_VARIANTS = ["bare", "bare", "hooked", "hooked", *application.VARIANTS]
_HEADERS = list(values.HEADERS)
_FIELDS = list(values.FIELDS)
_CONDITIONS = [
    "If-None-Match",
    "If-Modified-Since",
    "Range",
    "If-Range",
    "If-Match",
    "If-Unmodified-Since",
]
_READ_HEADERS = {
    "/read/accept": ["Accept", "Accept-Language", "Accept-Charset", "Accept-Encoding"],
    "/read/conditions": [*_CONDITIONS, "Date", "Cache-Control", "Max-Forwards", "Pragma"],
    "/read/authorization": ["Authorization"],
    "/read/cookies": ["Cookie"],
    "/read/headers": ["X-User", "X-Number", "User-Agent", "Referer", "X-Long"],
    "/read/url": ["Host", "X-Forwarded-For", "X-Forwarded-Proto", "Remote_User"],
}


class Draw:
    """Makes choices of bytes that hypothesis drew; zeros are the simplest choices.

    Drawn one by one through strategies, choices would cost more than the two answers, and
    hypothesis would try variations of each batch, with most requests seen before.
    """

    def __init__(self, entropy: bytes) -> None:
        self._entropy = memoryview(entropy)

    def between(self, least: int, most: int) -> int:
        number = int.from_bytes(self._entropy[:2], "big")
        self._entropy = self._entropy[2:]
        return least + number % (most - least + 1)


def pick(draw: Draw, items: t.Sequence[T]) -> T:
    return items[draw.between(0, len(items) - 1)]


def rarely(draw: Draw, one_in: int) -> bool:
    return draw.between(0, one_in - 1) == one_in - 1


def draw_query(draw: Draw, path: str) -> str:
    wants = path.startswith(("/url/", "/redirect", "/session/set", "/flash", "/cookies", "/sent"))
    if not wants and not rarely(draw, 3):
        return ""
    if rarely(draw, 6):
        return pick(draw, values.QUERIES)
    fields = []
    for _ in range(draw.between(1, 3)):
        name = pick(draw, _FIELDS)
        value = pick(draw, values.FIELDS[name])
        if not rarely(draw, 6):
            value = value.replace("%", "%25").replace("&", "%26").replace("#", "%23")
        fields.append(f"{name}={value.replace(' ', '+')}")
    return "&".join(fields)


def draw_headers(draw: Draw, path: str) -> Headers:
    names: list[str] = []
    wanted = _READ_HEADERS.get(path)
    if wanted is None and path in values.FILES:
        wanted = _CONDITIONS
    if wanted is not None:
        names += [pick(draw, wanted) for _ in range(draw.between(0, 3))]
    if rarely(draw, 4):
        names.append(pick(draw, _HEADERS))
    headers = []
    for name in dict.fromkeys(names):
        value = pick(draw, values.HEADERS[name])
        if rarely(draw, 8):
            value = change(draw, value)
        headers.append((name, value))
    return headers


def draw_body(draw: Draw) -> tuple[str | None, bytes]:
    kind = draw.between(0, 8)
    if kind < 2:
        return pick(draw, values.FORM_TYPES), pick(draw, values.FORM_BODIES)
    if kind < 5:
        parts = [pick(draw, values.PARTS) for _ in range(draw.between(0, 5))]
        body = b"".join(parts) + b"--frontier--\r\n"
        return pick(draw, values.MULTIPART_TYPES[:1] * 6 + values.MULTIPART_TYPES), body[
            : pick(draw, values.MULTIPART_CUTS)
        ]
    if kind < 8:
        return pick(draw, values.JSON_TYPES[:1] * 5 + values.JSON_TYPES), pick(
            draw, values.JSON_BODIES
        )
    return pick(draw, values.OTHER_TYPES), pick(draw, values.OTHER_BODIES)


def change(draw: Draw, text: str) -> str:
    at = draw.between(0, min(len(text), 80))
    match draw.between(0, 5):
        case 0:
            return text[:at] + pick(draw, list("/7a-.%;,=\"' \t\\\xff")) + text[at:]
        case 1:
            return text[:at] + text[at + 1 :]
        case 2:
            return text + text[:40]
        case 3:
            return "".join(char.swapcase() if char.isascii() else char for char in text)
        case 4:
            return text[:at]
        case _:
            return text[:at] + pick(draw, values.WORDS) + text[at:]


def draw_path(draw: Draw) -> tuple[str, bool]:
    """Return a path, and whether a body is to be sent to it."""
    groups = (
        values.PLAIN,
        values.PLAIN,
        values.ANSWERS,
        values.READS,
        values.BODIES,
        values.BODIES,
        values.KEEPS,
        values.KEEPS,
        values.PAGES,
        values.FILES,
        values.URLS,
    )
    group = pick(draw, groups)
    path = pick(draw, group)
    if rarely(draw, 12):
        path = change(draw, path)
    elif rarely(draw, 40):
        path = path.rstrip("/") if path.endswith("/") else f"{path}/"
    return path, group is values.BODIES


def draw_request(draw: Draw) -> Request:
    path, wants_body = draw_path(draw)
    method = "POST" if wants_body else "GET"
    if rarely(draw, 5):
        method = pick(draw, values.METHODS)
    headers = draw_headers(draw, path)
    fields: dict[str, t.Any] = {"path": path, "method": method, "query": draw_query(draw, path)}
    if wants_body or rarely(draw, 15):
        content_type, body = draw_body(draw)
        length = pick(draw, values.LENGTHS)
        if content_type is not None:
            headers.append(("Content-Type", content_type))
        fields["body"] = body
        fields["length"] = None if length is None else length.replace("{}", str(len(body)))
        fields["chunked"] = rarely(draw, 8)
    fields["variant"] = pick(draw, _VARIANTS)
    if fields["variant"] == "named" and not rarely(draw, 4):
        host = pick(draw, ["example.org", "api.example.org", "tenant.example.org"])
        headers = [("Host", host), *(pair for pair in headers if pair[0] != "Host")]
    if rarely(draw, 20):
        fields["mount"] = pick(draw, ["/app", "/app/", "/a b", values.raw("/ü"), "x", "\xff"])
    if rarely(draw, 20):
        fields["scheme"] = pick(draw, ["https", "ws", "wss", ""])
    if rarely(draw, 25):
        fields["takes"] = draw.between(0, 2)
    fields["jar"] = path in values.KEEPS or not rarely(draw, 3)
    if rarely(draw, 25):
        fields["later"] = pick(draw, [1, 61, 3601, 31 * 86400 + 1])
    return Request(headers=tuple(headers), **fields)


@st.composite
def batches(draw: st.DrawFn) -> list[Request]:
    # Each request has bytes of its own, so that one can become simpler and the others stay.
    entropy = draw(st.binary(min_size=BATCH * CHOICES, max_size=BATCH * CHOICES))
    size = 1 + entropy[0] % BATCH
    return [draw_request(Draw(entropy[at * CHOICES :][1:CHOICES])) for at in range(size)]
