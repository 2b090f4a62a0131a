"""What can go wrong with a session that a store keeps."""

from __future__ import annotations


class SessionError(RuntimeError):
    """The base of what server-side sessions raise to a view."""


class SessionTooLarge(SessionError):
    """The session has more bytes than ``SESSION_MAX_SIZE`` allows; nothing was saved."""


class SessionLockTimeout(SessionError):
    """Others held the session's lock all the time that this request was ready to wait."""


class SessionLockLost(SessionError):
    """The lock expired while its holder was at work; what was changed under it is not saved."""


class UnstorableValue(TypeError):
    """A value is of a type that sessions do not keep."""


class StoreError(Exception):
    """The store did not answer, not in time, or not as it should.

    Stores raise it; a request that touches the session is answered with a 503 for it.
    """
