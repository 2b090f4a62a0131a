"""Print the shelf without a web server: ``python scripts/export_books.py [--stats]``.

What needs an application (its configuration, its database) runs inside ``app.app_context()``.
"""

from __future__ import annotations

import argparse
import collections.abc as cabc
import sys
import typing as t
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bookshelf import create_app
from bookshelf.catalogue import count_by_genre, everything
from bookshelf.db import db
from bookshelf.export import csv_lines

if t.TYPE_CHECKING:
    from erlen import Erlen


def main(arguments: cabc.Sequence[str] | None = None, app: Erlen | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stats", action="store_true", help="counts instead of the books")
    options = parser.parse_args(arguments)

    app = app or create_app()
    with app.app_context():
        lines = statistics() if options.stats else csv_lines(everything())
        for line in lines:
            sys.stdout.write(line)


def statistics() -> cabc.Iterator[str]:
    counts = count_by_genre()
    yield f"{db.engine.url!r}\n"
    for genre, count in counts.items():
        yield f"{genre:<18}{count:>4}\n"
    yield f"{'all':<18}{sum(counts.values()):>4}\n"


if __name__ == "__main__":
    main()
