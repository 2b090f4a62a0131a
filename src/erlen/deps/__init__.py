"""``erlen deps``: the requirements of a project, from what its files import.

The parts are functions: :func:`find_sources` → :func:`read_imports` → :func:`resolve`. Needs the
extra for reading and comparing versions: ``pip install 'erlen[deps]'``.
"""

from __future__ import annotations

from .imports import Import, Source, read_imports
from .resolving import Finding, resolve
from .sources import find_sources

__all__ = ["Finding", "Import", "Source", "find_sources", "read_imports", "resolve"]
