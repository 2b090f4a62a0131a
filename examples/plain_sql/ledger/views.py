"""The ledger over HTTP."""

from __future__ import annotations

import collections.abc as cabc
import dataclasses
import typing as t

from erlen import Blueprint, Response, abort, request, stream_with_context
from erlen.dbpool import PoolExhausted

from . import accounts
from .accounts import Refused
from .database import pool

bp = Blueprint("ledger", __name__)


@bp.get("/accounts/<name>")
def show(name: str) -> dict[str, t.Any]:
    return accounts.find(name) or abort(404)


@bp.put("/accounts/<name>")
def open_account(name: str) -> tuple[dict[str, t.Any], int]:
    if accounts.find(name) is not None:
        abort(409, f"{name} has an account.")
    accounts.open_account(name, request.form.get("cents", default=0, type=int))
    return {"name": name}, 201


@bp.post("/transfers")
def transfer() -> dict[str, bool]:
    form = request.form
    cents = form.get("cents", default=0, type=int)
    if cents <= 0:
        abort(400, "'cents' has to be a number above 0.")
    accounts.transfer(form["payer"], form["payee"], cents)
    return {"done": True}


@bp.get("/transfers.csv")
def export() -> Response:
    def lines() -> cabc.Iterator[str]:
        yield "made at,payer,payee,cents\n"
        for row in accounts.all_transfers():
            yield f"{row['made_at']},{row['payer']},{row['payee']},{row['cents']}\n"

    return Response(stream_with_context(lines()), mimetype="text/csv")


# [start: health]
@bp.get("/health")
def health() -> dict[str, t.Any]:
    with pool.cursor() as cursor:
        cursor.execute("SELECT 1")
    return dataclasses.asdict(pool.stats())


@bp.app_errorhandler(PoolExhausted)
def busy(exc: PoolExhausted) -> tuple[dict[str, str], int]:
    return {"error": "Too many requests at once; please try again."}, 503


# [end: health]


@bp.errorhandler(Refused)
def refused(exc: Refused) -> tuple[dict[str, str], int]:
    return {"error": str(exc)}, 409
