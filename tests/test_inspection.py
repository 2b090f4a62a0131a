from __future__ import annotations

from erlen import Erlen
from erlen.inspection import RouteInfo, list_routes


def test_routes_in_the_order_of_matching() -> None:
    app = Erlen(__name__, static_folder=None)
    app.add_url_rule("/b", endpoint="b")
    app.add_url_rule("/a/<int:x>", endpoint="a", methods=["POST"], provide_automatic_options=False)
    assert list_routes(app) == [
        RouteInfo("b", "/b", ("GET", "HEAD", "OPTIONS"), subdomain=""),
        RouteInfo("a", "/a/<int:x>", ("POST",), subdomain=""),
    ]


def test_subdomain_is_the_domain() -> None:
    app = Erlen(__name__, static_folder=None)
    app.add_url_rule("/", endpoint="a", subdomain="<shop>")
    (route,) = list_routes(app)
    assert (route.subdomain, route.host, route.domain) == ("<shop>", None, "<shop>")


def test_host_is_the_domain() -> None:
    app = Erlen(__name__, static_folder=None, host_matching=True)
    app.add_url_rule("/", endpoint="a", host="a.example")
    (route,) = list_routes(app)
    assert (route.subdomain, route.host, route.domain) == (None, "a.example", "a.example")
