import io

from erlen import (
    Erlen,
    after_this_request,
    jsonify,
    make_response,
    redirect,
    request,
    send_file,
    stream_with_context,
    url_for,
)

app = Erlen(__name__)


# [start: values]
@app.get("/text")
def text():
    return "text/html, unless you say otherwise"


@app.get("/object")
def object_():
    return {"a dict": "is sent as JSON"}


@app.get("/created")
def created():
    return "made", 201, {"Location": url_for("text")}


# [end: values]


# [start: make_response]
@app.get("/theme/<name>")
def theme(name):
    response = make_response(redirect(url_for("text")))
    response.set_cookie("theme", name, max_age=86_400, httponly=True, samesite="Lax")
    return response


# [end: make_response]


# [start: file]
@app.get("/report.csv")
def report():
    data = io.BytesIO(b"title,copies\nEmma,3\n")
    return send_file(data, mimetype="text/csv", as_attachment=True, download_name="report.csv")


# [end: file]


# [start: stream]
@app.get("/count")
def count():
    @stream_with_context
    def lines():
        for number in range(int(request.args["to"])):
            yield f"{number}\n"

    return lines(), {"Content-Type": "text/plain"}


# [end: stream]


# [start: after_this_request]
@app.get("/counted")
def counted():
    @after_this_request
    def add_header(response):
        response.headers["X-Counted"] = "yes"
        return response

    return jsonify(1, 2, 3)


# [end: after_this_request]


# [start: async]
@app.get("/slow")
async def slow():
    return "also works under WSGI"


# [end: async]
