"""Building URLs: the adapter of a request or an application, and ``url_for``."""

from __future__ import annotations

import re
import sys
import typing as t
import warnings
from urllib.parse import quote

from werkzeug.exceptions import SecurityError
from werkzeug.routing import BuildError
from werkzeug.sansio.utils import host_is_trusted
from werkzeug.wsgi import get_host

from ._core.contexts import current
from ._core.hosts import makes_urls
from .compilation import CompiledApp
from .helpers import _split_blueprint_path
from .routing import FOREIGN

if t.TYPE_CHECKING:
    import collections.abc as cabc

    from werkzeug.routing import MapAdapter

    from .wrappers import Request

_ANCHOR_SAFE = "%!#$&'()*+,/:;=?@"

#: The dot that ends a complete name, in front of the port.
_final_dot = re.compile(r"\.(?=(?::[0-9]*)?\Z)")
_is_service_name = re.compile(r"[\w.-]+(:[1-9][0-9]{0,3})?", re.ASCII).fullmatch
#: What has been warned of already. Clients choose the hosts: there is an end to it.
_warned: dict[t.Any, t.Any] = {}
_MOST_WARNED = 100


class Urls(CompiledApp):
    """The part of an application that makes URLs."""

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Return the adapter for *request*, or without one for the configured ``SERVER_NAME``.

        None when there is neither. Raises ``SecurityError`` for a host that is not trusted.
        """
        if request is None:
            return self._create_offline_adapter()
        trusted_hosts = self.config["TRUSTED_HOSTS"]
        if trusted_hosts is not None:
            request.trusted_hosts = trusted_hosts
        environ = request.environ
        request.host = get_host(environ)
        if request.trusted_hosts:
            _require_trusted(request, request.trusted_hosts)
        if not request.host and environ.get("HTTP_HOST"):
            _require_name(environ["HTTP_HOST"])
        if not makes_urls(request.host):
            raise SecurityError(f"Host {request.host!r} is neither a name nor an address.")
        server_name: str | None = self.config["SERVER_NAME"]
        subdomain = None
        if self.url_map.host_matching:
            server_name = None
        elif not self.subdomain_matching:
            subdomain = self.url_map.default_subdomain or ""
        elif server_name is not None:
            subdomain = _subdomain_below(request, server_name)
            if subdomain is None:
                subdomain = FOREIGN
                _warn_of_foreign_host(request.host, server_name)
        adapter = self.url_map.bind_to_environ(
            environ, server_name=server_name, subdomain=subdomain
        )
        return t.cast("MapAdapter", adapter)

    def _create_offline_adapter(self) -> MapAdapter | None:
        if self.config["SERVER_NAME"] is None:
            return None
        adapter = self.url_map.bind(
            self.config["SERVER_NAME"],
            script_name=self.config["APPLICATION_ROOT"],
            url_scheme=self.config["PREFERRED_URL_SCHEME"],
        )
        return t.cast("MapAdapter", adapter)

    def url_for(
        self,
        /,
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: t.Any,
    ) -> str:
        """Return the URL of *endpoint*; see :func:`erlen.url_for`."""
        frame = current.get()
        ctx = None if frame is None else frame[1]
        if ctx is not None:
            if endpoint[:1] == ".":
                blueprint = ctx.request.blueprint
                endpoint = endpoint[1:] if blueprint is None else f"{blueprint}{endpoint}"
            adapter = ctx.url_adapter
            if _external is None:
                _external = _scheme is not None
        else:
            adapter = self._create_offline_adapter() if frame is None else self._adapter_of(frame)
            if _external is None:
                _external = True
        if adapter is None:
            raise RuntimeError(
                "Unable to build URLs outside an active request without 'SERVER_NAME'"
                " configured. Also configure 'APPLICATION_ROOT' and 'PREFERRED_URL_SCHEME' as"
                " needed."
            )
        if _scheme is not None and not _external:
            raise ValueError("When specifying '_scheme', '_external' must be True.")

        self.inject_url_defaults(endpoint, values)
        try:
            url = adapter.build(
                endpoint, values, method=_method, url_scheme=_scheme, force_external=_external
            )
        except BuildError as error:
            values.update(_anchor=_anchor, _method=_method, _scheme=_scheme, _external=_external)
            return self.handle_url_build_error(error, endpoint, values)
        return url if _anchor is None else f"{url}#{_quote_anchor(_anchor)}"

    @staticmethod
    def _adapter_of(frame: t.Any) -> MapAdapter | None:
        return t.cast("MapAdapter | None", frame[0].app_ctx.url_adapter)

    def inject_url_defaults(self, endpoint: str, values: dict[str, t.Any]) -> None:
        """Let the ``url_defaults`` functions add, the application's and then the blueprints'."""
        registry = self.url_default_functions
        if not registry:
            return
        names: tuple[str | None, ...] = (None,)
        if "." in endpoint:
            names = (None, *reversed(_split_blueprint_path(endpoint.rpartition(".")[0])))
        for name in names:
            for function in registry.get(name, ()):
                function(endpoint, values)

    def handle_url_build_error(
        self, error: BuildError, endpoint: str, values: dict[str, t.Any]
    ) -> str:
        """Ask ``url_build_error_handlers`` for the URL; raise *error* when none knows it."""
        for handler in self.url_build_error_handlers:
            try:
                url = handler(error, endpoint, values)
            except BuildError as exc:
                error = exc
            else:
                if url is not None:
                    return url
        raise error


def _quote_anchor(anchor: str) -> str:
    return quote(anchor, safe=_ANCHOR_SAFE)


def _require_trusted(request: Request, trusted: cabc.Collection[str]) -> None:
    """Raise ``SecurityError`` unless the host is one of *trusted*, in whatever case."""
    names = [trusted] if isinstance(trusted, str) else trusted
    if not host_is_trusted(_plain_name(request.host), [_plain_name(name) for name in names]):
        shown = request.host or request.environ.get("HTTP_HOST", "")
        raise SecurityError(f"Host {shown!r} is not trusted.")


def _plain_name(host: str) -> str:
    return _final_dot.sub("", host.lower())


def _require_name(host: str) -> None:
    """Raise ``SecurityError`` unless *host*, which Werkzeug takes for none, is a name after all.

    International names are, and those with an underscore, which services in containers have.
    """
    if _is_service_name(host):
        return
    try:
        acceptable = not host.isascii() and bool(host.encode("idna"))
    except UnicodeError:
        acceptable = False
    if not acceptable:
        raise SecurityError(f"Host {host!r} has characters that no host name has.")


def _subdomain_below(request: Request, server_name: str) -> str | None:
    """Return what stands before *server_name* in the request's host; None if it is another."""
    default_port = {"http": ":80", "ws": ":80", "https": ":443", "wss": ":443"}
    port = default_port.get(request.scheme, "")
    name = server_name.lower().removesuffix(port).split(".")
    host = _plain_name(request.host).split(".")
    return ".".join(filter(None, host[: -len(name)])) if host[-len(name) :] == name else None


def _warn_of_foreign_host(host: str, server_name: str) -> None:
    if len(_warned) > _MOST_WARNED:
        return
    warnings.warn_explicit(
        f"Current server name {host!r} doesn't match configured server name {server_name!r}:"
        " with subdomain_matching, requests for it are not found.",
        UserWarning,
        __file__,
        0,
        # Filters of programs written for Flask name Flask's module.
        "flask.app" if "erlen.as_flask" in sys.modules else "erlen.app",
        _warned,
    )
