"""What a store is made from: the configuration, and what the other parts agreed on."""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    from ...app import Erlen
    from ..serialization import Serializer


@dataclasses.dataclass(frozen=True, slots=True)
class Settings:
    """Handed to a store's factory.

    :param prefix: stands before an id wherever the store keeps it: ``SESSION_KEY_PREFIX``.
    :param timeout: for how many seconds a connection, and then an answer, may be waited for.
    :param max_size: of a session, in bytes.
    """

    app: Erlen
    prefix: str
    timeout: float
    max_size: int
    serializer: Serializer
