"""The notes as JSON, for other programs.

A program gets a token with ``POST /api/tokens`` and sends it as ``Authorization: Bearer ...``.
The session's cookie counts for nothing here, so no page of another site can use it.
"""

from .views import bp as bp
