from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from erlen import Erlen
from erlen.db import SQLAlchemy


# [start: plain]
class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


db = SQLAlchemy()


def create_app(url):
    app = Erlen(__name__)
    app.config["SQLALCHEMY_ENGINES"] = {"default": url}
    db.init_app(app)
    with app.app_context():
        Base.metadata.create_all(db.engine)
    app.add_url_rule("/<text>", view_func=add, methods=["POST"])
    app.add_url_rule("/", view_func=notes)
    return app


def add(text):
    db.session.add(Note(text=text))
    db.session.commit()
    return {"id": db.session.scalar(select(Note.id).filter_by(text=text))}


# [end: plain]


# [start: async]
async def notes():
    found = await db.async_session.scalars(select(Note).order_by(Note.id))
    return [note.text for note in found]


# [end: async]
