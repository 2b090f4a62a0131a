"""What can go wrong."""

from __future__ import annotations


class ProjectError(Exception):
    """The project could not be made; the message says what would mend it."""
