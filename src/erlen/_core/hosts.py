"""Hosts that look like names or addresses, but that no URL can be made with."""

from __future__ import annotations

from werkzeug.urls import uri_to_iri


def makes_urls(host: str) -> bool:
    """Tell whether *host* can stand in a URL: its brackets hold an address, its labels decode."""
    if "[" not in host and "xn--" not in host.lower():
        return True
    try:
        uri_to_iri(f"http://{host}/")
    except ValueError:  # UnicodeError is one
        return False
    return True
