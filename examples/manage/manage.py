"""The shop's commands, as they were written for Flask-Script."""

# [start: manager]
from shop import Book, create_app, db

from erlen import current_app
from erlen.manager import Command, Manager, MigrateCommand, Option, Shell, prompt_bool

manager = Manager(create_app)
manager.add_option("-c", "--config", dest="config", help="a file with settings")
manager.add_command("db", MigrateCommand)
# [end: manager]


# [start: function]
@manager.command
def add(title, price=0, quiet=False):
    """Add a book."""
    db.session.add(Book(title=title, price=int(price)))
    db.session.commit()
    if not quiet:
        print(f"Added {title}.")


# [end: function]


# [start: option]
@manager.option("-m", "--most", dest="most", type=int, default=10, help="how many")
@manager.option("-s", "--sort", choices=["title", "price"], default="title")
def books(most, sort):
    """List the books."""
    for book in Book.query.order_by(getattr(Book, sort)).limit(most):
        print(book.title, book.price)


# [end: option]


# [start: class]
class Raise(Command):
    """Raise all prices."""

    option_list = [
        Option("percent", type=int, help="by how much"),
        Option("--round", action="store_true", help="to whole tens"),
    ]

    def run(self, percent, round):
        for book in Book.query:
            book.price += book.price * percent // 100
            if round:
                book.price += -book.price % 10
        db.session.commit()


manager.add_command("raise", Raise())
# [end: class]


# [start: below]
tables = Manager(usage="Make and drop the tables")


@tables.command
def make():
    db.create_all()


@tables.command
def drop(yes=False):
    if yes or prompt_bool("Lose all data?"):
        db.drop_all()


manager.add_command("tables", tables)
# [end: below]


# [start: shell]
def names():
    return {"app": current_app, "db": db, "Book": Book}


manager.add_command("shell", Shell(make_context=names))
# [end: shell]


# [start: run]
if __name__ == "__main__":
    manager.run()
# [end: run]
