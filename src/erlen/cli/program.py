"""The ``erlen`` command."""

from __future__ import annotations

from .groups import ErlenGroup

cli = ErlenGroup(
    name="erlen",
    help="""\
A general utility script for Erlen applications.

An application to load must be given with the '--app' option, the 'ERLEN_APP' environment
variable, or with a 'wsgi.py' or 'app.py' file in the current directory.

\b
Examples:
  erlen --app hello run --debug       serve hello.py while working on it
  erlen --app shop:create_app serve   serve the factory's application for production
  erlen --as-flask --app old run      run an application that imports flask
""",
)


def main() -> None:
    """Run the ``erlen`` command."""
    cli.main()
