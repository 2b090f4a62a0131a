"""Names in the configuration: misspelt ones, and those of former times."""

from __future__ import annotations

import collections.abc as cabc
import difflib
import sys
import typing as t

from .finding import Finding
from .kinds import found

if t.TYPE_CHECKING:
    from ..app import Erlen
    from .survey import Survey

#: Beside those in ``Erlen.default_config``: what batteries read.
KNOWN: t.Final = frozenset(
    {
        "ACCESS_LOG",
        "ACCESS_LOG_QUERY",
        "ASSETS_CDN",
        "ASSETS_VERSIONED_URL_FOR",
        "LOG_FORMAT",
        "RELEASE_VERSION",
        "REQUEST_ID_HEADER",
        "SESSION_CACHELIB",
        "SESSION_CLEANUP_N_REQUESTS",
        "SESSION_FILE_DIR",
        "SESSION_FILE_MODE",
        "SESSION_FILE_THRESHOLD",
        "SESSION_ID_LENGTH",
        "SESSION_KEY_PREFIX",
        "SESSION_MAX_SIZE",
        "SESSION_MEMCACHED",
        "SESSION_MONGODB",
        "SESSION_MONGODB_COLLECT",
        "SESSION_MONGODB_DB",
        "SESSION_ON_STORE_ERROR",
        "SESSION_PERMANENT",
        "SESSION_REDIS",
        "SESSION_SERIALIZATION_FORMAT",
        "SESSION_SQLALCHEMY",
        "SESSION_SQLALCHEMY_BIND_KEY",
        "SESSION_SQLALCHEMY_SCHEMA",
        "SESSION_SQLALCHEMY_SEQUENCE",
        "SESSION_SQLALCHEMY_TABLE",
        "SESSION_STORE_TIMEOUT",
        "SESSION_TYPE",
        "SESSION_USE_SIGNER",
        "SQLALCHEMY_ASYNC_ENGINES",
        "SQLALCHEMY_BINDS",
        "SQLALCHEMY_DATABASE_URI",
        "SQLALCHEMY_ECHO",
        "SQLALCHEMY_ENGINES",
        "SQLALCHEMY_ENGINE_OPTIONS",
        "SQLALCHEMY_MAX_OVERFLOW",
        "SQLALCHEMY_POOL_RECYCLE",
        "SQLALCHEMY_POOL_SIZE",
        "SQLALCHEMY_POOL_TIMEOUT",
        "SQLALCHEMY_RECORD_QUERIES",
        "SQLALCHEMY_SQLITE_PRAGMAS",
        "SQLALCHEMY_TRACK_MODIFICATIONS",
        "WTF_CSRF_CHECK_DEFAULT",
        "WTF_CSRF_CHECK_ORIGIN",
        "WTF_CSRF_ENABLED",
        "WTF_CSRF_FIELD_NAME",
        "WTF_CSRF_HEADERS",
        "WTF_CSRF_METHODS",
        "WTF_CSRF_SECRET_KEY",
        "WTF_CSRF_SSL_STRICT",
        "WTF_CSRF_TIME_LIMIT",
        "WTF_CSRF_TRUSTED_ORIGINS",
        "WTF_I18N_ENABLED",
        "WTF_LOCALE",
    }
)

#: What Flask had, and what stands in for it. ``erlen.as_flask`` still heeds them.
GONE: t.Final = {
    "JSON_AS_ASCII": "Set app.json.ensure_ascii.",
    "JSON_SORT_KEYS": "Set app.json.sort_keys.",
    "JSONIFY_MIMETYPE": "Set app.json.mimetype.",
    "JSONIFY_PRETTYPRINT_REGULAR": "Set app.json.compact, which is the opposite.",
    "LOGGER_HANDLER_POLICY": "Configure Python's logging.",
    "LOGGER_NAME": "The logger has the name of the application.",
    "PRESERVE_CONTEXT_ON_EXCEPTION": "Remove it; the test client preserves contexts.",
}

#: How alike a name and a known one are that is probably meant.
_ALIKE = 0.9
_SHORTEST = 6


def check_names(survey: Survey) -> cabc.Iterator[Finding]:
    config = survey.app.config
    for name in map(str, config):
        if name in GONE and "erlen.as_flask" not in sys.modules:
            yield found("setting-gone", name, "Nothing reads this setting any more.", GONE[name])
        meant = _name_meant(survey.app, name)
        if meant is not None:
            yield found(
                "setting-misspelt",
                name,
                f"Nothing known reads this setting, and {meant} is not set: is that meant?",
                f"Write {meant}; or, if the setting is your own, --ignore setting-misspelt",
            )


def _name_meant(app: Erlen, name: str) -> str | None:
    """Return the known name that *name* is nearly; None when that one is set, too."""
    defaults = app.default_config
    known = KNOWN | set(defaults)
    if name in known or name in GONE or len(name) < _SHORTEST:
        return None
    close = difflib.get_close_matches(name, known, n=1, cutoff=_ALIKE)
    if not close:
        return None
    meant = close[0]
    return meant if app.config.get(meant) == defaults.get(meant) else None
