"""One page of the rows that a statement selects."""

from __future__ import annotations

import collections.abc as cabc
import math
import typing as t

import sqlalchemy as sa
import sqlalchemy.orm as sa_orm

from ..ctx import has_request_context
from ..globals import request
from ..helpers import abort

_M = t.TypeVar("_M")

FIRST_PAGE = 1
ROWS_PER_PAGE = 20
#: What databases take as a limit or an offset; anybody can put more digits into a query string.
LARGEST = 2**63 - 1


class Pagination(t.Generic[_M]):
    """A page: iterate over it for the rows, over :meth:`iter_pages` for the links.

    Made by ``db.paginate()`` and ``Model.query.paginate()``. A subclass says where the rows
    come from (``_query_items``) and how many there are (``_query_count``).
    """

    page: int
    per_page: int
    max_per_page: int | None
    items: list[_M]
    #: How many rows there are on all pages; None when they were not counted.
    total: int | None

    def __init__(
        self,
        page: int | None = None,
        per_page: int | None = None,
        max_per_page: int | None = 100,
        error_out: bool = True,
        count: bool = True,
        **kwargs: t.Any,
    ) -> None:
        self._query_args = kwargs
        self.max_per_page = max_per_page
        self.page = _at_least_one(_or_asked(page, "page", FIRST_PAGE, error_out), 1, error_out)
        size = _or_asked(per_page, "per_page", ROWS_PER_PAGE, error_out)
        size = min(size, LARGEST if max_per_page is None else max_per_page)
        self.per_page = _at_least_one(size, ROWS_PER_PAGE, error_out)
        self.items = self._query_items() if self._query_offset <= LARGEST else []
        if not self.items and self.page != 1 and error_out:
            abort(404)
        self.total = self._query_count() if count else None

    def _query_items(self) -> list[_M]:
        raise NotImplementedError

    def _query_count(self) -> int:
        raise NotImplementedError

    @property
    def _query_offset(self) -> int:
        return (self.page - 1) * self.per_page

    @property
    def first(self) -> int:
        """The number of the page's first row, counted from 1; 0 on an empty page."""
        return self._query_offset + 1 if self.items else 0

    @property
    def last(self) -> int:
        """The number of the page's last row; 0 on an empty page."""
        return self._query_offset + len(self.items) if self.items else 0

    @property
    def pages(self) -> int:
        """How many pages there are; 0 without rows, or when they were not counted."""
        return math.ceil(self.total / self.per_page) if self.total else 0

    @property
    def has_prev(self) -> bool:
        return self.page > 1

    @property
    def prev_num(self) -> int | None:
        return self.page - 1 if self.has_prev else None

    def prev(self, *, error_out: bool = False) -> Pagination[_M]:
        """Return the page before this one."""
        return self._turn_to(self.page - 1, error_out)

    @property
    def has_next(self) -> bool:
        return self.page < self.pages

    @property
    def next_num(self) -> int | None:
        return self.page + 1 if self.has_next else None

    def next(self, *, error_out: bool = False) -> Pagination[_M]:
        """Return the page after this one."""
        return self._turn_to(self.page + 1, error_out)

    def _turn_to(self, page: int, error_out: bool) -> Pagination[_M]:
        turned = type(self)(
            page=page,
            per_page=self.per_page,
            max_per_page=self.max_per_page,
            error_out=error_out,
            count=False,
            **self._query_args,
        )
        turned.total = self.total
        return turned

    def iter_pages(
        self,
        *,
        left_edge: int = 2,
        left_current: int = 2,
        right_current: int = 4,
        right_edge: int = 2,
    ) -> cabc.Iterator[int | None]:
        """Yield the pages to link to, with None where some are left out.

        On page 7 of 20: 1, 2, None, 5, 6, 7, 8, 9, 10, 11, None, 19, 20.
        """
        near = range(self.page - left_current, self.page + right_current + 1)
        before = 0
        for number in range(1, self.pages + 1):
            is_edge = number <= left_edge or number > self.pages - right_edge
            if is_edge or number in near:
                if number != before + 1:
                    yield None
                yield number
                before = number

    def __iter__(self) -> cabc.Iterator[_M]:
        return iter(self.items)


class SelectPagination(Pagination[_M]):
    """A page of what ``db.paginate(select)`` selects."""

    def _query_items(self) -> list[_M]:
        session: sa_orm.Session = self._query_args["session"]
        statement: sa.Select[t.Any] = self._query_args["select"]
        page = statement.limit(self.per_page).offset(self._query_offset)
        return list(session.execute(page).unique().scalars())

    def _query_count(self) -> int:
        session: sa_orm.Session = self._query_args["session"]
        statement: sa.Select[t.Any] = self._query_args["select"]
        rows = statement.options(sa_orm.lazyload("*")).order_by(None).subquery()
        return session.execute(sa.select(sa.func.count()).select_from(rows)).scalar_one()


class QueryPagination(Pagination[_M]):
    """A page of what ``Model.query.paginate()`` finds."""

    def _query_items(self) -> list[_M]:
        query: sa_orm.Query[_M] = self._query_args["query"]
        return query.limit(self.per_page).offset(self._query_offset).all()

    def _query_count(self) -> int:
        query: sa_orm.Query[_M] = self._query_args["query"]
        return query.order_by(None).count()


def _or_asked(value: int | None, name: str, default: int, error_out: bool) -> int:
    """Return *value*, or else what the request's query says, or else *default*."""
    if value is not None:
        return value
    if not has_request_context():
        return default
    try:
        return int(request.args.get(name, default))
    except ValueError:
        if error_out:
            abort(404)
        return default


def _at_least_one(value: int, default: int, error_out: bool) -> int:
    if value >= 1:
        return value
    if error_out:
        abort(404)
    return default
