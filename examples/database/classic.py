from erlen import Erlen
from erlen.db import SQLAlchemy

app = Erlen(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
app.config["SQLALCHEMY_BINDS"] = {"log": "sqlite://"}
db = SQLAlchemy(app)


# [start: models]
class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80), unique=True, nullable=False)


class Visit(db.Model):
    __bind_key__ = "log"
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, nullable=False)


# [end: models]


# [start: queries]
@app.get("/users")
def users():
    return [user.name for user in User.query.order_by(User.name).all()]


@app.get("/user/<name>")
def user(name):
    found = User.query.filter_by(name=name).first_or_404()
    db.session.add(Visit(user_id=found.id))
    db.session.commit()
    return {"name": found.name, "visits": Visit.query.filter_by(user_id=found.id).count()}


# [end: queries]
