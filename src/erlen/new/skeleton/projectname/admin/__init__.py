"""What administrators do: look after users and notes."""

from .views import bp as bp
