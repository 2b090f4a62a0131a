"""Folders of static files and templates: missing ones, and those that hide each other."""

from __future__ import annotations

import collections.abc as cabc
import functools
import os
import typing as t

from ..scaffold import Scaffold
from .finding import Finding
from .kinds import found
from .places import is_installed, is_own, short
from .templates import SUFFIXES, list_templates

if t.TYPE_CHECKING:
    from ..app import Erlen
    from .survey import Survey

_DEFAULT_FOLDER = "static"


def static_owners(app: Erlen) -> dict[str, Scaffold]:
    """Return by endpoint whose static files are served, where that is done as usual."""
    owners: dict[str, Scaffold] = {}
    view = app.view_functions.get("static")
    if getattr(view, "__module__", None) == "erlen.app" and _sends_as_usual(app):
        owners["static"] = app
    for name, blueprint in app.blueprints.items():
        view = app.view_functions.get(f"{name}.static")
        while isinstance(view, functools.partial):
            view = view.args[-1]
        if view == blueprint.send_static_file and _sends_as_usual(blueprint):
            owners[f"{name}.static"] = blueprint
    return owners


def _sends_as_usual(owner: Scaffold) -> bool:
    return owner.has_static_folder and (type(owner).send_static_file is Scaffold.send_static_file)


def check_static_folders(survey: Survey) -> cabc.Iterator[Finding]:
    """Look for folders that are not there, but for the application's, if it is the default."""
    for endpoint, owner in static_owners(survey.app).items():
        folder = t.cast(str, owner.static_folder)
        is_default = owner is survey.app and os.path.basename(folder) == _DEFAULT_FOLDER
        # What an extension serves may be there for some applications only.
        is_own_say = not is_installed(survey.app, owner.root_path)
        if is_own_say and not is_default and not os.path.isdir(folder):
            yield found(
                "static-folder-missing",
                short(folder),
                f"The static files of {_name(owner)} are to come from here, but there is no such"
                f" folder: every url_for({endpoint!r}, …) leads to a 404.",
                "Make the folder, or mend 'static_folder'; it is seen from the folder of the"
                f" module, {owner.root_path}.",
            )


def check_hidden_templates(survey: Survey) -> cabc.Iterator[Finding]:
    """Look for templates of blueprints that an earlier blueprint's hide.

    One in the application's folder is meant to take the place of theirs.
    """
    app = survey.app
    blueprints = dict.fromkeys(app.iter_blueprints())
    for name in list_templates(app.jinja_env):
        if not name.endswith(SUFFIXES) or _template(app, name) is not None:
            continue
        paths = dict.fromkeys(path for each in blueprints if (path := _template(each, name)))
        first = next(iter(paths), "")
        for path in paths:
            if path == first or not is_own(app, path) or _have_same_content(first, path):
                continue
            yield found(
                "template-hidden",
                short(path),
                f"Wherever {name!r} is asked for, {short(first)} is used: blueprints' folders are"
                " searched in the order of their registration.",
                "Put the blueprint's templates into a folder with its name below its template"
                f" folder, and ask for '<blueprint>/{name}'.",
            )


def _template(owner: Scaffold, name: str) -> str | None:
    if owner.template_folder is None:
        return None
    path = os.path.realpath(os.path.join(owner.root_path, owner.template_folder, name))
    return path if os.path.isfile(path) else None


def _have_same_content(one: str, other: str) -> bool:
    with open(one, "rb") as file, open(other, "rb") as other_file:
        return file.read() == other_file.read()


def _name(owner: Scaffold) -> str:
    kind = "the application" if hasattr(owner, "url_map") else "the blueprint"
    return f"{kind} {owner.name!r}"
