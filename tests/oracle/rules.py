"""Draws sets of rules, and requests near to what they match, for Erlen's and Werkzeug's map."""

from __future__ import annotations

import typing as t

import werkzeug.routing
from hypothesis import strategies as st
from werkzeug.routing import BaseConverter, ValidationError

if t.TYPE_CHECKING:
    from werkzeug.routing import Map, Rule

Draw = st.DrawFn
T = t.TypeVar("T")


class Slug(BaseConverter):
    regex = "[a-z]+(?:-[a-z]+)*"


class Even(BaseConverter):
    regex = r"\d+"

    def to_python(self, value: str) -> int:
        if int(value) % 2:
            raise ValidationError
        return int(value)


class Anything(BaseConverter):
    regex = ".*?"
    part_isolating = False


class Pair(BaseConverter):
    regex = "[a-c]/[a-c]|x"


class Maybe(BaseConverter):
    regex = "[ab]?"
    weight = 10


class Listed(BaseConverter):
    regex = "[^/,]+(?:,[^/,]+)*"
    weight = 60

    def to_python(self, value: str) -> list[str]:
        return value.split(",")

    def to_url(self, value: t.Any) -> str:
        return ",".join(super(Listed, self).to_url(item) for item in value)


class Lookahead(BaseConverter):
    regex = "(?=a)[a-z0-9]+"


CONVERTERS: dict[str, type[BaseConverter]] = {
    "slug": Slug,
    "even": Even,
    "anything": Anything,
    "pair": Pair,
    "maybe": Maybe,
    "listed": Listed,
    "lookahead": Lookahead,
}

#: A converter in a rule, texts that it takes or nearly takes, and a value for the way back.
VARIABLES: list[tuple[str, list[str], t.Any]] = [
    ("", ["a", "ab", "7", "é", "a b", "item-7"], "a b"),
    ("string:", ["a", "x-1"], "é/x"),
    ("string(length=2):", ["ab", "abc", "77"], "ab"),
    ("string(minlength=2, maxlength=3):", ["ab", "abcd", "a"], "abc"),
    ("int:", ["0", "7", "007", "-7", "12x"], 7),
    ("int(signed=True):", ["-7", "7", "--7"], -7),
    ("int(fixed_digits=2):", ["07", "7", "123"], 7),
    ("int(min=2, max=20):", ["1", "7", "21"], 7),
    ("float:", ["1.5", "1", "1.", "-1.5"], 1.5),
    ("float(signed=True):", ["-1.5", "1.5"], -1.5),
    ("any(a, ab, b):", ["a", "ab", "b", "abb"], "ab"),
    ('any("a.b", "x y"):', ["a.b", "x y", "axb"], "x y"),
    ("uuid:", ["a9c1d4d6-7ed6-4c09-b7a9-0d3d7b0f5d34", "a9c1d4d6"], "a9c1d4d6"),
    ("path:", ["a", "a/b", "a/7/b", "a//b", "/a", "a\nb", "\na", "a/"], "a/b c"),
    ("path:", ["x", "x/y/z", "b/"], "/x"),
    ("slug:", ["a-b", "ab", "a-"], "a-b"),
    ("even:", ["8", "7"], 8),
    ("anything:", ["", "a/b", "a", "/"], "a/b"),
    ("pair:", ["a/b", "x", "a"], "a/b"),
    ("maybe:", ["", "a", "ab"], "a"),
    ("listed:", ["a,b", "a", "a,"], ["a", "b c"]),
    ("lookahead:", ["a7", "7a"], "a7"),
]
WORDS = ["a", "b", "ab", "x", "7", "item-7", "é", "a.b", "a b", "x|y"]
JOINTS = ["-", ".", "item-", "item-7-", "x", "7", ".html"]
METHODS = ["GET", "POST", "PUT", "HEAD", "OPTIONS"]
DOMAINS = [
    "",
    "",
    "",
    "",
    "sub",
    "<tenant>",
    "<tenant>.sub",
    "<any(a, sub):tenant>",
    "s-<int:tenant>",
]
HOSTS = ["example.org", "<host>", "www.<host>", "<int:host>.org", ""]


class Drawn(t.NamedTuple):
    """A rule, its options, a path that it is likely to match, values for its variables."""

    rule: str
    options: dict[str, t.Any]
    sample: str
    values: dict[str, t.Any]


class Table(t.NamedTuple):
    rules: list[Drawn]
    options: dict[str, t.Any]


def rarely(draw: Draw, one_in: int = 5) -> bool:
    return draw(st.integers(1, one_in)) == one_in


def pick(draw: Draw, items: t.Sequence[T]) -> T:
    return items[draw(st.integers(0, len(items) - 1))]


def draw_segment(draw: Draw, names: list[str], values: dict[str, t.Any]) -> tuple[str, str]:
    """Return a segment of a rule and one of a path."""
    shape = draw(st.integers(0, 9))
    if shape < 4:
        word = pick(draw, WORDS)
        return word, word
    parts: list[tuple[str, str]] = []
    for _ in range(1 if shape < 9 else draw(st.integers(1, 3))):
        if shape > 6:
            joint = pick(draw, JOINTS)
            parts.append((joint, joint))
        converter, samples, value = pick(draw, VARIABLES)
        name = f"v{len(names)}"
        names.append(name)
        values[name] = value
        parts.append(
            (f"<{converter}{name}>", samples[0] if not rarely(draw, 3) else pick(draw, samples))
        )
    if shape > 7:
        joint = pick(draw, JOINTS)
        parts.append((joint, joint))
    return "".join(rule for rule, _ in parts), "".join(sample for _, sample in parts)


@st.composite
def rules(draw: Draw, hosts: bool) -> Drawn:
    names: list[str] = []
    values: dict[str, t.Any] = {}
    segments = [draw_segment(draw, names, values) for _ in range(draw(st.integers(0, 4)))]
    rule, sample = ("/" + "/".join(segment[i] for segment in segments) for i in (0, 1))
    if segments and rarely(draw, 3):
        rule, sample = f"{rule}/", f"{sample}/"
    if rarely(draw, 12):
        rule = rule.replace("/", "//", 1) if rarely(draw, 2) else rule.replace("/", "//")
    return Drawn(rule, draw_options(draw, names, values, hosts), sample, values)


def draw_options(
    draw: Draw, names: list[str], values: dict[str, t.Any], hosts: bool
) -> dict[str, t.Any]:
    options: dict[str, t.Any] = {"endpoint": f"e{draw(st.integers(0, 3))}"}
    if not rarely(draw, 3):
        options["methods"] = [pick(draw, METHODS) for _ in range(draw(st.integers(1, 2)))]
    for name, one_in in (("strict_slashes", 4), ("merge_slashes", 6)):
        if rarely(draw, one_in):
            options[name] = draw(st.booleans())
    if rarely(draw, 10):
        options["defaults"] = {"page": 1}
    elif names and rarely(draw, 10):
        options["defaults"] = {names[0]: values[names[0]]}
    if rarely(draw, 15):
        options["redirect_to"] = pick(draw, ["/new", "new/x", *(f"/to/<{name}>" for name in names)])
    for name, one_in in (("alias", 15), ("build_only", 15), ("websocket", 12)):
        if rarely(draw, one_in):
            options[name] = True
    if options.get("websocket"):
        options.pop("methods", None)
    if hosts:
        options["host"] = pick(draw, HOSTS)
    elif rarely(draw, 6):
        options["subdomain"] = pick(draw, DOMAINS)
    return options


def without_variable(drawn: Drawn) -> Drawn | None:
    """Return the rule that leaves the last segment, a variable, to a default."""
    start, _, variable = drawn.rule.rpartition("/")
    if not variable.startswith("<") or not variable.endswith(">") or variable.count("<") != 1:
        return None
    name = variable[1:-1].rpartition(":")[2]
    options = {**drawn.options, "defaults": {name: drawn.values[name]}}
    options.pop("redirect_to", None)
    sample = "/" + "/".join(drawn.sample.split("/")[1 : start.count("/") + 1])
    return Drawn(f"{start}/", options, f"{sample}/", drawn.values)


@st.composite
def tables(draw: Draw) -> Table:
    hosts = rarely(draw, 8)
    drawn = draw(st.lists(rules(hosts), min_size=1, max_size=7))
    for rule in drawn.copy():
        shorter = without_variable(rule) if rarely(draw, 4) else None
        if shorter is not None:
            drawn.insert(draw(st.integers(0, len(drawn))), shorter)
    options = {"host_matching": hosts, "redirect_defaults": not rarely(draw, 6)}
    options |= {"strict_slashes": not rarely(draw, 5), "merge_slashes": not rarely(draw, 5)}
    options["sort_parameters"] = rarely(draw, 5)
    return Table(drawn, options)


class Request(t.NamedTuple):
    path: str
    method: str
    websocket: bool


@st.composite
def requests(draw: Draw, table: Table) -> Request:
    """Draw what one of the rules is likely to match, or what becomes of it by a few changes."""
    rule = pick(draw, table.rules)
    path = rule.sample
    for _ in range(pick(draw, [0, 0, 0, 0, 1, 2])):
        path = change(draw, path, table)
    methods = rule.options.get("methods", ["GET"])
    method = pick(draw, ["GET", "POST", "--"]) if rarely(draw, 4) else methods[0]
    websocket = rule.options.get("websocket", False) != rarely(draw, 12)
    return Request(f"/{path.lstrip('/')}", method, websocket)


def change(draw: Draw, path: str, table: Table) -> str:
    at = draw(st.integers(0, len(path)))
    match draw(st.integers(0, 7)):
        case 0:
            return path.removesuffix("/") if path.endswith("/") else f"{path}/"
        case 1:
            return path[:at] + "/" + path[at:]
        case 2:
            return path.replace("/", "//")
        case 3:
            return path[:at] + path[at + 1 :]
        case 4:
            return path[:at] + pick(draw, ["a", "7", "-", ".", "é", "\n", " "]) + path[at:]
        case 5:
            return path + pick(draw, table.rules).sample
        case 6:
            return path.replace("//", "/")
        case _:
            segments = path.split("/")
            segments[at % len(segments)] = pick(draw, [*WORDS, "", "8"])
            return "/".join(segments)


def make(
    map_class: type[Map], rule_class: type[Rule], table: Table
) -> tuple[Map, list[werkzeug.routing.Rule]]:
    bound = [rule_class(drawn.rule, **drawn.options) for drawn in table.rules]
    return map_class(bound, converters=CONVERTERS, **table.options), bound
