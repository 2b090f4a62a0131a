"""``Request`` and ``Response``: Werkzeug's types, computed on demand."""

from __future__ import annotations

from werkzeug.wrappers import Request as RequestBase
from werkzeug.wrappers import Response as ResponseBase

from .request import Request
from .response import Response

__all__ = ["Request", "RequestBase", "Response", "ResponseBase"]
