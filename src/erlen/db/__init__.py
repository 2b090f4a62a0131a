"""SQLAlchemy in an application: engines from the configuration, a session for each context.

    db = SQLAlchemy()
    db.init_app(app)

Names and configuration are Flask-SQLAlchemy's. Needs the extra ``db``: ``pip install 'erlen[db]'``.
"""

from __future__ import annotations

from .extension import SQLAlchemy
from .model import Model
from .pagination import Pagination
from .pool import PoolExhausted
from .query import Query
from .record_queries import get_recorded_queries
from .session import Session

__all__ = [
    "SQLAlchemy",
    "Model",
    "Pagination",
    "PoolExhausted",
    "Query",
    "Session",
    "get_recorded_queries",
]
