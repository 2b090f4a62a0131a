"""Clients for Redis and Valkey: from a URL, or from one that the application has already."""

from __future__ import annotations

import importlib
import typing as t
from urllib.parse import unquote, urlsplit

#: What makes up an address, in the keyword arguments of a connection pool.
_ADDRESS = (
    "host",
    "port",
    "path",
    "db",
    "username",
    "password",
    "credential_provider",
    "client_name",
    "protocol",
    "socket_keepalive",
    "socket_keepalive_options",
    "socket_type",
)


def make_client(given: t.Any, timeout: float) -> t.Any:
    """Return a client with our timeouts for ``SESSION_REDIS``.

    - None: ``redis://localhost:6379``.
    - A URL: ``redis://``, ``rediss://``, ``unix://``, the same with ``valkey``,
      ``redis+sentinel://host:26379,host:26379/name-of-the-master/0`` or
      ``redis+cluster://host:6379,host:6379``.
    - A client of redis-py or valkey-py. From one for a single server the address is taken, so
      that its own timeouts, and whether it decodes, do not matter; one for Sentinel or Cluster
      is used as it is.
    """
    if given is None:
        return _from_url("redis://localhost:6379", timeout)
    if isinstance(given, str):
        return _from_url(given, timeout)
    if not callable(getattr(given, "evalsha", None)):
        raise TypeError(
            f"SESSION_REDIS is of type {type(given).__name__}. Give a URL, or a client of redis-py"
            " or valkey-py: redis.Redis(host=…)."
        )
    if type(given).__module__.split(".")[1:2] == ["asyncio"]:
        raise TypeError("SESSION_REDIS is an asyncio client. Give the URL, or a redis.Redis.")
    return _with_timeouts(given, timeout)


def _timeouts(library: t.Any, seconds: float) -> dict[str, t.Any]:
    """Return the settings of a connection that keep a request from waiting for ever.

    A connection that broke since it was last used is made anew, once; a timeout is not tried
    again, for the next would take as long.
    """
    retry = importlib.import_module(f"{library.__name__}.retry").Retry
    backoff = importlib.import_module(f"{library.__name__}.backoff").NoBackoff
    return {
        "socket_timeout": seconds,
        "socket_connect_timeout": seconds,
        "retry": retry(backoff(), 1, supported_errors=(library.exceptions.ConnectionError,)),
        "decode_responses": False,
    }


def _from_url(url: str, timeout: float) -> t.Any:
    scheme = urlsplit(url).scheme
    family, _, kind = scheme.partition("+")
    library = importlib.import_module("valkey" if family.startswith("valkey") else "redis")
    settings = _timeouts(library, timeout)
    if not kind:
        cls = library.Valkey if library.__name__ == "valkey" else library.Redis
        return cls.from_url(url, **settings)
    if kind == "sentinel":
        return _from_sentinel(library, url, settings)
    if kind == "cluster":
        return _from_cluster(library, url, settings)
    raise ValueError(f"SESSION_REDIS has an unknown scheme: {scheme}://")


def _hosts(netloc: str, port: int) -> list[tuple[str, int]]:
    hosts = []
    for part in netloc.rpartition("@")[2].split(","):
        host, _, number = part.rpartition(":") if ":" in part else (part, "", "")
        hosts.append((host.strip("[]"), int(number or port)))
    return hosts


def _account(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    given = {"username": unquote(user), "password": unquote(password)}
    return {name: value for name, value in given.items() if value}


def _from_sentinel(library: t.Any, url: str, settings: dict[str, t.Any]) -> t.Any:
    parts = urlsplit(url)
    name, _, db = parts.path.strip("/").partition("/")
    if not name:
        raise ValueError(
            "SESSION_REDIS names no master for Sentinel:"
            " redis+sentinel://host:26379,host:26379/NAME/0"
        )
    module = importlib.import_module(f"{library.__name__}.sentinel")
    sentinel = module.Sentinel(_hosts(parts.netloc, 26379), sentinel_kwargs=settings)
    return sentinel.master_for(name, db=int(db or 0), **_account(url), **settings)


def _from_cluster(library: t.Any, url: str, settings: dict[str, t.Any]) -> t.Any:
    module = importlib.import_module(f"{library.__name__}.cluster")
    cls = getattr(module, "ValkeyCluster" if library.__name__ == "valkey" else "RedisCluster")
    nodes = [module.ClusterNode(*address) for address in _hosts(urlsplit(url).netloc, 6379)]
    settings = {name: value for name, value in settings.items() if name != "retry"}
    return cls(startup_nodes=nodes, **_account(url), **settings)


def library_of(client: t.Any) -> t.Any:
    """Return the package whose exceptions the client raises."""
    for cls in type(client).__mro__:
        root = cls.__module__.partition(".")[0]
        if root in ("redis", "valkey"):
            return importlib.import_module(root)
    return importlib.import_module("redis")


def _with_timeouts(given: t.Any, timeout: float) -> t.Any:
    library = library_of(given)
    pool: t.Any = getattr(given, "connection_pool", None)
    if type(given) not in (library.Redis, getattr(library, "Valkey", None)) or type(pool) not in (
        library.ConnectionPool,
        library.BlockingConnectionPool,
    ):
        return given
    kwargs = {
        name: value
        for name, value in pool.connection_kwargs.items()
        if name in _ADDRESS or name.startswith("ssl_")
    }
    settings = {**kwargs, **_timeouts(library, timeout)}
    own = type(pool)(
        connection_class=pool.connection_class, max_connections=pool.max_connections, **settings
    )
    return type(given)(connection_pool=own)
