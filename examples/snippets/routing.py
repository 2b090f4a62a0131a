from werkzeug.routing import BaseConverter

from erlen import Erlen, url_for

app = Erlen(__name__)


# [start: converters]
@app.get("/books/<int:number>")
def book(number):
    return {"book": number}


@app.get("/files/<path:name>")
def file(name):
    return {"file": name}


@app.get("/<any(fiction, poetry):shelf>/")
def shelf(shelf):
    return {"shelf": shelf}


# [end: converters]


# [start: methods]
@app.route("/cart", methods=["GET", "PUT"])
def cart():
    return "the cart"


@app.delete("/cart")
def empty_cart():
    return "", 204


# [end: methods]


# [start: table]
def about():
    return "about"


def search(page):
    return f"page {page}"


app.add_url_rules(
    [
        ("/about", about),
        ("/search/<int:page>", search),
        ("/search/", search, {"defaults": {"page": 1}}),
    ]
)
# [end: table]


# [start: redirect_to]
app.add_url_rule("/livre/<int:number>", "livre", redirect_to="/books/<number>")
# [end: redirect_to]


# [start: converter]
class YearConverter(BaseConverter):
    regex = r"\d{4}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return f"{value:04}"


app.url_map.converters["year"] = YearConverter


@app.get("/archive/<year:year>")
def archive(year):
    return {"year": year}


# [end: converter]


# [start: url_for]
@app.get("/links")
def links():
    return [
        url_for("book", number=7),
        url_for("book", number=7, edition="2nd", _anchor="reviews"),
        url_for("static", filename="site.css"),
        url_for("about", _external=True),
    ]


# [end: url_for]
