from blinker import Namespace

from erlen import Erlen, got_request_exception, request, request_finished

app = Erlen(__name__)
log = []


# [start: connect]
@request_finished.connect_via(app)
def note_answer(sender, response, **extra):
    log.append(f"{request.path} -> {response.status_code}")


@got_request_exception.connect_via(app)
def note_error(sender, exception, **extra):
    log.append(f"{request.path}: {exception!r}")


# [end: connect]


# [start: own]
book_lent = Namespace().signal("book-lent")


@app.post("/lend/<title>")
def lend(title):
    book_lent.send(app, title=title)
    return "", 204


# [end: own]


# [start: connected_to]
def titles_lent_by(client):
    titles = []

    def remember(sender, title):
        titles.append(title)

    with book_lent.connected_to(remember, app):
        client.post("/lend/Emma")
    return titles


# [end: connected_to]
