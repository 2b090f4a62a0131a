"""The language of rules is Werkzeug's; matching and building are Erlen's own.

A :class:`Map` matches and builds what Werkzeug's would, for every set of rules and every path, with
two exceptions: only ASCII digits are digits, and a converter whose ``regex`` is invalid is refused
when its rule is added. Matching is linear in the length of the path, whatever the rules.
"""

from __future__ import annotations

import sys
import typing as t

from werkzeug.exceptions import NotFound
from werkzeug.routing import AnyConverter as AnyConverter
from werkzeug.routing import BaseConverter as BaseConverter
from werkzeug.routing import BuildError as BuildError
from werkzeug.routing import EndpointPrefix as EndpointPrefix
from werkzeug.routing import FloatConverter as FloatConverter
from werkzeug.routing import IntegerConverter as IntegerConverter
from werkzeug.routing import Map as _Map
from werkzeug.routing import MapAdapter as _MapAdapter
from werkzeug.routing import NoMatch as NoMatch
from werkzeug.routing import PathConverter as PathConverter
from werkzeug.routing import RequestAliasRedirect as RequestAliasRedirect
from werkzeug.routing import RequestPath as RequestPath
from werkzeug.routing import RequestRedirect as RequestRedirect
from werkzeug.routing import RoutingException as RoutingException
from werkzeug.routing import Rule as _Rule
from werkzeug.routing import RuleFactory as RuleFactory
from werkzeug.routing import RuleTemplate as RuleTemplate
from werkzeug.routing import RuleTemplateFactory as RuleTemplateFactory
from werkzeug.routing import Subdomain as Subdomain
from werkzeug.routing import Submount as Submount
from werkzeug.routing import UnicodeConverter as UnicodeConverter
from werkzeug.routing import UUIDConverter as UUIDConverter
from werkzeug.routing import ValidationError as ValidationError
from werkzeug.routing import WebsocketMismatch as WebsocketMismatch
from werkzeug.routing import parse_converter_args as parse_converter_args

from ._core.matcher import Matcher, Table, compile_table
from ._core.urls import BuildPath, Recipe, no_path, path_of_first, path_of_one, quote_query

if t.TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.wrappers.request import Request

T = t.TypeVar("T")

#: Werkzeug's subdomain for a host outside of ``SERVER_NAME``.
FOREIGN = "<invalid>"

# Names that no parameter of a Python function can have, as Werkzeug requires of variables.
_RESERVED = {"None", "True", "False", "__debug__"}


class Rule(_Rule):
    """A URL rule whose builder is made when a URL is first built, not when the rule is bound."""

    _recipe: Recipe | None = None

    def _compile_builder(self, append_unknown: bool = True) -> t.Callable[..., tuple[str, str]]:
        if append_unknown:
            return _build_unknown
        variables = [name for is_variable, name in self._trace if is_variable]
        free = [name for name in variables if name not in (self.defaults or ())]
        if len(set(free)) < len(free) or not _RESERVED.isdisjoint(free):
            return super()._compile_builder(append_unknown)  # raises, as the rule is malformed
        # A default that its converter refuses is to be found now.
        self._recipe = Recipe(self) if self.defaults else None
        return _build_known

    def build(
        self, values: t.Mapping[str, t.Any], append_unknown: bool = True
    ) -> tuple[str, str] | None:
        """Return domain and path, or ``None`` when a converter refuses a value."""
        recipe = self._recipe
        if recipe is None:
            recipe = self._recipe = Recipe(self)
        try:
            return recipe.build(self, values, append_unknown)
        except ValidationError:
            return None

    def _encode_query_vars(self, query_vars: t.Mapping[str, t.Any]) -> str:
        query = None
        if not self.map.sort_parameters:
            query = quote_query(query_vars.items())
        return super()._encode_query_vars(query_vars) if query is None else query


def _build_known(rule: Rule, /, **values: t.Any) -> tuple[str, str]:
    return Recipe(rule).build(rule, values, append_unknown=False)


def _build_unknown(rule: Rule, /, **values: t.Any) -> tuple[str, str]:
    return Recipe(rule).build(rule, values, append_unknown=True)


class MapAdapter(_MapAdapter):
    """Matches and builds with what is known of the request."""

    map: Map

    def match(self, *args: t.Any, **kwargs: t.Any) -> t.Any:
        """Return what answers the path; a host that is not ours is answered by nothing."""
        # A rule with a variable subdomain would take it, as it does on Flask, whose tests say so.
        if self.subdomain == FOREIGN and "erlen.as_flask" not in sys.modules:
            raise NotFound()
        return super().match(*args, **kwargs)

    def build(
        self,
        endpoint: t.Any,
        values: t.Mapping[str, t.Any] | None = None,
        method: str | None = None,
        force_external: bool = False,
        append_unknown: bool = True,
        url_scheme: str | None = None,
    ) -> str:
        """Build the URL of *endpoint*. Raises :exc:`BuildError` when no rule takes *values*."""
        if (
            not force_external
            and append_unknown
            and self.subdomain == self.map.default_subdomain
            and (not values or type(values) is dict)
        ):
            path = self.map.build_path(endpoint, values or {}, method, self.default_method)
            if path is not None:
                return self.script_name.rstrip("/") + path
        return super().build(endpoint, values, method, force_external, append_unknown, url_scheme)


class Map(_Map):
    """All URL rules of an application and what they have in common."""

    def __init__(
        self,
        rules: t.Iterable[RuleFactory] | None = None,
        default_subdomain: str = "",
        strict_slashes: bool = True,
        merge_slashes: bool = True,
        redirect_defaults: bool = True,
        converters: t.Mapping[str, type[BaseConverter]] | None = None,
        sort_parameters: bool = False,
        sort_key: t.Callable[[t.Any], t.Any] | None = None,
        host_matching: bool = False,
    ) -> None:
        #: Grows with every change of what is matched.
        self.version = 0
        #: Called after every such change.
        self.on_change: list[t.Callable[[], None]] = []
        #: What builds the paths of an endpoint, as far as one was built; see `path_builder`.
        self.path_builders: dict[t.Any, BuildPath] = {}
        super().__init__(
            None,
            default_subdomain,
            strict_slashes,
            merge_slashes,
            redirect_defaults,
            converters,
            sort_parameters,
            sort_key,
            host_matching,
        )
        self._matcher: Matcher = Matcher(merge_slashes)  # type: ignore[assignment]
        for factory in rules or ():
            self.add(factory)

    def _changed(self) -> None:
        self.path_builders = {}
        self.version += 1
        for callback in self.on_change:
            callback()

    @property
    def merge_slashes(self) -> bool:
        """Whether a path with repeated slashes is redirected to the one without."""
        return self._matcher.merge_slashes

    @merge_slashes.setter
    def merge_slashes(self, value: bool) -> None:
        self._matcher.merge_slashes = value
        self._changed()

    @property
    def redirect_defaults(self) -> bool:
        """Whether a path that spells out a default is redirected to the one that leaves it out."""
        return self._redirect_defaults

    @redirect_defaults.setter
    def redirect_defaults(self, value: bool) -> None:
        self._redirect_defaults = value
        self._changed()

    def add(self, rulefactory: RuleFactory) -> None:
        """Bind the rules of *rulefactory* to this map.

        Raises ``ValueError`` when a rule is malformed and ``LookupError`` for an unknown converter.
        """
        super().add(rulefactory)
        self._changed()

    def bind(
        self,
        server_name: str,
        script_name: str | None = None,
        subdomain: str | None = None,
        url_scheme: str = "http",
        default_method: str = "GET",
        path_info: str | None = None,
        query_args: t.Mapping[str, t.Any] | str | None = None,
    ) -> MapAdapter:
        """Return an adapter for the given surroundings."""
        return self._adapt(
            super().bind(
                server_name,
                script_name,
                subdomain,
                url_scheme,
                default_method,
                path_info,
                query_args,
            )
        )

    def bind_to_environ(
        self,
        environ: WSGIEnvironment | Request,
        server_name: str | None = None,
        subdomain: str | None = None,
    ) -> MapAdapter:
        """Return an adapter for a request."""
        return self._adapt(super().bind_to_environ(environ, server_name, subdomain))

    def _adapt(self, adapter: _MapAdapter) -> MapAdapter:
        return MapAdapter(
            self,
            adapter.server_name,
            adapter.script_name,
            adapter.subdomain,
            adapter.url_scheme,
            adapter.path_info,
            adapter.default_method,
            adapter.query_args,
        )

    def compile_table(self, leaf: t.Callable[[_Rule], T], domain: str | None = None) -> Table[T]:
        """Return the rules compiled for the dispatcher, each with its *leaf*.

        *domain* is the subdomain, or the host with host matching; the default one when left out.
        """
        return compile_table(
            self._matcher.rules.copy(),
            leaf,
            domain=self.default_subdomain if domain is None else domain,
            merge_slashes=self.merge_slashes,
            redirect_defaults=self.redirect_defaults,
        )

    def build_path(
        self,
        endpoint: t.Any,
        values: t.Mapping[str, t.Any],
        method: str | None = None,
        default_method: str = "GET",
    ) -> str | None:
        """Return the path, without script name, of an endpoint at the default domain.

        ``None`` means that only an adapter can tell: another domain, host matching, a websocket, or
        values that no rule takes.
        """
        return self.path_builder(endpoint)(values, method, default_method)

    def path_builder(self, endpoint: t.Any) -> BuildPath:
        """Return what :meth:`build_path` asks for *endpoint*; good until the map changes."""
        return self.path_builders.get(endpoint) or self._make_path_builder(endpoint)

    def _make_path_builder(self, endpoint: t.Any) -> BuildPath:
        builders = self.path_builders
        self.update()
        rules = self._rules_by_endpoint.get(endpoint, ())
        if not rules:
            return no_path
        builder: BuildPath = no_path
        if all(self._is_plain(rule) for rule in rules):
            alone = len(rules) == 1 and not rules[0].defaults
            builder = path_of_one(rules[0]) if alone else path_of_first(rules)
        builders[endpoint] = builder
        return builder

    def _is_plain(self, rule: _Rule) -> bool:
        """Say whether *rule* is built the usual way and gives a path at the default domain."""
        cls = type(rule)
        if self.host_matching or rule.websocket:
            return False
        if cls.build is not Rule.build or cls.suitable_for is not _Rule.suitable_for:
            return False
        domain = Recipe(rule).domain
        return not domain.slots and domain.head == self.default_subdomain
