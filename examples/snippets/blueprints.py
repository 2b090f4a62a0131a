from erlen import Blueprint, Erlen, g, url_for

# [start: blueprint]
books = Blueprint("books", __name__, url_prefix="/books")


@books.get("/")
def index():
    return {"first": url_for(".show", number=1)}


@books.get("/<int:number>")
def show(number):
    return {"book": number}


# [end: blueprint]


# [start: hooks]
@books.before_request
def only_around_these_views():
    g.section = "books"


@books.after_app_request
def around_every_view(response):
    response.headers["X-Section"] = g.get("section", "none")
    return response


@books.errorhandler(LookupError)
def no_such_book(error):
    return {"error": "no such book"}, 404


# [end: hooks]


# [start: nested]
admin = Blueprint("admin", __name__, url_prefix="/admin")
users = Blueprint("users", __name__, url_prefix="/users")


@users.get("/")
def list_users():
    return url_for("admin.users.list_users")


admin.register_blueprint(users)
# [end: nested]


# [start: register]
def create_app():
    app = Erlen(__name__)
    app.register_blueprint(books)
    app.register_blueprint(books, name="livres", url_prefix="/livres")
    app.register_blueprint(admin)
    return app


# [end: register]
