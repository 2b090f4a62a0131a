"""``Model.query``: the query of SQLAlchemy 1.x, with what a web application asks for."""

from __future__ import annotations

import typing as t

import sqlalchemy.exc as sa_exc
import sqlalchemy.orm as sa_orm

from ..helpers import abort
from .pagination import Pagination, QueryPagination

_M = t.TypeVar("_M")


class Query(sa_orm.Query[_M]):
    """A query that answers 404 for a row that is not there, and that comes in pages."""

    def get_or_404(self, ident: t.Any, description: str | None = None) -> _M:
        """Return the row with the primary key *ident*, or abort with 404."""
        row: _M | None = self.session.get(self._only_entity(), ident)
        if row is None:
            abort(404, description=description)
        return row

    def first_or_404(self, description: str | None = None) -> _M:
        """Return the first row, or abort with 404."""
        row = self.first()
        if row is None:
            abort(404, description=description)
        return row

    def one_or_404(self, description: str | None = None) -> _M:
        """Return the only row, or abort with 404 when there is none or more than one."""
        try:
            return self.one()
        except (sa_exc.NoResultFound, sa_exc.MultipleResultsFound):
            abort(404, description=description)

    def paginate(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        max_per_page: int | None = None,
        error_out: bool = True,
        count: bool = True,
    ) -> Pagination[_M]:
        """Return one page of the rows; see :meth:`erlen.db.SQLAlchemy.paginate`."""
        return QueryPagination(
            query=self,
            page=page,
            per_page=per_page,
            max_per_page=max_per_page,
            error_out=error_out,
            count=count,
        )

    def _only_entity(self) -> t.Any:
        return self.column_descriptions[0]["entity"]
