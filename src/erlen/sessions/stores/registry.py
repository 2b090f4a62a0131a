"""The names of stores: what ``SESSION_TYPE`` can be."""

from __future__ import annotations

import collections.abc as cabc
import importlib
import typing as t

from .base import Store

if t.TYPE_CHECKING:
    from .settings import Settings

    Factory = cabc.Callable[[Settings], Store]

#: Erlen's own: the class in the module of that name, imported when it is wanted.
_OWN = {
    "cachelib": "CacheLibStore",
    "filesystem": "FileSystemStore",
    "memcached": "MemcachedStore",
    "memory": "MemoryStore",
    "mongodb": "MongoDBStore",
    "redis": "RedisStore",
    "sqlalchemy": "SQLAlchemyStore",
}
_registered: dict[str, Factory] = {}


def register_store(name: str, factory: Factory) -> None:
    """Make ``SESSION_TYPE = name`` mean the store that *factory* makes of the settings."""
    _registered[name.lower()] = factory


def make_store(kind: str | Store, settings: Settings) -> Store:
    """Return the store for ``SESSION_TYPE``: a name, or a store itself."""
    if isinstance(kind, Store):
        return kind
    name = kind.lower()
    if name in _registered:
        return _registered[name](settings)
    if name not in _OWN:
        known = ", ".join(sorted({*_OWN, *_registered}))
        raise ValueError(
            f"Unrecognized value for SESSION_TYPE: {kind}. It can be one of {known}, or a Store."
        )
    return t.cast(Store, getattr(_module_of(name), _OWN[name]).from_settings(settings))


def _module_of(name: str) -> t.Any:
    try:
        return importlib.import_module(f"{__package__}.{name}")
    except ModuleNotFoundError as exc:
        raise RuntimeError(
            f"SESSION_TYPE = {name!r} needs the package {exc.name!r}:"
            f" pip install 'erlen[{name if name not in ('memory', 'filesystem') else 'sessions'}]'"
        ) from exc
