"""The store: refreshes and their pages in SQLite or PostgreSQL, written in one transaction, never half."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import Connection, Engine, Select, and_, func, insert, or_, select, update

from connectors.frames import Batch, Note, SetAside, stacked
from sheets.history.encoded import Payloads, decode, hashes_of, keep, packed, unpacked
from sheets.history.opened import reading, writing
from sheets.history.paged import BY_DAY, Page, Span, local_day, micro_of, outside, pages_of, spans_of
from sheets.history.schema import MONTH_ENDS, PAGES, PAYLOADS, REFRESHES
from sheets.history.tables import tables_from, tables_text

_AT_ONCE: Final = 400  # SQLite takes so many values in one statement everywhere


@dataclass(frozen=True)
class Kept:
    """One refresh as history keeps it. id: its place in history; number: as it stands on the tabs."""

    id: int
    number: int
    at: pd.Timestamp
    who: str
    as_of: pd.Timestamp
    first: pd.Timestamp
    pages: str = field(repr=False)
    tables: str = field(repr=False)
    besides: str = field(repr=False)


@dataclass(frozen=True)
class Recorded:
    """One refresh as it is given to history.

    batch: as it was read, past days of history not among it. tables: the buyer's tables, as they stood.
    first: the first moment of the past that the refresh looked at.
    """

    number: int
    at: pd.Timestamp
    who: str
    as_of: pd.Timestamp
    first: pd.Timestamp
    batch: Batch
    tables: Mapping[str, pd.DataFrame]
    zone: ZoneInfo


class History:
    """What every system said of one brand, every day. Open it with `open_history`."""

    def __init__(self, engine: Engine, brand: str) -> None:
        self.engine = engine
        self.brand = brand

    def refreshes(self) -> list[Kept]:
        """Every refresh, the oldest first."""
        with reading(self.engine) as connection:
            rows = connection.execute(select(REFRESHES).where(REFRESHES.c.brand == self.brand).order_by(REFRESHES.c.id))
            return [_kept(row._mapping) for row in rows]

    def last_number(self) -> int:
        """The highest number that a refresh has; 0 before the first."""
        with reading(self.engine) as connection:
            asked = select(func.max(REFRESHES.c.number)).where(REFRESHES.c.brand == self.brand)
            return int(connection.execute(asked).scalar() or 0)

    def record(self, refresh: Recorded) -> int:
        """Stores a refresh in one transaction; its id. What history has already is not stored again."""
        with writing(self.engine, self.brand) as connection:
            return _record(connection, self.brand, refresh)

    @contextmanager
    def recording(self, refresh: Recorded) -> Iterator[int]:
        """The same, kept only when the block ends well: a workbook that could not be written leaves no refresh."""
        with writing(self.engine, self.brand) as connection:
            yield _record(connection, self.brand, refresh)

    def counts(self, first: pd.Timestamp, last: pd.Timestamp, **of: str) -> pd.DataFrame:
        """Counts (shape: counts) with first <= as_of <= last, as they are known now. of: system, place."""
        with reading(self.engine) as connection:
            return _frame(connection, "counts", self._standing("counts", micro_of(first), micro_of(last), None, of))

    def pages(
        self, shape: str, first: int, last: int, *, upto: int | None = None, **of: str
    ) -> list[tuple[str, str, int, int, int]]:
        """(system, place, at, rows, id) of the pages with first <= at <= last that stood after refresh `upto`."""
        asked = self._standing(shape, first, last, upto, of)
        with reading(self.engine) as connection:
            found = connection.execute(asked).all()
        return [(row.system, row.place, row.at, row.rows, row.id) for row in found]

    def frame(self, shape: str, ids: Sequence[int]) -> pd.DataFrame:
        """The rows of these pages, in their order."""
        with reading(self.engine) as connection:
            return _of_ids(connection, shape, ids)

    def read(self, kept: Kept) -> tuple[Batch, dict[str, pd.DataFrame]]:
        """What a refresh read, and the buyer's tables as they stood then."""
        with reading(self.engine) as connection:
            texts = _payloads(connection, {kept.pages, kept.tables, kept.besides})
            pages: dict[str, list[int]] = json.loads(texts[kept.pages])
            frames = {shape: _of_ids(connection, "counts" if shape == "past" else shape, ids)
                      for shape, ids in pages.items()}  # fmt: skip
        besides = json.loads(texts[kept.besides])
        notes = tuple(Note(**one) for one in besides["notes"])
        aside = tuple(SetAside(**{**one, "kept_as_of": _time(one["kept_as_of"])}) for one in besides["set_aside"])
        return Batch(**frames, notes=notes, set_aside=aside), tables_from(texts[kept.tables])

    def month_end(self, month: str) -> list[bytes]:
        """What was written of a month's end, the first first."""
        asked = select(MONTH_ENDS.c.lines).where(MONTH_ENDS.c.brand == self.brand, MONTH_ENDS.c.month == month)
        with reading(self.engine) as connection:
            names = list(connection.execute(asked.order_by(MONTH_ENDS.c.id)).scalars())
            texts = _payloads(connection, set(names))
        return [texts[name] for name in names]

    def add_month_end(self, month: str, lines: bytes, *, at: int, who: str) -> None:
        """Writes more of a month's end; what was written before stays."""
        payloads: Payloads = {}
        name = keep(lines, payloads)
        with writing(self.engine, self.brand) as connection:
            _store(connection, payloads)
            connection.execute(insert(MONTH_ENDS).values(brand=self.brand, month=month, at=at, who=who, lines=name))

    def forget(self) -> None:
        """Takes the brand out of history; payloads that other brands may use stay."""
        with writing(self.engine, self.brand) as connection:
            for table in (PAGES, REFRESHES, MONTH_ENDS):
                connection.execute(table.delete().where(table.c.brand == self.brand))

    def _standing(self, shape: str, first: int, last: int, upto: int | None, of: Mapping[str, str]) -> Select[Any]:
        return _standing(self.brand, shape, first, last, upto, of)


def _standing(brand: str, shape: str, first: int, last: int, upto: int | None, of: Mapping[str, str]) -> Select[Any]:
    page = PAGES.c
    stands = page.until.is_(None) if upto is None else and_(
        page.since <= upto, or_(page.until.is_(None), page.until > upto)
    )  # fmt: skip
    asked = select(PAGES).where(page.brand == brand, page.shape == shape, page.at >= first, page.at <= last, stands)
    for name, value in of.items():
        asked = asked.where(page[name] == value)
    return asked.order_by(page.system, page.place, page.at, page.id)


def _record(connection: Connection, brand: str, refresh: Recorded) -> int:
    pages = list(pages_of(refresh.batch, refresh.zone))
    payloads: Payloads = {}
    values: dict[str, Any] = {
        "brand": brand,
        "number": refresh.number,
        "at": micro_of(refresh.at),
        "who": refresh.who,
        "as_of": micro_of(refresh.as_of),
        "first": micro_of(refresh.first),
        "pages": "",
        "tables": keep(tables_text(refresh.tables), payloads),
        "besides": keep(_besides(refresh.batch), payloads),
    }
    made = connection.execute(insert(REFRESHES).values(values)).inserted_primary_key
    assert made is not None
    number = int(made[0])
    read: dict[str, list[int]] = {}
    taken: set[tuple[str, str, str, int]] = set()
    spans = spans_of(refresh.batch)
    gone = _gone(connection, brand, pages, spans, refresh.zone)
    for page in pages:
        shape, system, place, at = page.key
        stored = "counts" if shape == "past" else shape
        key = (stored, system, place, at)
        stands = gone.pop(key, None)
        payloads.update(page.payloads)
        whole = key not in taken and (stands is None or _says_all(connection, page, stands, spans))
        taken.add(key)
        if stands is not None and (stands.columns, stands.rows) == (page.columns, page.rows):
            read.setdefault(shape, []).append(stands.id)
            continue
        if whole and stands is not None:
            _end(connection, [stands.id], number)
        read.setdefault(shape, []).append(_insert(connection, brand, key, page, number, None if whole else number))
        if not whole and stands is not None and shape in BY_DAY:
            union = _united(connection, page, stands, spans)
            payloads.update(union.payloads)
            _end(connection, [stands.id], number)
            _insert(connection, brand, key, union, number, None)
    _end(connection, [row.id for key, row in gone.items() if key[0] in BY_DAY], number)
    listed = keep(json.dumps(read, separators=(",", ":")).encode(), payloads)
    connection.execute(update(REFRESHES).where(REFRESHES.c.id == number).values(pages=listed))
    _store(connection, payloads)
    return number


def _gone(
    connection: Connection, brand: str, pages: Sequence[Page], spans: Sequence[Span], zone: ZoneInfo
) -> dict[tuple[str, str, str, int], Any]:
    """The standing pages that these may replace: those of the same key, and days inside of a span."""
    import numpy as np

    asked: dict[tuple[str, str, str], list[int]] = {}
    for page in pages:
        shape, system, place, at = page.key
        bounds = asked.setdefault(("counts" if shape == "past" else shape, system, place), [at, at])
        bounds[:] = [min(bounds[0], at), max(bounds[1], at)]
    given = {("counts", *page.key[1:]) if page.key[0] == "past" else page.key for page in pages}
    inside: set[tuple[str, str, str, int]] = set()
    for span in spans:
        first, last = local_day(np.array([span.first, span.last]), zone)
        inside |= {(span.shape, span.system, span.place, day) for day in range(int(first) + 1, int(last))}
    found: dict[tuple[str, str, str, int], Any] = {}
    for (shape, system, place), (first_at, last_at) in asked.items():
        rows = connection.execute(_standing(brand, shape, first_at, last_at, None, {"system": system, "place": place}))
        for row in rows:
            key = (shape, system, place, row.at)
            if key in given or key in inside:
                found[key] = row
    return found


def _says_all(connection: Connection, page: Page, stands: Any, spans: Sequence[Span]) -> bool:  # noqa: ANN401
    """Whether a page takes the whole place of another; the first or last day of a file may be half a day."""
    shape = page.key[0]
    return shape not in BY_DAY or outside(_of_ids(connection, shape, [stands.id]), shape, spans).empty


def _united(connection: Connection, page: Page, stands: Any, spans: Sequence[Span]) -> Page:  # noqa: ANN401
    """A day of which the new page says a part: with what the standing one says of the rest."""
    from sheets.history.encoded import encode

    shape = page.key[0]
    rest = outside(_of_ids(connection, shape, [stands.id]), shape, spans)
    new = decode(shape, page.columns, page.rows, page.payloads.__getitem__, {})
    frame = stacked(shape, [rest, new])
    columns, payloads = encode(shape, frame)
    return Page(page.key, len(frame), columns, payloads)


def _insert(
    connection: Connection, brand: str, key: tuple[str, str, str, int], page: Page, since: int, until: int | None
) -> int:
    shape, system, place, at = key
    made = connection.execute(
        insert(PAGES).values(
            brand=brand, shape=shape, system=system, place=place, at=at, rows=page.rows, columns=page.columns,
            since=since, until=until,
        )
    ).inserted_primary_key  # fmt: skip
    assert made is not None
    return int(made[0])


def _end(connection: Connection, ids: Sequence[int], number: int) -> None:
    for some in _some(ids):
        connection.execute(update(PAGES).where(PAGES.c.id.in_(some)).values(until=number))


def _store(connection: Connection, payloads: Payloads) -> None:
    there: set[str] = set()
    for some in _some(list(payloads)):
        there.update(connection.execute(select(PAYLOADS.c.hash).where(PAYLOADS.c.hash.in_(some))).scalars())
    new = [{"hash": name, "data": packed(data)} for name, data in payloads.items() if name not in there]
    if new:
        connection.execute(insert(PAYLOADS), new)


def _frame(connection: Connection, shape: str, asked: Select[Any]) -> pd.DataFrame:
    return _of_ids(connection, shape, [row.id for row in connection.execute(asked)])


def _of_ids(connection: Connection, shape: str, ids: Sequence[int]) -> pd.DataFrame:
    rows: dict[int, Any] = {}
    for some in _some(ids):
        rows.update({row.id: row for row in connection.execute(select(PAGES).where(PAGES.c.id.in_(some)))})
    named: set[str] = set()
    for row in rows.values():
        named |= hashes_of(row.columns)
    data = _payloads(connection, named)
    texts: dict[str, Any] = {}
    parts = [decode(shape, rows[at].columns, rows[at].rows, data.__getitem__, texts) for at in ids]
    return stacked(shape, parts)


def _payloads(connection: Connection, names: set[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for some in _some(sorted(names)):
        for row in connection.execute(select(PAYLOADS).where(PAYLOADS.c.hash.in_(some))):
            found[row.hash] = unpacked(row.data)
    return found


def _some(many: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (many[at : at + _AT_ONCE] for at in range(0, len(many), _AT_ONCE))


def _besides(batch: Batch) -> bytes:
    said = {
        "notes": [vars(note) for note in batch.notes],
        "set_aside": [
            {**vars(one), "kept_as_of": None if one.kept_as_of is None else micro_of(one.kept_as_of)}
            for one in batch.set_aside
        ],
    }
    return json.dumps(said, ensure_ascii=False).encode()


def _kept(row: Mapping[Any, Any]) -> Kept:
    values = {name: row[name] for name in ("id", "number", "who", "pages", "tables", "besides")}
    times = {name: _moment(row[name]) for name in ("at", "as_of", "first")}
    return Kept(**values, **times)


def _moment(value: int) -> pd.Timestamp:
    return pd.Timestamp(value, unit="us", tz="UTC")


def _time(value: int | None) -> pd.Timestamp | None:
    return None if value is None else _moment(value)
