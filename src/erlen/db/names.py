"""The names of SQLAlchemy that ``db`` offers, with their types: ``db.Column``, ``db.select``.

What is not written out here is found all the same (``SQLAlchemy.__getattr__``), as ``Any``.
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlalchemy.event as sa_event
import sqlalchemy.orm as sa_orm


class Names:
    """Mixed into :class:`~erlen.db.SQLAlchemy`."""

    event = sa_event

    # What a table is made of
    CheckConstraint = sa.CheckConstraint
    Column = sa.Column
    Computed = sa.Computed
    FetchedValue = sa.FetchedValue
    ForeignKey = sa.ForeignKey
    ForeignKeyConstraint = sa.ForeignKeyConstraint
    Identity = sa.Identity
    Index = sa.Index
    MetaData = sa.MetaData
    PrimaryKeyConstraint = sa.PrimaryKeyConstraint
    Sequence = sa.Sequence
    UniqueConstraint = sa.UniqueConstraint

    # Types
    ARRAY = sa.ARRAY
    BigInteger = sa.BigInteger
    Boolean = sa.Boolean
    Date = sa.Date
    DateTime = sa.DateTime
    Double = sa.Double
    Enum = sa.Enum
    Float = sa.Float
    Integer = sa.Integer
    Interval = sa.Interval
    JSON = sa.JSON
    LargeBinary = sa.LargeBinary
    Numeric = sa.Numeric
    PickleType = sa.PickleType
    SmallInteger = sa.SmallInteger
    String = sa.String
    Text = sa.Text
    Time = sa.Time
    TypeDecorator = sa.TypeDecorator
    Unicode = sa.Unicode
    UnicodeText = sa.UnicodeText
    Uuid = sa.Uuid

    func = sa.func

    # Mapping and loading
    DeclarativeBase = sa_orm.DeclarativeBase
    Mapped = sa_orm.Mapped
    MappedAsDataclass = sa_orm.MappedAsDataclass
    DynamicMapped = sa_orm.DynamicMapped
    WriteOnlyMapped = sa_orm.WriteOnlyMapped
    declared_attr = sa_orm.declared_attr

    def __init__(self) -> None:
        # Set here, and not above as methods, they keep their overloads for a type checker.
        self.and_ = sa.and_
        self.asc = sa.asc
        self.between = sa.between
        self.bindparam = sa.bindparam
        self.case = sa.case
        self.cast = sa.cast
        self.column = sa.column
        self.delete = sa.delete
        self.desc = sa.desc
        self.distinct = sa.distinct
        self.exists = sa.exists
        self.extract = sa.extract
        self.insert = sa.insert
        self.inspect = sa.inspect
        self.literal = sa.literal
        self.literal_column = sa.literal_column
        self.not_ = sa.not_
        self.nulls_first = sa.nulls_first
        self.nulls_last = sa.nulls_last
        self.or_ = sa.or_
        self.select = sa.select
        self.text = sa.text
        self.tuple_ = sa.tuple_
        self.union = sa.union
        self.union_all = sa.union_all
        self.update = sa.update
        self.values = sa.values

        self.aliased = sa_orm.aliased
        self.backref = sa_orm.backref
        self.column_property = sa_orm.column_property
        self.composite = sa_orm.composite
        self.contains_eager = sa_orm.contains_eager
        self.deferred = sa_orm.deferred
        self.joinedload = sa_orm.joinedload
        self.lazyload = sa_orm.lazyload
        self.load_only = sa_orm.load_only
        self.mapped_column = sa_orm.mapped_column
        self.raiseload = sa_orm.raiseload
        self.selectinload = sa_orm.selectinload
        self.subqueryload = sa_orm.subqueryload
        self.synonym = sa_orm.synonym
        self.validates = sa_orm.validates
