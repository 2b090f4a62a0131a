"""Files that several starting processes want to make at the same time."""

from __future__ import annotations

import collections.abc as cabc
import os
from pathlib import Path


def create_once(path: Path, write: cabc.Callable[[Path], None]) -> bool:
    """Let *write* make *path* unless it is there already; say whether this call made it.

    The work is done on a file beside it that is then linked into place. So nobody ever sees half
    a file, and of several workers that start together exactly one wins.
    """
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    try:
        write(draft)
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    return True
