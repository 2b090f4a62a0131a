from erlen import Erlen, redirect, request, session
from erlen.sessions import Session

# [start: setup]
app = Erlen(__name__)
app.config.update(
    SESSION_TYPE="filesystem",  # or "redis", with SESSION_REDIS="redis://localhost:6379"
    SESSION_FILE_DIR="instance/sessions",
    SESSION_COOKIE_SECURE=True,
    SESSION_COOKIE_SAMESITE="Lax",
)
Session(app)
# [end: setup]


# [start: login]
@app.post("/login")
def login():
    session.regenerate()  # an id that somebody else may know leads nowhere from here on
    session["user"] = request.form["name"]
    return redirect("/")


@app.post("/logout")
def logout():
    session.destroy()
    return redirect("/")


# [end: login]


@app.get("/")
def home():
    return f"Hello, {session.get('user', 'stranger')}!"


# [start: cart]
@app.post("/cart/<article>")
def add_to_cart(article):
    session.setdefault("cart", []).append(article)  # noticed, though it is inside of a list
    return {"cart": session["cart"]}


# [end: cart]


# [start: lock]
@app.post("/draw")
def draw():
    with session.lock(timeout=5):
        session["draws"] = session.get("draws", 3) - 1
    return {"left": session["draws"]}


# [end: lock]
