"""Make `import flask` mean Erlen, for the whole process and for the processes it starts.

Importing this module is all there is to do, as long as it happens before `flask` is imported:

    import erlen.as_flask                    # the first line of a program
    python -m erlen.as_flask PROGRAM ...     # a program that is not to be changed
    pytest -p erlen.as_flask                 # its tests

How it works: `site/` beside this file is a folder as it could lie on `sys.path`, with a package
`flask` and the metadata of a distribution "Flask". A finder at the front of `sys.meta_path` leads
`import flask` there, whatever else is installed, and answers for the submodules with Erlen's own
modules: `flask.cli is erlen.cli`, so a patch on one is a patch on the other. Child processes find
the same folder through `PYTHONPATH`; nothing is written anywhere.
"""

from __future__ import annotations

import os
import sys

from .children import announce
from .finder import SITE, FlaskFinder

__all__ = ["install"]


def install(*, children: bool = True) -> None:
    """Put Erlen in Flask's place; a second call changes nothing.

    With `children` the environment variables of this process change so that Python processes
    started from it meet Erlen too. `ERLEN_AS_FLASK_CHILDREN=0` turns that off from outside,
    `erlen.as_flask.children.withdraw(os.environ)` afterwards.

    Raises `RuntimeError` when the real Flask has been imported already: modules that hold its
    classes could not be led over any more.
    """
    _refuse_after_flask()
    if not any(isinstance(finder, FlaskFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, FlaskFinder())
    if SITE not in sys.path:
        # Where PYTHONPATH would put it; what reads `sys.path` by itself (`pkg_resources`, the
        # `spawn` method of multiprocessing) finds Flask there as well.
        sys.path.insert(1, SITE)
    if children and os.environ.get("ERLEN_AS_FLASK_CHILDREN") != "0":
        announce(os.environ)


def _refuse_after_flask() -> None:
    module = sys.modules.get("flask")
    origin = getattr(module, "__file__", None) or "an unknown place"
    if module is None or origin.startswith(SITE):
        return
    raise RuntimeError(
        f"`erlen.as_flask` cannot take Flask's place: the real Flask is imported already, from"
        f" {origin}.\nImport it earlier: make `import erlen.as_flask` the first line of the"
        " program, or leave the program as it is and start it with\n"
        "    python -m erlen.as_flask PROGRAM ...\n"
        "    python -m erlen.as_flask -m MODULE ...\n"
        "    pytest -p erlen.as_flask ..."
    )


install()
