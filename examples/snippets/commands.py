import click

from erlen import Blueprint, Erlen, current_app
from erlen.cli import AppGroup

app = Erlen(__name__)


# [start: command]
@app.cli.command("count")
@click.argument("shelf")
@click.option("--lent", is_flag=True, help="Only those that are lent.")
def count(shelf, lent):
    """Count the books on SHELF."""
    click.echo(f"{current_app.name}: {shelf}: {3 if lent else 42}")


# [end: command]


# [start: group]
books = AppGroup("books", help="Work on the books.")


@books.command("import")
@click.argument("file", type=click.File())
def import_books(file):
    """Read titles, one a line, from FILE."""
    click.echo(f"{len(file.readlines())} titles")


app.cli.add_command(books)
# [end: group]


# [start: blueprint]
admin = Blueprint("admin", __name__, cli_group="admin")


@admin.cli.command("audit")
def audit():
    click.echo("nothing to report")


app.register_blueprint(admin)
# [end: blueprint]
