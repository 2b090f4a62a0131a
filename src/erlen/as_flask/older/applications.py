"""What an application and its configuration had, given to the classes of Erlen."""

from __future__ import annotations

import collections.abc as cabc
import typing as t

from erlen.app import Erlen
from erlen.config import Config
from erlen.json.provider import DefaultJSONProvider
from erlen.registration import _make_timedelta

from .encoders import SETTINGS, ConfiguredProvider, EncoderClass, JSONDecoder, JSONEncoder
from .helpers import get_env
from .names import warn_of


class OlderSetting:
    """An attribute of the application that stood for a configuration key."""

    def __init__(
        self, name: str, key: str, convert: cabc.Callable[[t.Any], t.Any] | None = None
    ) -> None:
        self.name = name
        self.key = key
        self.convert = convert

    def __get__(self, obj: t.Any, owner: type | None = None) -> t.Any:
        if obj is None:
            return self
        self._warn()
        value = obj.config[self.key] if self.key in obj.config else KEYS[self.key][0]()
        return value if self.convert is None else self.convert(value)

    def __set__(self, obj: t.Any, value: t.Any) -> None:
        self._warn()
        obj.config[self.key] = value

    def _warn(self) -> None:
        warn_of(f"app.{self.name}", f"use 'app.config[{self.key!r}]'")


#: Attribute -> configuration key, and how its value is read.
ATTRIBUTES: t.Final[dict[str, tuple[str, cabc.Callable[[t.Any], t.Any] | None]]] = {
    "env": ("ENV", None),
    "session_cookie_name": ("SESSION_COOKIE_NAME", None),
    "send_file_max_age_default": ("SEND_FILE_MAX_AGE_DEFAULT", _make_timedelta),
    "use_x_sendfile": ("USE_X_SENDFILE", None),
    "templates_auto_reload": ("TEMPLATES_AUTO_RELOAD", bool),
    "propagate_exceptions": ("PROPAGATE_EXCEPTIONS", bool),
    "preserve_context_on_exception": ("PRESERVE_CONTEXT_ON_EXCEPTION", bool),
}

#: Keys that were always there: how they begin, and today's way.
KEYS: t.Final[dict[str, tuple[cabc.Callable[[], t.Any], str]]] = {
    "ENV": (get_env, "use 'app.debug', or a setting of your own"),
    "JSON_AS_ASCII": (lambda: True, "use 'app.json.ensure_ascii'"),
    "JSON_SORT_KEYS": (lambda: True, "use 'app.json.sort_keys'"),
    "JSONIFY_MIMETYPE": (lambda: "application/json", "use 'app.json.mimetype'"),
    "JSONIFY_PRETTYPRINT_REGULAR": (lambda: False, "use 'app.json.compact'"),
    "PRESERVE_CONTEXT_ON_EXCEPTION": (lambda: None, "leave it out"),
}


def _missing(missing: cabc.Callable[[Config, str], t.Any]) -> cabc.Callable[[Config, str], t.Any]:
    """Make the older keys give their defaults."""

    def missing_older(config: Config, key: str) -> t.Any:
        if key not in KEYS:
            return missing(config, key)
        default, advice = KEYS[key]
        warn_of(f"app.config[{key!r}]", advice)
        return default()

    return missing_older


def _announcing(announce: cabc.Callable[..., None]) -> cabc.Callable[..., None]:
    """Make changes of the JSON settings known to the provider."""

    def announce_older(config: Config, keys: cabc.Iterable[str]) -> None:
        announce(config, keys)
        provider = config.__dict__.get("_older_provider", lambda: None)()
        if provider is not None and not SETTINGS.keys().isdisjoint(keys):
            provider.configure(keys)

    return announce_older


def _open_session(app: Erlen, request: t.Any) -> t.Any:
    warn_of("app.open_session", "use 'app.session_interface.open_session'")
    return app.session_interface.open_session(app, request)


def _save_session(app: Erlen, session: t.Any, response: t.Any) -> None:
    warn_of("app.save_session", "use 'app.session_interface.save_session'")
    app.session_interface.save_session(app, session, response)


def _make_null_session(app: Erlen) -> t.Any:
    advice = "use 'app.session_interface.make_null_session'"
    warn_of("app.make_null_session", advice)
    return app.session_interface.make_null_session(app)


def attach() -> None:
    """Give `Erlen` and `Config` what those of older Flasks had; a second call changes nothing."""
    if "json_encoder" in vars(Erlen):
        return
    for name, (key, convert) in ATTRIBUTES.items():
        setattr(Erlen, name, OlderSetting(name, key, convert))
    for method in (_open_session, _save_session, _make_null_session):
        setattr(Erlen, method.__name__.lstrip("_"), method)
    given: dict[str, t.Any] = {
        "json_encoder": EncoderClass("json_encoder", JSONEncoder),
        "json_decoder": EncoderClass("json_decoder", JSONDecoder),
    }
    if Erlen.json_provider_class is DefaultJSONProvider:
        given["json_provider_class"] = ConfiguredProvider
    for name, value in given.items():
        setattr(Erlen, name, value)
    for name, value in (
        ("__missing__", _missing(Config.__missing__)),
        ("_announce", _announcing(Config._announce)),
    ):
        setattr(Config, name, value)
