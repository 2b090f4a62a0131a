"""The names that a project has: as a package, as a distribution, to people."""

from __future__ import annotations

import keyword
import re
import sys
import typing as t

from .failures import ProjectError

#: Lines of the skeleton have room for so much.
LONGEST = 40

#: What stands beside the package in the project's folder.
_NEIGHBOURS = frozenset({"deploy", "instance", "migrations", "tests", "wsgi"})

#: What the project imports: a package of the same name would be imported instead.
_LIBRARIES = frozenset(
    {"alembic", "blinker", "click", "dotenv", "erlen", "flask", "granian", "itsdangerous"}
    | {"jinja2", "markupsafe", "mypy", "psycopg", "pytest", "redis", "ruff", "sqlalchemy"}
    | {"werkzeug", "wtforms"}
)


class Names(t.NamedTuple):
    """The names of one project."""

    package: str  #: ``book_shop``
    distribution: str  #: ``book-shop``
    title: str  #: ``Book Shop``

    @classmethod
    def of(cls, name: str) -> Names:
        """Derive all names from what a user typed: "Book Shop", "book-shop" or "book_shop".

        :raises ProjectError: no package can have the name, or it would be in the way of another.
        """
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
        words = re.sub(r"[\s._-]+", " ", words).strip()
        package = words.lower().replace(" ", "_")
        reason = _refusal(package)
        if reason is not None:
            raise ProjectError(f"A project cannot be called {name!r}: {reason}")
        title = " ".join(word[0].upper() + word[1:] for word in words.split())
        return cls(package, package.replace("_", "-"), title)


def _refusal(package: str) -> str | None:
    """Return why *package* is not a good name, or None."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", package):
        return "use letters, digits, - and _, and begin with a letter, as in book-shop."
    if len(package) > LONGEST:
        return f"it has {len(package)} characters, and {LONGEST} are the most."
    if keyword.iskeyword(package) or keyword.issoftkeyword(package):
        return f"{package!r} is a word of the Python language. Add one: my-{package}."
    if package in sys.stdlib_module_names:
        return (
            f"Python has a module {package!r}, and would import the wrong one of the two."
            f" Add a word: my-{package}."
        )
    if package in _LIBRARIES:
        return f"the project imports a library of that name. Add a word: my-{package}."
    if package in _NEIGHBOURS:
        return f"its folder has something else called {package!r}. Add a word: my-{package}."
    return None
