"""Where sessions are kept, and in which form: what each of them asks its interface for.

Cython makes an extension type of it where it can (see ``keeper.pxd``).
"""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from .ids import PlainIds, SignedIds
    from .serialization import Serializer
    from .stores.base import Store


class Keeper:
    """What an interface to a store has from its settings; it can be set anew at any time."""

    store: Store
    serializer: Serializer
    #: Bytes of a session; 0 for no limit.
    max_size: int
    _ids: PlainIds | SignedIds
