"""A shop with an application factory, for the guide's page on manage.py."""

from erlen import Erlen
from erlen.db import SQLAlchemy
from erlen.migrate import Migrate

db = SQLAlchemy()
migrate = Migrate()


class Book(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(80), nullable=False)
    price = db.Column(db.Integer)


def create_app(config=None):
    app = Erlen(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///shop.db"

    if config is not None:
        app.config.from_pyfile(config)

    db.init_app(app)
    migrate.init_app(app, db)

    @app.get("/")
    def index():
        titles = db.session.scalars(db.select(Book.title).order_by(Book.title))
        return {"books": list(titles)}

    return app
