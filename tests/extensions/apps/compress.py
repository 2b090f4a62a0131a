"""Flask-Compress: algorithms by what is accepted, streams, sizes, types, conditional requests."""

from __future__ import annotations

from flask import Flask, Response, make_response, request, stream_with_context
from flask_compress import Compress

app = Flask(__name__)
app.config["COMPRESS_ALGORITHM"] = ["br", "gzip", "deflate"]
app.config["COMPRESS_ALGORITHM_STREAMING"] = ["gzip", "deflate"]
compress = Compress(app)
LONG = "a long text that is worth the effort. " * 40


@app.route("/long")
def long():
    return LONG


@app.route("/short")
def short():
    return "short"


@app.route("/json")
def json():
    return {"text": LONG, "list": list(range(100))}


@app.route("/image")
def image():
    return LONG, {"Content-Type": "image/png"}


@app.route("/tagged")
def tagged():
    response = make_response(LONG)
    response.set_etag("tag")
    return response.make_conditional(request)


@app.route("/stream")
def stream():
    def pieces():
        for number in range(5):
            yield f"{request.path} {number} " * 50

    return Response(stream_with_context(pieces()), mimetype="text/plain")


@app.route("/encoded")
def encoded():
    return LONG, {"Content-Encoding": "identity"}


@app.route("/varied")
def varied():
    return LONG, {"Vary": "Cookie"}


@app.route("/error")
def error():
    return LONG, 500


ACCEPTED = ["", "gzip", "br", "deflate", "gzip;q=0.2, br;q=0.9", "*", "identity", "zstd, br;q=0"]
PATHS = "/long /short /json /image /tagged /stream /encoded /varied /error"
REQUESTS = [
    *(
        {"path": path, "headers": {"Accept-Encoding": accepted}}
        for path in PATHS.split()
        for accepted in ACCEPTED
    ),
    {"path": "/tagged", "headers": {"Accept-Encoding": "br", "If-None-Match": '"tag:br"'}},
    {"path": "/long", "headers": {"Accept-Encoding": "gzip"}, "method": "HEAD"},
]
