"""``erlen db models``."""

from __future__ import annotations

import contextlib
import pathlib
import typing as t

import click

if t.TYPE_CHECKING:
    import collections.abc as cabc

    import sqlalchemy as sa

NOT_INSTALLED = {
    "sqlacodegen": "generating models needs it: pip install 'erlen[codegen]'",
    "sqlalchemy": "generating models needs it: pip install 'erlen[codegen]'",
    "MySQLdb": "name another driver in the URL: mysql+pymysql://...",
    "psycopg2": "name another driver in the URL: postgresql+psycopg://...",
}
WRONG_URL = """

A URL is sqlite:///shop.db, postgresql+psycopg://user:secret@host/shop or
mysql+pymysql://user:secret@host/shop.\
"""


def _names(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> list[str]:
    """Take "a,b" and repeated options alike."""
    return [name for part in value for name in part.split(",") if name]


@click.command()
@click.argument("url")
@click.option("--tables", multiple=True, callback=_names, help="Only these: a,b.")
@click.option(
    "--schema", "--schemas", multiple=True, callback=_names, help="The schemas to read: a,b."
)
@click.option(
    "--outfile",
    type=click.Path(dir_okay=False, path_type=pathlib.Path),
    help="Where to write; by default to the screen.",
)
@click.option("--flask", is_flag=True, help="Write models for db.Model.")
@click.option("--noviews", is_flag=True, help="Leave views out.")
@click.option("--noindexes", is_flag=True, help="Leave indexes out.")
@click.option("--noconstraints", is_flag=True, help="Leave constraints out.")
@click.option("--nocomments", is_flag=True, help="Leave comments out.")
@click.option("--nojoined", is_flag=True, help="Make no classes that inherit a table.")
@click.option(
    "--options", multiple=True, callback=_names, help="Further options of sqlacodegen: a,b."
)
def models(
    url: str,
    tables: list[str],
    schema: list[str],
    outfile: pathlib.Path | None,
    flask: bool,
    noviews: bool,
    options: list[str],
    **without: bool,
) -> None:
    """Write models for the database at URL.

    \b
    Example:
      erlen db models sqlite:///shop.db
      erlen db models mysql+pymysql://user:secret@host/shop --flask --outfile models.py
    """
    with _in_words():
        import sqlalchemy as sa

        from .generator import generate_models

        engine = sa.create_engine(url, poolclass=sa.NullPool)
        _require_file(engine.url)
        source = generate_models(
            engine,
            tables=tables or None,
            schemas=schema or [None],
            flask=flask,
            views=not noviews,
            options=[*options, *(name for name, given in without.items() if given)],
        )
    if outfile is None:
        click.echo(source, nl=False)
    else:
        outfile.write_text(source, encoding="utf-8")


def _require_file(url: sa.URL) -> None:
    """Refuse the name of a SQLite file that is not there: connecting would make an empty one."""
    name = url.database
    if url.get_backend_name() != "sqlite" or name in (None, "", ":memory:") or "uri" in url.query:
        return
    if not pathlib.Path(name).exists():
        raise click.ClickException(f"there is no file {pathlib.Path(name).absolute()}")


@contextlib.contextmanager
def _in_words() -> cabc.Iterator[None]:
    """Tell what is missing or refused, without a traceback."""
    try:
        yield
    except ModuleNotFoundError as exc:
        hint = NOT_INSTALLED.get(exc.name or "", "the URL asks for it")
        raise click.ClickException(f"{exc.name} is not installed; {hint}") from exc
    except ValueError as exc:  # an option that sqlacodegen does not know
        raise click.ClickException(str(exc)) from exc
    except Exception as exc:
        if not type(exc).__module__.startswith("sqlalchemy."):
            raise
        hint = WRONG_URL if type(exc).__name__ in ("ArgumentError", "NoSuchModuleError") else ""
        raise click.ClickException(f"{exc}{hint}") from exc
