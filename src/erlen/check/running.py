"""Run the checks, in order, and lose none to an error."""

from __future__ import annotations

import collections.abc as cabc
import functools
import traceback
import typing as t

from . import (
    cookies,
    databases,
    folders,
    handlers,
    keys,
    links,
    production,
    rules,
    settings,
    stores,
    templates,
)
from .finding import Finding
from .kinds import TAGS, found
from .places import at, place_of
from .survey import Survey

if t.TYPE_CHECKING:
    from ..app import Erlen

_Check = cabc.Callable[[Survey], cabc.Iterable[Finding]]
_ReadyCheck = cabc.Callable[[], t.Any]

#: The built-in checks: what each is about, whether it is for production only, the check.
_BUILT_IN: t.Final[tuple[tuple[str, bool, _Check], ...]] = (
    ("settings", False, keys.check_secret_key),
    ("settings", False, keys.check_former_keys),
    ("settings", False, cookies.check_cookie),
    ("settings", True, cookies.check_cookie_in_production),
    ("settings", False, production.check_debug),
    ("settings", True, production.check_mode),
    ("settings", True, production.check_limits),
    ("settings", False, settings.check_names),
    ("routes", False, rules.check_rules),
    ("routes", False, rules.check_domains),
    ("routes", False, handlers.check_views),
    ("routes", False, handlers.check_error_handlers),
    ("routes", False, folders.check_static_folders),
    ("routes", False, handlers.check_coroutines),
    ("links", False, links.check_template_names),
    ("links", False, links.check_urls),
    ("templates", False, templates.check_syntax),
    ("templates", False, templates.check_filters),
    ("templates", False, folders.check_hidden_templates),
    ("services", False, stores.check_session_store),
    ("services", False, databases.check_databases),
    ("services", False, databases.check_migrations),
)


def run_checks(app: Erlen, deploy: bool, tags: cabc.Collection[str]) -> list[Finding]:
    """Return all findings, errors first and otherwise in the order of the checks."""
    unknown = set(tags) - set(TAGS)
    if unknown:
        raise ValueError(f"No check has the tag {min(unknown)!r}; there are {', '.join(TAGS)}.")
    survey = Survey(app, deploy)
    findings: list[Finding] = []
    for tag, check in _checks_of(survey):
        if not tags or tag in tags:
            findings.extend(_outcome(app, check))
    return sorted(dict.fromkeys(findings), key=lambda finding: finding.level)


def _checks_of(survey: Survey) -> cabc.Iterator[tuple[str, _ReadyCheck]]:
    for tag, is_for_production, check in _BUILT_IN:
        if survey.deploy or not is_for_production:
            yield tag, functools.partial(check, survey)
    blueprints = dict.fromkeys(survey.app.iter_blueprints())  # each once, whatever its names
    for owner in (survey.app, *blueprints):
        for own_check, is_for_production in owner.check_funcs:
            if survey.deploy or not is_for_production:
                yield "own", own_check


def _outcome(app: Erlen, check: _ReadyCheck) -> cabc.Iterator[Finding]:
    """Yield what *check* finds; that it fails is a finding as well."""
    findings: list[t.Any] = []
    try:
        with app.app_context():
            for finding in app.ensure_sync(check)() or ():
                findings.append(finding)
    except Exception as exc:
        frame = traceback.extract_tb(exc.__traceback__)[-1]
        was_entered = frame.filename != __file__  # otherwise it wants other arguments, say
        yield found(
            "check-failed",
            at(frame.filename, frame.lineno or 0) if was_entered else place_of(check),
            f"The check {_name(check)!r} raised {type(exc).__name__}: {exc}",
            "Mend the check: it returns findings also for an application that is broken.",
        )
    for finding in findings:
        if isinstance(finding, Finding):
            yield finding
            continue
        yield found(
            "check-failed",
            place_of(check),
            f"The check {_name(check)!r} returned {finding!r}, which is no finding.",
            "Let it return or yield objects of erlen.check.Finding.",
        )


def _name(check: t.Any) -> str:
    while isinstance(check, functools.partial):
        check = check.func
    name: str = getattr(check, "__name__", repr(check))
    return name
