from werkzeug.utils import secure_filename

from erlen import Erlen, request

app = Erlen(__name__)
app.config["MAX_CONTENT_LENGTH"] = 1_000_000  # bytes; more is answered with 413


# [start: query]
@app.get("/search")
def search():
    return {
        "word": request.args["q"],
        "page": request.args.get("page", 1, type=int),
        "tags": request.args.getlist("tag"),
    }


# [end: query]


# [start: json]
@app.post("/orders")
def order():
    data = request.get_json()
    return {"ordered": data["title"]}, 201


# [end: json]


# [start: upload]
@app.post("/cover")
def cover():
    upload = request.files["cover"]
    return {"name": secure_filename(upload.filename), "size": len(upload.read())}


# [end: upload]


# [start: meta]
@app.get("/who")
def who():
    return {
        "method": request.method,
        "path": request.path,
        "browser": request.headers.get("User-Agent", "unknown"),
        "theme": request.cookies.get("theme", "light"),
    }


# [end: meta]
