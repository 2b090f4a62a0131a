"""Views that return every kind of value, and that end in every kind of exception."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import typing as t
import uuid
from http import HTTPStatus

from markupsafe import Markup
from werkzeug.datastructures import Headers, MultiDict
from werkzeug.exceptions import HTTPException, NotFound, TooManyRequests, Unauthorized
from werkzeug.wrappers import Response as BaseResponse

if t.TYPE_CHECKING:
    # As a type; on Flask it is Flask's, and nothing of Erlen is imported.
    from erlen import Erlen


class Text(str):
    pass


class Color(enum.IntEnum):
    RED = 1


@dataclasses.dataclass
class Point:
    x: int
    y: float


class PaymentRequired(HTTPException):
    code = 402
    description = "pay <first>"


class Codeless(HTTPException):
    pass


class Handled(Exception):
    pass


class HandledMore(Handled):
    pass


def wsgi(environ: dict[str, t.Any], start_response: t.Any) -> list[bytes]:
    start_response("203 Somewhere Else", [("X-Path", environ["PATH_INFO"]), ("x-two", "2")])
    return [b"wsgi ", environ["REQUEST_METHOD"].encode("latin1")]


#: What views return, made anew for each request.
KINDS: dict[str, t.Callable[[t.Any], t.Any]] = {
    "text": lambda flask: "text <grüße>",
    "empty": lambda flask: "",
    "bytes": lambda flask: b"bytes \xff",
    "bytearray": lambda flask: bytearray(b"bytearray"),
    "memoryview": lambda flask: memoryview(b"memoryview"),
    "subclass": lambda flask: Text("subclass"),
    "markup": lambda flask: Markup("<b>markup</b>"),
    "dict": lambda flask: {"b": 1, "a": [1, 2.5, None, True, "grüße \u2028 </script>"]},
    "emptydict": lambda flask: {},
    "list": lambda flask: [1, {"z": 1, "a": 2}],
    "emptylist": lambda flask: [],
    "ordered": lambda flask: collections.OrderedDict(b=1, a=2),
    "multidict": lambda flask: MultiDict([("a", 1), ("a", 2)]),
    "defaultdict": lambda flask: collections.defaultdict(int, a=1),
    "json": lambda flask: flask.jsonify(1, 2, "three"),
    "jsonnone": lambda flask: flask.jsonify(),
    "jsonboth": lambda flask: flask.jsonify(1, a=2),
    "types": lambda flask: [
        datetime.datetime(2024, 5, 17, 8, 30, 15),
        datetime.date(2024, 5, 17),
        decimal.Decimal("1.50"),
        uuid.UUID(int=5),
        Point(1, 2.5),
        Markup("<i>"),
        (1, 2),
        10**30,
        1e22,
        1e-7,
        -0.0,
        Color.RED,
    ],
    "keys": lambda flask: {1: "one", 2: "two", 10: "ten"},
    "mixedkeys": lambda flask: {1: "one", "a": "two", None: 3},
    "oddkeys": lambda flask: {(1, 2): 3},
    "nan": lambda flask: {"nan": float("nan"), "inf": [float("inf")]},
    "set": lambda flask: {1, 2},
    "jsonset": lambda flask: [{1, 2}],
    "circle": lambda flask: circle(),
    "surrogate": lambda flask: "\ud800",
    "jsonsurrogate": lambda flask: ["\ud800"],
    "none": lambda flask: None,
    "number": lambda flask: 5,
    "true": lambda flask: True,
    "object": lambda flask: object,
    "exception": lambda flask: NotFound("returned"),
    "generator": lambda flask: (part for part in ("a", "ü", "c")),
    "mixedgenerator": lambda flask: iter([b"a", "b"]),
    "emptygenerator": lambda flask: iter(()),
    "badgenerator": lambda flask: iter([1, 2]),
    "map": lambda flask: map(str, range(3)),
    "wsgi": lambda flask: wsgi,
    "response": lambda flask: flask.Response("response", 202, mimetype="text/plain"),
    "base": lambda flask: BaseResponse("base", 206, {"X-Base": "1"}),
    "listresponse": lambda flask: flask.Response(["a", "bü"], headers={"X-A": "1"}),
    "iterresponse": lambda flask: flask.Response(iter(["a", "b"]), content_type="text/x"),
    "noneresponse": lambda flask: flask.Response(None, 201),
    "made": lambda flask: flask.make_response(("made", 203, {"X-Made": "1"})),
    "status": lambda flask: ("status", 201),
    "statustext": lambda flask: ("status", "299 Quite fine"),
    "statusname": lambda flask: ("status", "418"),
    "statusenum": lambda flask: ("status", HTTPStatus.IM_A_TEAPOT),
    "statusodd": lambda flask: ("status", 799),
    "statusword": lambda flask: ("status", "fine"),
    "statusempty": lambda flask: ("status", ""),
    "statuslow": lambda flask: ("status", 7),
    "statusnegative": lambda flask: ("status", -1),
    "statusnone": lambda flask: ("status", None),
    "statusbreak": lambda flask: ("status", "200 OK\r\nX-Injected: 1"),
    "headers": lambda flask: ("headers", {"X-A": "1", "Content-Type": "text/x"}),
    "headerlist": lambda flask: ("headers", [("X-A", "1"), ("X-A", "2")]),
    "headerobject": lambda flask: ("headers", 202, Headers([("X-A", "1"), ("x-a", "2")])),
    "headervalues": lambda flask: ("headers", {"X-A": ["1", "2"], "X-N": 5}),
    "headerumlaut": lambda flask: ("headers", {"X-A": "grüße"}),
    "headerwide": lambda flask: ("headers", {"X-A": "\u20ac"}),
    "headerbreak": lambda flask: ("headers", {"X-A": "a\r\nX-B: b"}),
    "headercontrol": lambda flask: ("headers", {"X-A": "a\x00\x07"}),
    "headername": lambda flask: ("headers", {"X A:": "1"}),
    "headerlower": lambda flask: ("headers", {"content-type": "text/x", "content-length": "3"}),
    "headerlength": lambda flask: ("headers", {"Content-Length": "99"}),
    "headernone": lambda flask: ("headers", 200, None),
    "headerempty": lambda flask: ("headers", {}),
    "pairnone": lambda flask: (None, 204),
    "pairdict": lambda flask: ({"a": 1}, 201, {"X-A": "1"}),
    "pairresponse": lambda flask: (flask.Response("inner", 202, {"X-I": "1"}), 203, {"X-I": "2"}),
    "single": lambda flask: ("single",),
    "four": lambda flask: ("four", 200, {}, 4),
    "emptytuple": lambda flask: (),
    "nested": lambda flask: (("nested", 201), 202),
    "nocontent": lambda flask: ("body", 204),
    "unmodified": lambda flask: ("body", 304, {"X-A": "1", "Allow": "GET"}),
    "early": lambda flask: ("body", 103),
    "notype": lambda flask: flask.Response("x", content_type=""),
    "charset": lambda flask: flask.Response("x", mimetype="text/css"),
    "xml": lambda flask: flask.Response("x", mimetype="application/xml"),
    "svg": lambda flask: flask.Response("x", mimetype="image/svg+xml"),
    "location": lambda flask: ("", 302, {"Location": "/größe?ä=ö&x y#z"}),
    "relative": lambda flask: ("", 303, {"Location": "other//place\\x"}),
    "contentlocation": lambda flask: ("", {"Content-Location": "/grün"}),
    "passthrough": lambda flask: flask.Response([b"a", b"b"], direct_passthrough=True),
    "etag": lambda flask: etagged(flask),
    "many": lambda flask: ("many", {f"X-{n}": str(n) for n in range(30)}),
}


def circle() -> list[t.Any]:
    loop: list[t.Any] = []
    loop.append(loop)
    return loop


def etagged(flask: t.Any) -> t.Any:
    response = flask.make_response("etagged")
    response.add_etag()
    return response.make_conditional(flask.request)


#: What views raise.
ERRORS: dict[str, t.Callable[[], BaseException]] = {
    "value": lambda: ValueError("a <value>"),
    "key": lambda: KeyError("a key"),
    "index": lambda: IndexError("an index"),
    "handled": lambda: Handled("handled"),
    "more": lambda: HandledMore("more"),
    "payment": PaymentRequired,
    "codeless": Codeless,
    "teapot": lambda: HTTPException("brewed", BaseResponse("teapot", 418)),
    "unauthorized": lambda: Unauthorized("who?", www_authenticate=None),
    "retry": lambda: TooManyRequests("later", retry_after=30),
    "notimplemented": NotImplementedError,
    "exit": lambda: SystemExit(3),
    "recursion": lambda: RecursionError("too deep"),
    "stop": lambda: StopIteration("stop"),
    "unicode": lambda: ValueError("\ud800"),
}


def add(flask: t.Any, app: Erlen) -> None:
    @app.route("/answer/<kind>", methods=["GET", "POST"])
    def answer(kind: str) -> t.Any:
        if kind not in KINDS:
            flask.abort(404)
        return KINDS[kind](flask)

    @app.route("/abort/<int:code>", methods=["GET", "POST"])
    def abort(code: int) -> t.Any:
        description = flask.request.args.get("description")
        flask.abort(code, *([] if description is None else [description]))

    @app.route("/abort/response")
    def abort_response() -> t.Any:
        flask.abort(flask.Response("aborted", 409))

    @app.route("/raise/<kind>", methods=["GET", "POST"])
    def fail(kind: str) -> t.Any:
        raise ERRORS[kind]()

    if app.config["NAME"] == "bare":
        return

    @app.errorhandler(Handled)
    def handle(exc: Exception) -> t.Any:
        return f"{type(exc).__name__}: {exc}", 400

    @app.errorhandler(PaymentRequired)
    def handle_payment(exc: t.Any) -> t.Any:
        return exc.get_description(), exc.code, {"X-Handler": "payment"}
