"""History opened: SQLite in a folder of its own, or a team's PostgreSQL; one writer at a time, the second waits."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from connectors.errors import HistoryBusy, HistoryUnreadable
from sheets.history.schema import ABOUT, METADATA, VERSION

if TYPE_CHECKING:
    from sheets.history.store import History

WAIT: Final = 120.0
_KEY_BYTES: Final = 8


def open_history(url: str, brand: str, *, wait: float = WAIT) -> History:
    """The history of a brand at a database's address, made where there is none.

    Raises HistoryUnreadable for what cannot be opened, is damaged, or was made by a newer Mastersheet.
    """
    from sheets.history.store import History

    engine = _engine(url, wait)
    with _told(engine):
        with writing(engine, brand) as connection:
            if not inspect(connection).has_table(ABOUT.name):
                METADATA.create_all(connection)
                connection.execute(insert(ABOUT).values(version=VERSION))
        with engine.connect() as connection:
            version = connection.execute(select(ABOUT.c.version)).scalar()
    if version != VERSION:
        raise HistoryUnreadable(
            f"is of version {version}",
            where=shown(engine),
            expected=f"version {VERSION}",
            todo="use the Mastersheet that made it, or a newer one",
        )
    return History(engine, brand)


@contextmanager
def writing(engine: Engine, brand: str) -> Iterator[Connection]:
    """One transaction that writes; another one of the brand is waited for. Raises HistoryBusy, HistoryUnreadable."""
    with _told(engine), engine.connect().execution_options(writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _key(brand)})
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that reads, all of it as of one moment. Raises HistoryUnreadable."""
    try:
        with _told(engine), engine.connect() as connection:
            yield connection
    except zlib.error as problem:
        raise HistoryUnreadable(
            f"is damaged ({problem})", where=shown(engine), todo="see docs/history.md for its copies"
        ) from None


def shown(engine: Engine) -> str:
    """The database's address without its password; of SQLite the file."""
    if engine.dialect.name == "sqlite":
        return str(engine.url.database)
    return engine.url.render_as_string(hide_password=True)


def copied(engine: Engine, path: Path) -> None:
    """A whole copy of an SQLite history under another name, when its pages hold together.

    Raises HistoryUnreadable for a damaged one: a copy of that would push out a good one.
    """
    import sqlite3

    with closing(sqlite3.connect(str(engine.url.database))) as source:
        try:
            said = source.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.DatabaseError as problem:
            said = str(problem)
        if said != "ok":
            raise HistoryUnreadable(
                f"is damaged ({said})", where=shown(engine), todo="put the newest copy beside it in its place"
            )
        half = path.with_name(f"{path.name}.half")
        half.unlink(missing_ok=True)
        with closing(sqlite3.connect(str(half))) as target:
            source.backup(target)
    half.replace(path)


def _engine(url: str, wait: float) -> Engine:
    try:
        if url.startswith(("postgresql://", "postgres://")):
            url = "postgresql+psycopg://" + url.partition("://")[2]
        engine = create_engine(url, poolclass=NullPool, **_arguments(url, wait))
    except (SQLAlchemyError, ModuleNotFoundError) as problem:
        said = str(problem).splitlines()[0]
        raise HistoryUnreadable(
            f"cannot be opened ({said})",
            where="[history] url",
            expected="postgresql://USER@HOST/DATABASE or sqlite:///PATH",
            todo='PostgreSQL needs `pip install "mastersheet[postgresql]"`' if "psycopg" in said else "",
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _by_hand)
        event.listen(engine, "begin", _begin)
    return engine


def _arguments(url: str, wait: float) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": wait}}
    return {"connect_args": {"connect_timeout": 10, "options": f"-c lock_timeout={int(wait * 1000)}"}}


def _by_hand(connection: Any, _: Any) -> None:  # noqa: ANN401 - the driver's own
    """The driver begins no transaction by itself: it would begin too late for the lock."""
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    """What a database says, as one line of ours."""
    try:
        yield
    except DBAPIError as problem:
        said = str(problem.orig).splitlines()[0] if str(problem.orig) else type(problem.orig).__name__
        busy = isinstance(problem, OperationalError) and ("locked" in said or "lock timeout" in said)
        if busy:
            raise HistoryBusy(
                "another refresh is writing it",
                where=shown(engine),
                todo="nothing was written: wait until it has ended, then refresh again",
            ) from None
        raise HistoryUnreadable(
            f"cannot be used ({said})", where=shown(engine), todo="see docs/history.md for its copies"
        ) from None


def _key(brand: str) -> int:
    """A number for PostgreSQL's lock, the same for a brand on every machine."""
    return int.from_bytes(blake2b(f"mastersheet {brand}".encode(), digest_size=_KEY_BYTES).digest(), "big", signed=True)
