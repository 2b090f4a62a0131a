"""JSON as it was before providers: encoder and decoder classes, and four settings."""

from __future__ import annotations

import collections.abc as cabc
import json
import typing as t
import weakref

import erlen.json
from erlen.globals import _request_ctx_stack
from erlen.json.provider import DefaultJSONProvider, _default

from .names import warn_of

if t.TYPE_CHECKING:
    from markupsafe import Markup

    from erlen import Flask


class JSONEncoder(json.JSONEncoder):
    """Writes what JSON does not know in the way of ``flask.json``; subclasses extend `default`."""

    def default(self, o: t.Any) -> t.Any:
        return _default(o)


class JSONDecoder(json.JSONDecoder):
    """Was for subclasses to change how JSON is read."""


def htmlsafe_dumps(obj: t.Any, **kwargs: t.Any) -> Markup:
    """Return *obj* as JSON that can stand in an HTML page."""
    from jinja2.utils import htmlsafe_json_dumps

    return htmlsafe_json_dumps(obj, dumps=erlen.json.dumps, **kwargs)


def htmlsafe_dump(obj: t.Any, fp: t.IO[str], **kwargs: t.Any) -> None:
    fp.write(htmlsafe_dumps(obj, **kwargs))


#: Setting -> attribute of the provider.
SETTINGS: t.Final = {
    "JSON_AS_ASCII": "ensure_ascii",
    "JSON_SORT_KEYS": "sort_keys",
    "JSONIFY_MIMETYPE": "mimetype",
    "JSONIFY_PRETTYPRINT_REGULAR": "compact",
}


class ConfiguredProvider(DefaultJSONProvider):
    """The default provider, which the settings of older Flasks change.

    They change its attributes when they are set, so that a request asks for none of them.
    """

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        app.config.__dict__["_older_provider"] = weakref.ref(self)
        self.configure(app.config)
        if class_of(app, "json_encoder") or class_of(app, "json_decoder"):
            self.__class__ = EncodingProvider

    def configure(self, keys: cabc.Iterable[str]) -> None:
        """Take over the settings among *keys*; False of PRETTYPRINT stands for the default."""
        provider = getattr(self._app, "json", self)  # which is still to come at first
        for key in keys:
            if key in SETTINGS:
                value = self._app.config[key]
                if key == "JSONIFY_PRETTYPRINT_REGULAR":
                    value = False if value else None
                advice = f"set 'app.json.{SETTINGS[key]}'"
                warn_of(f"app.config[{key!r}]", advice)
                setattr(provider, SETTINGS[key], value)


class EncodingProvider(ConfiguredProvider):
    """Writes and reads through the encoder and decoder classes of blueprint and application."""

    def dumps(self, obj: t.Any, **kwargs: t.Any) -> str:
        if "cls" not in kwargs:
            found = self._class("json_encoder")
            if found is None:
                return super().dumps(obj, **kwargs)
            kwargs["cls"] = found
        kwargs.setdefault("ensure_ascii", self.ensure_ascii)
        kwargs.setdefault("sort_keys", self.sort_keys)
        return json.dumps(obj, **kwargs)

    def loads(self, s: str | bytes, **kwargs: t.Any) -> t.Any:
        found = self._class("json_decoder")
        if found is not None:
            kwargs.setdefault("cls", found)
        return super().loads(s, **kwargs)

    def _class(self, name: str) -> t.Any:
        top = _request_ctx_stack.top
        if top is not None and top.app == self._app:
            for blueprint in top.request.blueprints:
                found = class_of(top.app.blueprints[blueprint], name)
                if found is not None:
                    return found
        return class_of(self._app, name)


class EncoderClass:
    """The attribute ``json_encoder`` or ``json_decoder`` of an application or a blueprint."""

    def __init__(self, name: str, default: type | None) -> None:
        self.name = name
        self.default = default

    def __get__(self, obj: t.Any, owner: type | None = None) -> t.Any:
        if obj is None:
            return self
        return obj.__dict__.get(self.name) or self.default

    def __set__(self, obj: t.Any, value: t.Any) -> None:
        blueprint = hasattr(obj, "deferred_functions")
        holder = "blueprint" if blueprint else "app"
        warn_of(f"{holder}.{self.name}", "set 'app.json' to a provider of your own")
        obj.__dict__[self.name] = value
        if blueprint:
            obj.record(lambda state: use_encoders(state.app))
        else:
            use_encoders(obj)


def class_of(obj: t.Any, name: str) -> t.Any:
    """Return the encoder or decoder that *obj* or its class was given, or None."""
    given = vars(obj).get(name) if not isinstance(obj, weakref.ProxyTypes) else None
    found = given or getattr(obj, name, None)
    return None if found in (JSONEncoder, JSONDecoder) else found


def use_encoders(app: Flask) -> None:
    """Make the application's provider ask for the classes, if it is the default one."""
    if type(app.json) in (ConfiguredProvider, DefaultJSONProvider):
        app.json.__class__ = EncodingProvider
        app.json = app.json  # the plans know the class of the provider
