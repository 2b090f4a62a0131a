from werkzeug.exceptions import HTTPException

from erlen import Erlen, abort

app = Erlen(__name__)


# [start: handlers]
class OutOfStock(Exception):
    def __init__(self, title):
        self.title = title


@app.errorhandler(OutOfStock)
def out_of_stock(error):
    return {"error": f"{error.title} is sold out"}, 409


@app.errorhandler(404)
def not_found(error):
    return {"error": "there is no such page"}, 404


@app.errorhandler(HTTPException)
def any_other(error):
    return {"error": error.name, "code": error.code}, error.code


# [end: handlers]


# [start: raise]
@app.post("/buy/<title>")
def buy(title):
    if title == "Emma":
        raise OutOfStock(title)
    abort(403, description="This book is not for sale.")


# [end: raise]


# [start: unhandled]
@app.errorhandler(500)
def broken(error):
    # error.original_exception is what went wrong; it has been logged already.
    return {"error": "we have been told"}, 500


@app.get("/broken")
def divide():
    return str(1 / 0)


# [end: unhandled]
