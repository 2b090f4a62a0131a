"""The notes of the user who is logged in."""

from .views import bp as bp
