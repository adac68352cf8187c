"""Columns as bytes that are the same whenever the column is: what does not change from day to day is kept once.

A column is described by a small dictionary: {"c": value} one value in every row; {"r": first} whole numbers that
go up by one; else {"h": hash} a payload, with {"k": hash} the different texts that its codes mean and {"m": hash}
where numbers are missing. A payload is named by the hash of its bytes.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any, Final

import numpy as np
import pandas as pd

from connectors.frames import SHAPES

Column = dict[str, Any]
Payloads = dict[str, bytes]
_WHOLE: Final = ("<i1", "<i2", "<i4", "<i8")


def encode(shape: str, frame: pd.DataFrame) -> tuple[str, Payloads]:
    """A frame's columns as one description and the payloads that it names."""
    payloads: Payloads = {}
    described = {name: _encoded(frame[name], kind.lower(), payloads) for name, kind in SHAPES[shape].items()}
    return json.dumps(described, ensure_ascii=False, separators=(",", ":")), payloads


def decode(
    shape: str, described: str, rows: int, payload: Callable[[str], bytes], texts: dict[str, Any]
) -> pd.DataFrame:
    """The frame of a description. payload: bytes by their hash. texts: decoded lists of texts, kept between calls."""
    columns: Mapping[str, Column] = json.loads(described)
    return pd.DataFrame(
        {name: _decoded(columns[name], kind.lower(), rows, payload, texts) for name, kind in SHAPES[shape].items()}
    )


def hashes_of(described: str) -> set[str]:
    """The payloads that a description names."""
    return {
        column[part]
        for column in json.loads(described).values()
        for part in ("h", "k", "m")
        if column.get(part) is not None
    }


def packed(data: bytes) -> bytes:
    """A payload as it is stored."""
    return zlib.compress(data, 6)


def unpacked(data: bytes) -> bytes:
    """A payload as it was. Raises zlib.error for one that is damaged."""
    return zlib.decompress(data)


def keep(data: bytes, payloads: Payloads) -> str:
    """Puts a payload among the others; its name."""
    name = blake2b(data, digest_size=16).hexdigest()
    payloads[name] = data
    return name


def _encoded(column: pd.Series, kind: str, payloads: Payloads) -> Column:
    if kind == "s":
        codes, names = pd.factorize(column)
        if len(names) == 1 and (codes == 0).all():
            return {"c": str(names[0])}
        if not len(names):
            return {"c": None}
        texts = json.dumps([str(name) for name in names], ensure_ascii=False).encode()
        return {**_numbers(codes.astype(np.int64), payloads), "k": keep(texts, payloads)}
    missing = column.isna().to_numpy(bool)
    if missing.all():
        return {"c": None}
    if kind == "m":
        return {"h": keep(column.to_numpy("<f8").tobytes(), payloads)}
    if kind == "t":
        values = column.to_numpy("datetime64[us]").astype(np.int64)
    else:
        values = column.to_numpy("int64", na_value=0) if missing.any() else column.to_numpy("int64")
    values = np.where(missing, 0, values)
    described = _numbers(values, payloads)
    return {**described, "m": keep(np.packbits(missing).tobytes(), payloads)} if missing.any() else described


def _numbers(values: np.ndarray, payloads: Payloads) -> Column:
    first = int(values[0])
    if (values == first).all():
        return {"c": first}
    if (np.diff(values) == 1).all():
        return {"r": first}
    low, high = int(values.min()), int(values.max())
    size = next(size for size in _WHOLE if np.iinfo(size).min <= low and high <= np.iinfo(size).max)
    return {"h": keep(size.encode() + values.astype(size).tobytes(), payloads)}


def _decoded(column: Column, kind: str, rows: int, payload: Callable[[str], bytes], texts: dict[str, Any]) -> pd.Series:
    if kind == "s":
        if "k" not in column:
            value = column["c"]
            return pd.Series(pd.Categorical.from_codes(np.full(rows, -1 if value is None else 0), [value or ""]))
        name = column["k"]
        if name not in texts:
            texts[name] = pd.CategoricalDtype(pd.Index(json.loads(payload(name)), dtype="str"))
        return pd.Series(pd.Categorical.from_codes(_values(column, rows, payload), dtype=texts[name]))
    if kind == "m":
        values = np.full(rows, np.nan) if "h" not in column else np.frombuffer(payload(column["h"]), "<f8").copy()
        return pd.Series(values)
    if column.get("c", 0) is None:
        return pd.Series([pd.NaT if kind == "t" else pd.NA] * rows, dtype=_DTYPES[kind])
    numbers = _values(column, rows, payload)
    missing = np.unpackbits(np.frombuffer(payload(column["m"]), "u1"))[:rows].astype(bool) if "m" in column else None
    if kind == "t":
        times = numbers.astype("datetime64[us]")
        if missing is not None:
            times[missing] = np.datetime64("NaT")
        return pd.Series(pd.DatetimeIndex(times).tz_localize("UTC"))
    return pd.Series(pd.arrays.IntegerArray(numbers, np.zeros(rows, bool) if missing is None else missing))


_DTYPES: Final = {"t": "datetime64[us, UTC]", "n": "Int64"}


def _values(column: Column, rows: int, payload: Callable[[str], bytes]) -> np.ndarray:
    if "r" in column:
        return np.arange(column["r"], column["r"] + rows, dtype=np.int64)
    if "h" not in column:
        return np.full(rows, column["c"], dtype=np.int64)
    data = payload(column["h"])
    return np.frombuffer(data[3:], data[:3].decode()).astype(np.int64)
