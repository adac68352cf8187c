"""What the open workbook remembers of a refresh, in its hidden names, as a file does."""

from __future__ import annotations

from collections.abc import Mapping

from sheets.surfaces.marks import COLUMNS, REMEMBERED, ROWS, SAID, TEXTS, list_mark, texts_mark
from sheets.surfaces.patch.standing import Found, Marks, written_before
from sheets.surfaces.patch.texts import TextsThere
from sheets.surfaces.placed import Placed, cell_of
from sheets.surfaces.remembered import mark_of
from sheets.surfaces.remembered_names import rows_said, texts_said
from sheets.tabs.layout import Layout, Text


def marks_after(
    layout: Layout, found: Found, marks: Marks, tables: Mapping[str, Placed], texts: Mapping[str, TextsThere]
) -> dict[tuple[str, int | None], str | None]:
    """The names as they will be; None for what cannot be said, and is forgotten: an old word would be wrong."""
    made: dict[tuple[str, int | None], str | None] = {}
    for name, (of, key, header) in layout.names.items():
        made[name, None] = "=" + cell_of(tables[of], key, header)
    for of, one in tables.items():
        standing = found.tables[of]
        headers = [column.header for column in one.table.columns if not column.users]
        headers += [standing.there.headers[column - standing.there.area[1]] for column in standing.dead]
        before = [header for header in written_before(marks, of) if header in headers]
        made[COLUMNS + of, None] = list_mark(before + [header for header in headers if header not in before])
        made[REMEMBERED + of, None] = _listed(mark_of(one.table))
        made[ROWS + of, None] = _listed(rows_said(one.table))
    for tab in layout.tabs:
        there = found.tabs[tab.name]
        assert there is not None
        areas = texts[tab.name].areas
        blocks = [block.content for block in tab.blocks if isinstance(block.content, Text)]
        made[TEXTS, there.index] = texts_mark(there.name, areas)
        made[SAID, there.index] = _listed(
            texts_said([None if area is None else text for area, text in zip(areas, blocks, strict=True)])
        )
    return made


def _listed(mark: list[str] | None) -> str | None:
    return None if mark is None else list_mark(mark)
