"""What an application has registered, as data.

``erlen routes`` and the like print what is gathered here.
"""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    from .app import Erlen


@dataclasses.dataclass(frozen=True, slots=True)
class RouteInfo:
    """One rule of an application's URL map."""

    endpoint: str
    rule: str
    #: Sorted, with the HEAD and OPTIONS that were added by themselves; none means every method.
    methods: tuple[str, ...]
    #: Empty for the application's own domain; None where the map matches hosts.
    subdomain: str | None = None
    #: Empty for every host; None where the map does not match hosts.
    host: str | None = None

    @property
    def domain(self) -> str:
        """The host or subdomain, whichever the map matches; empty for the default one."""
        return self.host or self.subdomain or ""


def list_routes(app: Erlen) -> list[RouteInfo]:
    """Return the rules of ``app`` in the order in which they are matched."""
    host_matching = app.url_map.host_matching
    return [
        RouteInfo(
            endpoint=rule.endpoint,
            rule=rule.rule,
            methods=tuple(sorted(rule.methods or ())),
            subdomain=None if host_matching else rule.subdomain or "",
            host=rule.host or "" if host_matching else None,
        )
        for rule in app.url_map.iter_rules()
    ]
