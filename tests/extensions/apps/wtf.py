"""Flask-WTF: forms, their CSRF token, CSRFProtect with exempt views and headers, file fields."""

from __future__ import annotations

from flask import Flask, render_template_string, request
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.csrf import CSRFError, generate_csrf
from flask_wtf.file import FileAllowed, FileField, FileRequired
from wtforms import EmailField, IntegerField, StringField
from wtforms.validators import DataRequired, Email, NumberRange

app = Flask(__name__)
app.secret_key = "a key for this program only, of forty bytes"
csrf = CSRFProtect(app)


class NameForm(FlaskForm):
    name = StringField(validators=[DataRequired()])
    email = EmailField(validators=[Email()])
    age = IntegerField(validators=[NumberRange(min=18)])


class UploadForm(FlaskForm):
    picture = FileField(validators=[FileRequired(), FileAllowed(["png"], "png only")])


@app.route("/", methods=["GET", "POST"])
def index():
    form = NameForm()
    if form.validate_on_submit():
        return {"name": form.name.data, "email": form.email.data, "age": form.age.data}
    return render_template_string(
        "{{ form.hidden_tag() }}{{ form.name }}{{ form.email(class='wide') }}{{ form.errors }}",
        form=form,
    )


@app.route("/upload", methods=["POST"])
def upload():
    form = UploadForm()
    if form.validate_on_submit():
        return f"{form.picture.data.filename}: {form.picture.data.read().decode()}"
    return form.errors, 422


@app.route("/token")
def token():
    return generate_csrf()


@app.route("/guarded", methods=["POST", "DELETE"])
def guarded():
    return request.method


@app.route("/free", methods=["POST"])
@csrf.exempt
def free():
    return "free"


@app.errorhandler(CSRFError)
def csrf_error(error):
    return f"no: {error.description}", 400


GOOD = {"name": "Jo", "email": "jo@example.com", "age": "20", "csrf_token": "$token"}
REQUESTS = [
    {"path": "/", "remember": {"token": r'name="csrf_token"[^>]*value="([^"]+)"'}},
    {"path": "/", "method": "POST", "form": GOOD},
    {"path": "/", "method": "POST", "form": {**GOOD, "csrf_token": ""}},
    {"path": "/", "method": "POST", "form": {**GOOD, "csrf_token": "forged"}},
    {"path": "/", "method": "POST", "form": {"name": "", "age": "3", "csrf_token": "$token"}},
    {"path": "/", "method": "POST", "form": {**GOOD, "email": "no address", "age": "x"}},
    {
        "path": "/upload",
        "method": "POST",
        "form": {"csrf_token": "$token", "picture": {"name": "a.png", "content": "pixels"}},
    },
    {
        "path": "/upload",
        "method": "POST",
        "form": {"csrf_token": "$token", "picture": {"name": "a.exe", "content": "virus"}},
    },
    {"path": "/upload", "method": "POST", "form": {"csrf_token": "$token"}},
    {"path": "/token", "remember": {"header": r"\n([\w.-]+)$"}},
    {"path": "/guarded", "method": "POST"},
    {"path": "/guarded", "method": "POST", "headers": {"X-CSRFToken": "$header"}},
    {"path": "/guarded", "method": "DELETE", "headers": {"X-CSRFToken": "$token"}},
    {"path": "/free", "method": "POST"},
    {"path": "/guarded", "method": "POST", "headers": {"X-CSRFToken": "$token"}, "new": True},
]
VOLATILE = [
    (r"session=[\w.-]+", "session=<holds a random token>"),
    (r"[\w-]{50,}\.[\w-]{6}\.[\w-]{27}", "<token>"),
]
