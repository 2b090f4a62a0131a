"""Templates, endpoints and static files that code and templates name, but that are not there."""

from __future__ import annotations

import collections.abc as cabc
import difflib
import os
import typing as t

from ..scaffold import Scaffold
from .code import Link, TemplateNames
from .finding import Finding
from .folders import static_owners
from .kinds import found
from .places import short
from .templates import is_there, links_in, list_templates, names_in

if t.TYPE_CHECKING:
    from ..app import Erlen
    from .survey import Survey


def check_template_names(survey: Survey) -> cabc.Iterator[Finding]:
    env = survey.app.jinja_env
    for named in _template_names(survey):
        if any(is_there(env, name) for name in named.names):
            continue
        close = difflib.get_close_matches(named.names[0], list_templates(env), n=1)
        names = " or ".join(map(repr, named.names))
        yield found(
            "template-missing",
            named.place,
            f"There is no template {names}.",
            f"Did you mean {close[0]!r}?" if close else "Write it, or mend the name.",
        )


def _template_names(survey: Survey) -> cabc.Iterator[TemplateNames]:
    yield from survey.code.templates
    for template in survey.templates:
        yield from names_in(template)


def check_urls(survey: Survey) -> cabc.Iterator[Finding]:
    app = survey.app
    owners = static_owners(app)
    for link in _links(survey):
        endpoints = _endpoints_meant(app, link.endpoint)
        if not endpoints:
            if not app.url_build_error_handlers:
                yield _missing_endpoint(app, link)
        elif len(endpoints) == 1:
            yield from _faults(app, link, endpoints[0], owners.get(endpoints[0]))


def _links(survey: Survey) -> cabc.Iterator[Link]:
    yield from survey.code.links
    url_for = survey.app.jinja_env.globals.get("url_for")
    while hasattr(url_for, "func"):  # a partial
        url_for = url_for.func
    if getattr(url_for, "__name__", "").endswith("url_for"):
        for template in survey.templates:
            yield from links_in(template)


def _endpoints_meant(app: Erlen, endpoint: str) -> list[str]:
    """Return what an endpoint can mean; with a leading dot that depends on the request."""
    known = {str(rule.endpoint) for rule in app.url_map.iter_rules()}
    if not endpoint.startswith("."):
        return [endpoint] if endpoint in known else []
    names = [endpoint[1:], *(f"{blueprint}{endpoint}" for blueprint in app.blueprints)]
    return [name for name in names if name in known]


def _missing_endpoint(app: Erlen, link: Link) -> Finding:
    known = sorted({str(rule.endpoint) for rule in app.url_map.iter_rules()})
    last = link.endpoint.rpartition(".")[2]
    close = [name for name in known if name.rpartition(".")[2] == last]
    close += difflib.get_close_matches(link.endpoint, known, n=1)
    return found(
        "endpoint-missing",
        link.place,
        f"url_for({link.endpoint!r}): there is no such endpoint, so it raises BuildError.",
        f"Did you mean {close[0]!r}?" if close else "erlen routes lists those there are.",
    )


def _faults(app: Erlen, link: Link, endpoint: str, owner: Scaffold | None) -> t.Iterator[Finding]:
    missing = _values_missing(app, link, endpoint)
    if missing:
        values = ", ".join(f"{name}=…" for name in sorted(missing))
        yield found(
            "link-incomplete",
            link.place,
            f"url_for({link.endpoint!r}) without {' and '.join(map(repr, sorted(missing)))}:"
            " it raises BuildError.",
            f"Write url_for({link.endpoint!r}, {values}).",
        )
    if owner is not None and link.filename is not None:
        folder = t.cast(str, owner.static_folder)
        if not os.path.isfile(os.path.join(folder, link.filename.partition("?")[0])):
            yield found(
                "static-file-missing",
                link.place,
                f"There is no file {link.filename!r} in {short(folder)}.",
                "Put it there, build it before the check, or mend the name.",
            )


def _values_missing(app: Erlen, link: Link, endpoint: str) -> frozenset[str]:
    """Return what the rule lacks that lacks least; nothing where it cannot be known."""
    if link.names is None or any(app.url_default_functions.values()):
        return frozenset()
    lacks = [
        frozenset(rule.arguments - set(rule.defaults or ()) - link.names)
        for rule in app.url_map.iter_rules(endpoint)
    ]
    return min(lacks, key=len)
