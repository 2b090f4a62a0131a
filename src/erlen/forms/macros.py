"""The template macros, and how an application gets them."""

from __future__ import annotations

import typing as t

from ..blueprints import Blueprint

if t.TYPE_CHECKING:
    from ..app import Erlen

_NAME = "erlen_forms"


def register_macros(app: Erlen) -> None:
    """Let templates import ``render_form`` and ``render_field`` from ``erlen/forms.html``.

    :class:`CSRFProtect` does it as well. An application's own template of that name goes before.
    """
    if _NAME not in app.blueprints:
        app.register_blueprint(Blueprint(_NAME, __name__, template_folder="templates"))
