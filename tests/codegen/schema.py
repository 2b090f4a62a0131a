"""A shop with 15 tables, and with everything in them that a generator may stumble over."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()


def table(name: str, *items: sa.schema.SchemaItem, comment: str | None = None) -> sa.Table:
    return sa.Table(name, METADATA, *items, comment=comment)


def key() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


table(
    "customer",
    key(),
    sa.Column("email", sa.String(120), nullable=False, unique=True),
    sa.Column("姓名", sa.String(40), nullable=False, comment="顾客的姓名"),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("created", sa.DateTime, nullable=False, server_default=sa.func.now()),
    comment="顾客",
)
table(
    "address",
    key(),
    sa.Column("customer_id", sa.ForeignKey("customer.id", ondelete="CASCADE"), nullable=False),
    sa.Column("street", sa.String(100), nullable=False),
    sa.Column("country", sa.CHAR(2), nullable=False, server_default="DE"),
    sa.Index("ix_address_country_street", "country", "street"),
)
# A self reference
table(
    "category",
    key(),
    sa.Column("name", sa.String(50), nullable=False),
    sa.Column("parent_id", sa.ForeignKey("category.id", ondelete="SET NULL")),
    sa.UniqueConstraint("parent_id", "name", name="uq_category_name"),
)
table(
    "product",
    key(),
    sa.Column("sku", sa.String(20), nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("price", sa.Numeric(10, 2), nullable=False),
    sa.Column("weight", sa.Double),
    sa.Column("data", sa.JSON),
    sa.Column("description", sa.Text, comment='In "HTML", it\'s long: 100%'),
    sa.Column(
        "state",
        sa.Enum("draft", "on sale", "gone", name="product_state", create_constraint=True),
        nullable=False,
        server_default="draft",
    ),
    sa.UniqueConstraint("sku", name="uq_product_sku"),
    sa.CheckConstraint("price >= 0", name="ck_product_price"),
)
# Many to many
table(
    "product_category",
    sa.Column("product_id", sa.ForeignKey("product.id"), primary_key=True),
    sa.Column("category_id", sa.ForeignKey("category.id"), primary_key=True),
)
# One to one, with the key of the parent
table(
    "product_stock",
    sa.Column("product_id", sa.ForeignKey("product.id"), primary_key=True),
    sa.Column("amount", sa.Integer, nullable=False, server_default="0"),
    sa.CheckConstraint("amount >= 0", name="ck_stock_amount"),
)
# A composite key, and two references to it
table(
    "warehouse_shelf",
    sa.Column("warehouse", sa.String(10), primary_key=True),
    sa.Column("shelf", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("capacity", sa.SmallInteger, nullable=False),
)
table(
    "shelf_move",
    key(),
    sa.Column("from_warehouse", sa.String(10), nullable=False),
    sa.Column("from_shelf", sa.Integer, nullable=False),
    sa.Column("to_warehouse", sa.String(10), nullable=False),
    sa.Column("to_shelf", sa.Integer, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.ForeignKeyConstraint(
        ["from_warehouse", "from_shelf"],
        ["warehouse_shelf.warehouse", "warehouse_shelf.shelf"],
        name="fk_move_from",
    ),
    sa.ForeignKeyConstraint(
        ["to_warehouse", "to_shelf"],
        ["warehouse_shelf.warehouse", "warehouse_shelf.shelf"],
        name="fk_move_to",
    ),
)
# Two references to one table
table(
    "order",
    key(),
    sa.Column("customer_id", sa.ForeignKey("customer.id"), nullable=False),
    sa.Column("billing_address_id", sa.ForeignKey("address.id"), nullable=False),
    sa.Column("shipping_address_id", sa.ForeignKey("address.id")),
    sa.Column("placed", sa.Date, nullable=False),
    sa.Column("total", sa.Numeric(12, 2), nullable=False, server_default="0"),
    comment="订单",
)
table(
    "order_line",
    sa.Column("order_id", sa.ForeignKey("order.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("product_id", sa.ForeignKey("product.id"), nullable=False),
    sa.Column("amount", sa.Integer, nullable=False),
    sa.CheckConstraint("amount > 0 AND amount < 1000", name="ck_line_amount"),
)
# A reference to a composite key
table(
    "order_line_note",
    key(),
    sa.Column("order_id", sa.Integer, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.ForeignKeyConstraint(
        ["order_id", "number"],
        ["order_line.order_id", "order_line.number"],
        name="fk_note_line",
        ondelete="CASCADE",
    ),
)
# Many to many, with words that are Python's own as names of columns
table(
    "friendship",
    sa.Column("from", sa.ForeignKey("customer.id"), primary_key=True),
    sa.Column("to", sa.ForeignKey("customer.id"), primary_key=True),
    sa.Column("class", sa.String(10)),
    sa.Column("metadata", sa.String(10)),
)
table(
    "review",
    key(),
    sa.Column("product_id", sa.ForeignKey("product.id"), nullable=False),
    sa.Column("customer_id", sa.ForeignKey("customer.id")),
    sa.Column("stars", sa.SmallInteger, nullable=False, server_default="5"),
    sa.Column("评论", sa.Text, comment="正文，可以很长"),
    sa.Column("written", sa.Time),
    sa.UniqueConstraint("product_id", "customer_id", name="uq_review_once"),
    sa.CheckConstraint("stars BETWEEN 1 AND 5", name="ck_review_stars"),
)
# No key at all: a table, not a model
table(
    "audit_log",
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("who", sa.String(40)),
    sa.Column("what", sa.LargeBinary),
    sa.Index("ix_audit_at", "at"),
)
table(
    "库存",
    sa.Column("编号", sa.Integer, primary_key=True),
    sa.Column("数量", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("2nd name", sa.String(10)),
    comment="每个仓库的库存",
)
