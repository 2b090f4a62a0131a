import time

from markupsafe import escape

from erlen import Erlen, abort, redirect, render_template, request, session, url_for

app = Erlen(__name__)
app.config["SECRET_KEY"] = "only for this page: make one with secrets.token_hex()"

NOTES = {1: "Water the plants"}


# [start: routes]
@app.get("/notes/<int:number>")
def note(number):
    if number not in NOTES:
        abort(404)
    return f"<p>{escape(NOTES[number])}</p>"


@app.get("/first")
def first():
    return redirect(url_for("note", number=1))


# [end: routes]


# [start: request]
@app.post("/notes")
def add_note():
    number = max(NOTES) + 1
    NOTES[number] = request.form["text"]
    return {"number": number}, 201


# [end: request]


# [start: template]
@app.get("/page")
def page():
    return render_template("notes.html", notes=NOTES)


# [end: template]


# [start: session]
@app.get("/visits")
def visits():
    session["visits"] = session.get("visits", 0) + 1
    return f"You were here {session['visits']} times."


# [end: session]


# [start: hook]
@app.after_request
def say_when(response):
    response.headers["X-Served-At"] = str(int(time.time()))
    return response


# [end: hook]


# [start: error]
@app.errorhandler(404)
def not_found(error):
    return {"error": error.name}, 404


# [end: error]
