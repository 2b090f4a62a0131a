"""Turns server-side sessions on: ``Session(app)``, with Flask-Session's configuration."""

from __future__ import annotations

import random
import typing as t

if t.TYPE_CHECKING:
    import collections.abc as cabc

    from ..app import Erlen
    from .server import ServerSideSessionInterface


class Session:
    """Keeps an application's sessions in the store that ``SESSION_TYPE`` names.

    ``Session(app)``, or ``Session()`` and, in an application factory, ``init_app(app)``. It
    only sets ``app.session_interface``; the sessions themselves are ``erlen.session``.
    """

    def __init__(self, app: Erlen | None = None) -> None:
        self.app = app
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Erlen) -> None:
        """Read the configuration and replace the application's session interface.

        The store is not asked for anything yet: an application starts while it is down.

        :raises ValueError: a setting has a value that cannot be meant.
        :raises RuntimeError: a package that the store needs is missing.
        """
        kind = app.config.get("SESSION_TYPE", "null")
        if kind in (None, "null"):
            raise ValueError(
                "SESSION_TYPE is not set. Say where sessions are kept, for example"
                ' app.config["SESSION_TYPE"] = "redis".'
            )
        interface = self._make_interface(app, kind)
        app.session_interface = interface
        every = app.config.get("SESSION_CLEANUP_N_REQUESTS")
        if every:
            app.before_request(_pruner(interface, every))

    def _make_interface(self, app: Erlen, kind: t.Any) -> ServerSideSessionInterface:
        # Imported here: applications with cookie sessions need neither these nor msgspec.
        from .settings import check_settings, read_policy
        from .stores.registry import make_store

        try:
            from .serialization import make_serializer
        except ModuleNotFoundError as exc:
            raise RuntimeError(
                f"Server-side sessions need the package {exc.name!r}: pip install 'erlen[sessions]'"
            ) from exc
        from .server import ServerSideSessionInterface
        from .stores.settings import Settings

        config = app.config
        check_settings(config)
        serializer = make_serializer(config.get("SESSION_SERIALIZATION_FORMAT", "msgpack"))
        policy = read_policy(config)
        settings = Settings(
            app=app,
            prefix=config.get("SESSION_KEY_PREFIX", "session:"),
            timeout=config.get("SESSION_STORE_TIMEOUT", 0.5),
            max_size=policy["max_size"],
            serializer=serializer,
        )
        store = make_store(kind, settings)
        return ServerSideSessionInterface(app, store, serializer, **policy)


def _pruner(interface: ServerSideSessionInterface, every: int) -> cabc.Callable[[], None]:
    """Return a function for before requests that prunes the store once in *every* of them."""

    def prune_now_and_then() -> None:
        if random.randrange(every) == 0:
            interface.prune()

    return prune_now_and_then
