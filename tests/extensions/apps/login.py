"""Flask-Login: sessions, the remember cookie, fresh logins, a request loader, anonymous users."""

from __future__ import annotations

from flask import Flask, flash, get_flashed_messages, render_template_string, session
from flask_login import (
    LoginManager,
    UserMixin,
    confirm_login,
    current_user,
    fresh_login_required,
    login_fresh,
    login_required,
    login_user,
    logout_user,
)

app = Flask(__name__)
app.secret_key = "a key for this program only, of forty bytes"

login_manager = LoginManager(app)
login_manager.login_view = "login_page"
login_manager.refresh_view = "confirm"
login_manager.needs_refresh_message = "Confirm who you are."


class User(UserMixin):
    def __init__(self, name):
        self.id = name

    @property
    def is_active(self):
        return self.id != "sleeper"


@login_manager.user_loader
def load_user(name):
    return User(name) if name != "gone" else None


@login_manager.request_loader
def load_from_request(request):
    key = request.headers.get("X-Key")
    return User(key) if key else None


@app.route("/login/<name>")
def login(name):
    done = login_user(User(name), remember=True)
    flash(f"hello {name}")
    return str(done)


@app.route("/login")
def login_page():
    return f"log in, please: {get_flashed_messages(with_categories=True)}"


@app.route("/confirm")
def confirm():
    confirm_login()
    return str(login_fresh())


@app.route("/me")
@login_required
def me():
    return render_template_string(
        "{{ current_user.id }} {{ current_user.is_authenticated }} {{ session['_fresh'] }}"
    )


@app.route("/anyone")
def anyone():
    return f"{current_user.is_authenticated} {current_user.is_anonymous}"


@app.route("/secret")
@fresh_login_required
def secret():
    return "secret"


@app.route("/close-browser")
def close_browser():
    session.clear()
    return "closed"


@app.route("/logout")
@login_required
def logout():
    logout_user()
    return "bye"


REQUESTS = [
    {"path": "/anyone"},
    {"path": "/me"},
    {"path": "/login"},
    {"path": "/login/sleeper"},
    {"path": "/login/jo"},
    {"path": "/me"},
    {"path": "/secret"},
    {"path": "/login"},
    {"path": "/close-browser"},
    {"path": "/me"},
    {"path": "/secret"},
    {"path": "/confirm"},
    {"path": "/secret"},
    {"path": "/logout"},
    {"path": "/me"},
    {"path": "/me", "headers": {"X-Key": "robot"}, "new": True},
    {"path": "/login/gone"},
    {"path": "/me"},
    {"path": "/me", "headers": {"Cookie": "remember_token=jo|forged"}, "new": True},
]
