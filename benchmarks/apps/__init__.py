"""One program a framework; each builds, by the name of a variant, an application to measure."""

from __future__ import annotations

import collections.abc as cabc
import importlib
import pathlib
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
    """Import *framework* and return what makes its applications."""
    if framework == "erlen":
        module = _flask_program_for_erlen()
    else:
        if framework == "as_flask":
            importlib.import_module("erlen.as_flask")
            framework = "flask"
        module = importlib.import_module(f"{__name__}.{framework}_program")
    make: Maker = module.make_app
    return make


def _flask_program_for_erlen() -> types.ModuleType:
    """Return the program written for Flask with its one import changed."""
    path = pathlib.Path(__file__).with_name("flask_program.py")
    source = path.read_text().replace("from flask import", "from erlen import")
    module = types.ModuleType("benchmarks.apps.erlen_program")
    exec(compile(source, str(path), "exec"), module.__dict__)
    return module
