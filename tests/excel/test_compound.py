"""Compound files, as olefile reads them when it forgives nothing."""

from __future__ import annotations

import io

import olefile
import pytest
from hypothesis import given
from hypothesis import strategies as some

from addin.vba.compound import compound

NAMES = some.text("abcXYZ_019", min_size=1, max_size=31)
SIZES = some.sampled_from([0, 1, 63, 64, 65, 4095, 4096, 4097, 9000, 70_000])


@given(some.dictionaries(NAMES, SIZES, max_size=12), some.dictionaries(NAMES, SIZES, max_size=40))
def test_every_stream_is_read_back(top, inside):
    """Whatever its size, in the root or in a storage, found by its name in the tree; and no defect is seen."""
    top = {name: size for name, size in top.items() if name.upper() != "VBA"}
    sizes = {**_different(top), **{f"VBA/{name}": size for name, size in _different(inside).items()}}
    streams = {path: bytes((len(path) + at) % 251 for at in range(size)) for path, size in sizes.items()}
    file = olefile.OleFileIO(io.BytesIO(compound(streams)), raise_defects=olefile.DEFECT_UNSURE)
    assert file.parsing_issues == []
    assert {"/".join(path) for path in file.listdir()} == set(streams)
    for path, data in streams.items():
        assert file.openstream(path).read() == data


def _different(sizes: dict[str, int]) -> dict[str, int]:
    """Names that differ by more than capital letters, as they must in one storage."""
    return dict({one.upper(): (one, size) for one, size in sizes.items()}.values())


def test_each_folder_is_a_tree_in_the_order_of_the_format():
    """Left of an entry stand shorter names and such that come before it by their capital letters, right the others."""
    made = compound({f"VBA/{name}": b"x" for name in ("dir", "_VBA_PROJECT", "Sheet1", "sheet10", "Mastersheet")})
    file = olefile.OleFileIO(io.BytesIO(made))
    (storage,) = file.root.kids
    order: list[str] = []

    def walk(at: int) -> None:
        if at != olefile.NOSTREAM:
            entry = file._load_direntry(at)
            walk(entry.sid_left)
            order.append(entry.name)
            walk(entry.sid_right)

    walk(storage.sid_child)
    assert order == ["dir", "Sheet1", "sheet10", "Mastersheet", "_VBA_PROJECT"]


def test_a_file_that_is_too_large_is_refused():
    """More than the header's own list of tables can hold."""
    with pytest.raises(ValueError, match="more than 7 MB"):
        compound({"big": bytes(8_000_000)})
