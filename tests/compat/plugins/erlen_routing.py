"""A pytest plugin: Werkzeug's routing tests meet Erlen's map."""

from __future__ import annotations

import werkzeug.routing

import erlen.routing

werkzeug.routing.Map = erlen.routing.Map  # type: ignore[misc]
