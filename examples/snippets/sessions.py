from datetime import timedelta

from erlen import Erlen, flash, redirect, render_template, request, session, url_for

app = Erlen(__name__)

# [start: config]
app.config.update(
    SECRET_KEY="only for this page: make one with secrets.token_hex()",
    SESSION_COOKIE_SECURE=True,
    SESSION_COOKIE_SAMESITE="Lax",
    PERMANENT_SESSION_LIFETIME=timedelta(days=14),
)
# [end: config]


# [start: login]
@app.post("/login")
def login():
    session.clear()
    session["user"] = request.form["user"]
    session.permanent = True
    flash("Welcome!", "success")
    return redirect(url_for("home"))


@app.post("/logout")
def logout():
    session.clear()
    return redirect(url_for("home"))


@app.get("/")
def home():
    return render_template("home.html", user=session.get("user"))


# [end: login]


# [start: modified]
@app.post("/cart/<title>")
def put_in_cart(title):
    session.setdefault("cart", []).append(title)
    session.modified = True  # a list inside the session changed: say so
    return {"cart": session["cart"]}


# [end: modified]
