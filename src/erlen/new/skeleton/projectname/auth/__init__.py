"""Registering, logging in and out, and who is asking."""

from .views import bp as bp
