"""What load balancers ask: is the process alive, and should it get requests?"""

from __future__ import annotations

import redis
from erlen import Blueprint, current_app
from erlen.serving import is_draining
from erlen.typing import ResponseReturnValue
from sqlalchemy import text

from .extensions import db

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """Answer. A process that does not is to be restarted."""
    return {"status": "alive"}


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """Say whether requests can be served: database and Redis answer, and the server is to stay.

    Between SIGTERM and its end ``erlen serve`` goes on answering for ``--drain-delay`` seconds, in
    which a load balancer learns here that it should ask another one.
    """
    problems = []
    if is_draining():
        problems.append("draining")
    for name, ask in {"database": _ask_database, "redis": _ask_redis}.items():
        try:
            ask()
        except Exception:
            current_app.logger.warning("not ready: %s does not answer", name, exc_info=True)
            problems.append(name)
    if problems:
        return {"status": "not ready", "problems": problems}, 503
    return {"status": "ready"}


def _ask_database() -> None:
    db.session.execute(text("SELECT 1"))


def _ask_redis() -> None:
    if url := current_app.config.get("REDIS_URL"):
        with redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1) as client:
            client.ping()
