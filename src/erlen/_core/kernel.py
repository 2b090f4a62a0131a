"""The kernel, compiled where that can be had, else as Python reads it."""

from __future__ import annotations

import importlib
import typing as t

_NAME = f"{__package__}.standins"


def _load() -> t.Any:
    try:
        return importlib.import_module(_NAME)
    except ImportError:
        # What Cython makes serves one interpreter of a process; mod_wsgi may have several.
        return _load_source()


def _load_source() -> t.Any:
    import importlib.util
    import pathlib

    file = pathlib.Path(__file__).with_name("standins.py")
    spec: t.Any = importlib.util.spec_from_file_location(_NAME, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if t.TYPE_CHECKING:
    from . import standins as standins
else:
    standins = _load()
