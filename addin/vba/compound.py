"""A compound file (MS-CFB, version 3), the container that a VBA project is kept in."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_SECTOR: Final = 512
_MINI: Final = 64
_CUTOFF: Final = 4096  # streams that are smaller lie in the mini stream
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_BLACK: Final = 1
_IN_HEADER: Final = 109  # sectors of the table that the header itself lists: files of up to 7 MB


@dataclass
class _Entry:
    """An entry of the directory; left, right, child: numbers of others, as MS-CFB 2.6.4 orders them."""

    name: str
    kind: int
    data: bytes = b""
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    start: int = 0
    size: int = 0

    def packed(self) -> bytes:
        name = f"{self.name}\0".encode("utf-16-le")
        return struct.pack(
            "<64sHBBIII16sIQQIQ", name, len(name), self.kind, _BLACK, self.left, self.right, self.child,
            bytes(16), 0, 0, 0, self.start, self.size,
        )  # fmt: skip


def compound(streams: Mapping[str, bytes]) -> bytes:
    """The file with these streams, by their path: `NAME`, or `STORAGE/NAME`. The same streams give the same bytes."""
    entries = _entries(streams)
    mini_stream, mini_table = _mini(entries)
    big = [one for one in entries if one.kind == _STREAM and len(one.data) >= _CUTOFF]
    directory = _padded(b"".join(one.packed() for one in entries), _SECTOR)
    parts = [len(directory), len(mini_table) * 4, len(mini_stream), *(len(one.data) for one in big)]
    sizes = [_sectors(size) for size in parts]
    tables = 1
    while _sectors((tables + sum(sizes)) * 4) > tables:
        tables += 1
    starts, at = [], tables
    for size in sizes:
        starts.append(at if size else _END)
        at += size
    if tables > _IN_HEADER:
        raise ValueError("a compound file of more than 7 MB")
    table = [_FAT] * tables
    for start, size in zip(starts, sizes, strict=True):
        table += [*range(start + 1, start + size), _END] if size else []
    entries[0].start, entries[0].size = starts[2], len(mini_stream)
    for one, start in zip(big, starts[3:], strict=True):
        one.start, one.size = start, len(one.data)
    free = struct.pack("<64sHBBIII16sIQQIQ", b"", 0, 0, 0, _NONE, _NONE, _NONE, bytes(16), 0, 0, 0, 0, 0)
    packed = b"".join(one.packed() for one in entries)
    packed += free * ((-len(packed) % _SECTOR) // len(free))
    body = [
        _numbers(table, _FREE),
        packed,
        _numbers(mini_table, _FREE),
        _padded(mini_stream, _SECTOR),
        *(_padded(one.data, _SECTOR) for one in big),
    ]
    return _header(tables, starts[0], starts[1], sizes[1]) + b"".join(body)


def _entries(streams: Mapping[str, bytes]) -> list[_Entry]:
    """The directory: the root, storages, streams, each folder's entries as a balanced tree."""
    root = _Entry("Root Entry", _ROOT)
    entries = [root]
    inside: dict[str, list[int]] = {"": []}
    for path, data in streams.items():
        storage, _, name = path.rpartition("/")
        if storage not in inside:
            inside[storage] = []
            inside[""].append(len(entries))
            entries.append(_Entry(storage, _STORAGE))
        inside[storage].append(len(entries))
        entries.append(_Entry(name, _STREAM, data))
    for storage, numbers in inside.items():
        owner = root if not storage else next(one for one in entries if one.kind == _STORAGE and one.name == storage)
        # Shorter names first, then by capital letters.
        numbers.sort(key=lambda at: (len(entries[at].name), entries[at].name.upper()))
        owner.child = _tree(entries, numbers)
    return entries


def _tree(entries: list[_Entry], numbers: Sequence[int]) -> int:
    if not numbers:
        return _NONE
    middle = len(numbers) // 2
    top = entries[numbers[middle]]
    top.left, top.right = _tree(entries, numbers[:middle]), _tree(entries, numbers[middle + 1 :])
    return numbers[middle]


def _mini(entries: Sequence[_Entry]) -> tuple[bytes, list[int]]:
    """The small streams after each other, and which of their pieces follows which."""
    data, table = b"", list[int]()
    for one in entries:
        if one.kind != _STREAM or len(one.data) >= _CUTOFF:
            continue
        many = -(-len(one.data) // _MINI)
        one.start, one.size = (len(table), len(one.data)) if many else (_END, 0)
        table += [*range(len(table) + 1, len(table) + many), _END] if many else []
        data += _padded(one.data, _MINI)
    return data, table


def _header(tables: int, directory: int, mini: int, mini_sectors: int) -> bytes:
    listed = [*range(tables), *[_FREE] * (_IN_HEADER - tables)]
    return struct.pack(
        "<8s16s6H10I109I", bytes.fromhex("d0cf11e0a1b11ae1"), bytes(16), 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, tables,
        directory, 0, _CUTOFF, mini, mini_sectors, _END, 0, *listed,
    )  # fmt: skip


def _numbers(numbers: Sequence[int], free: int) -> bytes:
    filled = [*numbers, *[free] * (-len(numbers) % (_SECTOR // 4))]
    return struct.pack(f"<{len(filled)}I", *filled)


def _padded(data: bytes, to: int) -> bytes:
    return data + bytes(-len(data) % to)


def _sectors(size: int) -> int:
    return -(-size // _SECTOR)
