"""Runs the migrations of this folder. To run them differently, replace the last line."""

from alembic import context

from erlen.migrate import environment

environment.run(context)
