"""Rules that never match, as others take all that they would.

Each rule is asked for example URLs, and the application's own matcher whom they reach.
"""

from __future__ import annotations

import collections.abc as cabc
import re
import typing as t

from werkzeug.routing import Rule

from ..scaffold import Scaffold
from .finding import Finding
from .folders import static_owners
from .kinds import found
from .places import place_of, short
from .samples import BUILT_IN, Sample, samples_of, takes_anything

if t.TYPE_CHECKING:
    from ..app import Erlen
    from .survey import Survey

#: Requests for these are answered by whichever rule comes first, and that is as it should be.
_AUTOMATIC = frozenset({"HEAD", "OPTIONS"})
_VARIABLE = re.compile(r"<((?:[a-zA-Z_]\w*(?:\(.*?\))?:)?)[a-zA-Z_]\w*>")


class _Hidden(t.NamedTuple):
    rule: Rule
    winner: Rule
    methods: list[str]
    example: str


def check_rules(survey: Survey) -> cabc.Iterator[Finding]:
    app = survey.app
    owners = static_owners(app)
    for hidden in _hidden_rules(app):
        owner = owners.get(t.cast(str, hidden.rule.endpoint))
        if owner is None:
            yield _hidden_view(app, hidden)
        else:
            yield from _hidden_files(app, hidden, owner, owners.get(str(hidden.winner.endpoint)))


def _hidden_view(app: Erlen, hidden: _Hidden) -> Finding:
    rule, winner, methods, example = hidden
    what = f"{', '.join(methods)} {rule.rule}"
    place = _place(app, winner)
    if _form_of(rule) == _form_of(winner):
        return found(
            "rule-duplicate",
            _place(app, rule),
            f"{what} was registered for {winner.endpoint!r} before ({place}): that view answers,"
            f" and {rule.endpoint!r} never does.",
            "Give one of them another rule, or remove it.",
        )
    return found(
        "rule-hidden",
        _place(app, rule),
        f"{what} never reaches {rule.endpoint!r}: {winner.endpoint!r} ({winner.rule}, {place})"
        f" takes all that it matches, {example} for instance.",
        "Make the other rule narrower, with a converter for example, or remove this one.",
    )


def _hidden_files(
    app: Erlen, hidden: _Hidden, owner: Scaffold, other: Scaffold | None
) -> cabc.Iterator[Finding]:
    rule, winner, _, _ = hidden
    if other is not None and owner.static_folder == other.static_folder:
        return
    yield found(
        "static-hidden",
        f"blueprint {owner.name!r}",
        f"Its static files have the URL {rule.rule}, but {winner.endpoint!r} ({winner.rule})"
        f" answers there: no file in {short(t.cast(str, owner.static_folder))} is ever"
        " served.",
        "Give the blueprint a 'url_prefix', or a 'static_url_path' of its own.",
    )


def check_domains(survey: Survey) -> cabc.Iterator[Finding]:
    for rule in _rules_matched(survey.app):
        if _is_off_domain(survey.app, rule):
            yield found(
                "rule-off-domain",
                _place(survey.app, rule),
                f"The rule {rule.rule} is for the subdomain {rule.subdomain!r}, but the"
                " application does not look at subdomains: it is never reached.",
                "Make it with Erlen(__name__, subdomain_matching=True) and set SERVER_NAME.",
            )


def _is_off_domain(app: Erlen, rule: Rule) -> bool:
    if app.url_map.host_matching or app.subdomain_matching:
        return False
    return bool((rule.subdomain or "") != app.url_map.default_subdomain)


def _rules_matched(app: Erlen) -> list[Rule]:
    """Return the rules that are to answer requests, in the order of their registration."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if not (rule.build_only or rule.websocket or rule.redirect_to or rule.alias)
    ]


def _hidden_rules(app: Erlen) -> cabc.Iterator[_Hidden]:
    first_by_form: dict[tuple[str, str, str, str], Rule] = {}
    for rule in _rules_matched(app):
        if _is_off_domain(app, rule):
            continue
        samples = samples_of(rule)
        winners = {}
        for method in sorted(_methods_of(rule)):
            twin = first_by_form.setdefault((*_form_of(rule), method), rule)
            winner = _only_winner(app, rule, samples, method) if samples else twin
            if winner is not None and winner.endpoint != rule.endpoint:
                winners[method] = winner
        if winners:
            example = samples[0].path if samples else rule.rule
            yield _Hidden(rule, next(iter(winners.values())), list(winners), example)


def _methods_of(rule: Rule) -> cabc.Set[str]:
    methods = rule.methods or {"GET"}
    return methods - _AUTOMATIC or methods


def _form_of(rule: Rule) -> tuple[str, str, str]:
    """Return what is the same for two rules that differ in the names of their variables only."""
    return rule.subdomain or "", rule.host or "", _VARIABLE.sub(r"<\1>", rule.rule)


def _only_winner(app: Erlen, rule: Rule, samples: list[Sample], method: str) -> Rule | None:
    """Return the one other rule that gets every request meant for *rule*, if there is one."""
    winner = _reached(app, samples[0], method)
    if winner is None or winner is rule or not _is_comparable(rule, winner):
        return None
    if all(_reached(app, sample, method) is winner for sample in samples):
        return winner
    return None


def _reached(app: Erlen, sample: Sample, method: str) -> Rule | None:
    """Return the rule that a request comes to; None where it is redirected or refused."""
    if app.url_map.host_matching:
        adapter = app.url_map.bind(sample.domain)
    else:
        adapter = app.url_map.bind("localhost", subdomain=sample.domain)
    try:
        rule, _ = adapter.match(sample.path, method, return_rule=True)
    except Exception:  # redirects and refusals, and what own converters raise
        return None
    return t.cast(Rule, rule)


def _is_comparable(rule: Rule, winner: Rule) -> bool:
    """Tell whether samples prove anything, as they cannot for converters of unknown meaning."""
    own = {(type(each), each.regex) for each in rule._converters.values()}
    own = {each for each in own if each[0] not in BUILT_IN}
    for each in winner._converters.values():
        is_known = type(each) in BUILT_IN and not own
        if not (is_known or takes_anything(each) or (type(each), each.regex) in own):
            return False
    return True


def _place(app: Erlen, rule: Rule) -> str:
    view = app.view_functions.get(t.cast(str, rule.endpoint))
    if view is None or getattr(view, "__module__", "").startswith("erlen."):
        return f"rule {rule.rule}"
    return place_of(view)
