"""The history's tables, the same in SQLite and PostgreSQL.

A page is what one system said of one thing: its counts of one place at one time, its movements at one place on one
local day, its whole list of shipments. A page stands from the refresh that brought it (`since`) until the refresh
that brought another in its place (`until`, empty while it stands); one with both alike was said in that refresh
only. Payloads are columns of pages, each once, whoever uses them.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

VERSION: Final = 1

METADATA: Final = MetaData()

ABOUT: Final = Table("mastersheet", METADATA, Column("version", Integer, nullable=False))

REFRESHES: Final = Table(
    "refreshes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("brand", String(200), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),  # when it was made, microseconds since 1970 in UTC
    Column("who", Text, nullable=False),
    Column("as_of", BigInteger, nullable=False),
    Column("first", BigInteger, nullable=False),  # the first moment of the past that was looked at
    Column("pages", String(32), nullable=False),  # payload: the numbers of the pages that were read
    Column("tables", String(32), nullable=False),  # payload: the buyer's tables
    Column("besides", String(32), nullable=False),  # payload: notes and what was set aside
)

PAGES: Final = Table(
    "pages",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("brand", String(200), nullable=False),
    Column("shape", String(20), nullable=False),
    Column("system", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("at", BigInteger, nullable=False),  # counts: their time; movements, orders: their day; else 0
    Column("rows", Integer, nullable=False),
    Column("columns", Text, nullable=False),
    Column("since", Integer, nullable=False),
    Column("until", Integer),
    Index("pages_at", "brand", "shape", "system", "place", "at"),
)

PAYLOADS: Final = Table(
    "payloads",
    METADATA,
    Column("hash", String(32), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

MONTH_ENDS: Final = Table(
    "month_ends",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("brand", String(200), nullable=False),
    Column("month", String(7), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("lines", String(32), nullable=False),  # payload: the lines, and later their corrections
)
