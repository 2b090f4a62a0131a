"""Links to pages and static files."""

from __future__ import annotations

import functools
import os
import typing as t
from urllib.parse import unquote, urlencode, urlsplit, urlunsplit

from werkzeug.security import safe_join

from ..ctx import has_request_context
from ..globals import current_app, request
from .serving import StaticFiles

if t.TYPE_CHECKING:
    import collections.abc as cabc

    from ..app import Erlen
    from ..blueprints import Blueprint

_FILENAME = "<path:filename>"


class UrlManager:
    """Makes links, and gives those of static files a version.

    With it ``url_for("static", filename=...)`` carries the version as well, blueprints'
    included, and what is asked for by its version is sent to be kept for a year. Templates
    have ``build_url`` and ``build_static_url``.
    """

    def __init__(self, app: Erlen | None = None) -> None:
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Erlen) -> None:
        config = app.config
        config.setdefault("RELEASE_VERSION", None)
        config.setdefault("ASSETS_CDN", None)
        config.setdefault("ASSETS_VERSIONED_URL_FOR", True)
        files = app.extensions["assets"] = StaticFiles(app)

        plainly = app.send_static_file
        app.send_static_file = functools.partial(files.send, app, plainly)  # type: ignore[method-assign]
        app.url_for = functools.partial(_versioned_url_for, app, files, app.url_for)  # type: ignore[method-assign]

        @app.before_first_request
        def take_over_blueprints() -> None:
            # Not now: there may be more of them later.
            for name, blueprint in app.blueprints.items():
                endpoint = f"{name}.static"
                if app.view_functions.get(endpoint) == blueprint.send_static_file:
                    app.view_functions[endpoint] = functools.partial(
                        files.send, blueprint, blueprint.send_static_file
                    )

        @app.context_processor
        def offer_functions() -> dict[str, t.Any]:
            functions = {"build_url": self.build_url, "build_static_url": self.build_static_url}
            for name, function in functions.items():  # for macros imported without the context
                current_app.jinja_env.globals.setdefault(name, function)
            # Also url_for: the environment may be older than this one.
            return functions | {"url_for": app.url_for}

    def build_url(self, path: str, **query: t.Any) -> str:
        """Return the link to a path of the application, below where it is mounted."""
        if _is_elsewhere(path):
            return path
        url = f"{_mount_point()}/{path.lstrip('/')}"
        return f"{url}{'&' if '?' in url else '?'}{urlencode(query, doseq=True)}" if query else url

    def build_static_url(self, path: str) -> str:
        """Return the link to a static file with its version, on the CDN if there is one.

        *path* is the path that the file is served under. A file that is not found gets a version
        only from ``RELEASE_VERSION``.
        """
        if _is_elsewhere(path):
            return path
        parts = urlsplit(f"/{path.lstrip('/')}")
        files: StaticFiles = current_app.extensions["assets"]
        version = files.version_of(_find_file(current_app, parts.path))
        query = "&".join(filter(None, [parts.query, version and urlencode({"ver": version})]))
        url = urlunsplit(parts._replace(query=query))
        return f"{_cdn(current_app)}{_mount_point()}{url}"


def _is_elsewhere(path: str) -> bool:
    return path.startswith("//") or "://" in path.partition("?")[0]


def _mount_point() -> str:
    """Return the path that the application is mounted under, without a slash at its end."""
    root = request.root_path if has_request_context() else ""
    return root or t.cast(str, current_app.config["APPLICATION_ROOT"]).rstrip("/")


def _cdn(app: Erlen) -> str:
    return (app.config.get("ASSETS_CDN") or "").rstrip("/")


def _find_file(app: Erlen, url_path: str) -> str | None:
    """Return the path of the file that is served under *url_path*.

    Failing that, of the file that lies there in the application's static folder: a server in
    front may have it under another path.
    """
    folders = sorted(_static_folders(app), reverse=True)  # of several prefixes the longest
    for prefix, folder in [*folders, ("/", app.static_folder)]:
        if folder is not None and url_path.startswith(prefix):
            path = safe_join(folder, unquote(url_path[len(prefix) :]))
            if path is not None and os.path.isfile(path):
                return path
    return None


def _static_folders(app: Erlen) -> cabc.Iterator[tuple[str, str]]:
    owners: dict[str, Erlen | Blueprint] = {"static": app}
    owners.update({f"{name}.static": blueprint for name, blueprint in app.blueprints.items()})
    for endpoint, owner in owners.items():
        if endpoint in app.view_functions and owner.static_folder is not None:
            for rule in app.url_map.iter_rules(endpoint):
                if rule.rule.endswith(_FILENAME):
                    yield rule.rule.removesuffix(_FILENAME), owner.static_folder


def _versioned_url_for(
    app: Erlen,
    files: StaticFiles,
    plain_url_for: cabc.Callable[..., str],
    /,
    endpoint: str,
    **values: t.Any,
) -> str:
    """Build a URL as the application would, for a static file with its version."""
    owner = _owner_of(app, endpoint) if "filename" in values else None
    if owner is None or not app.config["ASSETS_VERSIONED_URL_FOR"]:
        return plain_url_for(endpoint, **values)
    folder = t.cast(str, owner.static_folder)
    filename = str(values["filename"])
    if "ver" not in values:
        values = values | _version_values(files, folder, filename)
    cdn = _cdn(app)
    if not cdn:
        return plain_url_for(endpoint, **values)
    url = plain_url_for(endpoint, **(values | {"_external": False, "_scheme": None}))
    return url if _is_elsewhere(url) else cdn + url


def _owner_of(app: Erlen, endpoint: str) -> Erlen | Blueprint | None:
    """Return whose static files *endpoint* serves, None when it is another endpoint."""
    if endpoint[:1] == "." and has_request_context():
        endpoint = f"{request.blueprint or ''}{endpoint}".removeprefix(".")
    name, _, last = endpoint.rpartition(".")
    if last != "static":
        return None
    owner: Erlen | Blueprint | None = app.blueprints.get(name) if name else app
    return owner if owner is not None and owner.has_static_folder else None


def _version_values(files: StaticFiles, folder: str, filename: str) -> dict[str, t.Any]:
    """Return the values that make a URL one of this version: a name of its own, or ``ver``."""
    version = files.version_of(_path_in(folder, filename))
    if version is None:
        return {}
    entry = files.manifests.of(folder).files.get(filename)
    if entry is None or entry.digest != version:
        return {"ver": version}
    return {"filename": entry.name}


# PERF: 0.1 instead of 5 us a link; what is left are two looks at the disk.
_path_in = functools.lru_cache(maxsize=1024)(safe_join)
