"""One program a framework; each builds, by the name of a variant, an application to measure."""

from __future__ import annotations

import collections.abc as cabc
import importlib
import pathlib
import sys
import types

from ..exchange import Application

Maker = cabc.Callable[[str], Application]

FRAMEWORKS = {
    "erlen": "Erlen",
    "as_flask": "as_flask",
    "flask": "Flask",
    "falcon": "Falcon",
    "bottle": "Bottle",
    "django": "Django",
    "pyramid": "Pyramid",
    "bare": "bare WSGI",
}
#: What a framework does not offer, or what nobody would write by hand.
NOT_OFFERED = {
    "falcon": {"url_for"},
    "pyramid": {"not_allowed"},  # its method predicates answer 404
    "bare": {
        *("routes_10", "routes_100", "routes_1000", "routes_10000", "multipart"),
        *("hooks", "template", "url_for", "static", "static_304", "proxies"),
    },
}


def find_maker(framework: str) -> Maker:
    """Import *framework* and return what makes its applications.

    A name that ends in ``_data`` is that of the program with a database.
    """
    if framework == "fastapi_async_data":
        make_fastapi = find_maker("fastapi_data")
        return lambda variant: make_fastapi(f"{variant}-async")
    if framework.startswith("erlen"):
        module = _flask_program_for_erlen(framework.replace("erlen", "flask"))
    else:
        if framework == "as_flask":
            importlib.import_module("erlen.as_flask")
            framework = "flask"
        module = importlib.import_module(f"{__name__}.{framework}_program")
    make: Maker = module.make_app
    return make


def _flask_program_for_erlen(name: str) -> types.ModuleType:
    """Return the program written for Flask with its imports changed."""
    path = pathlib.Path(__file__).with_name(f"{name}_program.py")
    source = path.read_text().replace("from flask import", "from erlen import")
    source = source.replace("from flask_sqlalchemy import", "from erlen.db import")
    module = types.ModuleType(f"benchmarks.apps.{name.replace('flask', 'erlen')}_program")
    sys.modules[module.__name__] = module  # where typing looks for the names in annotations
    exec(compile(source, str(path), "exec"), module.__dict__)
    return module
