"""Finding the models, for a comparison without them would drop their tables."""

from __future__ import annotations

import collections.abc as cabc
import importlib
import importlib.util
import os
import sys
import typing as t

if t.TYPE_CHECKING:
    from ..app import Erlen

#: The module that is looked for beside an application and each of its blueprints.
MODULE = "models"


def import_models(app: Erlen) -> list[str]:
    """Import the ``models`` modules of the application and its blueprints; return their names."""
    places = [(app.import_name, app.root_path)]
    places += [(bp.import_name, bp.root_path) for bp in app.blueprints.values()]
    return [name for name in _candidates(places) if _import(name)]


def _candidates(places: cabc.Iterable[tuple[str, str]]) -> cabc.Iterator[str]:
    """Yield ``package.models`` for each place, once, if there is such a file in its folder."""
    seen = set()
    for import_name, root_path in places:
        if import_name == "__main__":
            continue
        module = sys.modules.get(import_name)
        is_package = hasattr(module, "__path__")
        package = import_name if is_package else import_name.rpartition(".")[0]
        name = f"{package}.{MODULE}" if package else MODULE
        if name not in seen and _lies_in(root_path):
            seen.add(name)
            yield name


def _lies_in(folder: str) -> bool:
    return os.path.isfile(os.path.join(folder, f"{MODULE}.py")) or os.path.isfile(
        os.path.join(folder, MODULE, "__init__.py")
    )


def _import(name: str) -> bool:
    """Import *name*; an error in it is the user's to see."""
    if importlib.util.find_spec(name) is None:
        return False
    importlib.import_module(name)
    return True
