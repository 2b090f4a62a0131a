"""All kinds of findings: the table that the checks, ``--list`` and the documentation go by."""

from __future__ import annotations

import dataclasses
import typing as t

from .finding import Finding, Level

#: What the checks are about, in the order in which they run.
TAGS: t.Final = ("settings", "routes", "links", "templates", "services", "own")


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """One kind of finding."""

    id: str
    level: Level
    tag: str
    summary: str
    #: Whether it is looked for with ``--deploy`` only.
    deploy: bool = False


_ALL = (
    # Settings
    Kind("secret-key-missing", "error", "settings", "The session is written to without a key."),
    Kind("secret-key-weak", "error", "settings", "The key, or a former one, is easy to guess."),
    Kind("secret-key-fallbacks", "error", "settings", "`SECRET_KEY_FALLBACKS` is no list of keys."),
    Kind("secret-key-not-set", "warning", "settings", "There is no key.", deploy=True),
    Kind("cookie-samesite", "error", "settings", "`SESSION_COOKIE_SAMESITE` is no known value."),
    Kind("cookie-refused", "error", "settings", "Browsers refuse a cookie with these settings."),
    Kind("cookie-domain", "error", "settings", "The cookie's domain is not the application's."),
    Kind("cookie-not-httponly", "warning", "settings", "Scripts can read the session cookie."),
    Kind("cookie-not-secure", "error", "settings", "The cookie is sent over HTTP.", deploy=True),
    Kind("cookie-any-site", "warning", "settings", "The cookie has no `SameSite`.", deploy=True),
    Kind("debug-on", "error", "settings", "Debug mode is on; a warning without `--deploy`."),
    Kind("testing-on", "error", "settings", "`TESTING` is on.", deploy=True),
    Kind("exceptions-propagate", "error", "settings", "Errors reach the server.", deploy=True),
    Kind("any-host", "warning", "settings", "`TRUSTED_HOSTS` is not set.", deploy=True),
    Kind("no-body-limit", "warning", "settings", "`MAX_CONTENT_LENGTH` is not set.", deploy=True),
    Kind("links-over-http", "warning", "settings", "Links are made for HTTP.", deploy=True),
    Kind("csrf-off", "warning", "settings", "Forged requests are not refused.", deploy=True),
    Kind("setting-misspelt", "warning", "settings", "A key that is nearly one that is known."),
    Kind("setting-gone", "warning", "settings", "A key that older versions of Flask had."),
    # Routes
    Kind("rule-duplicate", "error", "routes", "The same rule for two views."),
    Kind("rule-hidden", "error", "routes", "Another rule takes all that this one matches."),
    Kind("rule-off-domain", "error", "routes", "A subdomain or host that is never looked at."),
    Kind("static-hidden", "error", "routes", "A blueprint's static URL is another folder's."),
    Kind("static-folder-missing", "error", "routes", "A folder of static files is not there."),
    Kind("endpoint-without-view", "error", "routes", "A rule leads to no function."),
    Kind("view-without-rule", "warning", "routes", "No rule leads to a function."),
    Kind("error-handler-unreachable", "warning", "routes", "A handler that is never called."),
    Kind("async-without-asgiref", "error", "routes", "A coroutine, but nothing to run it with."),
    # Links: what code and templates name
    Kind("template-missing", "error", "links", "A template that is named is not there."),
    Kind("endpoint-missing", "error", "links", "`url_for` of an endpoint that is not there."),
    Kind("link-incomplete", "error", "links", "`url_for` without a value that the rule needs."),
    Kind("static-file-missing", "error", "links", "`url_for` of a file that is not there."),
    # Templates
    Kind("template-syntax", "error", "templates", "A template that Jinja cannot compile."),
    Kind("template-filter", "error", "templates", "A filter or test that is not registered."),
    Kind("template-hidden", "warning", "templates", "Two blueprints have a template of one name."),
    # Services
    Kind("session-store-unreachable", "error", "services", "The sessions' store does not answer."),
    Kind("database-unreachable", "error", "services", "A database does not answer."),
    Kind("migrations-pending", "error", "services", "The database lacks migrations."),
    Kind("migrations-branched", "error", "services", "There is more than one newest migration."),
    Kind("migrations-unknown", "error", "services", "The database is at no migration of these."),
    Kind("migrations-missing", "warning", "services", "There are no migrations.", deploy=True),
    # Own
    Kind("check-failed", "error", "own", "A check raised, or returned no findings."),
)

KINDS: t.Final = {kind.id: kind for kind in _ALL}


def found(id: str, place: str, reason: str, mend: str, level: Level | None = None) -> Finding:
    """Return a finding of a known kind, at its level unless *level* says otherwise."""
    return Finding(id, level or KINDS[id].level, place, reason, mend)
