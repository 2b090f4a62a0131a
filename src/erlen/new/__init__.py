"""A new project in one command: ``erlen new NAME``.

What it writes is the folder ``skeleton``, a project like any other, in which the names of the new
one take the place of ``projectname``, ``project-name`` and ``Project Name``.
"""

from __future__ import annotations

from .environment import make_environment
from .failures import ProjectError
from .names import Names
from .writing import write_project

__all__ = ["Names", "ProjectError", "make_environment", "write_project"]
