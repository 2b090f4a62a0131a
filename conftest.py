"""For every test of the project, those of the examples included."""

from __future__ import annotations

pytest_plugins = ["tests.services"]
