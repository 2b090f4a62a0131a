"""What should be mended before an application goes live, as data.

``erlen check`` prints it. An application adds checks of its own with ``@app.check``; they return
:class:`Finding` objects.
"""

from __future__ import annotations

import collections.abc as cabc
import typing as t

from .finding import Finding, Level

if t.TYPE_CHECKING:
    from ..app import Erlen

__all__ = ["Finding", "Level", "check_app"]


def check_app(
    app: Erlen, *, deploy: bool = False, tags: cabc.Collection[str] = ()
) -> list[Finding]:
    """Look *app* over and return what was found, errors first.

    :param deploy: whether the rules for production hold as well.
    :param tags: only the checks with one of these: settings, routes, links, templates, services
        or own; all of them when none is given.
    """
    from .running import run_checks

    return run_checks(app, deploy, tags)
